#!/bin/sh
# Preact 11.2.0 under jsdom 26.1.0, Node.js.
#
# Guessed: hydrate(<html>…</html>, document) takes the document over, as React's hydrateRoot(document, …) does.
#
# Seen: Preact goes from `document` to its <html> element and renders into that. So a second <html>, with the head and the
# body that were rendered, stands before those that were served.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null 2>&1
npm install --silent --no-audit --no-fund preact@11.2.0 jsdom@26.1.0 > /dev/null 2>&1
cat > try.mjs <<'END'
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><html><head><title>t</title></head><body><p>hello</p></body></html>");
Object.assign(globalThis, { window, document: window.document });
const { h, hydrate } = await import("preact");
hydrate(h("html", null, h("head", null, h("title", null, "t")), h("body", null, h("p", null, "hello"))), document);
console.log([...document.documentElement.children].map(({ localName }) => localName).join(" "));
END
seen=$(node try.mjs)
echo "children of <html> after hydration: $seen"
test "$seen" = "html head body"
