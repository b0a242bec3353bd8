// Paper cannot scroll: for print, everything that is folded or cut on the screen is written out in full.

let before = null;

function preparePrint() {
  if (before !== null) return;
  const foldable = [...document.querySelectorAll("details")];
  const folded = foldable.filter((one) => !one.open);
  const papers = foldable.filter((one) => one.makePaper !== undefined).map((one) => {
    const paper = one.makePaper();
    one.after(paper);
    return paper;
  });
  before = { folded, papers, shown: found.shown };
  const words = filtersInWords();
  byId("print-access").replaceChildren(
    el("p", {}, words === "" ? "Everybody." : `Filtered by ${words}.`),
    peopleAsText(result.people, result.workspaces));
  if (page.findings.items !== undefined) {
    found.shown = Infinity;
    fillFindings();
  }
  for (const one of folded) if (one.makePaper === undefined) one.open = true;
}

function afterPrint() {
  if (before === null) return;
  byId("print-access").replaceChildren();
  for (const one of before.folded) one.open = false;
  for (const paper of before.papers) paper.remove();
  if (page.findings.items !== undefined) {
    found.shown = before.shown;
    fillFindings();
  }
  before = null;
}

addEventListener("beforeprint", preparePrint);
addEventListener("afterprint", afterPrint);
