/*
 * The choice: the cookie consent=TOKEN after a yes, refused=QUARTER after a no, neither before.
 */

import { PAGES, REFUSAL_QUARTERS, TOKEN_QUARTERS, VISIT } from "../constants.js";
import { age } from "./calendar.js";
import { cookie, drop } from "./cookies.js";
import { ask, notice } from "./notice.js";

/** Global Privacy Control and, unless the site asks in spite of it, Do Not Track ("1") refuse for the visitor. */
export const opposed = () => navigator.globalPrivacyControl || (navigator.doNotTrack == 1 && !ask);

/** What the token states: [site, digest, quarter]; all of it undefined without a readable one. */
export function statement() {
  try {
    // The payload is plain ASCII without > ? ~, so its base64url is base64: there is never a "-" or "_" to translate.
    return [...JSON.parse(atob(cookie("consent").split(".")[0]))];
  } catch {
    return [];
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
  const [site, digest, quarter] = statement();
  // Accepting deletes a refusal first: one that stands beside a token is the later of the two.
  const isRefused = age(refused) < REFUSAL_QUARTERS && notice.since <= refused;
  if (!isRefused && site === notice.site && age(quarter) < TOKEN_QUARTERS)
    return digest === notice.digest ? "accepted" : "open";
  erase();
  return isRefused ? "refused" : "open";
}

/** Deletes the token and all that was stored under it. */
export function erase() {
  drop("consent");
  try {
    localStorage.removeItem(VISIT);
    localStorage.removeItem(PAGES);
  } catch {
    // Storage that cannot be reached holds nothing of ours.
  }
}
