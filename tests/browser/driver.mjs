// Opens every page of a built guide in Chromium, as a reader does: from its folder, on a wide screen
// and on a phone's, by day and by night. Prints what is wrong with it, as JSON.
//
//     node driver.mjs SITE TOOLS CHROMIUM WORD...
//
// SITE is the guide's folder, TOOLS holds playwright-core and axe-core, each WORD is searched for.

import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [site, tools, executablePath, ...words] = process.argv.slice(2);
const require = createRequire(join(resolve(tools), "node_modules", "_"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf-8");

const PATIENCE = 60_000; // ms for one step; two processors may be shared with LibreOffice
const SCREENS = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
// By night only the colours differ.
const COLOURS = { type: "rule", values: ["color-contrast", "link-in-text-block"] };
const SCHEMES = { light: {}, dark: { runOnly: COLOURS } };
// What Chromium itself would ask the network for is no request of the guide's.
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
args.push("--disable-background-networking", "--disable-component-update", "--disable-sync");

const address = (name) => pathToFileURL(join(resolve(site), name)).href;

/** Note down what a page says and asks for while it is open. */
function listen(page, report) {
  page.on("console", (said) => said.type() === "error" && report("console", said.text()));
  page.on("pageerror", (error) => report("error", error.message));
  page.on("request", (request) => {
    const url = request.url();
    if (!/^(file|data|blob):/.test(url)) report("request", url);
  });
}

/** What makes a page hard to use: wider than its screen, or a serious fault of accessibility. */
async function look(page, rules, report) {
  const over = await page.evaluate(
    () => document.scrollingElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (over > 0) report("width", `${over} px wider than the screen`);
  // `preload` would have axe itself ask for the styles, which no page in a folder may.
  const options = { ...rules, preload: false, resultTypes: ["violations"] };
  const { violations } = await page.evaluate((options) => axe.run(options), options);
  for (const { id, impact, nodes } of violations)
    if (impact === "serious" || impact === "critical")
      for (const node of nodes) report("axe", `${id}: ${node.target.join(" ")}`);
}

/** The pages that the guide's own search offers for a word, once they no longer change. */
async function find(page, word) {
  await page.goto(address("index.html"), { timeout: PATIENCE });
  await page.click("[data-md-component=search-query]", { timeout: PATIENCE });
  await page.keyboard.type(word, { delay: 50 });
  const offers = page.locator("[data-md-component=search-result] a[href]");
  const read = () => offers.evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  let [before, links] = [[], []];
  for (const end = Date.now() + PATIENCE; Date.now() < end; before = links) {
    await page.waitForTimeout(1000);
    links = await read();
    if (links.length && String(links) === String(before)) break;
  }
  return links.map((link) => link.replace(/^.*\//, "").replace(/\?h=[^#]*/, ""));
}

const pages = readdirSync(site).filter((name) => name.endsWith(".html")).sort();
const faults = [];
const found = {};
const browser = await chromium.launch({ executablePath, args, timeout: PATIENCE });
try {
  for (const [scheme, rules] of Object.entries(SCHEMES)) {
    for (const [screen, viewport] of Object.entries(SCREENS)) {
      const context = await browser.newContext({ colorScheme: scheme, viewport });
      await context.addInitScript({ content: axe });
      const page = await context.newPage();
      let name = "";
      const report = (kind, what) => faults.push({ page: name, scheme, screen, kind, what });
      listen(page, report);
      for (name of pages) {
        await page.goto(address(name), { timeout: PATIENCE });
        await look(page, rules, report);
      }
      await context.close();
    }
  }
  const page = await browser.newPage();
  listen(page, (kind, what) => faults.push({ page: "search", kind, what }));
  for (const word of words) found[word] = await find(page, word);
} finally {
  await browser.close();
}
console.log(JSON.stringify({ pages, faults, found }));
