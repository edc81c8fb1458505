/*
 * The snippet: the cookie notice, and the counting that follows a yes.
 *
 * It is served as /s/KEY/consent.js with the site's notice in the place of __NOTICE__, and embedded with one line:
 *
 *     <script src="https://SERVICE/s/KEY/consent.js" defer></script>
 *
 * In reading order: notice, calendar, choice, requests, visit, page views, panel, interface, start. What only some
 * sites use are parts, in files of their own, which the service puts in the place of __PARTS__ for those sites alone;
 * PARTS is false in the script of all others.
 *
 * Three rules hold throughout:
 *
 * - Before a yes nothing is stored and nothing is requested.
 * - The choice is a cookie, and only the cookie knows it: it is read anew before each step that depends on it, never
 *   remembered in a variable, so that a withdrawal in one tab stops them all.
 * - Nothing here may disturb the page. What goes wrong (no storage, no network) ends in silence and counts nothing.
 */

import {
  CAMPAIGN_LENGTH,
  CHECK,
  FIRST_TOUCH,
  FIRST_VIEW,
  HOST,
  HOST_LENGTH,
  MINUTE,
  PAGES,
  PATH_LENGTH,
  PATIENCE,
  PAUSE,
  QUARTER_SECONDS,
  REFUSAL_QUARTERS,
  SECOND_VIEW,
  SETTLING,
  TOKEN_QUARTERS,
  VISIT,
} from "./constants.js";

// ---------------------------------------------------------------------------------------------------------------------
// The notice: what is asked. { site, digest, since, timezone, dimensions, events, texts, languages }, and in the script
// { home, ask, css, domain }: the service's own address, and how the site wants it to look and behave.
// ---------------------------------------------------------------------------------------------------------------------

let notice;
let calendar;
/** When the visit was last known to go on, in this tab. */
let touched = 0;

adopt(__NOTICE__);

const { home, ask, css = "", domain: wide } = notice;

/** SERVICE/s/KEY/consent.js: where the service is, be it behind the site's own proxy. */
const { src } = document.currentScript;

/** Makes `current` the notice in force, and the site's time zone that of all dates. */
function adopt(current) {
  notice = current;
  calendar = calendarOf(notice.timezone);
}

/** Replaces the notice by the one that the service gives. */
const load = async (query, init) => adopt(await (await request("notice.json?l=" + query, undefined, init)).json());

/** The language to show: the page's own, else the reader's first that there is, else the notice's first. */
const language = () =>
  [document.documentElement.lang, ...navigator.languages, Object.keys(notice.texts)[0]]
    .map(primarySubtag)
    .find((tag) => notice.texts[tag] || notice.languages?.includes(tag));

/** Of many languages the first alone travels in the script; the texts of another are fetched here. */
async function speak() {
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

const primarySubtag = (tag) => tag.split("-")[0].toLowerCase();

// ---------------------------------------------------------------------------------------------------------------------
// The calendar: days such as "2026-11-22" and quarters such as "2026Q4", both in the site's time zone, so that a
// visitor's day is the day under which the server counts.
// ---------------------------------------------------------------------------------------------------------------------

/** A formatter for days. A zone unknown to this browser must not end the counting: then days are those of UTC. */
function calendarOf(timeZone) {
  try {
    // Swedish writes dates as ISO 8601 does.
    return new Intl.DateTimeFormat("sv", { timeZone });
  } catch {
    return calendarOf("UTC");
  }
}

const dayOf = (time) => calendar.format(time);
const yearOf = (day) => day.slice(0, 4);

/** Numbers ISO weeks, which begin on Mondays, from an arbitrary start: 1 January 1970 was a Thursday. */
const weekOf = (day) => ((Date.parse(day) / 864e5 + 3) / 7) | 0;

function quarterNow() {
  const day = dayOf(Date.now());
  return yearOf(day) + "Q" + Math.ceil(day.slice(5, 7) / 3);
}

/** How many quarters ago `quarter` was; NaN, which no comparison accepts, if it is none. */
function age(quarter) {
  const number = (text) => text.slice(0, 4) * 4 + +text[5];
  return number(quarterNow()) - number(quarter + "");
}

// ---------------------------------------------------------------------------------------------------------------------
// The choice: the cookie consent=TOKEN after a yes, refused=QUARTER after a no, neither before.
// ---------------------------------------------------------------------------------------------------------------------

const cookie = (name) => RegExp(`(?:^|; )(?:${HOST})?${name}=([^;]+)`).exec(document.cookie)?.[1];

/** The cookies are the host's, or the whole domain's where the site says so. */
function keep(name, value, quarters, domain = wide ? "; Domain=" + wide : "") {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; SameSite=Lax; Max-Age=${quarters * QUARTER_SECONDS}${secure}${domain}`;
}

/** Deletes a cookie, whoever set it, and for which domain: what the site says may have changed since. */
function drop(name) {
  if (!cookie(name)) return;
  keep(HOST + name, "", 0, "");
  let domain = "." + location.hostname;
  for (keep(name, "", 0, ""); domain; domain = domain.replace(/^.[^.]*/, "")) keep(name, "", 0, "; Domain=" + domain.slice(1));
}

/** What the token states: [site, digest, quarter]; all of it undefined without a readable one. */
function statement() {
  try {
    // The payload is plain ASCII without > ? ~, so its base64url is base64: there is never a "-" or "_" to translate.
    return [...JSON.parse(atob(cookie("consent").split(".")[0]))];
  } catch {
    return [];
  }
}

/**
 * "accepted", "refused" or "open" (the visitor is to be asked). Whoever is opposed to all such questions has refused.
 *
 * Deletes what no token covers any longer. A token of an older notice covers what is stored, but not sending.
 */
function status() {
  if (opposed()) {
    erase();
    return "refused";
  }
  const refused = cookie("refused");
  const [site, digest, quarter] = statement();
  // Accepting deletes a refusal first: one that stands beside a token is the later of the two.
  const isRefused = age(refused) < REFUSAL_QUARTERS && notice.since <= refused;
  if (!isRefused && site === notice.site && age(quarter) < TOKEN_QUARTERS)
    return digest === notice.digest ? "accepted" : "open";
  erase();
  return isRefused ? "refused" : "open";
}

/** Deletes the token and all that was stored under it. */
function erase() {
  drop("consent");
  try {
    localStorage.removeItem(VISIT);
    localStorage.removeItem(PAGES);
  } catch {
    // Storage that cannot be reached holds nothing of ours.
  }
}

/** Global Privacy Control and, unless the site asks in spite of it, Do Not Track ("1") refuse for the visitor. */
const opposed = () => navigator.globalPrivacyControl || (navigator.doNotTrack == 1 && !ask);

function accept() {
  if (opposed()) return;
  if (PARTS) decide(true);
  if (status() === "accepted") return;
  // Gone while the answer is on its way, so that a double click asks once; `draw` brings it back, in whatever state.
  host.remove();
  // A refusal that is there when the answer comes is then a newer one than this yes.
  drop("refused");
  answered = obtain().catch(nothing).then(draw);
  view();
}

/** Asks for the token and keeps it; if the notice has changed meanwhile, the new one is to be shown first. */
async function obtain() {
  // With credentials where the service is the site's own host: then its answer sets the cookie.
  const answer = await request("../../consent", { s: notice.site, n: notice.digest }, { credentials: "same-origin" });
  if (answer.status === 409) {
    await load(language());
  } else if (answer.ok) {
    const { token } = await answer.json();
    if (cookie("refused")) return erase();
    // An older one that the script set is read before the one that the answer has set.
    keep("consent", "", 0, "");
    if (cookie("consent") === token) return;
    drop("consent");
    keep("consent", token, TOKEN_QUARTERS);
  }
}

/** Refuses or withdraws: both leave the refusal and nothing else. */
function refuse() {
  if (opposed()) return;
  erase();
  keep("refused", quarterNow(), REFUSAL_QUARTERS);
  draw();
  if (PARTS) decide(false);
}

const nothing = () => {};

/** A part may be told of each choice: whether it is a yes to everything, or a no. */
let decide = nothing;

/** Leaves nothing at all; the question returns with the next page. */
function forget() {
  erase();
  drop("refused");
  leave();
  if (PARTS) decide(false);
}

/** Takes everything of ours off the page; the next one asks. */
function leave() {
  host.remove();
  notify("open");
}

// ---------------------------------------------------------------------------------------------------------------------
// The requests: three in all, each without credentials, referrer or preflight.
// ---------------------------------------------------------------------------------------------------------------------

/**
 * GETs `path`, seen from the script, or POSTs `body` to it: as a string, hence text/plain, hence without a preflight.
 *
 * @param {RequestInit} [init] what differs
 */
function request(path, body, init) {
  return fetch(new URL(path, src), {
    method: body && "POST",
    body: JSON.stringify(body),
    credentials: "omit",
    // Outlives the page.
    keepalive: true,
    referrerPolicy: "no-referrer",
    ...init,
  });
}

// ---------------------------------------------------------------------------------------------------------------------
// The visit: which flags a hit carries. { start, last, flags, views }, times in milliseconds; beside it, for as long as
// it lasts, the list of the pages seen in it.
//
// Both are shared by all tabs, since a visit is: a page that is open in ten tabs is one visitor's page. They are read and
// written by one tab at a time only, within `exclusively`.
// ---------------------------------------------------------------------------------------------------------------------

/**
 * The visit that goes on at `now`, or a new one: a pause of half an hour ends it, and so does the site's midnight.
 *
 * Once it has ended, which pages it saw is nobody's business any more: the list is deleted.
 */
function visitAt(now) {
  const visit = lastVisit();
  if (goesOn(visit, now)) return visit;
  localStorage.removeItem(PAGES);
  return { start: now, flags: firsts(dayOf(now), visit ? dayOf(visit.start) : ""), views: 0 };
}

const lastVisit = () => JSON.parse(localStorage.getItem(VISIT));

const goesOn = (visit, now) => visit && dayOf(visit.start) === dayOf(now) && now - visit.last < PAUSE;

/** Deletes the list of a visit that has ended. */
const tidy = () => exclusively(() => visitAt(Date.now()));

/**
 * Which periods `today` opens for a browser whose last visit was on the day `before`: 1 for the day, 2 for the ISO week,
 * 4 for the month, 8 for the year.
 */
function firsts(today, before) {
  const periods = [(day) => day, weekOf, (day) => day.slice(0, 7), yearOf];
  return periods.reduce((flags, periodOf, bit) => flags | ((periodOf(today) !== periodOf(before)) << bit), 0);
}

/** Whether `thing`, a page's path or what else is counted, is new to the visit; it is not from now on. */
function isNew(thing) {
  const pages = JSON.parse(localStorage.getItem(PAGES)) || [];
  const mark = hash(thing);
  if (pages.includes(mark)) return false;
  localStorage.setItem(PAGES, JSON.stringify([...pages, mark]));
  return true;
}

/** A short hash (32 bits): enough to tell pages apart, and no history in plain text. */
function hash(text) {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + letter.charCodeAt()) | 0;
  return sum;
}

/** Where it matters that other tabs know what was stored, we wait. */
const settled = () => new Promise((done) => setTimeout(done, SETTLING));

/**
 * One tab at a time, where the browser can, until `work` is through: else two tabs opened at once would both begin.
 *
 * Never the tab in which the owner's dashboard looks for the script: nothing is counted there. (A page may have a `name`
 * of its own.)
 */
function exclusively(work) {
  return window.name !== CHECK && (navigator.locks?.request("consent", work) || answered.then(work)).catch(nothing);
}

// ---------------------------------------------------------------------------------------------------------------------
// The page views
// ---------------------------------------------------------------------------------------------------------------------

/** How each dimension that describes the visitor is read, and the names under which it travels. */
const DESCRIPTIONS = {
  referrer: () => ({ r: referrerHost() }),
  source: parameter,
  medium: parameter,
  campaign: parameter,
  country: () => ({ z: Intl.DateTimeFormat().resolvedOptions().timeZone }),
  language: () => ({ l: primarySubtag(navigator.language) || undefined }),
  device: () => ({ d: device() }),
};

function referrerHost() {
  // "https://host:port/path" falls into scheme, host and the rest.
  const host = document.referrer.split(/[:/]+/)[1];
  return host === location.hostname ? undefined : host?.slice(-HOST_LENGTH);
}

/** `us`, `um` or `uc`, as it stands in the address: encoded, so that a letter is a byte. The service decodes it. */
function parameter(name, search) {
  return { ["u" + name[0]]: search.match(`[?&]utm_${name}=([^&]*)`)?.[1].slice(0, CAMPAIGN_LENGTH) };
}

/** By finger and size, not by name: tablets call themselves desktops. */
function device() {
  if (!matchMedia("(pointer:coarse)").matches) return "desktop";
  return screen.width < 600 || screen.height < 600 ? "phone" : "tablet";
}

/**
 * Adds a view of `path` to the visit and sends it, unless the consent has gone since.
 *
 * A view that flags tell from others (first, second, first of its page) holds the lock until other tabs can know of it.
 */
function count(path, search) {
  const now = Date.now();
  // Before the status, since it tidies up: a visit may have ended under a token that no longer allows sending.
  const visit = visitAt(now);
  if (status() !== "accepted") return;
  const page = notice.dimensions.includes("page") ? path.slice(0, PATH_LENGTH) : "/";
  const flags = visit.flags | [FIRST_VIEW, SECOND_VIEW][visit.views] | (isNew(page) && FIRST_TOUCH);
  visit.views++;
  remember(visit, now);
  const described = flags & FIRST_VIEW ? notice.dimensions.map((name) => DESCRIPTIONS[name]?.(name, search)) : [];
  send("view", flags, Object.assign({ p: page }, ...described));
  if (PARTS) watchers.forEach((watch) => watch());
  if (flags & (FIRST_VIEW | SECOND_VIEW | FIRST_TOUCH)) return settled();
}

function remember(visit, now) {
  touched = visit.last = now;
  localStorage.setItem(VISIT, JSON.stringify(visit));
}

/** Sends one hit. Whatever its kind, it passes here. */
const send = (kind, flags, fields) =>
  request("../../hit", { s: notice.site, t: cookie("consent"), e: kind, f: flags, ...fields }).catch(nothing);

/**
 * Does `work` with the visit that goes on, in turn with other tabs. One that has ended begins anew with a view of the
 * present page: only views begin visits.
 */
const withVisit = (work) =>
  answered.then(() => {
    if (cookie("consent"))
      return exclusively(async () => {
        if (!visitAt(Date.now()).views) await count(path, location.search);
        if (status() !== "accepted") return;
        work(visitAt(Date.now()));
        // Other tabs must know what was first: they are asked as soon as this one lets go.
        return settled();
      });
  });

/** The visit, where it goes on and is counted. It takes no lock, and is for pages on their way out. */
function presentVisit() {
  try {
    const visit = lastVisit();
    if (status() === "accepted" && goesOn(visit, Date.now())) return visit;
  } catch {
    // Without storage there is none.
  }
}

/** What parts have called after each view that was counted. */
const watchers = [];

/** Real activity goes on with the visit. Of what happens within a minute one time is enough. */
function act() {
  const now = Date.now();
  if (now - touched < MINUTE || drawn !== "accepted") return;
  touched = now;
  withVisit((visit) => remember(visit, now));
}

const ACTIVITY = ["pointerdown", "keydown", "wheel", "touchmove"];

/** The path of the last view. */
let path;
/** Settled once there is a page to count, unless a token is on its way. */
let begun;
let answered = new Promise((done) => (begun = done));

/** Counts a view of the present page, after a token that is on its way: by then the page may be another. */
function view() {
  const viewed = (path = here());
  const { search } = location;
  answered
    .then(() => {
      if (status() !== drawn) draw();
      // Without a token there is nothing to count, and nothing to tidy up.
      if (cookie("consent")) return exclusively(() => count(viewed, search));
    })
    .catch(nothing);
}

/** The path of the present page. */
let here = () => location.pathname;

/** Single-page navigation: a view if the path has changed. */
const route = () => path && path !== here() && view();

function watchRoutes() {
  for (const name of ["pushState", "replaceState"]) {
    const original = History.prototype[name];
    History.prototype[name] = function (...values) {
      original.apply(this, values);
      route();
    };
  }
  addEventListener("popstate", route);
  // A page that comes back whole from the back-forward cache is seen again.
  addEventListener("pageshow", (event) => event.persisted && view());
}

// ---------------------------------------------------------------------------------------------------------------------
// The panel: text and buttons, opened by a lasting control once there is a choice to change.
// ---------------------------------------------------------------------------------------------------------------------

// Each declaration gets !important below, and the doubled id outweighs what pages write: no page style can set one
// button off against the other. Strings that are added become one in the build, and comments stay here.
const STYLES = (
  "consent-notice:not(#_#_){" +
  "all:initial;color-scheme:light dark;background:Canvas;font:medium/1.5 system-ui;" +
  "position:fixed;z-index:2147483647;inset-block-end:0;inset-inline-start:0;" +
  // Half the window at most, but never less than the buttons and a few lines need. What does not fit is scrolled.
  "box-sizing:border-box;max-width:min(100%,44em);max-height:min(100%,max(50%,200px));border:1px solid;" +
  "display:flex;flex-direction:column;" +
  "*,::before,::after{all:revert;}" +
  "p{margin:12px 12px 0;}" +
  // Plain colours: system colours on buttons come out white on white where colours are forced.
  "button{flex:1;font:inherit;padding:8px;border:1px solid;overflow-wrap:anywhere;" +
  "color:light-dark(#fff,#000);background:light-dark(#245,#bde);}" +
  "> div{display:flex;flex-direction:column;min-height:0;}" +
  // Only the text scrolls. It is no scroll container of the tab order's own making: see `draw`.
  "div div{overflow:auto;}" +
  "div div+div{display:flex;flex:none;gap:8px;padding:12px;}" +
  // Within the button, where nothing cuts it off and the text's contrast holds.
  ":focus-visible{outline:2px solid;outline-offset:-5px;}" +
  "[hidden]{display:none;}" +
  css + // a theme
  "@media print{display:none;}" +
  "}"
).replace(/;/g, "!important;");

/** What each status offers: names of texts and of acts alike. */
const OFFERS = {
  open: ["accept", "reject"],
  accepted: ["withdraw", "forget"],
  refused: ["accept", "reject", "forget"],
};
const ACTS = { accept, reject: refuse, withdraw: refuse, forget };

const element = (name, properties) => Object.assign(document.createElement(name), properties);

const paragraph = (textContent) => element("p", { textContent });
const button = (name) =>
  element("button", { textContent: notice.texts[language()][name], value: name, onclick: ACTS[name] });

const host = element("consent-notice", { role: "region", dir: "auto" });
const control = element("button", { onclick: () => draw(panel.hidden) });
const panel = element("div");
host.append(control, panel);

/** The status that the visitor sees. */
let drawn;

/** Shows the present status: without a choice the open panel, with one the control, and the panel if `open`. */
function draw(open) {
  const present = status();
  const asking = present === "open";
  const tag = language();
  const texts = notice.texts[tag];
  host.lang = tag;
  host.ariaLabel = control.textContent = texts.choice;
  control.hidden = asking;
  control.ariaExpanded = !!open;
  panel.hidden = !(asking || open);
  const text = element("div");
  text.append(paragraph(texts.notice), paragraph(texts.details));
  if (present === "accepted" && home && texts.receipt) {
    const href = home + "/receipt#" + cookie("consent");
    text.append(paragraph());
    text.lastChild.append(element("a", { href, target: "_blank", rel: "noreferrer", textContent: texts.receipt }));
  }
  const buttons = element("div");
  buttons.append(...OFFERS[present].map(button));
  if (PARTS) dress(text, buttons, present);
  panel.replaceChildren(text, buttons);
  // First in the tab order, without taking the focus; not moved if it is there, which would lose the focus.
  if (!host.isConnected) document.body.prepend(host);
  // To be read on by keyboard, where there is more than fits.
  if (text.scrollHeight > text.clientHeight) text.tabIndex = 0;
  notify(present);
}

/** A part may add to the panel's text and buttons each time that it is drawn. */
let dress = nothing;

/** Moves to the other edge of the window, off what has the focus; where that is not enough, the page scrolls too. */
function giveWay({ target }) {
  // By then the browser has scrolled there.
  requestAnimationFrame(() => {
    const { x, y } = target.getBoundingClientRect();
    // Near the page's beginning nothing can be scrolled to below a notice at the top, near its end nothing above one.
    const isLow = scrollY + y > host.offsetHeight;
    const isCovered = () => host.contains(document.elementFromPoint(x + 8, y + 8));
    if (host.contains(target) || !isCovered()) return;
    host.style.setProperty("inset-block", isLow ? "0 auto" : "auto 0", "important");
    if (isCovered()) target.scrollIntoView(!isLow);
  });
}

/** Tells the page of another status. */
function notify(present) {
  if (present !== drawn) dispatchEvent(new CustomEvent("consent:change", { detail: (drawn = present) }));
}

/**
 * Follows what another tab did: shows its choice, and deletes here too what it withdrew, or stored too late to know.
 *
 * Waits for the cookie, which the storage event may be ahead of. An open question is not put before someone who has
 * just come back: the next page asks.
 */
function refresh() {
  settled().then(() => {
    const present = status();
    if (present !== drawn) (present === "open" ? leave : draw)();
  });
}

// ---------------------------------------------------------------------------------------------------------------------
// The interface for the page: consent.d.ts describes it.
// ---------------------------------------------------------------------------------------------------------------------

const api = {
  status,
  show: () => drawn && draw(true),
  accept,
  reject: refuse,
  withdraw: refuse,
  event: nothing,
  on: (type, listener) => addEventListener("consent:" + type, (event) => listener(event.detail)),
};

/**
 * Answers the owner's dashboard, which has opened this page to see whether the script is in it, and nobody else: which
 * notice it has, and whether there is anything of ours to see. Never what was chosen: the control is seen after a yes
 * as after a no.
 */
const answer = ({ origin, source }) => origin === home && source.postMessage([!!host.offsetHeight, notice.digest], home);

// ---------------------------------------------------------------------------------------------------------------------
// The start
// ---------------------------------------------------------------------------------------------------------------------

/** What parts may use, and what they may replace. */
const means = {
  api,
  watchers,
  styles: STYLES,
  age,
  quarterNow,
  opposed,
  statement,
  load,
  speak,
  draw,
  element,
  paragraph,
  started: answered,
  language,
  notice: () => notice,
  page: () => path,
  withVisit,
  presentVisit,
  send,
  isNew,
  view,
  route,
  set here(way) {
    here = way;
  },
  set decide(way) {
    decide = way;
  },
  set dress(way) {
    dress = way;
  },
};

function start() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  document.adoptedStyleSheets.push(sheet);
  draw();
  watchRoutes();
  for (const type of ACTIVITY) addEventListener(type, act, true);
  addEventListener("storage", refresh);
  addEventListener("focusin", giveWay);
  addEventListener("visibilitychange", () => {
    refresh();
    // Whoever comes back to a tab after hours may only read on. (A page that takes a lock on its way out is not let into
    // the back-forward cache.)
    if (!document.hidden) tidy();
  });
  begun();
  view();
}

/** An event of the document, caught on its way down from the window. */
const event = (name) => new Promise((done) => addEventListener(name, done, true));

/** Waits until the page is really looked at and has a body. A refusal waits for nothing. */
async function begin() {
  window.consent = api;
  addEventListener("message", answer);
  if (PARTS) for (const part of __PARTS__) await part(means);
  if (opposed()) return erase();
  if (document.prerendering) await event("prerenderingchange");
  document.body || (await event("DOMContentLoaded"));
  // Where no choice can be kept, nothing can be counted, and there is nothing to ask.
  if (!navigator.cookieEnabled) return;
  await speak();
  start();
}

// The page may carry the script twice; and an element of its own may be window.consent.
window.consent?.on || begin().catch(nothing);
