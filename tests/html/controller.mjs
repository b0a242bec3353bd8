// The page of the controller: what it says, how it looks, and names that want to be more than text.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { open } from "./browser.mjs";
import { HOSTILE } from "./generate.mjs";
import { controllerPage as made, picture } from "./pages.mjs";
import { check, equal, heading } from "./said.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const ELEMENTS = new Set("HTML HEAD META TITLE STYLE BODY HEADER H1 H2 H3 P TIME MAIN SECTION DIV TABLE THEAD TBODY TR TH TD A B SPAN DL DT DD PRE CODE FOOTER".split(" "));
const FINGERPRINT = "5d8c0b7e".repeat(8);
const at = (minute) => `2026-11-21T08:${String(minute).padStart(2, "0")}:00Z`;

function one(name, fields) {
  return {
    name, organization_id: "6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10", ready: "True", in_sync: "True", reason: "InSync",
    message: "nothing is left to do", since: at(10), revision: "5f2a4c1b9d07aa11bb22cc33dd44ee55ff667788",
    baseline: "5f2a4c1b9d07aa11bb22cc33dd44ee55ff667788", last_round: at(55), last_success: at(55), next_round: "2026-11-21T09:05:00Z", ...fields,
  };
}

const HELD = [
  { change: "remove member/zoe@acme.com", cause: "drift", classes: ["access_loss"], by: "drift" },
  { change: "update member/uma@acme.com", detail: "role: developer → user", cause: "drift", classes: ["grant", "raise"], by: "undone" },
  { change: "archive workspace/sandbox-of-a-team-with-quite-a-long-name", cause: "commit", classes: ["irreversible"], by: "irreversible" },
  { change: "update workspace/lab/api_key/ci", cause: "drift", by: "approval" },
];

/** One organization in each state. */
function many() {
  return [
    one("acme", { in_sync: "False", reason: "Held", message: "held: 4 changes", fingerprint: FINGERPRINT, held: HELD, guards: [{ guard: "access_loss", counted: 4, limit: 5 }],
      approved: { fingerprint: "f".repeat(64), by: "ada", at: at(50) }, decisions: [{ at: at(50), by: "ada", decision: "approved", fingerprint: "f".repeat(64) }] }),
    one("files", { ready: "False", in_sync: "Unknown", reason: "InvalidFiles", message: "error[BL0306]: unknown role `admn`\n  --> workspaces/lab.yaml:3:20" }),
    one("frozen", { reason: "Suspended", message: "nothing is written", changes: 2, suspended: { reason: "incident 42", by: "ada", since: at(1), until: "2026-11-21T13:00:00Z" } }),
    one("new", { ready: "Unknown", in_sync: "Unknown", reason: "NotYet", organization_id: null, message: "", since: null, revision: null, baseline: null, last_round: null, last_success: null, next_round: null }),
    one("north", {}),
    one("only-shown", { in_sync: "False", reason: "Pending", message: "changes are pending; `mode: plan` sends none", changes: 3, fingerprint: FINGERPRINT, held: HELD.slice(0, 1) }),
  ];
}

const status = (organizations) => ({ format_version: 1, organizations });
const unlike = { scripts: false };

async function says(browser) {
  heading("controller: what it says");
  const { page, troubles, close } = await open(browser, made("controller", status(many())), unlike);
  const rows = await page.$$eval("#organizations ~ .table tbody tr", (rows) => rows.map((row) => [...row.children].map((cell) => cell.innerText)));
  equal("a row for each organization", rows, [
    ["acme", "True", "False", "Held", "4", "5f2a4c1b9d07", "50 min ago", "in 5 min"],
    ["files", "False", "Unknown", "InvalidFiles", "0", "5f2a4c1b9d07", "50 min ago", "in 5 min"],
    ["frozen", "True", "True", "Suspended", "0", "5f2a4c1b9d07", "50 min ago", "in 5 min"],
    ["new", "Unknown", "Unknown", "NotYet", "0", "–", "–", "–"],
    ["north", "True", "True", "InSync", "0", "5f2a4c1b9d07", "50 min ago", "in 5 min"],
    ["only-shown", "True", "False", "Pending", "1", "5f2a4c1b9d07", "50 min ago", "in 5 min"],
  ]);
  const held = await page.$$eval(".held tbody tr", (rows) => rows.map((row) => [...row.children].map((cell) => cell.innerText).join(" | ")));
  equal("every held change with cause, classes and why", held.slice(0, 4), [
    "remove member/zoe@acme.com | drift | access_loss | somebody made the difference outside git",
    "update member/uma@acme.com\nrole: developer → user | drift | grant, raise | it was sent in the last 24 hours, and undone since",
    "archive workspace/sandbox-of-a-team-with-quite-a-long-name | commit | irreversible | the configuration holds `irreversible`",
    "update workspace/lab/api_key/ci | drift | – | it needs a line under `approve:` in the files",
  ]);
  const commands = await page.$$eval("pre", (commands) => commands.map((command) => command.innerText));
  equal("the commands that end it", commands, [`bylaws controller approve acme ${FINGERPRINT}`, "bylaws controller resume frozen"]);
  const text = await page.$eval("main", (main) => main.innerText);
  for (const wanted of ["No round has run yet.", "Suspended by ada since 2026-11-21 08:01:00 UTC (59 min ago), until 2026-11-21 13:00:00 UTC: incident 42", "unknown role `admn`", "access_loss 4 of 5", "The approval by ada (10 min ago) is for another plan than this one.", "Approving undoes what was done outside git", "2026-11-21 08:50:00 UTC: approved by ada: ffffffffffff"]) {
    check(`it says: ${wanted}`, text.includes(wanted), text);
  }
  await page.click('a[href="#org-frozen"]');
  check("a name leads to its section", await page.$eval(":target", (heading) => heading.innerText.includes("frozen")));
  equal("nothing has gone wrong", (await troubles()).filter((trouble) => !trouble.includes("#org-frozen")), []);
  await close();
}

async function looks(browser) {
  heading("controller: how it looks");
  const sizes = { several: many(), empty: [], fleet: Array.from({ length: 40 }, (_, at) => one(`org-${at}`, {})), long: [one("acme", { in_sync: "False", reason: "Held", held: Array.from({ length: 600 }, (_, at) => ({ ...HELD[at % 4], change: `remove member/person-${at}@acme.com` })), fingerprint: FINGERPRINT })] };
  for (const [name, organizations] of Object.entries(sizes)) {
    const file = made(`controller-${name}`, status(organizations));
    for (const scheme of ["light", "dark"]) {
      for (const width of [375, 1440]) {
        const what = `${name}, ${scheme}, ${width} pixels`;
        const { page, troubles, close } = await open(browser, file, { width, media: [{ name: "prefers-color-scheme", value: scheme }], painted: false });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        equal(`the page is not wider than its window: ${what}`, over, 0);
        const cut = await page.evaluate(() => [...document.querySelectorAll(".table, pre, dd, td, th")].filter((node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== "inline").map((node) => node.outerHTML.slice(0, 90)));
        equal(`nothing has to be scrolled sideways: ${what}`, cut, []);
        const [red] = /\d+/.exec(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
        check(`its ground is ${scheme}: ${what}`, scheme === "dark" ? Number(red) < 60 : Number(red) > 200, red);
        await page.screenshot({ path: picture(`controller-${name}-${scheme}-${width}`), fullPage: name !== "long" });
        await page.evaluate(AXE);
        const { violations, passes } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
        equal(`axe: ${what}`, violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}`), []);
        check(`axe looked: ${what}`, passes.length > 10, passes.length);
        equal(`nothing has gone wrong: ${what}`, await troubles(), []);
        await close();
      }
    }
  }
  const { page, close } = await open(browser, made("controller-empty", status([])), unlike);
  check("without organizations it says so", (await page.$eval("main", (main) => main.innerText)).includes("The configuration has no organizations."));
  await close();
}

async function hostileNames(browser) {
  heading("controller: hostile names");
  const held = HOSTILE.map((name) => ({ change: name, detail: name, cause: "drift", classes: ["grant"], by: "drift" }));
  const decisions = HOSTILE.map((name) => ({ at: at(1), by: name, decision: "suspended", reason: name }));
  const organizations = HOSTILE.map((name, index) => one(`org-${index}`, {
    organization_id: name, in_sync: "False", reason: "Held", message: `${name}\n${name}`, revision: name, baseline: name, fingerprint: name, held,
    guards: [{ guard: name, counted: 1, limit: 2 }], suspended: { reason: name, by: name, since: at(1) }, approved: { fingerprint: name, by: name, at: at(1) }, decisions,
  }));
  const { page, troubles, close } = await open(browser, made("controller-hostile", status(organizations)), { width: 375, painted: false });
  const found = await page.evaluate(() => {
    const all = [...document.querySelectorAll("*")];
    const texts = [document.body.innerText, ...all.flatMap((node) => node.getAttributeNames().map((name) => node.getAttribute(name)))];
    return {
      elements: [...new Set(all.map((node) => node.tagName))],
      attributes: [...new Set(all.flatMap((node) => node.getAttributeNames()))].sort(),
      links: all.filter((node) => node.hasAttribute("href")).map((node) => node.getAttribute("href")),
      over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      text: texts.join("\n"),
    };
  });
  equal("no element but ours", found.elements.filter((name) => !ELEMENTS.has(name)), []);
  equal("no attribute but ours", found.attributes, ["aria-label", "aria-labelledby", "charset", "class", "content", "data-label", "datetime", "href", "http-equiv", "id", "lang", "name", "role", "scope", "tabindex", "title"]);
  equal("no link but to sections", found.links.filter((link) => !/^#org-org-\d+$/.test(link)), []);
  equal("nothing is hidden", /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u.exec(found.text)?.[0] ?? null, null);
  equal("the longest name does not widen the page", found.over, 0);
  for (const name of ["</script><script>evil()</script>", "<img src=x onerror=evil()>", "\\u{202e}evil", "\\u{1b}[2J"]) {
    check(`shown as it is: ${name}`, found.text.includes(name));
  }
  equal("nothing ran, was asked for, or was refused", await troubles(), []);
  const refused = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.text = "window.ran = 1";
    document.body.append(script);
    const image = new Image();
    image.src = "https://evil.com/x.png";
    document.body.append(image);
    const style = document.createElement("style");
    style.textContent = "body{display:none}";
    document.head.append(style);
    await fetch("https://evil.com/").catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { ran: window.ran ?? null, display: getComputedStyle(document.body).display, violations: window.violations.map((one) => one.split(" ")[0]) };
  });
  equal("the policy lets nothing run or change the look", [refused.ran, refused.display], [null, "block"]);
  equal("and refuses scripts, images, styles and requests", ["script-src-elem", "img-src", "style-src-elem", "connect-src"].filter((one) => !refused.violations.includes(one)), []);
  await close();
}

export async function controller(browser) {
  await says(browser);
  await looks(browser);
  await hostileNames(browser);
}
