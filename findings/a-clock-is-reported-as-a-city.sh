#!/bin/sh
# Node.js 25.9.0 (ICU 78.2, CLDR 48), from the npm package `node`; Chromium 156 and Firefox 153 report the same.
#
# Guessed: a device that is set to a bare clock, such as CET or EST, is reported as just that, and names no place.
#
# Seen: Intl reports a city that keeps the clock: Europe/Brussels for CET, America/Panama for EST. So whoever derives a
# country from the time zone finds Belgium and Panama. GMT and UTC name no place: both are reported as UTC.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null 2>&1
npm install --silent --no-audit --no-fund node@25.9.0 > /dev/null 2>&1
seen=$(node_modules/.bin/node --print '
  const said = (zone) => new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  [process.version, ...["CET", "EST", "GMT"].map((zone) => `${zone} is ${said(zone)}`)].join(", ")')
echo "$seen"
test "$seen" = "v25.9.0, CET is Europe/Brussels, EST is America/Panama, GMT is UTC"
