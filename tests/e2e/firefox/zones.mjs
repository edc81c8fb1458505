/*
 * What Firefox makes of time zones: node zones.mjs SAMPLER NAMES. Prints as JSON its version, what `SAMPLER` (a function of
 * names, as text) gives for the names (a JSON list), and what it says of itself while it resists fingerprinting.
 */

import { firefox } from "./firefox.mjs";

const [sampler, names] = process.argv.slice(2);

async function inFirefox(preferences, work) {
  const browser = await firefox(preferences);
  try {
    return await work(browser, await browser.newPage());
  } finally {
    await browser.close();
  }
}

const [version, sampled] = await inFirefox({}, async (browser, page) => [
  await browser.version(),
  await page.evaluate(`(${sampler})(${names})`),
]);
const resisting = await inFirefox({ "privacy.resistFingerprinting": true }, (_, page) =>
  page.evaluate(() => [Intl.DateTimeFormat().resolvedOptions().timeZone, navigator.language]),
);
console.log(JSON.stringify({ version, sampled, resisting }));
