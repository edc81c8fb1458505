/*
 * Pages that were not found: for sites whose notice declares them.
 *
 * The server says so with the status of the document, a page of a single-page application in a meta tag, which it may
 * set a moment after the route has changed. So the view of such a page waits for a quarter of a second, or until the
 * next one, or until the visitor leaves.
 */

import { NOT_FOUND } from "../constants.js";

/** Milliseconds after a change of route in which a page may say that it was not found. */
const PATIENCE = 250;

export default function missing({ notice, here, readStatusBy, viewsWaitBy }) {
  const isDeclared = () => notice().dimensions.includes("missing");

  /** The page of which the document's status tells. */
  const loadedAs = here();
  let waiting, timer;

  /** Whether the page says that it is not there; of the page that was loaded, whether the server did. */
  readStatusBy((path) => {
    const said = document.querySelector('meta[name="consent-status"]')?.content;
    const loaded = path === loadedAs && performance.getEntriesByType("navigation")[0]?.responseStatus;
    return isDeclared() && (said || loaded) == NOT_FOUND;
  });

  function goOn(isLeaving) {
    clearTimeout(timer);
    const work = waiting;
    waiting = undefined;
    work?.(isLeaving);
  }

  viewsWaitBy((work, isRoute) => {
    if (isRoute) goOn();
    // A view that goes at once is of the page whose own waits: Accept was pressed within the quarter of a second.
    waiting = undefined;
    if (!isRoute || !isDeclared()) return work();
    waiting = work;
    timer = setTimeout(goOn, PATIENCE);
  });

  addEventListener("pagehide", () => goOn(true));
}
