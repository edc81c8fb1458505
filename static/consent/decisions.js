/*
 * The decisions: what the visitor does about the choice, by the panel's buttons or by what the page offers.
 */

import { nothing, REFUSAL_QUARTERS } from "../constants.js";
import { quarterNow } from "./calendar.js";
import { erase, opposed, status } from "./choice.js";
import { drop, keep } from "./cookies.js";
import { draw, host, leave } from "./panel.js";
import { askForToken } from "./token.js";
import { view } from "./views.js";

let decide = nothing;

/** A part may be told of each choice: whether it is a yes to everything, or a no. */
export const onDecision = (way) => (decide = way);

/** Accepts: asks the service for a token, and counts the page once it has answered. */
export function accept() {
  if (opposed()) return;
  if (PARTS) decide(true);
  if (status() === "accepted") return;
  // Gone while the answer is on its way, so that a double click asks once; `draw` brings it back, in whatever state.
  host.remove();
  // A refusal that is there when the answer comes is then a newer one than this yes.
  drop("refused");
  askForToken();
  view();
}

/** Refuses or withdraws: both leave the refusal and nothing else. */
export function refuse() {
  if (opposed()) return;
  erase();
  keep("refused", quarterNow(), REFUSAL_QUARTERS);
  draw();
  if (PARTS) decide(false);
}

/** Leaves nothing at all; the question returns with the next page. */
export function forget() {
  erase();
  drop("refused");
  leave();
  if (PARTS) decide(false);
}
