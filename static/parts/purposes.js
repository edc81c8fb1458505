/*
 * Purposes beside counting, such as videos, maps or a chat: for sites whose notice names some, or did. What waits for
 * them is in static/purposes; here are its placeholders, and the second layer of the panel, in which each is chosen.
 */

import { PAGES } from "../constants.js";
import { choicesOf, LABEL } from "../purposes/choices.js";
import { gatesOf } from "../purposes/gates.js";

// A placeholder has the panel's styles, and over them those that put it in the place of a frame.
const important = (styles) => styles.replace(/;/g, "!important;");
const STYLES = important(
  "consent-placeholder:not(#_#_#_){position:static;box-sizing:border-box;margin:0;justify-content:center;max-width:100%;max-height:none;}" +
    "consent-placeholder:not(#_#_#_) div div:first-child{padding:8px 0 0;mask:none;}" +
    "consent-placeholder + iframe:not(#_#_){display:none;}" +
    "consent-notice:not(#_#_#_) label{display:flex;gap:8px;align-items:center;margin:8px 16px;min-height:24px;}",
);

export default function purposes(means) {
  const { api, opposed, draw, element, paragraph, language } = means;
  const words = () => means.notice().texts[language()];
  const choices = choicesOf(means, apply);
  const gates = gatesOf(choices, placeholderOf);

  let isStarted = false;
  let told = "";

  function apply() {
    if (isStarted) gates.apply();
    const detail = choices.names().filter(choices.isAllowed);
    if (told !== String(detail)) dispatchEvent(new CustomEvent("consent:purposes", { detail }));
    told = String(detail);
  }

  // -------------------------------------------------------------------------------------------------------------------
  // Placeholders
  // -------------------------------------------------------------------------------------------------------------------

  /** `host` is that of the gate's address, if it has one. */
  function placeholderOf(gate, host) {
    const texts = words();
    const label = [texts[LABEL + gate.dataset.consent], gate.title].filter(Boolean).join(": ");
    const text = element("div");
    text.append(paragraph(label), paragraph(host ? texts.waiting.replace("{host}", host) : ""));

    const answers = { once: () => gates.letThrough(gate), always: () => choices.allow(gate.dataset.consent) };
    const buttons = element("div");
    for (const name of opposed() ? ["once"] : ["once", "always"]) {
      const onclick = () => {
        answers[name]();
        // The button that had the focus is gone.
        gate.focus();
      };
      buttons.append(element("button", { type: "button", textContent: texts[name], onclick }));
    }

    const placeholder = element("consent-placeholder", { role: "group", ariaLabel: label, lang: language(), dir: "auto" });
    placeholder.append(element("div"));
    placeholder.firstChild.append(text, buttons);
    return placeholder;
  }

  // -------------------------------------------------------------------------------------------------------------------
  // The two layers of the panel
  // -------------------------------------------------------------------------------------------------------------------

  let isSecond = false;

  const add = (buttons, name, onclick) =>
    buttons.append(element("button", { value: name, textContent: words()[name], onclick }));

  function firstLayer(text, buttons) {
    // What a yes to everything covers.
    const covered = ["counting", ...choices.names().map((name) => LABEL + name)];
    text.append(paragraph(covered.map((name) => words()[name]).join(" · ")));
    add(buttons, "choose", () => {
      isSecond = true;
      draw(true);
      document.querySelector("consent-notice input").focus();
    });
  }

  /** What is ticked, while it is saved: then a yes or no to counting is no answer to everything. */
  let ticked;

  /** A box for each purpose, none ticked that is not allowed already. */
  function secondLayer(text, buttons, present) {
    isSecond = false;
    const box = (name, checked) => {
      const input = element("input", { type: "checkbox", checked });
      const label = element("label");
      label.append(input, words()[name]);
      text.append(label);
      return input;
    };
    const counting = box("counting", present === "accepted");
    const boxes = choices.names().map((name) => [name, box(LABEL + name, choices.isAllowed(name))]);
    add(buttons, "save", () => {
      ticked = boxes.filter(([, { checked }]) => checked).map(([name]) => name);
      if (counting.checked) api.accept();
      else api.reject();
      ticked = undefined;
      if (counting.checked && present === "accepted") draw();
    });
  }

  // -------------------------------------------------------------------------------------------------------------------
  // The start
  // -------------------------------------------------------------------------------------------------------------------

  function start() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(means.styles.replace("consent-notice:popover-open", "consent-placeholder") + STYLES);
    document.adoptedStyleSheets.push(sheet);
    isStarted = true;
    choices.tidy();
    // Gates come with the page, and later with whatever it adds.
    const changes = { childList: true, subtree: true, attributeFilter: ["data-consent", "data-src"] };
    new MutationObserver(gates.apply).observe(document, changes);
    addEventListener("pageshow", apply);
    addEventListener("storage", ({ key, newValue }) => {
      // What is withdrawn in another tab ends here too. (The list of pages goes with each visit.)
      if (!newValue && key !== PAGES) gates.forget();
      apply();
    });
  }

  means.onDraw((text, buttons, present) => {
    // The notice may have become another.
    if (isStarted) apply();
    if (choices.names().length) (isSecond ? secondLayer : firstLayer)(text, buttons, present);
  });
  means.onDecision((yes) => {
    gates.forget();
    choices.choose(ticked || (yes ? choices.names() : []));
  });
  api.allows = choices.isAllowed;
  // Where nobody is asked, a placeholder is all that asks.
  (opposed() ? means.speak() : means.started).then(start);
}
