/*
 * Languages: in which one the visitor reads the notice. Of many the first alone travels in the script.
 */

import { PATIENCE } from "../constants.js";
import { load, notice } from "./notice.js";

/** The language to show: the page's own, else the reader's first that there is, else the notice's first. */
export const language = () =>
  [document.documentElement.lang, ...navigator.languages, Object.keys(notice.texts)[0]]
    .map(primarySubtag)
    .find((tag) => notice.texts[tag] || notice.languages?.includes(tag));

/** Fetches the texts of the language to show, where they are not in the script. */
export async function speak() {
  try {
    // A version never changes: the browser may keep it.
    if (!notice.texts[language()])
      await load(language() + "&n=" + notice.digest, { signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    // Then the first is shown.
  }
  // From now on there are no others, whatever the page says that its language is.
  delete notice.languages;
}

export const primarySubtag = (tag) => tag.split("-")[0].toLowerCase();
