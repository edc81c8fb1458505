/*
 * Gates in Firefox: node gates.mjs URL. Prints as JSON which scripts have run and where frames have gone: before a choice,
 * after "Allow once" for the scripts, after "Accept all" and after withdrawing.
 */

import { firefox } from "./firefox.mjs";

const [url] = process.argv.slice(2);
const browser = await firefox();

try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1000, height: 1000 }); // the placeholders are not under the notice
  const look = () =>
    page.evaluate(() => ({
      ran: window.ran || [],
      frames: [...document.querySelectorAll("iframe")].map((frame) => frame.getAttribute("src")),
      placeholders: [...document.querySelectorAll("consent-placeholder")].map((one) => one.ariaLabel),
    }));
  const press = (name) => page.locator(`consent-notice ::-p-text(${name})`).click();
  const steps = {};

  await page.goto(`${url}/gates`);
  await page.waitForSelector("consent-placeholder[aria-label=Chat]");
  steps.asked = await look();
  await page.locator("consent-placeholder[aria-label=Chat] ::-p-text(Allow once)").click();
  await page.waitForFunction("window.ran?.length === 2");
  steps.once = await look();
  await press("Accept all");
  await page.waitForSelector("iframe[src]");
  steps.accepted = await look();
  await press("Cookie choice");
  await press("Withdraw consent");
  await page.waitForSelector("consent-placeholder[aria-label^=Videos]");
  steps.withdrawn = await look();
  console.log(JSON.stringify(steps));
} finally {
  await browser.close();
}
