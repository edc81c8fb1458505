/*
 * Engaged time, how long a page is seen and somebody is there: for sites whose notice declares it.
 */

import { FIRST_TOUCH } from "../constants.js";

/** Milliseconds without a sign of life after which nobody is taken to be there. */
const IDLE = 30_000;

const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchmove"];

/**
 * Adds up the time between signs of life, and sends whole seconds when the page is hidden or left.
 *
 * A page on its way out must take no lock, or the back-forward cache does not let it in: whose report is the visit's
 * first is settled while somebody is there.
 */
export default function engagement({ withVisit, presentVisit, send, isNew, watchers }) {
  let time = 0;
  let last;
  /** The starts of the visit in which this page may report, and of that whose first report is this page's. */
  let settled;
  let first;

  function live() {
    const now = performance.now();
    if (now - last < IDLE) time += now - last;
    last = now;
  }

  /** A page that is counted may report; what was before is not counted. */
  function begin() {
    const visit = presentVisit();
    if (!visit || visit.start === settled) return;
    time = 0;
    settled = visit.start;
    withVisit(({ start }) => {
      if (start === settled && isNew("engaged")) first = start;
    });
  }

  function leave() {
    if (last === undefined) return;
    live();
    last = undefined;
    const visit = presentVisit();
    const v = Math.floor(time / 1_000);
    if (!v || !visit || visit.start !== settled) return;
    send({ e: "engaged", f: visit.flags | (first === settled && FIRST_TOUCH), v });
    time -= v * 1_000;
    first = undefined;
  }

  const turn = () => (document.hidden ? leave() : live());

  for (const type of SIGNS) addEventListener(type, live, { capture: true, passive: true });
  addEventListener("visibilitychange", turn);
  addEventListener("pagehide", leave);
  addEventListener("pageshow", turn);
  watchers.push(begin);
  turn();
}
