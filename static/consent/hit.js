/*
 * The hit: what is sent of a view or of an interaction, and how each dimension that describes the visitor is read.
 */

import { CAMPAIGN_LENGTH, HOST_LENGTH, nothing } from "../constants.js";
import { erase } from "./choice.js";
import { cookie } from "./cookies.js";
import { primarySubtag } from "./languages.js";
import { notice } from "./notice.js";
import { draw } from "./panel.js";
import { request } from "./request.js";
import { cut } from "./text.js";

/** How each dimension that describes the visitor is read, and the name under which it travels. */
export const DESCRIPTIONS = {
  // "https://host:port/path" falls into scheme, host and the rest. The service knows which hosts are the site's own.
  referrer: () => ({ r: document.referrer.split(/[:/]+/)[1]?.slice(-HOST_LENGTH) }),
  campaign: (search) => ({ us: parameter(search, "source"), um: parameter(search, "medium"), uc: parameter(search, "campaign") }),
  country: () => ({ z: Intl.DateTimeFormat().resolvedOptions().timeZone }),
  language: () => ({ l: primarySubtag(navigator.language) || undefined }),
  platform: () => ({ d: device() }),
};

/** One part of a tagged link's campaign, if it has it. */
function parameter(search, name) {
  const value = new URLSearchParams(search).get("utm_" + name);
  return value ? cut(value, CAMPAIGN_LENGTH) : undefined;
}

/** By finger and size, not by name: tablets call themselves desktops. */
function device() {
  if (!matchMedia("(pointer:coarse)").matches) return "desktop";
  return screen.width < 600 || screen.height < 600 ? "phone" : "tablet";
}

/**
 * Sends one hit. Whatever its kind, it passes here.
 *
 * A token that the service says is over is deleted, and the visitor asked. Its word counts, not the status: something in
 * front of it may refuse for reasons of its own.
 */
export function send(hit) {
  const t = cookie("consent");
  request("../../hit", { s: notice.site, t, ...hit })
    .then((answer) => answer.text())
    .then((text) => {
      if (!text.match("the token") || cookie("consent") !== t) return;
      erase();
      draw();
    })
    .catch(nothing);
}
