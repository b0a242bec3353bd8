// How long a large organization takes: bench.mjs MAKE FOLDER [RUNS]

import { statSync } from "node:fs";
import { organization } from "./generate.mjs";
import { open, start } from "./browser.mjs";
import { page as made } from "./pages.mjs";

const RUNS = Number(process.argv[4] ?? 15);
const QUERIES = ["ada", "research", "gupta", "contractor", "zoe"];

const document = organization({ people: 2000, workspaces: 100, each: 30, findings: 300, period: 30 });
const file = made("bench", document);
const told = (times) => {
  const sorted = [...times].sort((a, b) => a - b);
  return `median ${sorted[Math.floor(sorted.length / 2)].toFixed(0)} ms, worst ${sorted.at(-1).toFixed(0)} ms, of ${sorted.length}`;
};

const browser = await start();
const [opened, keys, scrolls, sorts] = [[], [], [], []];
for (let run = 0; run < RUNS; run += 1) {
  const { page, troubles, close } = await open(browser, file);
  opened.push(await page.evaluate(() => performance.getEntriesByName("painted")[0].startTime));
  // From the key to the frame that shows what came of it.
  await page.evaluate(() => {
    window.times = [];
    document.querySelector("#filter-people").addEventListener("keydown", (event) => {
      requestAnimationFrame(() => setTimeout(() => window.times.push(performance.now() - event.timeStamp)));
    });
  });
  await page.focus("#filter-people");
  const query = QUERIES[run % QUERIES.length];
  for (const key of [...query, ...Array(query.length).fill("Backspace")]) {
    const before = await page.evaluate(() => window.times.length);
    await page.keyboard.press(key);
    await page.waitForFunction((count) => window.times.length > count, {}, before);
  }
  keys.push(...await page.evaluate(() => window.times));
  const measured = (what) => page.evaluate(async (what) => {
    const begin = performance.now();
    if (what === "scroll") {
      const box = document.querySelector(".scroller");
      box.scrollTop = Math.random() * box.scrollHeight;
      box.scrollLeft = Math.random() * box.scrollWidth;
    } else document.querySelector('[role="columnheader"][aria-colindex="3"]').click();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - begin;
  }, what);
  for (let at = 0; at < 10; at += 1) scrolls.push(await measured("scroll"));
  // Heads out of sight do not exist.
  await page.$eval(".scroller", (box) => { box.scrollTo(0, 0); });
  await page.waitForSelector('[role="columnheader"][aria-colindex="3"]');
  sorts.push(await measured("sort"));
  const wrong = await troubles();
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  await close();
}
await browser.close();
console.log(`page of ${document.people.length} people, ${document.workspaces.length} workspaces, ${document.grants.length} grants: ${(statSync(file).size / 1e6).toFixed(1)} MB`);
console.log(`from navigation to the first rows painted: ${told(opened)}`);
console.log(`from a key in the filter to what it shows: ${told(keys)}`);
console.log(`from a jump anywhere in the matrix to its cells: ${told(scrolls)}`);
console.log(`from a click on a head to the new order: ${told(sorts)}`);
