// A browser without a network, a page in it, and everything that goes wrong on that page.

import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

export async function start() {
  return puppeteer.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-color-profile=srgb"],
  });
}

/** Opens a file as somebody would who was sent it. `troubles` fills with errors, violations and requests. */
export async function open(browser, file, { width = 1280, height = 900, media = [], hash = "", scripts = true, painted = scripts } = {}) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const troubles = [];
  const address = pathToFileURL(file).href;
  page.on("console", (message) => troubles.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => { troubles.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => { if (request.url().split("#")[0] !== address) troubles.push(`request: ${request.url()}`); });
  page.on("framenavigated", (frame) => { if (frame.url().split("#")[0] !== address && frame.url() !== "about:blank") troubles.push(`went to ${frame.url()}`); });
  browser.on("targetcreated", (target) => { if (target.browserContext() === context && target.url() !== "about:blank") troubles.push(`opened ${target.url()}`); });
  await page.evaluateOnNewDocument(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures(media);
  await page.setJavaScriptEnabled(scripts);
  await page.goto(address + hash);
  if (painted) await page.waitForFunction(() => performance.getEntriesByName("painted").length > 0, { timeout: 20_000 });
  const allTroubles = async () => [...troubles, ...(scripts ? await page.evaluate(() => window.violations) : [])];
  return { page, troubles: allTroubles, close: () => context.close() };
}

/** What has the focus: the label it is read by, or its text. */
export function focused(page) {
  return page.evaluate(() => {
    const at = document.activeElement;
    return at?.getAttribute("aria-label") ?? at?.textContent ?? "";
  });
}

/** What the line under the filters says. */
export function status(page) {
  return page.$eval("#status", (line) => line.textContent);
}

/** The people whose rows exist, top to bottom. */
export function rows(page) {
  return page.$$eval('[role="rowheader"]', (cells) => cells.map((cell) => cell.title));
}
