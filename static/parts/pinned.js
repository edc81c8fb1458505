/*
 * For a script that a page has pinned by its digest, so that it outlives the notice in it.
 */

import { PATIENCE } from "../constants.js";

/** Whoever has accepted another notice than this script holds is asked by the current one, if it is yet another. */
export default async function pinned({ opposed, statement, notice, load, language }) {
  const [, accepted] = opposed() ? [] : statement();
  // Without an answer the one in this script is shown.
  if (accepted && accepted !== notice().digest) await load(language(), { signal: AbortSignal.timeout(PATIENCE) }).catch(() => {});
}
