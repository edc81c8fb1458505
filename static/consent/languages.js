/*
 * Languages: in which one the visitor reads the notice. Of many the first alone travels in the script.
 *
 * LANGUAGES is false in the script of a notice in one language alone, and parts take all of them for many.
 */

import { PATIENCE } from "../constants.js";
import { load, notice } from "./notice.js";

/** The name of the texts to show: for the page's own language, else the reader's first that there is, else the first. */
export function language() {
  const [first, ...others] = Object.keys(notice.texts);
  if (!LANGUAGES) return first;
  const names = [first, ...others, ...(notice.languages || [])];
  const root = document.documentElement;
  const tags = [root.lang || root.getAttribute("xml:lang") || "", ...navigator.languages];
  return tags.map((tag) => lookup(canonical(tag), names)).find(Boolean) || first;
}

/**
 * Looks a tag up as BCP 47 has it (RFC 4647, section 3.4): the longest name that it begins with. Failing that, any text of
 * the same language.
 */
function lookup(tag, names) {
  const fitting = names.filter((name) => `${tag}-`.startsWith(name.toLowerCase() + "-"));
  return fitting.sort().pop() || names.find((name) => primarySubtag(name) === primarySubtag(tag));
}

/** Other spellings of a language, and regions in which it is written otherwise than where it is at home. */
const canonical = (tag) =>
  tag
    .toLowerCase()
    .replace(/_/g, "-")
    .replace(/^iw\b/, "he")
    .replace(/^n[no]\b/, "nb")
    .replace(/^zh-(tw|hk|mo)\b/, "zh-hant");

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
