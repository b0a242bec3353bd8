// Names that want to be more than text, in every place that has one.

import { HOSTILE, hostile as document, organization } from "./generate.mjs";
import { open } from "./browser.mjs";
import { page as made } from "./pages.mjs";
import { check, equal, heading } from "./said.mjs";

/** Elements and attributes that the page itself makes; nothing else may appear. */
const ELEMENTS = new Set("HTML HEAD META TITLE STYLE BODY A HEADER H1 H2 H3 H4 P NAV UL LI MAIN SECTION DIV DL DT DD FORM LABEL INPUT SELECT OPTION BUTTON SPAN ASIDE TABLE THEAD TBODY TR TH TD CODE PRE DETAILS SUMMARY FOOTER SCRIPT NOSCRIPT svg line text rect".split(" "));
const HIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]|[\u{e0000}-\u{e0fff}]/u;

async function examine(page, what) {
  const found = await page.evaluate(() => {
    const all = [...document.querySelectorAll("*")];
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (!["SCRIPT", "STYLE", "NOSCRIPT"].includes(walker.currentNode.parentElement.tagName)) texts.push(walker.currentNode.data);
    for (const node of all) for (const name of ["title", "aria-label", "placeholder"]) if (node.hasAttribute(name)) texts.push(node.getAttribute(name));
    return {
      elements: [...new Set(all.map((node) => node.tagName))],
      handlers: all.flatMap((node) => node.getAttributeNames().filter((name) => name.startsWith("on"))),
      links: all.filter((node) => node.hasAttribute("href") || node.hasAttribute("src") || node.hasAttribute("action")).map((node) => node.getAttribute("href") ?? node.outerHTML),
      scripts: document.scripts.length,
      styles: document.styleSheets.length,
      polluted: ["who", "role", "people", "evil"].filter((name) => name in {}),
      texts: texts.join("\n"),
    };
  });
  equal(`${what}: no element but ours`, found.elements.filter((name) => !ELEMENTS.has(name)), []);
  equal(`${what}: no handler`, found.handlers, []);
  equal(`${what}: no link but to sections`, found.links.filter((link) => !/^#[a-z]+$/.test(link)), []);
  equal(`${what}: two scripts, one style`, [found.scripts, found.styles], [2, 1]);
  equal(`${what}: objects are as before`, found.polluted, []);
  equal(`${what}: nothing is hidden`, HIDDEN.exec(found.texts)?.[0] ?? null, null);
  return found.texts;
}

export async function hostile(browser) {
  heading("hostile names");
  const file = made("hostile", document());
  const { page, troubles, close } = await open(browser, file);
  const shown = await examine(page, "grid");
  for (const name of ["</script><script>evil()</script>", "<img src=x onerror=evil()>", "\\u{202e}evil", "\\u{1b}[2J", "👩\\u{200d}💻 evil", "=HYPERLINK", "__proto__", "{data}{script}"]) {
    check(`shown as it is: ${name}`, shown.includes(name));
  }
  await page.evaluate(() => document.querySelector('[data-view="list"]').click());
  await examine(page, "list");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await examine(page, "paper");
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await page.evaluate(() => document.querySelector('[data-view="grid"]').click());
  for (const name of HOSTILE) {
    await page.$eval("#filter-people", (input, text) => { input.value = text; input.dispatchEvent(new Event("input")); }, name);
  }
  await page.$eval("#filter-people", (input) => { input.value = ""; input.dispatchEvent(new Event("input")); });
  // Details of every seat in sight.
  const seats = await page.$$('[role="gridcell"], [role="rowheader"], [role="columnheader"]');
  for (const seat of seats.slice(0, 80)) await seat.evaluate((cell) => cell.click());
  await examine(page, "details");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  equal("the longest name does not widen the page", wide, 0);
  equal("nothing ran, was asked for, or was refused", await troubles(), []);
  await close();

  heading("without scripts");
  const plain = await open(browser, file, { scripts: false });
  const found = await plain.page.$$eval("noscript *", (all) => [...new Set(all.map((node) => node.tagName))].sort()).catch(() => null);
  equal("elements without scripts", found, ["CODE", "H2", "LI", "P", "PRE", "UL"]);
  equal("nothing is asked for without scripts", await plain.troubles(), []);
  await plain.close();
  const plainly = organization({ people: 300 });
  const members = plainly.people.filter(({ state }) => state === "member").length;
  const usual = await open(browser, made("plain", plainly), { scripts: false });
  const text = await usual.page.$eval("body", (body) => body.innerText);
  for (const wanted of ["Acme Robotics", `${members} members`, "8 workspaces", "ada.abara@acme.com (admin)", "the key is 412 days old and active", "remove member/old@acme.com"]) {
    check(`without scripts it says ${wanted}`, text.includes(wanted), text.slice(0, 600));
  }
  await usual.close();

  heading("policy");
  const bare = await open(browser, file);
  const refused = await bare.page.evaluate(async () => {
    const told = [];
    const tried = (what, doing) => { try { doing(); } catch (error) { told.push(`${what}: ${error.name}`); } };
    tried("markup", () => { document.body.innerHTML = "<b>evil</b>"; });
    tried("a script", () => { const script = document.createElement("script"); script.text = "window.ran = 1"; document.body.append(script); });
    tried("an image", () => { const image = new Image(); image.src = "https://evil.com/x.png"; document.body.append(image); });
    tried("a style", () => { const style = document.createElement("style"); style.textContent = "body{display:none}"; document.head.append(style); });
    await fetch("https://evil.com/").catch((error) => told.push(`fetch: ${error.name}`));
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { told, ran: window.ran ?? null, violations: window.violations.map((one) => one.split(" ")[0]), display: getComputedStyle(document.body).display };
  });
  check("markup is refused", refused.told.some((one) => one.startsWith("markup: TypeError")), refused);
  check("scripts do not run", refused.ran === null, refused);
  check("images, styles and requests are refused", ["img-src", "style-src-elem", "connect-src"].every((one) => refused.violations.includes(one)), refused);
  equal("and nothing changed its look", refused.display, "block");
  await bare.close();
}
