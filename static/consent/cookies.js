/*
 * The cookies, consent=TOKEN and refused=QUARTER: the host's, or the whole domain's where the site says so.
 */

import { HOST } from "../constants.js";
import { quarterNow } from "./calendar.js";
import { wide } from "./notice.js";

/**
 * The choice of this name, if there is one. The site may have cookies of the same name, under this path or a longer one:
 * ours alone hold a token, which begins with a list in base64, or a quarter.
 */
export const cookie = (name) =>
  RegExp(`(?:^|; |${HOST})${name}=(Wy[^;]+\\.[^;]+|\\d+Q\\d)(?![^;])`).exec(document.cookie)?.[1];

/**
 * Keeps a choice to the end of this quarter and of those that follow, `quarters` in all. With -1 the end is past in every
 * time zone: that deletes it.
 *
 * The browser counts the seconds, so that the choice is as good where the clock is a year ahead.
 */
export function keep(name, value, quarters, domain = wide) {
  const quarter = quarterNow();
  const end = new Date(quarter.slice(0, 4), (+quarter[5] + quarters - 1) * 3);
  const seconds = (end - Date.now()) / 1e3;
  document.cookie =
    `${name}=${value}; Path=/; SameSite=Lax; Max-Age=${seconds | 0}` +
    (domain ? "; Domain=" + domain : "") +
    (location.protocol === "https:" ? "; Secure" : "");
}

/** Deletes a choice, whoever set it, and for which domain: what the site says may have changed since. */
export function drop(name) {
  const domain = location.hostname.split(".");
  // Only as long as there is one, so that a cookie of the site's own stays where it can.
  if (cookie(name)) keep(name, "", -1, "");
  if (cookie(name)) keep(HOST + name, "", -1, "");
  for (; cookie(name) && domain[0]; domain.shift()) keep(name, "", -1, domain.join("."));
}
