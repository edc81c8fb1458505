/*
 * The panel: text and buttons, opened by a lasting control once there is a choice to change.
 */

import { nothing } from "../constants.js";
import { status } from "./choice.js";
import { cookie } from "./cookies.js";
import { language } from "./languages.js";
import { home, notice } from "./notice.js";

/** What each status offers: names of texts and of acts alike. */
const OFFERS = {
  open: ["accept", "reject"],
  accepted: ["withdraw", "forget"],
  refused: ["accept", "reject", "forget"],
};

let acts;

/** Says what the buttons do, by name. They are given from outside, since whatever they do draws the panel anew. */
export const offer = (given) => (acts = given);

export const element = (name, properties) => Object.assign(document.createElement(name), properties);

export const paragraph = (textContent) => element("p", { textContent });

export const host = element("consent-notice", { role: "region", dir: "auto" });
const control = element("button", { onclick: () => draw(panel.hidden) });
const panel = element("div");
host.append(control, panel);

/** The status that the visitor sees. */
export let shown;

/** Shows the present status: without a choice the open panel, with one the control, and the panel if `open`. */
export function draw(open) {
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
    text.append(paragraph());
    text.lastChild.append(
      element("a", {
        href: home + "/receipt#" + cookie("consent"),
        target: "_blank",
        rel: "noreferrer",
        textContent: texts.receipt,
      }),
    );
  }
  const buttons = element("div");
  buttons.append(
    ...OFFERS[present].map((name) => element("button", { textContent: texts[name], value: name, onclick: acts[name] })),
  );
  if (PARTS) dress(text, buttons, present);
  panel.replaceChildren(text, buttons);
  // First in the tab order, without taking the focus; not moved if it is there, which would lose the focus.
  if (!host.isConnected) document.body.prepend(host);
  // To be read on by keyboard, where there is more than fits.
  if (text.scrollHeight > text.clientHeight) text.tabIndex = 0;
  notify(present);
}

let dress = nothing;

/** A part may add to the panel's text and buttons each time that it is drawn. */
export const onDraw = (way) => (dress = way);

/** Takes everything of ours off the page; the next page asks. */
export function leave() {
  host.remove();
  notify("open");
}

/** Tells the page of another status. */
function notify(present) {
  if (present !== shown) dispatchEvent(new CustomEvent("consent:change", { detail: (shown = present) }));
}

/** Moves to the other edge of the window, off what has the focus; where that is not enough, the page scrolls too. */
export function giveWay({ target }) {
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
