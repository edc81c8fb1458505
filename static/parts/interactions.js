/*
 * Events, links to other sites, downloads, and pages that are not there: for sites whose notice declares one of them.
 */

import { FIRST_TOUCH, PATH_LENGTH } from "../constants.js";

/** By what the path of a link ends it is a download. */
const DOWNLOADS =
  /\.(7z|apk|avi|bz2|csv|dmg|docx?|epub|exe|gz|ics|iso|jar|m4a|mobi|mov|mp3|mp4|mpe?g|msi|od[pst]|ogg|pdf|pkg|pptx?|rar|rtf|tar|tgz|txt|wav|webm|wmv|xlsx?|zip)$/i;

/** Counts what is declared of them. */
export default function interactions({ api, notice, page, withVisit, send, isNew, watchers }) {
  const isDeclared = (name) => notice().dimensions.includes(name);

  const count = (kind, name, fields) =>
    withVisit((visit) => send({ e: kind, f: visit.flags | (isNew(`${kind} ${name}`) && FIRST_TOUCH), ...fields }));

  /** A link that is followed, by whatever button or key. */
  function follow(event) {
    const link = event.composedPath().find((node) => node.localName === "a" && node.href);
    if (!link || event.button > 1 || !/^http/.test(link.protocol)) return;
    const { hostname } = link;
    const n = link.pathname.slice(0, PATH_LENGTH);
    if (hostname !== location.hostname) {
      if (isDeclared("outbound")) count("outbound", hostname, { n: hostname });
    } else if (isDeclared("download") && (link.hasAttribute("download") || DOWNLOADS.test(link.pathname))) {
      count("download", n, { n });
    }
  }

  let arrived;

  /** Whether the present page is not there: the server said so, or the page does. */
  function look() {
    const said = document.querySelector('meta[name="consent-status"]')?.content;
    const loaded = performance.getEntriesByType("navigation")[0]?.responseStatus;
    const p = page().slice(0, PATH_LENGTH);
    arrived ??= p;
    if (isDeclared("missing") && (said || (p === arrived && loaded)) == 404) count("missing", p, { p });
  }

  for (const type of ["click", "auxclick"]) addEventListener(type, follow, { capture: true, passive: true });
  watchers.push(look);
  api.event = (name) => {
    if (isDeclared("event") && notice().events.includes(name)) count("event", name, { n: name });
  };
}
