/*
 * Activity: somebody who points, types or scrolls goes on with the visit.
 */

import { MINUTE } from "../constants.js";
import { shown } from "./panel.js";
import { withVisit } from "./views.js";
import { remember, touch, touched } from "./visit.js";

/** Of what happens within a minute one time is enough. */
export function act() {
  const now = Date.now();
  if (now - touched < MINUTE || shown !== "accepted") return;
  touch(now);
  withVisit((visit) => remember(visit, now));
}
