/*
 * The cookies, consent=TOKEN and refused=QUARTER: the host's, or the whole domain's where the site says so.
 */

import { HOST, QUARTER_SECONDS } from "../constants.js";
import { wide } from "./notice.js";

export const cookie = (name) => RegExp(`(?:^|; )(?:${HOST})?${name}=([^;]+)`).exec(document.cookie)?.[1];

export function keep(name, value, quarters, domain = wide ? "; Domain=" + wide : "") {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; SameSite=Lax; Max-Age=${quarters * QUARTER_SECONDS}${secure}${domain}`;
}

/** Deletes a cookie, whoever set it, and for which domain: what the site says may have changed since. */
export function drop(name) {
  if (!cookie(name)) return;
  keep(HOST + name, "", 0, "");
  let domain = "." + location.hostname;
  for (keep(name, "", 0, ""); domain; domain = domain.replace(/^.[^.]*/, "")) keep(name, "", 0, "; Domain=" + domain.slice(1));
}
