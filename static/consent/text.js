/*
 * Texts of addresses, as people read them: decoded, composed, and cut between two letters and not within one.
 */

/** Bytes that JSON puts around a text. */
const QUOTES = 2;

/** As much of `text`, composed, as takes `bytes` bytes of UTF-8 at most in a hit: JSON writes some letters as several. */
export function cut(text, bytes) {
  let start = "";
  for (const letter of text.normalize()) {
    bytes -= new TextEncoder().encode(JSON.stringify(letter)).length - QUOTES;
    if (bytes < 0) break;
    start += letter;
  }
  return start;
}

/**
 * A path decoded; as it is where it cannot be. Without parameters (`/shop;session=1`), a query or fragment that somebody
 * encoded into it, and the slash at its end, but for the root: as the service does, so that what it counts is one page
 * here too.
 */
export function plainPath(path) {
  try {
    path = decodeURIComponent(path);
  } catch {
    // Somebody typed a percent sign.
  }
  return path.replace(/;[^/]*|[?#].*/g, "").replace(/(.)\/+$/, "$1");
}
