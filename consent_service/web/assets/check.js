/*
 * The check of an installation: opens a page of the site, and asks the snippet there, by postMessage, what it finds.
 *
 * The snippet answers an opener of the service's own origin alone, with a list: whether anything of it is seen, its
 * notice's digest, and the address by which it finds the service. Given a hit it sends that first, and adds to the list
 * the hit, and the text of what came back, or nothing.
 */

const check = document.querySelector(".check");
const form = check.querySelector("form");
const { current, older, hosts } = check.dataset;
const refusals = JSON.parse(check.dataset.refusals);
/** The name of the refusal that a text is, if it is one of the service's own. */
const refusalOf = (text) => refusals[text?.trim()];
/** With a token that is none: the service refuses it, and counts nothing. */
const hit = { s: check.dataset.key, t: "check", e: "view" };

/** In milliseconds: how often it is asked, until when there is an answer, and how long a slow page is waited for still. */
const PAUSE = 250;
const PATIENCE = 5_000;
const LONGEST = 60_000;

/** The name of the tab, by which the snippet there knows that it is to count nothing. */
const TAB = "consent-check";

/** What a slow page may still change. */
const IS_EARLY = ["silent", "unseen", "slow"];

/** What is under way, and what is known of it so far. */
let asked;

const isOurs = ({ hostname }) => hosts.split(" ").includes(hostname);

function show(name) {
  for (const found of check.querySelectorAll("[data-found]")) found.hidden = found.dataset.found !== name;
}

function write(place, text) {
  for (const found of check.querySelectorAll(`.${place}`)) found.textContent = text;
}

function begin(event) {
  event.preventDefault();
  stop();
  const address = new URL(form.address.value);
  check.querySelector(".steps").hidden = check.querySelector(".copied").hidden = true;
  if (!isOurs(address)) return show("foreign");
  write("asked", address.href);
  // A new one each time: an older one of that name would go on answering for the page that it shows.
  const opened = open("", "_blank");
  if (!opened) return show("blocked");
  opened.name = TAB;
  opened.location = address;
  asked = { opened, start: Date.now(), timer: setInterval(look, PAUSE) };
  show("waiting");
  tell();
}

function stop() {
  clearInterval(asked?.timer);
  asked = undefined;
}

/** Asks once more, and shows what can be said by now. */
function look() {
  const { opened, start, shown } = asked;
  asked.isOpen ||= isElsewhere(opened);
  asked.isLate = Date.now() - start > PATIENCE;
  const name = verdict();
  if (name && name !== shown) show((asked.shown = name));
  tell();
  if ((name && !IS_EARLY.includes(name)) || Date.now() - start > LONGEST || (name && opened.closed)) return stop();
  // To whatever is there: the page may have led to another host name, and nothing is said by it.
  opened.postMessage(null, "*");
}

/** Whether the new tab has left the empty page with which it began: of another origin nothing can be read. */
function isElsewhere({ location }) {
  try {
    return !location.href;
  } catch {
    return true;
  }
}

/** The name of what is to be shown; none as long as it is too early to tell. */
function verdict() {
  const { opened, origin, answer, isLate, result } = asked;
  // Once it is late, whoever closes the tab has read why.
  if (!answer) return isLate ? "silent" : opened.closed && "closed";
  if (origin === "null") return "sandboxed";
  if (!isOurs(new URL(origin))) return "elsewhere";
  if (answer.digest !== current) return older.split(" ").includes(answer.digest) ? "older" : "other";
  if (!result) return isLate && "slow";
  if (!result.status) return result.isOnlyThere ? "policy" : "failed";
  const refusal = refusalOf(result.text);
  if (refusal === "opted_out") return "private";
  if (refusal === "foreign") return "host";
  if (refusal !== "no_consent") return refusal ? "refused" : "proxy";
  if (answer.seen) return "well";
  return navigator.globalPrivacyControl ? "private" : isLate && "unseen";
}

/** Shows how far it has come: what is done, and as long as nothing is to be shown of it what is waited for. */
function tell() {
  const { isOpen, answer, result, shown } = asked;
  const name = refusalOf(result?.text);
  const isTaken = name === "no_consent" || name === "opted_out";
  const done = { page: isOpen || answer, script: answer, notice: answer?.seen, message: isTaken };
  let isReached = true;
  for (const step of check.querySelectorAll("[data-step]")) {
    const isDone = !!done[step.dataset.step];
    const isWaited = isReached && !isDone && !shown;
    step.hidden = !isDone && !isWaited;
    step.firstElementChild.hidden = !isWaited;
    step.lastElementChild.hidden = !isDone;
    isReached &&= isDone;
  }
  check.querySelector(".steps").hidden = false;
}

async function hear({ source, origin, data }) {
  if (!asked || source !== asked.opened || !Array.isArray(data) || !URL.canParse(data[2])) return;
  const [seen, digest, base, isResult, text] = data;
  if (!asked.answer) {
    write("origin", origin);
    write("service", new URL(base).origin);
    write("address", new URL("../../hit", base).href);
    check.querySelector(".copied").hidden = new URL(base).pathname.endsWith(".js");
    if (digest === current) asked.opened.postMessage(hit, "*");
  }
  Object.assign(asked, { origin, answer: { seen, digest } });
  if (!isResult) return;
  if (refusalOf(text)) found({ status: 403, text });
  else found({ status: text === undefined ? undefined : "of its own", text, ...(await answerHere(base)) });
}

function found(result) {
  if (!asked) return;
  asked.result = result;
  write("status", result.status);
  write("said", result.text);
}

/**
 * What the service answers to this page, where the other got nothing. Its own word says that it is only there that
 * something is in the way; what is not its own comes from a proxy, and the browser did not show it to the other page.
 */
async function answerHere(base) {
  try {
    if (new URL(base).origin !== location.origin) return {};
    const answer = await fetch(new URL("../../hit", base), { method: "POST", body: JSON.stringify(hit) });
    const text = await answer.text();
    return refusalOf(text) ? { isOnlyThere: true } : { status: answer.status, text };
  } catch {
    return {};
  }
}

form?.addEventListener("submit", begin);
addEventListener("message", hear);
