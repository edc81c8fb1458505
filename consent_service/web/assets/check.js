/*
 * The check of an installation: opens a page of the site, and asks the snippet there, by postMessage, until it answers.
 *
 * The snippet answers an opener of the service's own origin alone: [whether anything of it is seen, its notice's digest].
 */

const check = document.querySelector(".check");
const form = check.querySelector("form");
const { current, older, hosts } = check.dataset;

/** In milliseconds: how often it is asked, how long for an answer, and how long for something to be seen. */
const PAUSE = 250;
const PATIENCE = 20_000;
const UNSEEN = 4_000;

/** The name of the tab, by which the snippet there knows that it is to count nothing. */
const TAB = "consent-check";

/** What is under way: the window that was opened, since when, and since when it has answered. */
let asked;

function show(name) {
  for (const found of check.querySelectorAll("[data-found]")) found.hidden = found.dataset.found !== name;
}

const isOurs = ({ hostname }) => hosts.split(" ").includes(hostname);

function begin(event) {
  event.preventDefault();
  stop();
  const address = new URL(form.address.value);
  if (!isOurs(address)) return show("foreign");
  for (const place of check.querySelectorAll(".asked")) place.textContent = address.href;
  // A new one each time: an older one of that name would go on answering for the page that it shows.
  const opened = open("", "_blank");
  if (!opened) return show("blocked");
  opened.name = TAB;
  opened.location = address;
  show("waiting");
  asked = { opened, start: Date.now(), answered: 0, timer: setInterval(ask, PAUSE) };
}

function stop() {
  clearInterval(asked?.timer);
  asked = undefined;
}

function end(name) {
  stop();
  show(name);
}

function ask() {
  if (Date.now() - asked.start > PATIENCE) end("silent");
  // To whatever is there: the page may have led to another host name, and nothing is said by it.
  else asked.opened.postMessage("", "*");
}

function hear({ source, origin, data }) {
  if (!asked || source !== asked.opened || !Array.isArray(data)) return;
  if (!URL.canParse(origin) || !isOurs(new URL(origin))) return; // a sandboxed page's is "null"
  const [isSeen, digest] = data;
  const known = digest === current ? "well" : older.split(" ").includes(digest) ? "older" : "other";
  asked.answered ||= Date.now();
  // The notice waits for the page's body, and for its language.
  if (known !== "well") end(known);
  else if (isSeen) end("well");
  else if (Date.now() - asked.answered > UNSEEN) end("unseen");
}

form?.addEventListener("submit", begin);
addEventListener("message", hear);
