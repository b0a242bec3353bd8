// Paper cannot scroll: for printing, everything that is folded or cut on the screen is written out.

let before = null;

function preparePrint() {
  if (before !== null) return;
  const folded = [...document.querySelectorAll("details:not([open])")];
  before = { folded, shown: found.shown };
  const words = filtersInWords();
  byId("print-access").replaceChildren(
    el("p", {}, words === "" ? "Everybody." : `Filtered by ${words}.`),
    peopleAsText(result.people, result.workspaces));
  if (page.findings.items !== undefined) {
    found.shown = Infinity;
    fillFindings();
  }
  for (const one of folded) {
    one.make?.();
    one.open = true;
  }
}

function afterPrint() {
  if (before === null) return;
  byId("print-access").replaceChildren();
  for (const one of before.folded) one.open = false;
  if (page.findings.items !== undefined) {
    found.shown = before.shown;
    fillFindings();
  }
  before = null;
}

addEventListener("beforeprint", preparePrint);
addEventListener("afterprint", afterPrint);
