/*
 * The country of each time zone that a browser can name, from CLDR, as lines of a code and its zones.
 *
 *     node static/zones.mjs FILE
 *
 * The tz database links names of one country to those of another whose clocks agree (Africa/Asmera to Africa/Nairobi),
 * so its links say nothing about places. CLDR, from which browsers take their names, keeps them apart.
 */

import { readFileSync, writeFileSync } from "node:fs";

const [file] = process.argv.slice(2);

/** Names of a clock, and not of a place. */
const CLOCKS = new Set(["EST", "MST", "HST", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "CET", "MET", "EET", "WET"]);
const CLOCK_KEYS = /^(utc|gmt|unk)/;

const read = (path) => JSON.parse(readFileSync(`node_modules/cldr-bcp47/${path}`, "utf8"));
const { version } = read("package.json");
const zones = Object.entries(read("bcp47/timezone.json").keyword.u.tz);

const countries = new Map();
for (const [key, { _alias: names, _region: region }] of zones) {
  if (!names || CLOCK_KEYS.test(key)) continue;
  const code = region ?? key.slice(0, 2).toUpperCase();
  const places = names.split(" ").filter((name) => !CLOCKS.has(name));
  countries.set(code, [...(countries.get(code) ?? []), ...places]);
}
const lines = [...countries].sort().map(([code, names]) => `${code} ${names.sort().join(" ")}\n`);
writeFileSync(file, `# CLDR ${version} (bcp47/timezone), by static/zones.mjs: an ISO 3166 code and its time zones\n${lines.join("")}`);
