/* What the browser runs. */

import { createElement } from "react";
import { hydrateRoot } from "react-dom/client";
import { Document } from "./app.mjs";

const script = document.querySelector("script[src*='consent']").getAttribute("src");
const isExpected = PROPERTIES.isMismatched;

hydrateRoot(document, createElement(Document, { ...PROPERTIES, script, path: location.pathname }), {
  // A difference that is there on purpose is nobody's error.
  ...(isExpected && { onRecoverableError: () => {} }),
});
