/* Debian's Firefox, driven over WebDriver BiDi. */

import puppeteer from "puppeteer-core";

export const firefox = (preferences = {}) =>
  puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX,
    headless: true,
    extraPrefsFirefox: { "app.update.auto": false, "browser.safebrowsing.downloads.enabled": false, ...preferences },
  });
