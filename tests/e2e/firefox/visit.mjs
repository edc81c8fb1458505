/*
 * One visit with Firefox, over WebDriver BiDi: node visit.mjs URL SERVICE CHOICE. Prints as JSON what was asked of the
 * service after each step, and what was left.
 */

import { firefox } from "./firefox.mjs";

const [url, service, choice] = process.argv.slice(2);
const browser = await firefox();

try {
  const page = await browser.newPage();
  const asked = [];
  page.on("request", (request) => {
    if (request.url().startsWith(service)) asked.push(request.url().slice(service.length));
  });
  const press = (name) => page.locator(`consent-notice ::-p-text(${name})`).click();
  const settled = () => page.evaluate("navigator.locks.request('consent', () => null)");
  const left = () => page.evaluate("[document.cookie, Object.keys(localStorage).sort(), consent.status()]");
  const steps = {};
  const step = async (name) => {
    await settled();
    steps[name] = { asked: asked.splice(0), left: await left() };
  };

  /** Opens a page of the site as the dashboard's check does; gives whether the visit is as it was. */
  const checked = async () => {
    const visit = () => page.evaluate("localStorage['consent-visit']");
    const before = await visit();
    const opener = await browser.newPage();
    await opener.goto(`${service}/login`);
    await opener.evaluate((address) => {
      document.body.onclick = () => {
        const opened = open("", "_blank");
        opened.name = "consent-check";
        opened.location = address;
      };
    }, `${url}/checked`);
    const target = new Promise((done) => browser.once("targetcreated", done));
    await opener.click("h1");
    const tab = await (await target).page();
    await tab.waitForSelector("consent-notice button");
    await tab.evaluate("navigator.locks.request('consent', () => null)");
    return [await tab.evaluate("consent.status()"), (await visit()) === before];
  };

  await page.goto(`${url}/first`);
  await page.waitForSelector("consent-notice button");
  await step("asked");
  await press(choice);
  await page.waitForFunction("consent.status() !== 'open'");
  await step("chosen");
  await page.evaluate("history.pushState(null, '', '/second')");
  await step("moved");
  if (choice === "Accept all") {
    steps.checked = await checked();
    await press("Cookie choice");
    await press("Withdraw consent");
    await page.waitForFunction("consent.status() === 'refused'");
    await step("withdrawn");
    await page.evaluate("history.pushState(null, '', '/third')");
    await step("moved again");
  }
  console.log(JSON.stringify(steps));
} finally {
  await browser.close();
}
