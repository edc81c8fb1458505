/*
 * The panel: text and buttons, opened by a lasting control once there is a choice to change.
 */

import { nothing } from "../constants.js";
import { status } from "./choice.js";
import { cookie } from "./cookies.js";
import { api } from "./interface.js";
import { language } from "./languages.js";
import { base, home, notice } from "./notice.js";
import { STYLES } from "./styles.js";

/** What each status offers: names of texts and of acts alike. */
const OFFERS = {
  open: ["accept", "reject"],
  accepted: ["withdraw", "forget"],
  refused: ["accept", "reject", "forget"],
};

export const element = (name, properties) => Object.assign(document.createElement(name), properties);

export const paragraph = (textContent) => element("p", { textContent });

export const host = element("consent-notice", { role: "region", dir: "auto", popover: "manual" });
const control = element("button", { onclick: () => draw(panel.hidden) });
const panel = element("div");
host.append(control, panel);

/** Milliseconds that a page that has loaded gets to hydrate. */
const HYDRATION = 1000;

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
  const isReceipt = present === "accepted" && home;
  const link = paragraph();
  // Where there is more text than fits, this is also what the keyboard comes to, to read on.
  link.append(
    element("a", {
      href: isReceipt ? home + "/receipt#" + cookie("consent") : new URL("privacy", base),
      referrerPolicy: "no-referrer",
      textContent: texts[isReceipt ? "receipt" : "privacy"],
    }),
  );
  // The control is the title of a panel that it has opened.
  text.append(paragraph(asking ? texts.choice : ""), paragraph(texts.notice), paragraph(texts.details), link);
  const buttons = element("div");
  buttons.append(
    ...OFFERS[present].map((name) => element("button", { textContent: texts[name], value: name, onclick: api[name] })),
  );
  if (PARTS) dress(text, buttons, present);
  panel.replaceChildren(text, buttons);
  isWanted = true;
  place();
  notify(present);
}

let dress = nothing;

/** A part may add to the panel's text and buttons each time that it is drawn. */
export const onDraw = (way) => (dress = way);

let isWanted;
let isHydrated;
let sheet;

/**
 * Puts the notice where it belongs, whatever the page has done to it. docs/architecture.md says why there: in the top
 * layer, and before the body; but at the body's end until the page has loaded and there was time to hydrate it.
 */
function place(isLater) {
  if (!isWanted) return;
  const { adoptedStyleSheets: sheets, body, readyState } = document;
  if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(STYLES);
  if (!sheets.includes(sheet)) sheets.push(sheet);
  isHydrated ||= isLater && readyState === "complete";
  // Not from under somebody's hands.
  if (!host.isConnected || (isHydrated && host.parentNode === body && !host.matches(":focus-within")))
    isHydrated ? body.before(host) : body.append(host);
  if (host.parentNode === body) setTimeout(place, HYDRATION, true);
  host.togglePopover(true);
}

/** The size tells: there is none once the notice was taken out, and another without its styles. */
new ResizeObserver(() => setTimeout(place)).observe(host);

/** Takes everything of ours off the page. */
export function hide() {
  isWanted = false;
  host.remove();
}

/** And the next page asks. */
export function leave() {
  hide();
  notify(status());
}

/** Tells the page of another status. */
function notify(present) {
  if (present !== shown) dispatchEvent(new CustomEvent("consent:change", { detail: (shown = present) }));
}

const move = (inset) => host.style.setProperty("inset-block", inset, "important");

/** Moves to the other edge, off what has the focus; where that is not enough, the page scrolls too. */
export function giveWay({ target }) {
  // By then the browser has scrolled there.
  requestAnimationFrame(() => {
    const { x, y } = target.getBoundingClientRect();
    // Near the page's beginning nothing can be scrolled to below a notice at the top, near its end nothing above one.
    const isLow = scrollY + y > host.offsetHeight;
    const isCovered = () => host.contains(document.elementFromPoint(x + 8, y + 8));
    if (host.contains(target) || !isCovered()) return;
    move(isLow ? "0 auto" : "auto 0");
    if (isCovered()) target.scrollIntoView(!isLow);
  });
}

/** Moves off the page's last lines, and off its first, which cannot be scrolled to another place. */
export function giveWayAtEnds() {
  const { documentElement: root } = document;
  const rest = root.scrollHeight - innerHeight - scrollY;
  // What has the focus comes first. At the beginning the notice is where it is by itself, or by its theme.
  if (scrollY * rest < 1 && !root.matches(":focus-within")) move(scrollY > rest ? "0 auto" : "");
}
