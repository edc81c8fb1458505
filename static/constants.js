/*
 * Numbers and names that the snippet and its parts share. They stand in a file of their own because the build writes
 * constants of another file into the places where they are used.
 */

// What is stored: keys of local storage, and the cookies consent=TOKEN and refused=QUARTER; or the first
// key in session storage, where the browser kept no cookie: in this tab nobody is asked again.
export const VISIT = "consent-visit";
export const PAGES = "consent-pages";
/** Of sites with purposes beside counting alone. */
export const PURPOSES = "consent-purposes";
/** Under this prefix a service that answers under the site's own host sets the cookie itself. */
export const HOST = "__Host-";

export const TOKEN_QUARTERS = 2;
export const REFUSAL_QUARTERS = 3;

// Properties of the hit, beside those of its visit (1, 2, 4, 8: which periods it opens). The last is of a page, or of
// what else is counted once in a visit.
export const FIRST_VIEW = 16;
export const SECOND_VIEW = 32;
export const FIRST_TOUCH = 64;

// In milliseconds: the pause that ends a visit; what signs of life are kept apart by; what one tab stores reaches the
// next, another process, some time later only; how long something from the network is waited for.
export const PAUSE = 30 * 60 * 1000;
export const MINUTE = 60 * 1000;
export const SETTLING = 100;
export const PATIENCE = 5000;

// In bytes. Together they keep a hit below 1 KB; the first cuts a page alike in each of its hits.
export const PATH_LENGTH = 300;
export const HOST_LENGTH = 120;
export const CAMPAIGN_LENGTH = 90;

/** What a view of a page that was not found says, as HTTP does. */
export const NOT_FOUND = 404;

/** The name of the window in which the dashboard looks whether the script is in a page. */
export const CHECK = "consent-check";

/** What there is to do where there is nothing to do, or nothing to say of what went wrong. */
export const nothing = () => {};
