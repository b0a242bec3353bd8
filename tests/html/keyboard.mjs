// The matrix by keyboard, and what a screen reader is told of it.

import { organization } from "./generate.mjs";
import { focused, open, status } from "./browser.mjs";
import { page as made } from "./pages.mjs";
import { check, equal, heading } from "./said.mjs";

export async function keyboard(browser) {
  heading("keyboard");
  const document = organization({ people: 2000, workspaces: 100, each: 30, findings: 9 });
  const { page, troubles, close } = await open(browser, made("keyboard", document));
  const order = document.people.map(({ who }) => who).sort((a, b) => new Intl.Collator("en", { numeric: true }).compare(a, b));
  const place = () => page.evaluate(() => [Number(document.activeElement.dataset.row), Number(document.activeElement.dataset.column)]);
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };

  await press("Tab");
  equal("the first stop is the way past the head", await focused(page), "Skip to the access matrix");
  await press("Enter");
  equal("it leads there", await page.evaluate(() => document.activeElement.id), "access-title");
  await press("/");
  equal("/ goes to the filter", await page.evaluate(() => document.activeElement.id), "filter-people");
  await press("/");
  equal("/ is a character in it", await page.$eval("#filter-people", (input) => input.value), "/");
  await press("Backspace");

  await page.focus("#filter-bare");
  let stops = 0;
  while (!(await page.evaluate(() => document.activeElement.closest('[role="grid"]') !== null)) && stops < 12) {
    await press("Tab");
    stops += 1;
  }
  equal("the grid is reached by tabulator", await place(), [-1, 0]);
  equal("one cell of it is a stop", await page.$$eval('[role="grid"] [tabindex="0"]', (cells) => cells.length), 1);
  await press("Tab");
  check("the next tabulator leaves the grid", await page.evaluate(() => document.activeElement.closest('[role="grid"]') === null));
  await page.keyboard.down("Shift");
  await press("Tab");
  await page.keyboard.up("Shift");
  equal("and the way back returns to it", await place(), [-1, 0]);

  const walks = [
    [["ArrowDown"], [0, 0]],
    [["ArrowDown", "ArrowDown"], [2, 0]],
    [["ArrowRight"], [2, 1]],
    [["ArrowUp", "ArrowLeft"], [1, 0]],
    [["ArrowLeft"], [1, 0]],
    [["End"], [1, 103]],
    [["ArrowRight"], [1, 103]],
    [["Home"], [1, 0]],
  ];
  for (const [keys, wanted] of walks) {
    await press(...keys);
    equal(keys.join(" "), await place(), wanted);
  }
  const chord = async (key) => {
    await page.keyboard.down("Control");
    await press(key);
    await page.keyboard.up("Control");
  };
  await chord("End");
  equal("Ctrl+End is the last cell", await place(), [1999, 103]);
  const seat = await focused(page);
  check("which says whose and where", seat.startsWith(`${order.at(-1)} in ${document.workspaces[99].name}: `), seat);
  const inSight = () => page.evaluate(() => {
    const cell = document.activeElement.getBoundingClientRect();
    const box = document.querySelector(".scroller").getBoundingClientRect();
    const heads = document.querySelector(".heads").getBoundingClientRect();
    const first = document.querySelector(".row .first").getBoundingClientRect();
    const isFirst = document.activeElement.classList.contains("first");
    return cell.top >= heads.bottom - 1 && cell.bottom <= box.bottom + 1 && cell.right <= box.right + 1 && (isFirst || cell.left >= first.right - 1);
  });
  check("and is in sight", await inSight());
  await press("ArrowDown");
  equal("there is nothing below it", await place(), [1999, 103]);
  await press("PageUp");
  const [row] = await place();
  check("Page Up goes a page", row < 1990 && row > 1950, row);
  check("to a cell in sight", await inSight());
  await press("PageDown");
  equal("Page Down comes back", await place(), [1999, 103]);
  await chord("Home");
  equal("Ctrl+Home is the first", await place(), [-1, 0]);
  await press("PageDown", "PageDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight");
  check("every cell on the way is in sight", await inSight());

  // Scrolling away takes no focus.
  const held = await focused(page);
  await page.$eval(".scroller", (box) => { box.scrollTop = 40_000; box.scrollLeft = 2_000; });
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50))));
  equal("scrolling keeps the focus", await focused(page), held);
  const seen = await page.$$eval('[role="row"]', (rows) => rows.length);
  check("and few rows exist", seen < 60, seen);
  const cells = await page.$$eval('[role="grid"] *', (all) => all.length);
  check("and few elements", cells < 6000, cells);
  check("what is seen is there", await page.evaluate(() => {
    const box = document.querySelector(".scroller").getBoundingClientRect();
    for (const [x, y] of [[0.3, 0.3], [0.6, 0.5], [0.95, 0.95], [0.5, 0.9]]) {
      const at = document.elementFromPoint(box.left + box.width * x, Math.min(box.top + box.height * y, innerHeight - 5));
      if (at?.closest('[role="gridcell"], [role="rowheader"]') === null) return false;
    }
    return true;
  }));
  await press("ArrowDown");
  check("walking on comes back to it", await inSight());

  heading("details");
  await chord("Home");
  await press("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight");
  await press("Enter");
  const details = () => page.$eval(".details", (box) => (box.hidden ? null : box.innerText));
  const first = order[0];
  check("Enter opens the details of a cell", (await details())?.includes(first) && (await details()).includes("Default"), await details());
  equal("which are read politely", await page.$eval(".details", (box) => box.ariaLive), "polite");
  await press("ArrowDown");
  check("they follow the focus", (await details())?.includes(order[1]), await details());
  equal("which stays in the grid", await place(), [1, 4]);
  await press("Escape");
  equal("Escape closes them", await details(), null);
  equal("and the focus is where it was", await place(), [1, 4]);
  await press("Home", "Enter");
  check("a person's own cell opens all of their access", /Access|workspace_/.test((await details()) ?? ""), await details());
  await page.evaluate(() => [...document.querySelectorAll(".details button")][0].click());
  equal("the button closes them too", await details(), null);
  await chord("Home");
  await press("ArrowRight", "ArrowRight", "Enter");
  equal("Enter on a head sorts", await page.$eval("[aria-sort]", (head) => head.textContent.trim().slice(0, 10)), "Workspaces");
  equal("and keeps the focus there", await place(), [-1, 2]);
  await page.click('[role="rowheader"]');
  check("a click opens details", (await details()) !== null);
  await press("Escape");

  heading("what a screen reader is told");
  await page.type("#filter-people", "ada.abara@");
  await page.type("#filter-workspaces", "research");
  const tree = await page.accessibility.snapshot({ interestingOnly: false });
  const all = [];
  const walk = (node) => { all.push(node); (node.children ?? []).forEach(walk); };
  walk(tree);
  const names = (role) => all.filter((node) => node.role === role).map((node) => node.name);
  equal("one grid, named", names("grid"), ["Access of people to workspaces"]);
  const inGrid = [];
  const within = (node) => { inGrid.push(node); (node.children ?? []).forEach(within); };
  within(all.find((node) => node.role === "grid"));
  equal("its row is named for the person", inGrid.filter((node) => node.role === "rowheader").map((node) => node.name), ["ada.abara@acme.com"]);
  check("its heads are named", names("columnheader").length > 4 && ["Person", "Role", "Workspaces", "Last active"].every((head) => names("columnheader").some((name) => name.startsWith(head))), names("columnheader"));
  const seats = names("gridcell").filter((name) => name.startsWith("ada.abara@acme.com in research"));
  check("its cells say who, where, what and why", seats.length > 0 && seats.every((name) => name.endsWith(": workspace_admin, organization role admin")), names("gridcell"));
  equal("landmarks", ["banner", "navigation", "main", "contentinfo"].map((role) => names(role).length), [1, 1, 1, 1]);
  equal("the sections are named", names("region").filter((name) => ["Overview", "Access", "Findings", "Usage", "Cost", "Drift"].includes(name)), ["Overview", "Access", "Findings", "Usage", "Cost", "Drift"]);
  equal("the line of counts is one that is read", await page.$eval("#status", (line) => [line.role, line.ariaLive]), ["status", "polite"]);
  check("and says what is left", /^1 of 2,000 people, \d+ of 100 workspaces$/.test(await status(page)), await status(page));
  const indexes = await page.$$eval('[role="grid"] [role="row"]', (rows) => rows.map((row) => [row.ariaRowIndex, [...row.children].every((cell) => cell.ariaColIndex !== null)]));
  equal("rows and cells are numbered", indexes, [["1", true], ["2", true]]);

  heading("list");
  await page.evaluate(() => document.querySelector('[data-view="list"]').click());
  const text = await page.$eval(".people", (people) => people.innerText);
  check("the list says the same in words", text.includes("ada.abara@acme.com") && text.includes("workspace_admin: organization role admin") && text.includes("research"), text);
  equal("and the grid is gone", await page.$eval(".scroller", (box) => box.hidden), true);
  equal("nothing has gone wrong", await troubles(), []);
  await close();
}
