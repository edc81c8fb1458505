// node measure.mjs ROUNDS URL...: Lighthouse's scores and times for each address, in turns, as JSON lines.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [rounds, ...urls] = process.argv.slice(2);
const TIMES = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "speed-index"];
const FLAGS = [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

const chrome = await launch({ chromePath: "/usr/bin/chromium", chromeFlags: FLAGS });
try {
  for (let round = 0; round < Number(rounds); round++) {
    for (const url of urls) console.log(JSON.stringify({ url, ...(await measured(url)) }));
  }
} finally {
  chrome.kill();
}

// As on a phone with a slow network, which is what Lighthouse takes unless told.
async function measured(url) {
  const { lhr } = await lighthouse(url, { port: chrome.port, logLevel: "error" });
  if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
  const scores = Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, 100 * score]));
  const times = Object.fromEntries(TIMES.map((id) => [id, lhr.audits[id].numericValue]));
  return { scores, times, shift: lhr.audits["cumulative-layout-shift"].numericValue };
}
