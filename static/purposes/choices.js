/*
 * What is chosen for each purpose, in the browser alone: [digest of the notice, { purpose: quarter }] in local storage,
 * or where that cannot be reached for as long as the page lasts. A choice is good for the notice under which it was
 * made, as a token is, and for as long.
 */

import { PURPOSES, TOKEN_QUARTERS } from "../constants.js";

/** Before a purpose it makes the name of the text that is its label. */
export const LABEL = "purpose:";

export function choicesOf({ notice, age, quarterNow, opposed }, onChange) {
  let here = [];

  function read() {
    try {
      return JSON.parse(localStorage[PURPOSES] || "[]");
    } catch {
      return here;
    }
  }

  function write(quarters) {
    here = [notice().digest, quarters];
    try {
      if (Object.keys(quarters).length) localStorage[PURPOSES] = JSON.stringify(here);
      else delete localStorage[PURPOSES];
    } catch {
      // Then `here` alone has it.
    }
    onChange();
  }

  /** The quarters of those that are allowed. */
  function allowed() {
    const [digest, quarters] = read();
    const holds = ([purpose, quarter]) => names().includes(purpose) && age(quarter) < TOKEN_QUARTERS;
    return opposed() || digest !== notice().digest ? {} : Object.fromEntries(Object.entries(quarters).filter(holds));
  }

  /** All purposes of the notice: the same in each language, also before the one that is shown has been fetched. */
  const names = () =>
    Object.keys(Object.values(notice().texts)[0])
      .filter((name) => name.startsWith(LABEL))
      .map((name) => name.slice(LABEL.length));

  return {
    names,
    isAllowed: (purpose) => purpose in allowed(),
    /** Allows one more; the others keep their quarters. */
    allow: (purpose) => write({ ...allowed(), [purpose]: quarterNow() }),
    /** Allows these and no others. */
    choose: (purposes) => write(Object.fromEntries(purposes.map((purpose) => [purpose, quarterNow()]))),
    /** Deletes what no longer holds. */
    tidy: () => write(allowed()),
  };
}
