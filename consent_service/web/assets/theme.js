/*
 * While colours are chosen: shows the notice in them below, and tells each contrast. Without this script a button shows
 * it, and the service tells what is too weak.
 */

const look = document.querySelector("[data-look]");
const frame = look.querySelector("iframe");
const list = look.querySelector(".contrasts");
const field = (name) => look.querySelector(`[name="${name}"]`);

/** In milliseconds: a colour that is dragged changes often. */
const PAUSE = 200;

const BUTTONS = ["button", "accept", "reject"];
/** What stands on what, and the contrast that it needs by WCAG 2.2 (1.4.3, 1.4.11). */
const pairs = (names) => [
  ["text", "background", 4.5],
  ...names.flatMap((name) => [
    [`${name}-text`, name, 4.5],
    [name, "background", 3],
  ]),
];

/** WCAG's relative luminance of a colour such as #1f5f5b. */
function luminance(colour) {
  const [red, green, blue] = [1, 3, 5]
    .map((start) => parseInt(colour.slice(start, start + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function tell() {
  const names = field("apart").checked ? BUTTONS : BUTTONS.slice(0, 1);
  const lines = ["light", "dark"].flatMap((scheme) =>
    pairs(names).map(([name, ground, least]) => {
      const ratio = contrast(field(`${scheme}-${name}`).value, field(`${scheme}-${ground}`).value);
      // Cut, not rounded: what is too weak must not look as if it were enough.
      const shown = (Math.floor(ratio * 100) / 100).toFixed(2);
      return { isWeak: ratio < least, text: `${scheme}, ${name} on ${ground}: ${shown}:1` + (ratio < least ? `, needs ${least}:1` : "") };
    }),
  );
  list.replaceChildren(
    ...lines.map(({ isWeak, text }) => {
      const item = document.createElement("li");
      item.textContent = text;
      item.className = isWeak ? "note wrong" : "note";
      return item;
    }),
  );
  list.hidden = !field("theme").checked;
}

function show() {
  const fields = [...look.querySelectorAll("input, select")].filter((each) => each.type !== "checkbox" || each.checked);
  const query = new URLSearchParams(fields.map(({ name, value }) => [name, value]));
  // In the place of what is there: the browser's Back leads to the page before this one.
  frame.contentWindow.location.replace(`${look.dataset.look}?${query}`);
}

let timer;
look.addEventListener("input", () => {
  tell();
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE);
});
// Whoever chooses a colour wants it.
look.querySelector(".colours").addEventListener("input", ({ target }) => {
  if (target.type === "color") field("theme").checked = true;
});
tell();
