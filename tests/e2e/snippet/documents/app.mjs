/* A document of which React renders all. Its links change the state, as a router's do. */

import { Fragment, createElement as h, useEffect, useState } from "react";

const NAMES = ["One", "Two", "Three"];
const nameOf = (path) => NAMES.find((name) => path === "/" + name.toLowerCase());

export const PATHS = NAMES.map((name) => "/" + name.toLowerCase());

export function Document({ path, script, isFirst, isMismatched, isWithin }) {
  const [here, go] = useState(path);
  useEffect(() => {
    const back = () => go(location.pathname);
    addEventListener("popstate", back);
    window.isReady = true;
    return () => removeEventListener("popstate", back);
  }, []);
  const follow = (event) => {
    event.preventDefault();
    history.pushState(null, "", event.target.href);
    go(location.pathname);
  };
  const scripts = [h("script", { key: 1, src: script, defer: true }), h("script", { key: 2, src: "/library.js", defer: true })];
  return h(
    // Preact hydrates what is in <html>, and not <html> itself.
    isWithin && typeof window === "object" ? Fragment : "html",
    isWithin ? null : { lang: "en" },
    h("head", null, h("meta", { charSet: "utf-8" }), h("title", null, "A site"), isFirst ? scripts.reverse() : scripts),
    h(
      "body",
      null,
      h(
        "main",
        null,
        h("h1", null, nameOf(here)),
        isMismatched && h("p", null, typeof window === "undefined" ? "rendered here" : "rendered there"),
        h("nav", null, NAMES.map((name) => h("a", { key: name, href: "/" + name.toLowerCase(), onClick: follow }, name))),
      ),
    ),
  );
}
