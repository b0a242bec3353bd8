// How it looks: contrast, rules of accessibility, small windows, paper, and organizations of hardly anybody.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { bare, organization } from "./generate.mjs";
import { open, status } from "./browser.mjs";
import { page as made, picture } from "./pages.mjs";
import { check, equal, heading } from "./said.mjs";

// It wants a canvas for drawing, and says so; here it only reads.
const { warn } = console;
console.warn = () => {};
const { getDocument } = await import("pdfjs-dist/legacy/build/pdf.mjs");
console.warn = warn;

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const light = { name: "prefers-color-scheme", value: "light" };
const dark = { name: "prefers-color-scheme", value: "dark" };

/** Ink on its ground: text, so 4.5 to 1. */
const TEXTS = [
  ...["ink", "soft", "link", "error", "warning", "note", "added"].flatMap((ink) => ["ground", "surface"].map((ground) => [ink, ground])),
  ...["ink", "soft", "error", "warning"].map((ink) => [ink, "sunk"]),
  ...["ink", "soft"].map((ink) => [ink, "chosen"]),
  ...["admin", "developer", "restricted", "user", "billing"].map((role) => [`${role}-ink`, role]),
];
/** What has to be told from its ground without being text: 3 to 1. */
const SHAPES = [
  ...Array.from({ length: 9 }, (_, at) => [`series-${at + 1}`, "surface"]),
  ["edge", "surface"], ["edge", "ground"], ["focus", "surface"], ["focus", "ground"], ["focus", "chosen"], ["warning", "chosen"],
];

function luminance(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

async function colours(browser, file) {
  heading("contrast");
  for (const scheme of [light, dark]) {
    const { page, close } = await open(browser, file, { media: [scheme] });
    const names = [...new Set([...TEXTS, ...SHAPES].flat())];
    const palette = await page.evaluate((names) => {
      const style = getComputedStyle(document.documentElement);
      return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    }, names);
    for (const [pairs, least] of [[TEXTS, 4.5], [SHAPES, 3]]) {
      for (const [ink, ground] of pairs) {
        const ratio = contrast(palette[ink], palette[ground]);
        check(`${scheme.value}: ${ink} on ${ground} is ${least} to 1`, ratio >= least, ratio.toFixed(2));
      }
    }
    await close();
  }
}

async function accessible(browser, file) {
  heading("axe");
  for (const [name, media, width] of [["light", light, 1280], ["dark", dark, 1280], ["narrow", light, 400]]) {
    const { page, troubles, close } = await open(browser, file, { media: [media], width });
    const steps = {
      grid: () => page.evaluate(() => document.querySelector('[data-view="grid"]').click()),
      details: () => page.click('[role="rowheader"]'),
      list: () => page.evaluate(() => document.querySelector('[data-view="list"]').click()),
      tables: () => page.evaluate(() => document.querySelectorAll("summary").forEach((one) => one.click())),
      nobody: () => page.type("#filter-people", "nobody-has-this"),
    };
    for (const [step, go] of Object.entries(steps)) {
      await go();
      await page.evaluate(AXE);
      const { violations, passes } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
      const said = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} (${node.failureSummary?.split("\n")[1]?.trim()})`).join(" | ")}`);
      equal(`axe, ${name}, ${step}`, said, []);
      check(`axe looked, ${name}, ${step}`, passes.length > 20, passes.length);
    }
    equal(`nothing has gone wrong, ${name}`, await troubles(), []);
    await close();
  }
}

async function pictures(browser, small, large) {
  heading("pictures");
  for (const [scheme, media] of [["light", light], ["dark", dark]]) {
    for (const [size, width, height] of [["wide", 1280, 900], ["narrow", 400, 800]]) {
      for (const [name, file] of [["small", small], ["large", large]]) {
        const { page, troubles, close } = await open(browser, file, { media: [media], width, height });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        equal(`the page is not wider than its window: ${name}, ${scheme}, ${size}`, over, 0);
        const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        const [red] = /\d+/.exec(ground);
        check(`its ground is ${scheme}: ${name}, ${size}`, scheme === "dark" ? Number(red) < 60 : Number(red) > 200, ground);
        await page.screenshot({ path: picture(`${name}-${scheme}-${size}`), fullPage: name === "small" });
        equal(`nothing has gone wrong: ${name}, ${scheme}, ${size}`, await troubles(), []);
        await close();
      }
    }
  }
}

async function paper(browser, file, document) {
  heading("paper");
  const { page, troubles, close } = await open(browser, file, { media: [dark], hash: "#people=ada" });
  const pdf = await page.pdf({ format: "A4" });
  const task = getDocument({ data: new Uint8Array(pdf), verbosity: 0 });
  const read = await task.promise;
  let text = "";
  const beyond = [];
  for (let at = 1; at <= read.numPages; at += 1) {
    const sheet = await read.getPage(at);
    const { items } = await sheet.getTextContent();
    const right = sheet.getViewport({ scale: 1 }).width;
    beyond.push(...items.filter((item) => item.transform[4] + item.width > right - 20).map((item) => item.str));
    text += `${items.map((item) => item.str).join(" ")}\n`;
  }
  equal("nothing is cut at the edge of the paper", beyond, []);
  await task.destroy();
  text = text.replace(/\s+/g, " ");
  const [shown, others] = [document.people.filter(({ who }) => who.includes("ada")), document.people.filter(({ who }) => !who.includes("ada"))];
  check("on paper is everybody whom the filters leave", shown.length > 1 && shown.every(({ who }) => text.includes(who)), text.slice(0, 900));
  const list = text.slice(text.indexOf("Filtered by"), text.indexOf(" Findings "));
  check("and nobody else among them", list.length > 100 && others.every(({ who }) => !list.includes(who)), list);
  check("and which filters those are", text.includes("Filtered by people: ada."), text.slice(0, 600));
  check("with their access in words", text.includes("organization role admin"));
  check("findings", text.includes("the key is 412 days old and active"));
  check("every figure", document.cost.series.every(({ name }) => text.includes(name)) && text.includes("All"));
  check("drift", text.includes("member/old@acme.com"));
  const hints = ["hide empty workspaces", "move in the matrix", "arrow keys", "Tap a day", "press /", "Show in the matrix", "All figures"];
  equal("no buttons, no filters, no hints for keys", hints.filter((hint) => text.includes(hint)), []);
  const days = document.cost.days.filter((day) => text.includes(`${day} $`));
  equal("every day with cost", days, document.cost.days);
  await page.emulateMediaType("print");
  equal("light, whatever the screen is", await page.evaluate(() => getComputedStyle(document.body).color), "rgb(29, 34, 38)");
  await page.emulateMediaType("screen");
  equal("afterwards all is as before", await page.evaluate(() => [document.querySelectorAll("details[open]").length, document.querySelector("#print-access").children.length]), [0, 0]);
  equal("nothing has gone wrong", await troubles(), []);
  await close();
}

/** Findings of a rule are one table; marks are explained; drift says where. */
async function tables(browser) {
  heading("tables");
  const document = organization({ findings: 300 });
  const { page, troubles, close } = await open(browser, made("tables", document));
  const groups = () => page.$$eval("#findings .finding", (boxes) => boxes.map((box) => [
    box.querySelector("h3").innerText.replace(/\s+/g, " "), box.querySelectorAll("tbody tr").length]));
  equal("a table for each rule, the first 100 findings shown", await groups(),
    [["error old-key BA203 100 findings", 100]]);
  const more = () => page.evaluate(() => document.querySelector("#findings .more button").click());
  await more();
  await more();
  equal("and all of them", await groups(), [
    ["error old-key BA203 100 findings", 100], ["warning dormant-member BA101 100 findings", 100], ["note stale-invite BA310 100 findings", 100]]);
  const heads = await page.$$eval("#findings .finding", (boxes) => boxes.map((box) => [...box.querySelectorAll("thead th")].map((head) => head.textContent)));
  equal("columns of which a rule has nothing are left out", heads, [
    ["Address", "Finding", "Evidence", "In the files"], ["Address", "Finding", "Evidence", "In the files", "Change in the files"], ["Address", "Finding"]]);
  equal("advice that is the same for all is written once", await page.$$eval("#findings .advice", (lines) => lines.length), 1);
  await page.type("#findings-text", "stale");
  equal("a filter leaves the tables that match", await groups(), [["note stale-invite BA310 100 findings", 100]]);
  const who = await page.$eval("#findings .finding button", (button) => button.getAttribute("aria-label").replace("Show in the matrix: ", ""));
  await page.click("#findings .finding button");
  check("a finding leads to its person", (await status(page)).startsWith("1 of "), [who, await status(page)]);
  const others = document.roles.filter((role) => !["admin", "developer", "restricted_developer", "user", "billing"].some((known) => role === `workspace_${known}`));
  const key = await page.$eval(".key", (list) => list.innerText.replace(/\s+/g, " "));
  equal("a legend for roles without a letter, if there are any", key.includes("? another role: "), others.length > 0);
  const places = await page.$$eval("#drift table", (tables) => tables.map((table) => [...table.querySelectorAll("thead th")].at(-1).textContent));
  equal("drift says where, if that is known", places, ["In the files", "Why", "In the files", "Why"]);
  const drift = await page.$eval("#drift", (section) => section.innerText);
  for (const wanted of ["bylaws/workspaces/production.yaml:12", "bylaws/workspaces/staging.yaml:7"]) check(`drift: ${wanted}`, drift.includes(wanted), drift);
  equal("nothing has gone wrong", await troubles(), []);
  await close();
  const odd = { ...document, roles: document.roles.map((role) => (role === "workspace_user" ? "workspace_auditor" : role)) };
  const other = await open(browser, made("tables-odd", odd));
  check("a role that is not known is named beside its mark", (await other.page.$eval(".key", (list) => list.innerText.replace(/\s+/g, " "))).includes("? another role: workspace_auditor"));
  await other.close();
}

/** Service accounts, federation, limits and keys: what is read, and what is not. */
async function programs(browser) {
  heading("programs");
  const text = (page, section) => page.$eval(`#${section}`, (one) => one.innerText.replace(/\s+/g, " "));
  const WANTED = {
    accounts: ["ci-deploy deploys from GitHub developer production: workspace_developer staging: workspace_user deploy-production evals-nightly", "boss admin only the default workspace organization", "old-bot developer only the default workspace none"],
    federation: ["deploy-production deploys after review issuer github subject repo:acme/robot:environment:production audience https://api.anthropic.com claim repository_id 81234567", "all, later ones included 24h", "boss org:admin none 10m", "not read since 2026-11-03T08:00:00Z live for 49h or less can be exchanged more than once"],
    limits: ["the organization 20000 USD $8,123.46 (40.6%)", "production 5000.50 USD $5,000.50 (100.0%)", "staging none $12.34", "claude-sonnet-4-5-20250929 requests_per_minute 2,000 4,000", "batch requests_per_minute 0 none"],
    external: ["production ekey_01 aws arn:aws:kms:us-east-1:123456789012:key/", "ekey_02 gcp projects/acme/locations/eu/keyRings/claude/cryptoKeys/main us none"],
  };
  const full = made("programs", organization());
  const { page, troubles, close } = await open(browser, full);
  for (const [section, parts] of Object.entries(WANTED)) {
    const shown = await text(page, section);
    for (const part of parts) check(`${section}: ${part}`, shown.includes(part), shown);
  }
  equal("a limit that is reached is marked", await page.$$eval("#limits .is-error", (all) => all.map((one) => one.textContent)), ["$5,000.50 (100.0%)"]);
  equal("programs: nothing has gone wrong", await troubles(), []);
  await close();
  const narrow = await open(browser, full, { width: 375 });
  const head = await narrow.page.$eval("#federation td", (cell) => getComputedStyle(cell, "::before").content);
  equal("on a phone each cell has the name of its column", head, '"Accepts"');
  await narrow.close();
  const refused = await open(browser, made("programs-refused", bare(1)));
  for (const [section, count] of [["accounts", 1], ["federation", 1], ["limits", 2], ["external", 1]]) {
    const shown = await text(refused.page, section);
    equal(`${section}: not read, and no table`, [shown.split("not read: 403 permission_error").length - 1, await refused.page.$$eval(`#${section} table`, (all) => all.length)], [count, 0]);
  }
  await refused.close();
}

/** On a phone the list comes first, and nothing speaks of keys; an address may ask for the matrix. */
async function phone(browser, file) {
  heading("phone");
  for (const [width, hash, view] of [[390, "", "list"], [599, "", "list"], [600, "", "grid"], [390, "#view=grid", "grid"], [1280, "#view=list", "list"], [390, "#view=evil", "list"]]) {
    const { page, troubles, close } = await open(browser, file, { width, height: 844, hash });
    const what = `${width} pixels${hash}`;
    equal(`${what}: the ${view}`, await page.$eval('[aria-pressed="true"]', (button) => button.dataset.view), view);
    equal(`${what}: and nothing else`, await page.$$eval(".people, .scroller", (parts) => parts.filter((part) => part.checkVisibility()).map((part) => part.className.split(" ")[0])), [view === "list" ? "people" : "scroller"]);
    const said = await page.evaluate(() => document.body.innerText + document.querySelector("#filter-people").placeholder);
    equal(`${what}: keys are spoken of`, /press \/|arrow keys/i.test(said), width >= 600);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    equal(`${what}: the page is not wider than its window`, over, 0);
    if (hash === "") await page.screenshot({ path: picture(`phone-${width}`), fullPage: true });
    equal(`${what}: nothing has gone wrong`, await troubles(), []);
    await close();
  }
}

async function sizes(browser) {
  heading("hardly anybody");
  for (const people of [0, 1]) {
    const { page, troubles, close } = await open(browser, made(`bare-${people}`, bare(people)));
    equal(`${people} people`, await status(page), `${people} of ${people} people, ${people} of ${people} workspaces`);
    const text = await page.$eval("main", (main) => main.innerText);
    for (const wanted of ["not read: the credential may not read reports", "not read: there are no files", "No findings."]) {
      check(`${people} people: ${wanted}`, text.includes(wanted), text);
    }
    equal(`${people} people: nobody is said`, await page.$eval("#nobody", (line) => line.hidden), people > 0);
    await page.evaluate(() => document.querySelector('[data-view="list"]').click());
    await page.pdf();
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => window.axe.run());
    equal(`${people} people: axe`, violations.map(({ id, nodes }) => `${id} ${nodes[0].html}`), []);
    equal(`${people} people: nothing has gone wrong`, await troubles(), []);
    await close();
  }
  const nothing = { ...organization(), usage: { unit: "tokens", days: [], series: [] }, cost: { days: ["2026-11-22"], series: [{ name: "lab", values: ["0"] }] }, drift: { changes: [], blocked: [], waiting: [], unlisted: [], refused: [] } };
  const { page, troubles, close } = await open(browser, made("nothing", nothing));
  const text = await page.$eval("main", (main) => main.innerText);
  for (const wanted of ["Nothing was used in these days.", "$0.00 from 2026-11-22", "No changes, 0 blocked"]) check(`nothing: ${wanted}`, text.includes(wanted), text.slice(-900));
  equal("nothing: nothing has gone wrong", await troubles(), []);
  await close();
}

async function calm(browser, file) {
  heading("motion");
  const { page, close } = await open(browser, file, { media: [{ name: "prefers-reduced-motion", value: "reduce" }] });
  const moving = await page.evaluate(() => [...document.querySelectorAll("*")].filter((node) => {
    const style = getComputedStyle(node);
    return style.transitionDuration !== "0s" || style.animationName !== "none" || style.scrollBehavior === "smooth";
  }).map((node) => node.outerHTML.slice(0, 80)));
  equal("nothing moves for those who want no motion", moving, []);
  await close();
}

export async function look(browser) {
  const document = organization();
  const small = made("small", document);
  const large = made("large", organization({ people: 2000, workspaces: 100, each: 30, findings: 300 }));
  await colours(browser, small);
  await accessible(browser, small);
  await pictures(browser, small, large);
  await paper(browser, small, document);
  await tables(browser);
  await programs(browser);
  await phone(browser, small);
  await sizes(browser);
  await calm(browser, small);
}
