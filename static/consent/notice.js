/*
 * The notice: what is asked. { site, digest, since, timezone, dimensions, events, texts, languages }, and in the script
 * { home, ask, css, domain }: the service's own address, and how the site wants it to look and behave.
 */

import { request } from "./request.js";

export let notice;
/** Writes a time as a day of the site's time zone. */
export let calendar;

adopt(__NOTICE__);

export const { home, ask, css = "", domain: wide } = notice;

/** Makes `current` the notice in force, and the site's time zone that of all dates. */
function adopt(current) {
  notice = current;
  calendar = calendarOf(notice.timezone);
}

/** A formatter for days. A zone unknown to this browser must not end the counting: then days are those of UTC. */
function calendarOf(timeZone) {
  try {
    // Swedish writes dates as ISO 8601 does.
    return new Intl.DateTimeFormat("sv", { timeZone });
  } catch {
    return calendarOf("UTC");
  }
}

/** Replaces the notice by the one that the service gives; `query` says in which language. */
export const load = async (query, init) =>
  adopt(await (await request("notice.json?l=" + query, undefined, init)).json());
