/*
 * The page views: of the page that was loaded, and of those to which a single-page application goes on.
 */

import { FIRST_TOUCH, FIRST_VIEW, NOT_FOUND, nothing, PATH_LENGTH, SECOND_VIEW } from "../constants.js";
import { status } from "./choice.js";
import { cookie } from "./cookies.js";
import { DESCRIPTIONS, send } from "./hit.js";
import { isDeclared } from "./notice.js";
import { isNew } from "./pages-seen.js";
import { draw, shown } from "./panel.js";
import { exclusively, isCounted, settled } from "./tabs.js";
import { cut, plainPath } from "./text.js";
import { answered } from "./token.js";
import { remember, visitAt } from "./visit.js";

/** The path of the last view. */
export let path;

/** The path of the present page, as it stands in the address. */
let readPath = () => location.pathname;

export const here = () => plainPath(readPath());

/** A part may read it elsewhere. */
export const readPathBy = (way) => (readPath = way);

/** Whether the present page was not found: a part knows. */
let isMissing = nothing;

export const readStatusBy = (way) => (isMissing = way);

/** How a view waits, which may be one after a change of route: a part may want it to. */
let wait = (work) => work();

export const viewsWaitBy = (way) => (wait = way);

/** Counts a view of the present page, after a token that is on its way: by then the page may be another. */
export function view(isRoute) {
  const viewed = (path = here());
  const { search } = location;
  if (PARTS) wait((isLeaving) => (isLeaving ? countAtOnce : countInTurn)(viewed, search, isMissing(viewed)), isRoute);
  else countInTurn(viewed, search);
}

/** On its way out a page has no time for a lock. */
function countAtOnce(viewed, search, wasMissing) {
  try {
    if (isCounted() && cookie("consent")) count(viewed, search, wasMissing);
  } catch {
    // Without storage nothing is counted.
  }
}

function countInTurn(viewed, search, wasMissing) {
  answered
    .then(() => {
      if (status() !== shown) draw();
      // Without a token there is nothing to count, and nothing to tidy up.
      if (cookie("consent")) return exclusively(() => count(viewed, search, wasMissing));
    })
    .catch(nothing);
}

/** What parts have called after each view that was counted. */
export const watchers = [];

/**
 * Adds a view of `path` to the visit and sends it, unless the consent has gone since.
 *
 * A view that flags tell from others (first, second, first of its page) holds the lock until other tabs can know of it.
 */
function count(path, search, wasMissing) {
  const now = Date.now();
  // Before the status, since it tidies up: a visit may have ended under a token that no longer allows sending.
  const visit = visitAt(now);
  if (status() !== "accepted") return;
  const page = isDeclared("page") ? cut(path, PATH_LENGTH) : "/";
  const missing = PARTS && wasMissing ? { x: NOT_FOUND } : undefined;
  // A page that was not found is another one than the same page found.
  const flags = visit.flags | [FIRST_VIEW, SECOND_VIEW][visit.views] | (isNew((missing ? NOT_FOUND : "") + page) && FIRST_TOUCH);
  visit.views++;
  remember(visit, now);
  send(
    Object.assign(
      { e: "view", f: flags, p: page },
      missing,
      ...(flags & FIRST_VIEW ? Object.keys(DESCRIPTIONS).map((name) => isDeclared(name) && DESCRIPTIONS[name](search)) : []),
    ),
  );
  if (PARTS) watchers.forEach((watch) => watch());
  if (flags & (FIRST_VIEW | SECOND_VIEW | FIRST_TOUCH)) return settled();
}

/**
 * Does `work` with the visit that goes on, in turn with other tabs. One that has ended begins anew with a view of the
 * page that is present now, whatever it is when it is this tab's turn: only views begin visits.
 */
export const withVisit = (work, viewed = path) =>
  answered.then(() => {
    if (cookie("consent"))
      return exclusively(async () => {
        if (!visitAt(Date.now()).views) await count(viewed, location.search, PARTS && isMissing(viewed));
        if (status() !== "accepted") return;
        work(visitAt(Date.now()));
        // Other tabs must know what was first: they are asked as soon as this one lets go.
        return settled();
      });
  });

/** Single-page navigation: a view if the path has changed. */
export const route = () => path && path !== here() && view(true);

export function watchRoutes() {
  // The Navigation API tells of every change of the address. Where a browser lacks it, an element of the page may be
  // called `navigation`.
  if (window.navigation?.currentEntry) navigation.addEventListener("currententrychange", route);
  else {
    addEventListener("popstate", route);
    ["pushState", "replaceState"].forEach((name) => {
      // The method that the page calls, which a router may have put before the prototype's.
      const original = history[name];
      history[name] = function (...values) {
        original.apply(this, values);
        route();
      };
    });
  }
  // A page that comes back whole from the back-forward cache is seen again.
  addEventListener("pageshow", (event) => event.persisted && view());
}
