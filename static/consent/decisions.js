/*
 * The decisions: what the visitor does about the choice, by the panel's buttons or by what the page offers.
 */

import { nothing, VISIT } from "../constants.js";
import { erase, keepQuarter, opposed, status } from "./choice.js";
import { drop } from "./cookies.js";
import { draw, hide, leave } from "./panel.js";
import { askForToken } from "./token.js";
import { view } from "./views.js";

let decide = nothing;

/** A part may be told of each choice: whether it is a yes to everything, or a no. */
export const onDecision = (way) => (decide = way);

/** Accepts: asks the service for a token, and counts the page once it has answered. */
export function accept() {
  if (opposed()) return;
  if (status() !== "accepted") {
    // What the browser would not keep is not asked for: it would be counted, and nobody would hold it.
    if (!keepQuarter("consent")) return giveUp();
    // Gone while the answer is on its way, so that a double click asks once; `draw` brings it back, in whatever state.
    hide();
    drop("consent");
    // A refusal that is there when the answer comes is then a newer one than this yes.
    drop("refused");
    askForToken();
    view();
  }
  if (PARTS) decide(true);
}

/** Refuses or withdraws: both leave the refusal and nothing else. */
export function refuse() {
  if (opposed()) return;
  erase();
  keepQuarter("refused") ? draw() : giveUp();
  if (PARTS) decide(false);
}

/** Where no choice can be kept there is nothing to ask, from now on and as long as the tab is there. */
function giveUp() {
  sessionStorage[VISIT] = 1;
  leave();
}

/** Leaves nothing at all; the question returns with the next page. */
export function forget() {
  erase();
  drop("refused");
  leave();
  if (PARTS) decide(false);
}
