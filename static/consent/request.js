/*
 * The request: how the script asks for the current notice and for the token, and sends hits. Each is made without
 * referrer or preflight; without credentials too, but for the token under the site's own host.
 */

import { base } from "./notice.js";

/**
 * GETs `path`, seen from the script, or POSTs `body` to it: as a string, hence text/plain, hence without a preflight.
 *
 * @param {RequestInit} [init] what differs
 */
export function request(path, body, init) {
  return fetch(new URL(path, base), {
    method: body && "POST",
    body: JSON.stringify(body),
    credentials: "omit",
    // Outlives the page.
    keepalive: true,
    referrerPolicy: "no-referrer",
    ...init,
  });
}
