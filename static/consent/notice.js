/*
 * The notice: what is asked. { site, digest, since, timezone, dimensions, events, texts, languages }, and in the script
 * { home, ask, css, domain }: the service's own address, and how the site wants it to look and behave.
 */

import { request } from "./request.js";

export let notice = __NOTICE__;

export const { home, ask, css = "", domain: wide } = notice;

/** The script's own address, if it has one: not in a module, nor where it stands in the page. */
const { src = "" } = document.currentScript || {};

/**
 * SERVICE/s/KEY/consent.js: where the service is, be it behind the site's own proxy. A script that an optimiser has
 * copied or joined with others comes from elsewhere; then the service's own address is the one.
 */
export const base = src.includes(`/s/${notice.site}/`) ? src : `${home}/s/${notice.site}/`;

/** Whether a dimension is counted. A notice that declares those of the shipped one has no list in the script. */
export const isDeclared = (name) => notice.dimensions?.includes(name) ?? true;

/** Replaces the notice by the one that the service gives; `query` says in which language. */
export const load = async (query, init) =>
  (notice = await (await request("notice.json?l=" + query, undefined, init)).json());
