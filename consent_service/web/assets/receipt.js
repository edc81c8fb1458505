/*
 * The receipt: what the consent token behind the # of the address says, shown in plain words, and as a record to keep.
 *
 * The texts stand in receipt.html; this script shows and fills in, with receipt-record.js before it. It asks the service
 * twice, for the notice as it was and whether the token was signed there, and stores nothing. What it shows comes in as
 * text alone, never as HTML.
 */
"use strict";

const byId = (id) => document.getElementById(id);

// ---------------------------------------------------------------------------------------------------------------------
// The token
// ---------------------------------------------------------------------------------------------------------------------

/** What a token states, as { site, digest, quarter }; null if it cannot be read. */
function statementIn(token) {
  const [payload, signature] = token.split(".");
  if (!signature) return null;
  try {
    const parts = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    const shapes = [/^[a-z0-9]{1,32}$/, /^[0-9a-f]{32}$/, /^\d{4}Q[1-4]$/];
    const isGood = parts.length === 3 && shapes.every((shape, place) => shape.test(parts[place]));
    return isGood ? { site: parts[0], digest: parts[1], quarter: parts[2] } : null;
  } catch {
    return null;
  }
}

/** Today where the site is. A zone unknown to this browser leaves it to that of the device. */
function todayIn(timeZone) {
  try {
    // Swedish writes dates as ISO 8601 does.
    return new Intl.DateTimeFormat("sv", { timeZone }).format(Date.now());
  } catch {
    return new Intl.DateTimeFormat("sv").format(Date.now());
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// The page
// ---------------------------------------------------------------------------------------------------------------------

/** Shows one of several, and hides the others. */
function showOne(id, among) {
  for (const one of among) byId(one).hidden = one !== id;
}

const show = (id) => showOne(id, ["reading", "missing", "broken", "unknown", "unsigned", "away", "receipt"]);

function fillIn(values) {
  for (const [name, text] of Object.entries(values)) {
    for (const place of all(`[data-field="${name}"]`)) place.textContent = text;
  }
}

const inWords = (day) => new Date(day).toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });

function showReceipt(token, statement, notice) {
  const { first, last, until } = daysOf(statement.quarter);
  const { controller, timezone, threshold, events } = notice;
  fillIn({ ...statement, controller, timezone, threshold, events: events.join(", ") || "none" });
  fillIn({ first: inWords(first), last: inWords(last), until: inWords(until) });
  const today = todayIn(timezone);
  showOne(today < first ? "ahead" : today > until ? "over" : "valid", ["valid", "over", "ahead"]);
  const names = counted(notice);
  for (const line of all("[data-dimension]")) line.hidden = !names.includes(line.dataset.dimension);
  byId("privacy").href = `/s/${statement.site}/privacy`;
  offerLanguages(token, statement, notice);
}

/** The reader's first language that the notice has, else its own first; another one on request. */
function offerLanguages(token, statement, notice) {
  const tags = Object.keys(notice.texts);
  const choice = byId("language");
  choice.replaceChildren(...tags.map((tag) => new Option(nameOf(tag), tag)));
  choice.value = navigator.languages.map((tag) => nearest(tag, tags)).find(Boolean) || tags[0];
  choice.onchange = () => showTexts(token, statement, notice, choice.value);
  byId("choose").hidden = tags.length < 2;
  choice.onchange();
}

/** Which of a notice's languages is nearest to a reader's, if any; domain/notice/languages.py says why. */
function nearest(wanted, tags) {
  const reader = likely(wanted);
  for (const language of [reader.language, { nn: "nb", no: "nb" }[reader.language]]) {
    const alike = tags.filter((tag) => likely(tag).language === language);
    const writtenSo = alike.filter((tag) => likely(tag).script === reader.script);
    const among = writtenSo.length ? writtenSo : alike;
    const found = [wanted, `${language}-${reader.script}`, language].find((tag) => among.includes(tag)) || among[0];
    if (found) return found;
  }
}

/** A tag's language and script; with neither where it is no tag. */
function likely(tag) {
  try {
    return new Intl.Locale(tag).maximize();
  } catch {
    return {};
  }
}

/** What a language calls itself. */
function nameOf(tag) {
  try {
    return new Intl.DisplayNames([tag], { type: "language" }).of(tag);
  } catch {
    return tag;
  }
}

/** The notice in one language, and the record with it. */
function showTexts(token, statement, notice, language) {
  const { notice: first, details, ...labels } = notice.texts[language];
  const element = (name, properties) => Object.assign(document.createElement(name), properties);
  const list = element("ul");
  list.append(...Object.values(labels).map((textContent) => element("li", { className: "label", textContent })));
  const paragraphs = [first, details].map((textContent) => element("p", { textContent }));
  byId("texts").replaceChildren(...paragraphs, list);
  byId("texts").lang = language;
  for (const place of all("[data-text]")) {
    Object.assign(place, { textContent: labels[place.dataset.text], lang: language, dir: "auto" });
  }
  offerRecord(recordOf(token, statement, notice, language), statement);
}

function offerRecord(record, { site, quarter }) {
  const link = byId("download");
  if (link.href) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([JSON.stringify(record, null, 2) + "\n"], { type: "application/json" }));
  link.download = `consent-receipt-${site}-${quarter}.json`;
}

// ---------------------------------------------------------------------------------------------------------------------
// The requests: two, to this service, without credentials or referrer, and kept in no cache of the browser.
// ---------------------------------------------------------------------------------------------------------------------

function ask(path, body) {
  const method = body ? "POST" : "GET";
  return fetch(path, { method, body, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" });
}

/** What a token stands for, as { statement, notice }; else the name of the sentence that says what is wrong. */
async function read(token) {
  if (!token) return "missing";
  const statement = statementIn(token);
  if (!statement) return "broken";
  const told = await ask(noticePath(statement.site, statement.digest));
  if (told.status === 404) return "unknown";
  const checked = await ask("/receipt", token);
  if (!told.ok || !checked.ok) return "away";
  if (!(await checked.json()).valid) return "unsigned";
  return { statement, notice: await told.json() };
}

let turn = 0;

/** Reads anew; what an older address brings, and comes later, is left aside. */
async function begin() {
  const mine = ++turn;
  show("reading");
  const token = location.hash.slice(1);
  const found = await read(token).catch(() => "away");
  if (mine !== turn) return;
  if (found.notice) showReceipt(token, found.statement, found.notice);
  show(found.notice ? "receipt" : found);
}

addEventListener("hashchange", begin);
begin();
