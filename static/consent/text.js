/*
 * Texts of addresses, as people read them: decoded, composed, and cut between two letters and not within one.
 */

/** Bytes that JSON puts around a text. */
const QUOTES = 2;

/** As much of `text`, composed, as takes `bytes` bytes of UTF-8 at most in a hit: JSON writes some letters as several. */
export function cut(text, bytes) {
  // None takes less than a byte.
  let start = text.normalize().slice(0, bytes);
  while (new TextEncoder().encode(JSON.stringify(start)).length > bytes + QUOTES) start = [...start].slice(0, -1).join("");
  return start;
}

/** Decoded so often, a path is what it is to the service: it takes what is encoded more often for a trick. */
const MOST_ROUNDS = 4;

/** Control and invisible characters, and every space but the plain one. */
const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/gu;

const decode = (run) =>
  new TextDecoder().decode(Uint8Array.from(run.slice(1).split("%"), (byte) => parseInt(byte, 16)));

/**
 * A path as the service counts it, so that one page of its is one page here: decoded and composed, without invisible
 * characters, query, fragment and parameters (`/shop;session=1`), and without the slash at its end, but for the root.
 */
export function plainPath(path) {
  for (let round = 0; round < MOST_ROUNDS; round++)
    path = path
      .replace(/(%[\da-f]{2})+/gi, decode)
      .normalize()
      .replace(UNPRINTABLE, "");
  return path
    .replace(/[?#].*/, "")
    .replace(/\\/g, "/")
    .replace(/;[^/]*/g, "")
    .replace(/(.)\/+$/, "$1");
}
