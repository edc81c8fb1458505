/*
 * The pages seen: what the visit has counted once already, as a list of hashes.
 */

import { PAGES } from "../constants.js";

/** Whether `thing`, a page's path or what else is counted, is new to the visit; it is not from now on. */
export function isNew(thing) {
  const seen = localStorage[PAGES] || "";
  const mark = `,${hash(thing)},`;
  if (seen.includes(mark)) return false;
  localStorage[PAGES] = seen + mark;
  return true;
}

/** A short hash (32 bits): enough to tell pages apart, and no history in plain text. */
const hash = (text) => [...text].reduce((sum, letter) => (sum * 31 + letter.codePointAt()) | 0, 0);
