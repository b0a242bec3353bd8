// Filters and orders, each held against the same question asked of the document.

import { organization } from "./generate.mjs";
import { open, rows, status } from "./browser.mjs";
import { page as made } from "./pages.mjs";
import { check, equal, heading } from "./said.mjs";

const PEOPLE = 120;
const PLACES = 30;

const document = organization({ people: PEOPLE, workspaces: PLACES, each: 6, findings: 30, seed: 7 });
const { people, workspaces, grants, roles, reasons, findings } = document;
const withFinding = new Set(findings.items.map((finding) => finding.person).filter((person) => person !== null));
const reasonOf = (grant, kind) => grant[3].some((at) => reasons[at].kind === kind || `=${reasons[at].text}` === kind);

/** The answer as the document gives it. */
function expected({ who = "", where = "", standing = "", role = "", reason = "", team = "", finding = false, bare = false }) {
  const open = workspaces.map((one) => where === "" || `${one.name}\n${one.id}`.toLowerCase().includes(where.toLowerCase()));
  const fits = (grant) => (role === "" || roles[grant[2]] === role) && (reason === "" || reasonOf(grant, reason));
  const shown = people.map((person, at) => person.who.includes(who)
    && (standing === "" || person.role === standing)
    && (team === "" || person.teams.includes(team))
    && (!finding || withFinding.has(at))
    && ((where === "" && role === "" && reason === "") || grants.some((grant) => grant[0] === at && open[grant[1]] && fits(grant))));
  const used = open.map((is, at) => is && (!bare || grants.some((grant) => grant[1] === at && shown[grant[0]] && fits(grant))));
  return `${shown.filter(Boolean).length} of ${PEOPLE} people, ${used.filter(Boolean).length} of ${PLACES} workspaces`;
}

async function ask(page, { who = "", where = "", standing = "", role = "", reason = "", team = "", finding = false, bare = false }) {
  for (const [id, text] of [["people", who], ["workspaces", where]]) {
    await page.$eval(`#filter-${id}`, (input, value) => { input.value = value; input.dispatchEvent(new Event("input")); }, text);
  }
  for (const [id, value] of Object.entries({ standing, role, reason, team })) await page.select(`#filter-${id}`, value);
  for (const [id, wanted] of Object.entries({ finding, bare })) {
    if ((await page.$eval(`#filter-${id}`, (box) => box.checked)) !== wanted) await page.click(`#filter-${id}`);
  }
}

const STORIES = [
  {},
  { who: "ada" },
  { who: "contractor" },
  { who: "nobody-has-this" },
  { where: "production" },
  { where: "wrkspc_000000000000000000000003" },
  { standing: "admin" },
  { standing: "billing", bare: true },
  { role: "workspace_admin" },
  { role: "workspace_restricted_developer", where: "evals" },
  { reason: "line" },
  { reason: "team", role: "workspace_user" },
  { reason: "implied" },
  { reason: "unlisted", bare: true },
  { reason: "=team platform" },
  { team: "security" },
  { finding: true },
  { finding: true, role: "workspace_developer", where: "r", team: "platform", bare: true },
];

export async function filters(browser) {
  heading("filters");
  const file = made("filters", document);
  const { page, troubles, close } = await open(browser, file);
  for (const story of STORIES) {
    await ask(page, story);
    equal(`filter ${JSON.stringify(story)}`, await status(page), expected(story));
    const isEmpty = expected(story).startsWith("0 of");
    equal(`nobody is said of ${JSON.stringify(story)}`, await page.$eval("#nobody", (line) => !line.hidden), isEmpty);
    if (isEmpty) continue;
    const counts = await page.$eval('[role="grid"]', (grid) => [grid.ariaRowCount, grid.ariaColCount]);
    const [, shown, places] = /^(\d+) of \d+ people, (\d+)/.exec(expected(story));
    equal(`the grid says how large it is for ${JSON.stringify(story)}`, counts, [String(Number(shown) + 1), String(Number(places) + 4)]);
  }

  // Words are looked for one by one, in any order and case.
  await ask(page, { who: "" });
  await page.type("#filter-people", "ACME ada");
  equal("words in any order", await status(page), expected({ who: "ada" }).replace(/^\d+/, String(people.filter(({ who }) => who.includes("ada") && who.includes("acme")).length)));

  // What does not fit the filter stands aside, and is still there.
  await ask(page, { role: "workspace_admin" });
  const aside = await page.$$eval(".seat .mark:not(.aside)", (marks) => marks.map((mark) => mark.textContent));
  check("only what fits stands out", aside.length > 0 && aside.every((letter) => letter === "A"), aside);
  check("the rest stands aside", (await page.$$(".seat .mark.aside")).length > 0);

  // Clear takes all filters away, and no order.
  await page.evaluate(() => [...document.querySelectorAll("button")].find((button) => button.textContent === "Clear").click());
  equal("clear", await status(page), expected({}));

  heading("orders");
  const first = async () => (await rows(page)).slice(0, 6);
  const byName = people.map(({ who }) => who).sort((a, b) => new Intl.Collator("en", { numeric: true }).compare(a, b));
  equal("by name", await first(), byName.slice(0, 6));
  const sortBy = async (title) => {
    await page.evaluate((title) => [...document.querySelectorAll('[role="columnheader"]')].find((head) => head.querySelector(".text").textContent === title).click(), title);
  };
  await sortBy("Person");
  equal("by name, turned around", await first(), byName.toReversed().slice(0, 6));
  const heads = () => page.$$eval("[aria-sort]", (heads) => heads.map((head) => `${head.querySelector(".text").textContent} ${head.ariaSort}`));
  equal("the head says so", await heads(), ["Person descending"]);
  const count = (who) => grants.filter((grant) => people[grant[0]].who === who).length;
  await sortBy("Workspaces");
  const counts = (await rows(page)).map(count);
  check("by number of workspaces", counts.slice(0, 6).join() === people.map(({ who }) => count(who)).sort((a, b) => b - a).slice(0, 6).join(), counts);
  await sortBy("Last active");
  const active = (await rows(page)).map((who) => people.find((person) => person.who === who).last_active ?? "");
  check("by last activity, the unknown and the longest gone first", active.slice(0, 20).join() === [...active.slice(0, 20)].sort().join() && active[0] === "", active);
  await sortBy("Role");
  equal("by role", await page.$$eval('[role="row"]:not(.head) [aria-colindex="2"]', (cells) => cells.slice(0, 2).map((cell) => cell.textContent)), ["admin", "admin"]);
  await sortBy("production");
  const letters = await page.$$eval('.row:not(.head) [aria-colindex="7"]', (cells) => cells.map((cell) => cell.textContent));
  const ladder = letters.map((letter) => "ADRUB".indexOf(letter || "B"));
  check("by role in a workspace", letters[0] === "A" && ladder.join() === [...ladder].sort((a, b) => a - b).join(), letters);
  equal("one head only says so", await heads(), ["production ascending"]);

  heading("addresses");
  await ask(page, { who: "ben", role: "workspace_user" });
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  const hash = await page.evaluate(() => location.hash);
  equal("nothing has gone wrong", await troubles(), []);
  await close();
  const again = await open(browser, file, { hash });
  equal("an address brings the filters back", await status(again.page), expected({ who: "ben", role: "workspace_user" }));
  equal("and the form", await again.page.$eval("#filter-people", (input) => input.value), "ben");
  equal("and the order", await again.page.$eval("[aria-sort] .text", (head) => head.textContent), "production");
  await again.page.evaluate(() => { location.hash = "#people=chidi"; });
  await again.page.waitForFunction((wanted) => document.querySelector("#status").textContent === wanted, { timeout: 5000 }, expected({ who: "chidi" })).catch(() => {});
  equal("a changed address asks anew", await status(again.page), expected({ who: "chidi" }));
  await again.page.click('#sections a[href="#cost"]');
  equal("going to a section keeps the filters", [await status(again.page), await again.page.evaluate(() => location.hash)], [expected({ who: "chidi" }), "#people=chidi"]);
  equal("and brings its heading the focus", await again.page.evaluate(() => document.activeElement.id), "cost-title");
  await again.close();
  const wrong = await open(browser, file, { hash: "#role=<img src=x onerror=evil()>&sort=w:none&view=evil&people=%3Cscript%3E" });
  equal("an address that asks for what is not there", await status(wrong.page), expected({ who: "<script>" }));
  equal("does nothing else", await wrong.troubles(), []);
  await wrong.close();
}
