/*
 * Events, links to other sites, and downloads: for sites whose notice declares one of them.
 */

import { FIRST_TOUCH, PATH_LENGTH } from "../constants.js";

/** By what the path of a link ends it is a download. */
const DOWNLOADS =
  /\.(7z|apk|avi|bz2|csv|dmg|docx?|epub|exe|gz|ics|iso|jar|m4a|mobi|mov|mp3|mp4|mpe?g|msi|od[pst]|ogg|pdf|pkg|pptx?|rar|rtf|tar|tgz|txt|wav|webm|wmv|xlsx?|zip)$/i;

/** Counts what is declared of them. */
export default function interactions({ api, notice, withVisit, send, isNew, cut, plainPath }) {
  const isDeclared = (name) => notice().dimensions.includes(name);

  const count = (kind, name, fields) =>
    withVisit((visit) => send({ e: kind, f: visit.flags | (isNew(`${kind} ${name}`) && FIRST_TOUCH), ...fields }));

  /** A link that is followed, by whatever button or key. */
  function follow(event) {
    const link = event.composedPath().find((node) => node.localName === "a" && node.href);
    if (!link || event.button > 1 || !/^http/.test(link.protocol)) return;
    const { hostname } = link;
    const n = cut(plainPath(link.pathname), PATH_LENGTH);
    if (hostname !== location.hostname) {
      if (isDeclared("outbound")) count("outbound", hostname, { n: hostname });
    } else if (isDeclared("download") && (link.hasAttribute("download") || DOWNLOADS.test(link.pathname))) {
      count("download", n, { n });
    }
  }

  for (const type of ["click", "auxclick"]) addEventListener(type, follow, { capture: true, passive: true });
  api.event = (name) => {
    if (isDeclared("event") && notice().events.includes(name)) count("event", name, { n: name });
  };
}
