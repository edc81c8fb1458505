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
  return tags.map((tag) => nearest(tag.replace(/_/g, "-"), names)).find(Boolean) || first;
}

/**
 * Which of a notice's languages is nearest to a reader's, if any: in the same script, if there is one, and then as exact
 * as can be. consent_service/domain/notice/languages.py says why, and the page of the receipt does the same.
 */
export function nearest(wanted, names) {
  const reader = likely(wanted);
  for (const language of [reader.language, { nn: "nb", no: "nb" }[reader.language]]) {
    const alike = names.filter((name) => likely(name).language === language);
    const writtenSo = alike.filter((name) => likely(name).script === reader.script);
    const among = writtenSo.length ? writtenSo : alike;
    const exact = [reader.baseName, `${language}-${reader.script}`, language];
    const found = exact.find((name) => among.includes(name)) || among[0];
    if (found) return found;
  }
}

/** A tag as it is written today, with its language and its script; none of them where it is no tag. */
function likely(tag) {
  try {
    const locale = new Intl.Locale(tag);
    const { language, script } = locale.maximize();
    return { baseName: locale.baseName, language, script };
  } catch {
    return {};
  }
}

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
