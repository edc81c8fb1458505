/*
 * While colours are chosen: shows the notice in them below, or what the service says of a contrast that is too weak.
 * Without this script a button does so.
 */

const look = document.querySelector("[data-look]");
const frame = look.querySelector("iframe");
const field = (name) => look.querySelector(`[name="${name}"]`);

/** In milliseconds: a colour that is dragged changes often. */
const PAUSE = 200;

function show() {
  const fields = [...look.querySelectorAll("input, select")].filter((each) => each.type !== "checkbox" || each.checked);
  const query = new URLSearchParams(fields.map(({ name, value }) => [name, value]));
  // In the place of what is there: the browser's Back leads to the page before this one.
  frame.contentWindow.location.replace(`${look.dataset.look}?${query}`);
}

let timer;
look.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE);
});
// Whoever chooses a colour wants it.
look.querySelector(".colours").addEventListener("input", ({ target }) => {
  if (target.type === "color") field("theme").checked = true;
});
