// Charts: what they say is exact, by mouse, by keyboard and in the table.

import { organization } from "./generate.mjs";
import { open } from "./browser.mjs";
import { page as made } from "./pages.mjs";
import { check, equal, heading } from "./said.mjs";

/** Sums that no floating point number holds. */
const EXACT = {
  days: ["2026-11-20", "2026-11-21", "2026-11-22"],
  series: [
    { name: "production", values: ["123456789012345678901234.5", "0.000000000000000000001", "0"] },
    { name: "credit", values: ["-250", "0", "0"] },
    { name: "ten", values: ["0.1", "0.2", "0.7"] },
    ...Array.from({ length: 9 }, (_, at) => ({ name: `small-${at}`, values: ["0.5", "1.5", "0"] })),
  ],
};

export async function figures(browser) {
  heading("figures");
  const document = { ...organization(), cost: EXACT, usage: { unit: "tokens", days: EXACT.days, series: [{ name: "lab", values: ["9007199254740993", "1", "0"] }] } };
  const { page, troubles, close } = await open(browser, made("figures", document));
  const cost = await page.$eval("#cost", (section) => section.innerText);
  check("a total of cents that no float holds", cost.includes("$1,234,567,890,123,456,789,010.04"), cost);
  const usage = await page.$eval("#usage", (section) => section.innerText);
  check("tokens beyond 2^53", usage.includes("9,007,199,254,740,994 tokens"), usage);
  const legend = await page.$$eval("#cost .legend li", (items) => items.map((item) => item.innerText.replace(/\s+/g, " ")));
  equal("eight and the others", legend.length, 9);
  check("the largest first", legend[0].startsWith("production $1,234,567,890,123,456,789,012.35"), legend);
  check("the rest as one", legend.at(-1).startsWith("others (4)"), legend);

  await page.focus("#cost .chart");
  await page.keyboard.press("Home");
  const reading = () => page.$eval("#cost .reading", (line) => line.textContent);
  check("a day is read by keyboard", (await reading()).startsWith("2026-11-20: $1,234,567,890,123,456,789,009.89 = production $1,234,567,890,123,456,789,012.34, ") && (await reading()).includes("others (4) -$2.49"), await reading());
  await page.keyboard.press("ArrowRight");
  check("and the next", (await reading()).startsWith("2026-11-21: "), await reading());
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowRight");
  check("and no further than the last", (await reading()).startsWith("2026-11-22: $0.01"), await reading());
  equal("read politely", await page.$eval("#cost .reading", (line) => line.ariaLive), "polite");
  const bar = await page.$('#cost [data-day="0"]');
  await bar.hover();
  check("and by mouse", (await reading()).startsWith("2026-11-20: "), await reading());

  await page.evaluate(() => document.querySelector("#cost summary").click());
  await page.waitForSelector("#cost table", { timeout: 3000 }).catch(() => {});
  const rows = await page.$$eval("#cost table tr", (rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
  equal("the table has every day", rows[0], ["Workspace", "Total", ...EXACT.days]);
  equal("and every decimal", rows[1], ["production", "$1,234,567,890,123,456,789,012.34500000000000000000001", "$1,234,567,890,123,456,789,012.345", "$0.00000000000000000000001", "$0.00"]);
  equal("ten tenths of a cent are a cent", rows.find((row) => row[0] === "ten"), ["ten", "$0.01", "$0.001", "$0.002", "$0.007"]);
  equal("credit comes last", rows.at(-2).slice(0, 3), ["credit", "-$2.50", "-$2.50"]);
  check("and the sum of all", rows.at(-1)[0] === "All" && rows.at(-1)[3] === "$0.13700000000000000000001", rows.at(-1));
  equal("nothing has gone wrong", await troubles(), []);
  await close();
}
