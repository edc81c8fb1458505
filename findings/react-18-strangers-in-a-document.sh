#!/bin/sh
# React 18.3.1 and 19.3.1, react-dom, under jsdom 26.1.0, Node.js.
#
# Guessed: since React 18 a stranger's element, such as an extension's or a widget's, is an error wherever it stands in a
# document that React hydrates as a whole; or nowhere, if it stands behind all that React knows.
#
# Seen: React 18 reports an error for a stranger anywhere in <html>, even behind the body, renders the whole document
# anew, and the stranger is gone. At the end of the body, and nowhere else, it does not look. React 19 leaves strangers
# alone in all these places.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/try.mjs" <<'END'
import { createRequire } from "node:module";
import { JSDOM } from "jsdom";

const require = createRequire(process.cwd() + "/");
const HTML = "<!doctype html><html><head><title>t</title></head><body><p>hello</p></body></html>";
const PLACES = {
  "before the body": (document, stranger) => document.body.before(stranger),
  "behind the body": (document, stranger) => document.documentElement.append(stranger),
  "the body's beginning": (document, stranger) => document.body.prepend(stranger),
  "the body's end": (document, stranger) => document.body.append(stranger),
};

const enter = (window) => Object.assign(globalThis, { window, document: window.document });
enter(new JSDOM(HTML).window);
const { createElement: e, version } = require("react");
const { hydrateRoot } = require("react-dom/client");
const app = e("html", null, e("head", null, e("title", null, "t")), e("body", null, e("p", null, "hello")));
console.error = () => {};

for (const [place, put] of Object.entries(PLACES)) {
  const { window } = new JSDOM(HTML);
  enter(window);
  const stranger = window.document.createElement("x-stranger");
  put(window.document, stranger);
  let errors = 0;
  const isDone = new Promise((done) => setTimeout(done, 500));
  hydrateRoot(window.document, app, { onRecoverableError: () => errors++ });
  await isDone;
  console.log(`${version}, ${place}: ${errors ? "error" : "no error"}, the stranger ${stranger.isConnected ? "stays" : "is gone"}`);
}
process.exit(0);
END
for version in 18.3.1 19.3.1; do
    mkdir "$folder/$version"
    cp "$folder/try.mjs" "$folder/$version/"
    (cd "$folder/$version" && npm init -y > /dev/null 2>&1 &&
        npm install --silent --no-audit --no-fund "react@$version" "react-dom@$version" jsdom@26.1.0 > /dev/null 2>&1 &&
        node try.mjs)
done | tee "$folder/seen"
diff - "$folder/seen" <<'END'
18.3.1, before the body: error, the stranger is gone
18.3.1, behind the body: error, the stranger is gone
18.3.1, the body's beginning: error, the stranger is gone
18.3.1, the body's end: no error, the stranger stays
19.3.1, before the body: no error, the stranger stays
19.3.1, behind the body: no error, the stranger stays
19.3.1, the body's beginning: no error, the stranger stays
19.3.1, the body's end: no error, the stranger stays
END
