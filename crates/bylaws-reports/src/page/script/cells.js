// The elements of the matrix: heads, people, memberships. The grid decides which of them exist, and where.

/** The columns before the workspaces. */
const FIXED = [
  { sort: "name", title: "Person" },
  { sort: "role", title: "Role" },
  { sort: "count", title: "Workspaces", kind: "number" },
  { sort: "active", title: "Last active" },
];

/** Reasons that do not come from the files. */
const BY_HAND = ["unlisted", "drift"];

function markOf(grant) {
  const letter = MARKS[grant.role];
  const kinds = grant.reasons.map((reason) => reason?.kind);
  const mark = el("span", { class: `mark ${letter ?? "other"}` }, letter ?? "?");
  if (kinds.length > 0 && kinds.every((kind) => kind === "implied")) mark.classList.add("implied");
  if (kinds.some((kind) => BY_HAND.includes(kind))) mark.classList.add("unlisted");
  if (!isWanted(grant, state)) mark.classList.add("aside");
  return mark;
}

/** The cell of a person in one column of the grid. */
function cellOf(at, column, workspaces) {
  const person = page.people[at];
  switch (column) {
    case 0: {
      const cell = el("div", { role: "rowheader", class: "first", title: person.who }, el("span", { class: "text" }, person.who));
      if (person.state !== "member") cell.append(el("span", { class: "flag" }, person.state === "invited" ? "invited" : "not a member"));
      if (findingsOf.has(at)) cell.append(el("span", { class: "flag is-warning" }, counted(findingsOf.get(at).length, "finding", "findings")));
      return cell;
    }
    case 1: return el("div", { role: "gridcell", class: "plain", title: person.role }, el("span", { class: "text" }, person.role));
    case 2: return el("div", { role: "gridcell", class: "plain number" }, String(grantsOf[at].size));
    case 3: return el("div", { role: "gridcell", class: "plain" }, person.last_active ?? "unknown");
    default: {
      const workspace = page.workspaces[workspaces[column - FIXED.length]];
      const grant = grantsOf[at].get(workspaces[column - FIXED.length]);
      const said = grant === undefined ? "no access" : `${grant.role}, ${reasonsOf(grant)}`;
      const label = `${person.who} in ${workspace.name}: ${said}`;
      const cell = el("div", { role: "gridcell", class: "seat", "aria-label": label, title: grant === undefined ? null : label });
      if (grant !== undefined) cell.append(markOf(grant));
      return cell;
    }
  }
}

/** The head of a column; `isTall` rotates its text. */
function headOf(column, workspaces, isTall) {
  const workspace = page.workspaces[workspaces[column - FIXED.length]];
  const { sort, title, kind } = workspace === undefined ? FIXED[column] : { sort: `w:${workspace.id}`, title: workspace.name, kind: isTall ? "tall" : "" };
  const isSorted = state.sort === sort;
  const head = el("div", {
    role: "columnheader",
    class: column === 0 ? "first" : kind,
    title: workspace === undefined ? `sort by ${title.toLowerCase()}` : `${title}: sort by role`,
    "aria-sort": isSorted ? (state.down ? "descending" : "ascending") : null,
  }, el("span", { class: "text" }, title));
  if (isSorted) head.append(el("span", { class: "arrow", "aria-hidden": "true" }, state.down ? "▼" : "▲"));
  return head;
}

/** A description of the sort order of this column. */
function sortOf(column, workspaces) {
  return column < FIXED.length ? FIXED[column].sort : `w:${page.workspaces[workspaces[column - FIXED.length]].id}`;
}
