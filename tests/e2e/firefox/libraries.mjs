/*
 * Sites whose documents a library replaces, in Firefox: node libraries.mjs SITES, which are addresses by name, as JSON.
 * On each somebody accepts on the first page, follows two links, goes back, withdraws, and follows one more. Prints as
 * JSON what was there before the withdrawal, what after it, and what the console said.
 */

import { firefox } from "./firefox.mjs";

const sites = JSON.parse(process.argv[2]);
const browser = await firefox();

async function walk(url) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(String(error)));

  const press = async (name) => (await page.waitForSelector(`consent-notice ::-p-text(${name})`, { visible: true })).click();
  const look = () =>
    page.evaluate(() => [document.querySelectorAll("consent-notice:popover-open").length, location.pathname, consent.status()]);
  /** Waits until the page has this title and address, and its view is on its way. */
  const comes = async (name) => {
    const isThere = (title) =>
      document.querySelector("h1")?.textContent === title && location.pathname === "/" + title.toLowerCase();
    await page.waitForFunction(isThere, {}, name);
    await page.waitForSelector("consent-notice ::-p-text(Cookie choice)", { visible: true });
    await page.evaluate("navigator.locks.request('consent', () => null)");
  };
  const follow = async (name) => {
    await page.click(`nav ::-p-text(${name})`);
    await comes(name);
  };

  await page.goto(`${url}/one`, { waitUntil: "load" });
  await press("Accept all");
  await comes("One");
  await follow("Two");
  await follow("Three");
  await page.evaluate("history.back()");
  await comes("Two");
  const accepted = await look();
  await press("Cookie choice");
  await press("Withdraw consent");
  await page.waitForFunction("consent.status() === 'refused'");
  await follow("One");
  const withdrawn = await look();
  await context.close();
  return { accepted, withdrawn, said };
}

try {
  const seen = {};
  for (const [name, url] of Object.entries(sites)) seen[name] = await walk(url);
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
