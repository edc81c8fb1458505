/*
 * The visit: which flags a hit carries. { start, last, flags, views }, times in milliseconds; beside it, for as long as
 * it lasts, the list of the pages seen in it.
 */

import { PAGES, PAUSE, VISIT } from "../constants.js";
import { dayOf, weekOf } from "./calendar.js";
import { status } from "./choice.js";
import { exclusively } from "./tabs.js";

/** When the visit was last known to go on, in this tab. */
export let touched = 0;

/** Notes, in this tab alone, that it goes on at `time`. */
export const touch = (time) => (touched = time);

/**
 * The visit that goes on at `now`, or a new one: a pause of half an hour ends it, and so does the site's midnight.
 *
 * Once it has ended, which pages it saw is nobody's business any more: the list is deleted.
 */
export function visitAt(now) {
  const visit = lastVisit();
  if (goesOn(visit, now)) return visit;
  delete localStorage[PAGES];
  return { start: now, flags: firsts(dayOf(now), visit ? dayOf(visit.start) : ""), views: 0 };
}

const lastVisit = () => JSON.parse(localStorage[VISIT] || null);

const goesOn = (visit, now) => visit && dayOf(visit.start) === dayOf(now) && now - visit.last < PAUSE;

/**
 * Which periods `today` opens for a browser whose last visit was on the day `before`: 1 for the day, 2 for the ISO week,
 * 4 for the month, 8 for the year.
 */
function firsts(today, before) {
  const periods = [(day) => day, weekOf, (day) => day.slice(0, 7), (day) => day.slice(0, 4)];
  return periods.reduce((flags, periodOf, bit) => flags | ((periodOf(today) !== periodOf(before)) << bit), 0);
}

/** Stores the visit, which goes on at `now`. */
export function remember(visit, now) {
  touched = visit.last = now;
  localStorage[VISIT] = JSON.stringify(visit);
}

/** The visit, where it goes on and is counted. It takes no lock, and is for pages on their way out. */
export function presentVisit() {
  try {
    const visit = lastVisit();
    if (status() === "accepted" && goesOn(visit, Date.now())) return visit;
  } catch {
    // Without storage there is none.
  }
}

/** Deletes the list of a visit that has ended. */
export const tidy = () => exclusively(() => visitAt(Date.now()));
