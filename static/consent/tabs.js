/*
 * The tabs: a visit and the list of its pages are shared by all of them, since a visit is: a page that is open in ten
 * tabs is one visitor's page. They are read and written by one tab at a time only, within `exclusively`.
 */

import { CHECK, nothing, SETTLING } from "../constants.js";
import { status } from "./choice.js";
import { draw, leave, shown } from "./panel.js";
import { answered } from "./token.js";

/** Where it matters that other tabs know what was stored, we wait. */
export const settled = () => new Promise((done) => setTimeout(done, SETTLING));

/** Nothing is in the tab in which the owner's dashboard looks for the script. (A page may have a `name` of its own.) */
export const isCounted = () => window.name !== CHECK;

/** One tab at a time, where the browser can, until `work` is through: else two tabs opened at once would both begin. */
export function exclusively(work) {
  return isCounted() && (navigator.locks?.request("consent", work) || answered.then(work)).catch(nothing);
}

/**
 * Follows what another tab did: shows its choice, and deletes here too what it withdrew, or stored too late to know.
 *
 * Waits for the cookie, which the storage event may be ahead of. An open question is not put before someone who has
 * just come back: the next page asks.
 */
export function refresh() {
  settled().then(() => {
    const present = status();
    if (present !== shown) (present === "open" ? leave : draw)();
  });
}
