// What the audit found, worst first, and what it could not judge.

const SEVERITIES = ["error", "warning", "note"];
const found = { severity: "", text: "", shown: 100, list: null, status: null };

function showFindings() {
  if (!isRead("findings", page.findings)) return;
  const { items, accepted, not_judged } = page.findings;
  const body = bodyOf("findings");
  const severity = el("select", { id: "findings-severity" }, el("option", { value: "" }, "any severity"),
    ...SEVERITIES.map((one) => el("option", { value: one }, one)));
  const text = el("input", { type: "search", id: "findings-text", autocomplete: "off", spellcheck: "false", placeholder: "code, address, words" });
  severity.addEventListener("change", () => { found.severity = severity.value; found.shown = 100; fillFindings(); });
  text.addEventListener("input", () => { found.text = text.value; found.shown = 100; fillFindings(); });
  found.status = el("p", { role: "status", "aria-live": "polite" });
  found.list = el("div", {});
  if (items.length > 0) {
    body.append(el("form", { class: "filters screen", role: "search", "aria-label": "Filter the findings" },
      el("div", { class: "field wide" }, el("label", { for: text.id }, "Search"), text),
      el("div", { class: "field" }, el("label", { for: severity.id }, "Severity"), severity)));
    body.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  }
  body.append(found.status, found.list);
  if (accepted.length > 0) {
    body.append(el("h3", {}, "Accepted in the files"),
      table("Accepted findings", [{ text: "Finding" }, { text: "Address", kind: "code" }, { text: "Until" }, { text: "Why" }],
        accepted.map(({ name, address, until, reason }) => ({ cells: [name, el("code", {}, address), until, reason] }))));
  }
  if (not_judged.length > 0) {
    body.append(el("h3", {}, "Not judged"),
      table("What was not judged", [{ text: "What" }, { text: "Why" }], not_judged.map(({ what, why }) => ({ cells: [what, why] }))));
  }
  fillFindings();
}

function fillFindings() {
  const { items } = page.findings;
  const words = wordsOf(found.text);
  const fits = ({ severity, code, name, address, message }) =>
    (found.severity === "" || severity === found.severity) && holds(`${code} ${name} ${address} ${message}`.toLowerCase(), words);
  const shown = SEVERITIES.flatMap((severity) => items.filter((finding) => finding.severity === severity && fits(finding)));
  const counts = SEVERITIES.map((severity) => [severity, shown.filter((finding) => finding.severity === severity).length]);
  found.status.textContent = items.length === 0
    ? "Nothing found."
    : `${grouped(String(shown.length))} of ${counted(items.length, "finding", "findings")}: ${counts.map(([severity, count]) => counted(count, severity, `${severity}s`)).join(", ")}`;
  const more = el("div", { class: "more" });
  if (shown.length > found.shown) {
    const button = el("button", { type: "button" }, `Show ${Math.min(100, shown.length - found.shown)} more`);
    button.addEventListener("click", () => { found.shown += 100; fillFindings(); });
    more.append(button);
  }
  found.list.replaceChildren(el("ul", { class: "list" }, ...shown.slice(0, found.shown).map(findingAsText)), more);
}

function findingAsText(finding) {
  const item = el("li", { class: `finding ${finding.severity}` },
    el("h3", {}, el("span", { class: `is-${finding.severity}` }, finding.severity), el("span", {}, finding.name), el("span", { class: "soft" }, finding.code)),
    el("p", { class: "message" }, finding.message),
    facts([
      ["address", el("code", {}, finding.address)],
      ["place", finding.place === null ? null : el("code", {}, finding.place)],
      ...finding.evidence,
    ]));
  if (finding.advice) item.append(el("p", { class: "advice soft" }, finding.advice));
  if (finding.fix !== null) item.append(el("pre", {}, finding.fix));
  if (finding.person !== null && page.people[finding.person] !== undefined) {
    const { who } = page.people[finding.person];
    const button = el("button", { type: "button", class: "plain screen" }, "Show in the matrix");
    button.setAttribute("aria-label", `Show in the matrix: ${who}`);
    button.addEventListener("click", () => {
      ask({ ...NOTHING_ASKED, people: who });
      setControls();
      goToSection("access");
    });
    item.append(button);
  }
  return item;
}
