/*
 * The snippet: the cookie notice, and the counting that follows a yes.
 *
 * It is served as /s/KEY/consent.js with the site's notice in the place of __NOTICE__, and embedded with one line:
 *
 *     <script src="https://SERVICE/s/KEY/consent.js" defer></script>
 *
 * This file says what it does, in order; how is in the modules of the folder `consent`. What only some sites use are
 * parts, in files of their own, which the service puts in the place of __PARTS__ for those sites alone; PARTS is false
 * in the script of all others, and LANGUAGES too where there is one language alone.
 *
 * Three rules hold throughout:
 *
 * - Before a yes nothing is stored and nothing is requested.
 * - The choice is a cookie, and only the cookie knows it: it is read anew before each step that depends on it, never
 *   remembered in a variable, so that a withdrawal in one tab stops them all.
 * - Nothing here may disturb the page. What goes wrong (no storage, no network) ends in silence and counts nothing.
 */

import { act } from "./consent/activity.js";
import { erase, opposed } from "./consent/choice.js";
import { answer, api } from "./consent/interface.js";
import { speak } from "./consent/languages.js";
import { means } from "./consent/means.js";
import { draw, giveWay, giveWayAtEnds, host } from "./consent/panel.js";
import { refresh, settled } from "./consent/tabs.js";
import { begun } from "./consent/token.js";
import { view, watchRoutes } from "./consent/views.js";
import { tidy } from "./consent/visit.js";
import { nothing } from "./constants.js";

/** Waits until the page is really looked at and has a body. A refusal waits for nothing. */
async function begin() {
  window.consent = api;
  addEventListener("message", answer);
  host.hidePopover(); // a browser without popovers goes no further
  if (PARTS) for (const part of __PARTS__) await part(means);
  if (opposed()) return erase();
  while (document.prerendering || !document.body) await settled();
  if (LANGUAGES) await speak();
  start();
}

function start() {
  draw();
  watchRoutes();
  ["pointerdown", "keydown", "wheel", "touchmove"].forEach((type) => addEventListener(type, act, true));
  addEventListener("storage", refresh);
  addEventListener("focusin", giveWay);
  addEventListener("scroll", giveWayAtEnds);
  addEventListener("visibilitychange", () => {
    refresh();
    // Whoever comes back to a tab after hours may only read on. (A page that takes a lock on its way out is not let into
    // the back-forward cache.)
    if (!document.hidden) tidy();
  });
  begun();
  view();
}

// The page may carry the script twice; and an element of its own may be window.consent.
window.consent?.on || begin().catch(nothing);
