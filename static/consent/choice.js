/*
 * The choice: the cookie consent=TOKEN after a yes, refused=QUARTER after a no, neither before.
 */

import { PAGES, REFUSAL_QUARTERS, VISIT } from "../constants.js";
import { quarterNow } from "./calendar.js";
import { cookie, drop, keep } from "./cookies.js";
import { ask, notice } from "./notice.js";

/**
 * Global Privacy Control refuses for the visitor; so does Do Not Track ("1"), unless the site asks in spite of it. A
 * browser refuses, too, where storage cannot be read, or where it has lost the choice that was made in this tab.
 */
export function opposed() {
  try {
    return navigator.globalPrivacyControl || (navigator.doNotTrack == 1 && !ask) || sessionStorage[VISIT];
  } catch {
    return true;
  }
}

/**
 * Keeps the quarter under a name: a refusal, or what stands in the place of a token until it comes. Gives it back as the
 * browser has kept it, or nothing. A slow clock must not make a refusal older than the notice.
 *
 * (Firefox shows a script a cookie that it will drop when the page is left, but none that it refuses.)
 */
export function keepQuarter(name) {
  const quarter = quarterNow();
  keep(name, quarter < notice.since ? notice.since : quarter, REFUSAL_QUARTERS);
  return cookie(name);
}

/** The digest of the notice that was accepted; null without a readable token, which states [site, digest, quarter]. */
export function accepted() {
  try {
    // The payload is plain ASCII without > ? ~, so its base64url is base64: there is never a "-" or "_" to translate.
    return atob(cookie("consent").split(".")[0]).split('"')[3];
  } catch {
    // There is none; and what was given in the place of a notice has none either.
    return null;
  }
}

/**
 * "accepted", "refused" or "open" (the visitor is to be asked). Whoever is opposed to all such questions has refused.
 *
 * Deletes what no token covers any longer. A token of an older notice covers what is stored, but not sending.
 */
export function status() {
  if (opposed()) {
    erase();
    return "refused";
  }
  const refused = cookie("refused");
  const digest = accepted();
  // Accepting deletes a refusal first: one that stands beside a token is the later of the two.
  const isRefused = notice.since <= refused;
  if (isRefused || !digest) erase();
  return isRefused ? "refused" : digest === notice.digest ? "accepted" : "open";
}

/** Deletes the token and all that was stored under it. */
export function erase() {
  try {
    drop("consent");
    delete localStorage[VISIT];
    delete localStorage[PAGES];
  } catch {
    // Storage that cannot be reached holds nothing of ours.
  }
}
