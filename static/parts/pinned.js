/*
 * For a script that a page has pinned by its digest, so that it outlives the notice in it.
 */

import { PATIENCE } from "../constants.js";

/** Whoever has accepted another notice than this script holds is asked by the current one, if it is yet another. */
export default async function pinned({ opposed, accepted, notice, load, language }) {
  const digest = opposed() ? undefined : accepted();
  // Without an answer the one in this script is shown.
  if (digest && digest !== notice().digest) await load(language(), { signal: AbortSignal.timeout(PATIENCE) }).catch(() => {});
}
