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

  await page.goto(`${url}/first`);
  await page.waitForSelector("consent-notice button");
  await step("asked");
  await press(choice);
  await page.waitForFunction("consent.status() !== 'open'");
  await step("chosen");
  await page.evaluate("history.pushState(null, '', '/second')");
  await step("moved");
  if (choice === "Accept all") {
    await press("Cookie choice");
    await press("Withdraw");
    await page.waitForFunction("consent.status() === 'refused'");
    await step("withdrawn");
    await page.evaluate("history.pushState(null, '', '/third')");
    await step("moved again");
  }
  console.log(JSON.stringify(steps));
} finally {
  await browser.close();
}
