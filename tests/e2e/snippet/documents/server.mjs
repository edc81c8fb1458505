/* What the server sends, by path. */

import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { Document, PATHS } from "./app.mjs";

const html = (path) => "<!doctype html>" + renderToString(createElement(Document, { ...PROPERTIES, script: "CONSENT", path }));

console.log(JSON.stringify(Object.fromEntries(PATHS.map((path) => [path, html(path)]))));
