/*
 * The interface for the page, window.consent: consent.d.ts describes it. And what the owner's dashboard may ask.
 */

import { nothing } from "../constants.js";
import { opposed, status } from "./choice.js";
import { accept, forget, refuse } from "./decisions.js";
import { base, home, notice } from "./notice.js";
import { draw, host, shown } from "./panel.js";
import { request } from "./request.js";

export const api = {
  status,
  show: () => shown && !opposed() && draw(true),
  accept,
  reject: refuse,
  withdraw: refuse,
  forget,
  event: nothing,
  on: (type, listener) => addEventListener("consent:" + type, (event) => listener(event.detail)),
};

/**
 * Answers the owner's dashboard, which has opened this page to see whether the script is in it, and nobody else: whether
 * there is anything of ours to see, which notice it has, and where the service is to it. Never what was chosen: the
 * control is seen after a yes as after a no.
 *
 * The dashboard may have a hit sent for it: one with a token that is none, which the service refuses and counts nothing
 * of. But whether it gets there, only the page can tell: the text of the answer, or none.
 */
export async function answer({ origin, source, data }) {
  if (origin !== home) return;
  const response = data && (await request("../../hit", data).catch(nothing));
  source.postMessage([!!host.offsetHeight, notice.digest, base, data, await response?.text()], home);
}
