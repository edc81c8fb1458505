/*
 * The check of an installation with Firefox: node check.mjs ADDRESS SERVICE KEY EMAIL PASSWORD GPC. Prints as JSON what
 * the check found; GPC is "true" for a browser that refuses by itself, as private windows do.
 */

import { firefox } from "./firefox.mjs";

const [address, service, key, email, password, refuses] = process.argv.slice(2);
const browser = await firefox({ "privacy.globalprivacycontrol.enabled": refuses === "true" });

try {
  const page = await browser.newPage();
  await page.goto(`${service}/login`);
  await page.type("input[type=email]", email);
  await page.type("input[type=password]", password);
  await Promise.all([page.waitForNavigation(), page.click("main button")]);
  await page.goto(`${service}/sites/${key}/check`);
  await page.evaluate((value) => (document.querySelector("#address").value = value), address);
  await page.click(".check .button");
  await page.waitForSelector("[data-found]:not([data-found=waiting]):not([hidden])");
  console.log(JSON.stringify(await page.$eval("[data-found]:not([hidden])", ({ dataset }) => dataset.found)));
} finally {
  await browser.close();
}
