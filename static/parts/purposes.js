/*
 * Purposes beside counting, such as videos, maps or a chat: for sites whose notice names some.
 *
 *     <iframe data-consent="video" data-src="https://video.example/embed/1" title="…"></iframe>
 *     <script type="text/plain" data-consent="chat" src="https://chat.example/widget.js"></script>
 *
 * Both are gates: they wait until their purpose is allowed, with a placeholder in their place; a second layer of the
 * panel lets each purpose be chosen by itself. In reading order: choices, gates, placeholders, second layer, start.
 *
 * These choices stay in the browser: nothing of them is sent.
 */

import { PURPOSES, TOKEN_QUARTERS } from "../constants.js";

/** Before a purpose it makes the name of the text that is its label. */
const LABEL = "purpose:";

// A placeholder has the panel's styles, and over them those that put it in the place of a frame.
const important = (styles) => styles.replace(/;/g, "!important;");
const FRAMES = important("iframe[data-consent]:not([src],#_#_){display:none;}");
const PLACEHOLDERS = important(
  "consent-placeholder:not(#_#_#_){position:static;z-index:auto;justify-content:center;max-width:100%;max-height:none;}",
);
const LABELS = important(
  "consent-notice:not(#_#_) label{display:flex;gap:8px;align-items:center;margin:8px 12px 0;min-height:24px;}",
);

export default function purposes(means) {
  const { api, age, quarterNow, opposed, draw, element, paragraph, language } = means;
  const words = () => means.notice().texts[language()];
  const labels = () => Object.keys(words()).filter((name) => name.startsWith(LABEL));
  const names = () => labels().map((label) => label.slice(LABEL.length));

  // -------------------------------------------------------------------------------------------------------------------
  // The choices: { purpose: quarter } in local storage; where that cannot be reached, for as long as the page lasts.
  // -------------------------------------------------------------------------------------------------------------------

  let here = {};

  function choices() {
    try {
      return JSON.parse(localStorage.getItem(PURPOSES)) || {};
    } catch {
      return here;
    }
  }

  const isAllowed = (purpose) => !opposed() && age(choices()[purpose]) < TOKEN_QUARTERS;

  function choose(chosen) {
    here = Object.fromEntries(chosen.map((purpose) => [purpose, quarterNow()]));
    try {
      if (chosen.length) localStorage.setItem(PURPOSES, JSON.stringify(here));
      else localStorage.removeItem(PURPOSES);
    } catch {
      // Then `here` alone has it.
    }
    apply();
  }

  let told = "";

  function tell() {
    const detail = names().filter(isAllowed);
    if (told !== String(detail)) dispatchEvent(new CustomEvent("consent:purposes", { detail }));
    told = String(detail);
  }

  // -------------------------------------------------------------------------------------------------------------------
  // Gates. A frame is let through by itself, scripts by purpose: they belong together.
  // -------------------------------------------------------------------------------------------------------------------

  const isFrame = (gate) => gate.localName === "iframe";
  const keyOf = (gate) => (isFrame(gate) ? gate : gate.dataset.consent);

  /** Keys that are let through on this page alone. */
  const once = new Set();

  /** Brings every gate of the page in line with the choices, and takes away what stands for nothing any more. */
  function apply() {
    if (!isStarted) return;
    const waiting = new Set();
    for (const gate of document.querySelectorAll("iframe[data-consent],script[data-consent][type='text/plain']")) {
      const purpose = gate.dataset.consent;
      if (isAllowed(purpose) || once.has(keyOf(gate))) open(gate);
      else if (isKnown(purpose)) waiting.add(hold(gate));
    }
    for (const [key, placeholder] of placeholders) {
      if (waiting.has(key)) continue;
      placeholder.remove();
      placeholders.delete(key);
    }
    tell();
  }

  const unknown = new Set();

  function isKnown(purpose) {
    if (names().includes(purpose)) return true;
    if (!unknown.has(purpose)) console.warn(`consent: the notice has no purpose "${purpose}", only ${names()}`);
    unknown.add(purpose);
  }

  function open(gate) {
    if (!isFrame(gate)) running = running.then(() => run(gate));
    else if (!gate.hasAttribute("src")) gate.src = gate.dataset.src;
  }

  /** What scripts are waited for. */
  let running = Promise.resolve();

  /**
   * Runs a script, after those before it. It is the page's own element that is put back in its place: so it keeps its
   * nonce, and nothing is assigned that Trusted Types would have to let through.
   */
  function run(script) {
    if (script.type !== "text/plain" || !script.isConnected) return;
    const place = document.createComment("");
    script.replaceWith(place);
    script.type = script.dataset.type || "";
    const loaded =
      script.hasAttribute("src") &&
      new Promise((done) => ["load", "error"].forEach((type) => script.addEventListener(type, done)));
    place.replaceWith(script);
    return loaded;
  }

  /** Shows a placeholder for a gate that waits. Gives the gate's key. */
  function hold(gate) {
    let held = gate;
    if (isFrame(gate) && gate.hasAttribute("src")) {
      // It was open. One that never was takes its place, and what had loaded in it is gone.
      held = gate.cloneNode();
      held.removeAttribute("src");
      gate.replaceWith(held);
    }
    const key = keyOf(held);
    if (!placeholders.get(key)?.isConnected && document.body?.contains(held)) {
      placeholders.set(key, placeholderOf(held, key));
      held.before(placeholders.get(key));
    }
    return key;
  }

  // -------------------------------------------------------------------------------------------------------------------
  // Placeholders: before each frame, and before the first script of a purpose in the page's body.
  // -------------------------------------------------------------------------------------------------------------------

  const placeholders = new Map();

  function placeholderOf(gate, key) {
    const texts = words();
    const purpose = gate.dataset.consent;
    const label = texts[LABEL + purpose];
    const { host } = new URL(gate.dataset.src || gate.getAttribute("src") || "", location.href);
    const text = element("div");
    text.append(paragraph(label), paragraph(texts.waiting.replace("{host}", host)));

    const answer = (name) => () => {
      once.add(key);
      if (name === "always") choose([...new Set([...names().filter(isAllowed), purpose])]);
      else apply();
      // The button that had the focus is gone.
      if (isFrame(gate)) gate.focus();
    };
    const buttons = element("div");
    for (const name of opposed() ? ["once"] : ["once", "always"])
      buttons.append(element("button", { type: "button", textContent: texts[name], onclick: answer(name) }));

    const placeholder = element("consent-placeholder", { role: "group", ariaLabel: label, lang: language(), dir: "auto" });
    placeholder.append(element("div"));
    placeholder.firstChild.append(text, buttons);
    if (isFrame(gate)) takeSize(placeholder, getComputedStyle(gate));
    return placeholder;
  }

  /** As large as the frame will be, so that the page does not move when it comes. */
  function takeSize({ style }, { width, height, aspectRatio }) {
    style.setProperty("width", width, "important");
    style.setProperty("min-height", height, "important");
    style.setProperty("aspect-ratio", aspectRatio, "important");
  }

  // -------------------------------------------------------------------------------------------------------------------
  // The second layer: a box for each purpose, none ticked that is not allowed already.
  // -------------------------------------------------------------------------------------------------------------------

  let isSecond = false;

  function dress(text, buttons, present) {
    const texts = words();
    const add = (name, onclick) => buttons.append(element("button", { value: name, textContent: texts[name], onclick }));
    if (!isSecond) {
      // What a yes to everything covers.
      text.append(paragraph(["counting", ...labels()].map((name) => texts[name]).join(" · ")));
      add("choose", () => {
        isSecond = true;
        draw(true);
        document.querySelector("consent-notice input").focus();
      });
      return;
    }
    isSecond = false;
    const box = (name, checked) => {
      const input = element("input", { type: "checkbox", checked });
      const label = element("label");
      label.append(input, texts[name]);
      text.append(label);
      return input;
    };
    const counting = box("counting", present === "accepted");
    const boxes = names().map((name) => [name, box(LABEL + name, isAllowed(name))]);
    add("save", () => {
      const chosen = boxes.filter(([, { checked }]) => checked).map(([name]) => name);
      if (!counting.checked) api.reject();
      else if (present === "accepted") draw();
      else api.accept();
      choose(chosen);
    });
  }

  // -------------------------------------------------------------------------------------------------------------------
  // The start
  // -------------------------------------------------------------------------------------------------------------------

  let isStarted = false;

  function start() {
    isStarted = true;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      means.styles.replaceAll("consent-notice", "consent-placeholder") + PLACEHOLDERS + FRAMES + LABELS,
    );
    document.adoptedStyleSheets.push(sheet);
    // Gates come with the page, and later with whatever it adds.
    const changes = { childList: true, subtree: true, attributeFilter: ["data-consent", "data-src"] };
    new MutationObserver(apply).observe(document, changes);
    addEventListener("storage", apply);
    addEventListener("pageshow", apply);
    if (opposed()) choose([]);
    else apply();
  }

  api.allows = isAllowed;
  means.dressers.push(dress);
  means.decided.push((all) => {
    once.clear();
    choose(all ? names() : []);
  });
  // Where nobody is asked, a placeholder is all that asks.
  (opposed() || !navigator.cookieEnabled ? means.speak() : means.started).then(start);
}
