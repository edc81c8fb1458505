/*
 * How a page felt (largest contentful paint, interaction to next paint, layout shift), by the web-vitals library: for
 * sites whose notice declares one of them.
 */

import { FIRST_TOUCH } from "../constants.js";

import { onCLS, onINP, onLCP } from "web-vitals";

const MEASURES = { lcp: onLCP, inp: onINP, cls: onCLS };

/**
 * Sends each vital once in a visit, of the page on which it was there first, when that is hidden or left.
 *
 * As with engaged time, a page on its way out takes no lock: which page's value it is that counts is settled before.
 */
export default function vitals({ notice, withVisit, presentVisit, send, isNew, watchers }) {
  const values = {};
  /** By vital, the start of the visit for which this page has asked, and of that in which its value counts. */
  const asked = {};
  const ours = {};

  function claim(name) {
    const visit = presentVisit();
    if (!visit || asked[name] === visit.start) return;
    asked[name] = visit.start;
    withVisit(({ start }) => {
      if (isNew(name)) ours[name] = start;
    });
  }

  function leave() {
    const visit = presentVisit();
    for (const name in ours) {
      if (visit?.start === ours[name]) send({ e: "vitals", f: visit.flags | FIRST_TOUCH, n: name, v: values[name] });
      delete ours[name];
    }
  }

  for (const name of notice().dimensions.filter((one) => MEASURES[one])) {
    const note = ({ value }) => {
      values[name] = value;
      claim(name);
    };
    MEASURES[name](note, { reportAllChanges: true });
  }
  watchers.push(() => Object.keys(values).forEach(claim));
  // After the library's own listeners, which look for the last values at the same moment.
  addEventListener("visibilitychange", () => document.hidden && leave());
}
