/*
 * The token: what the service gives for a yes, asked for once and kept in the cookie.
 */

import { nothing, TOKEN_QUARTERS } from "../constants.js";
import { erase } from "./choice.js";
import { cookie, keep } from "./cookies.js";
import { language } from "./languages.js";
import { load, notice } from "./notice.js";
import { draw } from "./panel.js";
import { request } from "./request.js";

/** Says that there is a page to count. */
export let begun;
/** Settled once there is a page to count, unless a token is on its way. */
export let answered = new Promise((done) => (begun = done));

/** Asks for the token: from now on, what is counted waits for the answer. */
export function askForToken() {
  answered = obtain().catch(nothing).then(draw);
}

/** Asks for the token and keeps it; if the notice has changed meanwhile, the new one is to be shown first. */
async function obtain() {
  // With credentials where the service is the site's own host: then its answer sets the cookie.
  const answer = await request("../../consent", { s: notice.site, n: notice.digest }, { credentials: "same-origin" });
  if (answer.status === 409) {
    await load(language());
  } else if (answer.ok) {
    const { token } = await answer.json();
    if (cookie("refused")) return erase();
    // Where the service is the site's own host the answer has set it.
    if (cookie("consent") !== token) keep("consent", token, TOKEN_QUARTERS);
  }
}
