// The findings of the audit, most severe first, a table for each rule; and the rules that could not be checked.

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
    body.append(el("h3", {}, "Not checked"),
      table("Rules that were not checked", [{ text: "What" }, { text: "Why" }], not_judged.map(({ what, why }) => ({ cells: [what, why] }))));
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
    ? "No findings."
    : `${grouped(String(shown.length))} of ${counted(items.length, "finding", "findings")}: ${counts.map(([severity, count]) => counted(count, severity, `${severity}s`)).join(", ")}`;
  const more = el("div", { class: "more" });
  if (shown.length > found.shown) {
    const button = el("button", { type: "button" }, `Show ${Math.min(100, shown.length - found.shown)} more`);
    button.addEventListener("click", () => { found.shown += 100; fillFindings(); });
    more.append(button);
  }
  const parts = groupsOf(shown).map((group) => groupAsTable(group, new Set(shown.slice(0, found.shown))));
  found.list.replaceChildren(...parts.filter((part) => part !== null), more);
}

/** Groups the findings by rule and severity, in the order of the first of each. */
function groupsOf(findings) {
  const groups = new Map();
  for (const finding of findings) {
    const key = JSON.stringify([finding.severity, finding.code, finding.name]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()];
}

/** A heading and a table with a row for each finding that is shown; nothing if none is. */
function groupAsTable(group, isShown) {
  const shown = group.filter((finding) => isShown.has(finding));
  if (shown.length === 0) return null;
  const [{ severity, name, code, advice }] = group;
  const isCommon = group.every((finding) => finding.advice === advice);
  const columns = [
    { text: "Address", kind: "code", of: addressOf },
    { text: "Finding", of: (finding) => (isCommon || !finding.advice ? finding.message : `${finding.message}. ${finding.advice}`) },
    { text: "Evidence", of: ({ evidence }) => (evidence.length === 0 ? null : facts(evidence)) },
    { text: "In the files", kind: "code", of: ({ place }) => (place === null ? null : el("code", {}, place)) },
    { text: "Change in the files", kind: "code", of: ({ fix }) => (fix === null ? null : el("pre", {}, fix)) },
  ];
  const rows = shown.map((finding) => columns.map(({ of }) => of(finding)));
  const used = columns.map((_, at) => rows.some((cells) => cells[at] !== null));
  const box = table(`${severity} ${code} ${name}`, columns.filter((_, at) => used[at]),
    rows.map((cells) => ({ cells: cells.filter((_, at) => used[at]).map((cell) => cell ?? "") })));
  return el("div", { class: `finding ${severity}` },
    el("h3", {}, el("span", { class: `is-${severity}` }, severity), el("span", {}, name), el("span", { class: "soft" }, code),
      el("span", { class: "soft" }, counted(group.length, "finding", "findings"))),
    isCommon && advice ? el("p", { class: "advice soft" }, advice) : null,
    box);
}

/** The address, with a button that shows the person in the matrix. */
function addressOf(finding) {
  const cell = el("div", {}, el("code", {}, finding.address));
  const who = finding.person === null ? undefined : page.people[finding.person]?.who;
  if (who !== undefined) {
    const button = el("button", { type: "button", class: "plain screen", "aria-label": `Show in the matrix: ${who}` }, "Show in the matrix");
    button.addEventListener("click", () => {
      ask({ ...NOTHING_ASKED, people: who });
      setControls();
      goToSection("access");
    });
    cell.append(button);
  }
  return cell;
}
