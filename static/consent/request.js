/*
 * The request: how the script asks for the current notice and for the token, and sends hits. Each is made without
 * credentials, referrer or preflight.
 */

/** SERVICE/s/KEY/consent.js: where the service is, be it behind the site's own proxy. */
const { src } = document.currentScript;

/**
 * GETs `path`, seen from the script, or POSTs `body` to it: as a string, hence text/plain, hence without a preflight.
 *
 * @param {RequestInit} [init] what differs
 */
export function request(path, body, init) {
  return fetch(new URL(path, src), {
    method: body && "POST",
    body: JSON.stringify(body),
    credentials: "omit",
    // Outlives the page.
    keepalive: true,
    referrerPolicy: "no-referrer",
    ...init,
  });
}
