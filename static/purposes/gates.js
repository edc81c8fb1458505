/*
 * Gates: frames and scripts of the page that wait until their purpose is allowed, with placeholders in their places.
 *
 *     <iframe data-consent="video" data-src="https://video.example/embed/1" title="…"></iframe>
 *     <script type="text/plain" data-consent="chat" src="https://chat.example/widget.js"></script>
 *
 * A frame is let through by itself, scripts by purpose: they belong together.
 */

import { PATIENCE } from "../constants.js";

const GATES = "iframe[data-consent],script[data-consent][type='text/plain']";

const isFrame = (gate) => gate.localName === "iframe";
const keyOf = (gate) => (isFrame(gate) ? gate : gate.dataset.consent);

/** Where a gate leads to; undefined if to no address of the web. */
function addressOf(gate) {
  const written = isFrame(gate) ? gate.dataset.src : gate.getAttribute("src");
  try {
    const address = new URL(written, document.baseURI);
    return written && /^https?:$/.test(address.protocol) ? address : undefined;
  } catch {
    return undefined;
  }
}

export function gatesOf(choices, placeholderOf) {
  /** Keys that are let through on this page alone. */
  const once = new Set();
  const placeholders = new Map();
  /** By frame that is open, where it leads to. */
  const opened = new WeakMap();
  /** Scripts that have run, or wait for their turn. */
  const queued = new WeakSet();
  let running = Promise.resolve();
  const unknown = new Set();

  const isOpen = (gate) => choices.isAllowed(gate.dataset.consent) || once.has(keyOf(gate));

  /** Brings every gate in line with the choices, and takes away what stands for nothing any more. */
  function apply() {
    const waiting = new Set();
    for (const gate of document.querySelectorAll(GATES)) {
      if (!isKnown(gate)) continue;
      if (isOpen(gate)) (isFrame(gate) ? open : enqueue)(gate);
      else if (!queued.has(gate)) waiting.add(hold(gate));
    }
    for (const [key, placeholder] of placeholders) {
      if (waiting.has(key)) continue;
      placeholder.remove();
      placeholders.delete(key);
    }
  }

  function isKnown({ dataset: { consent } }) {
    if (choices.names().includes(consent)) return true;
    if (!unknown.has(consent)) console.warn(`consent: the notice has no purpose "${consent}", only ${choices.names()}`);
    unknown.add(consent);
  }

  function open(frame) {
    const address = addressOf(frame)?.href;
    if (!address || opened.get(frame) === address) return;
    opened.set(frame, address);
    frame.src = address;
  }

  function enqueue(script) {
    if (queued.has(script)) return;
    queued.add(script);
    running = running.then(() => run(script));
  }

  /**
   * Runs a script, after those before it. It is the page's own element that is put back in its place: so it keeps its
   * nonce, and nothing is assigned that Trusted Types would have to let through.
   */
  function run(script) {
    if (!isOpen(script)) {
      // Withdrawn while it waited for its turn.
      queued.delete(script);
      return apply();
    }
    const loaded = new Promise((done) => {
      for (const type of ["load", "error"]) script.addEventListener(type, done);
      // One that the browser does not take says neither.
      setTimeout(done, PATIENCE);
    });
    if (script.isConnected) putBack(script, () => (script.type = script.dataset.type || ""));
    return addressOf(script) && !script.noModule && loaded;
  }

  /** Takes an element out and puts it back: a frame forgets what was in it, a script is looked at anew. */
  function putBack(gate, change) {
    const place = document.createComment("");
    gate.replaceWith(place);
    change();
    place.replaceWith(gate);
  }

  /** Closes a gate, and shows a placeholder for it. Gives its key. */
  function hold(gate) {
    const key = keyOf(gate);
    if (opened.delete(gate)) putBack(gate, () => gate.removeAttribute("src"));
    const present = placeholders.get(key);
    if (document.body?.contains(gate) && (!present?.isConnected || (isFrame(gate) && present.nextSibling !== gate))) {
      present?.remove();
      placeholders.set(key, placeholderOf(gate, addressOf(gate)?.host));
      gate.before(placeholders.get(key));
      if (isFrame(gate)) takePlace(placeholders.get(key), getComputedStyle(gate));
    }
    return key;
  }

  /** Lets a gate through on this page alone. */
  function letThrough(gate) {
    once.add(keyOf(gate));
    apply();
  }

  return { apply, letThrough, forget: () => once.clear() };
}

/** Stands where the frame will, as large as it will be, so that the page does not move when it comes. */
function takePlace({ style }, frame) {
  const take = (name, value) => style.setProperty(name, value, "important");
  take("width", frame.width);
  take("min-height", frame.height);
  take("aspect-ratio", frame.aspectRatio);
  if (frame.position === "absolute")
    for (const name of ["position", "top", "right", "bottom", "left"]) take(name, frame[name]);
}
