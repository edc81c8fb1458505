/*
 * The interface for the page, window.consent: consent.d.ts describes it. And what the owner's dashboard may ask.
 */

import { nothing } from "../constants.js";
import { status } from "./choice.js";
import { accept, forget, refuse } from "./decisions.js";
import { home, notice } from "./notice.js";
import { draw, host, shown } from "./panel.js";

export const api = {
  status,
  show: () => shown && draw(true),
  accept,
  reject: refuse,
  withdraw: refuse,
  forget,
  event: nothing,
  on: (type, listener) => addEventListener("consent:" + type, (event) => listener(event.detail)),
};

/**
 * Answers the owner's dashboard, which has opened this page to see whether the script is in it, and nobody else: which
 * notice it has, and whether there is anything of ours to see. Never what was chosen: the control is seen after a yes
 * as after a no.
 */
export const answer = ({ origin, source }) =>
  origin === home && source.postMessage([!!host.offsetHeight, notice.digest], home);
