/*
 * The calendar: days such as "2026-11-22" and quarters such as "2026Q4", both in the site's time zone, so that a
 * visitor's day is the day under which the server counts.
 */

import { notice } from "./notice.js";

/** A zone unknown to this browser must not end the counting: then days are those of UTC. */
export function dayOf(time, timeZone = notice.timezone) {
  try {
    // Swedish writes dates as ISO 8601 does.
    return new Date(time).toLocaleDateString("sv", { timeZone });
  } catch {
    return dayOf(time, "UTC");
  }
}

/** Numbers ISO weeks, which begin on Mondays, from an arbitrary start: 1 January 1970 was a Thursday. */
export const weekOf = (day) => ((Date.parse(day) / 864e5 + 3) / 7) | 0;

export function quarterNow() {
  const day = dayOf(Date.now());
  return day.slice(0, 4) + "Q" + Math.ceil(day.slice(5, 7) / 3);
}

/** How many quarters ago `quarter` was; NaN, which no comparison accepts, if it is none. */
export function age(quarter) {
  const number = (text) => text.slice(0, 4) * 4 + +text[5];
  return number(quarterNow()) - number(quarter + "");
}
