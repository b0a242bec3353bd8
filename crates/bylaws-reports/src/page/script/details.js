// The details of one cell of the matrix, next to it.

const details = { box: null, isOpen: false };

function makeDetails() {
  details.box = el("aside", { class: "details screen", "aria-label": "Details", "aria-live": "polite", hidden: true });
  return details.box;
}

/** Opens the panel for a cell; `person` is null for a head, `workspace` for a column that is not a workspace. */
function openDetails(person, workspace) {
  const { box } = details;
  const close = el("button", { class: "plain", type: "button" }, "Close");
  close.addEventListener("click", closeDetails);
  const title = person === null ? page.workspaces[workspace].name : page.people[person].who;
  const head = el("header", {}, el("h3", { class: "name" }, title), close);
  const parts = person === null ? aboutWorkspace(workspace) : aboutPerson(person, workspace);
  box.replaceChildren(head, ...parts);
  box.hidden = false;
  details.isOpen = true;
  box.parentElement.classList.add("open");
}

function closeDetails() {
  details.isOpen = false;
  details.box.hidden = true;
  details.box.parentElement.classList.remove("open");
  focusCell();
}

function aboutPerson(at, workspace) {
  const person = page.people[at];
  const grant = workspace === null ? undefined : grantsOf[at].get(workspace);
  const parts = [];
  if (workspace !== null) {
    parts.push(facts([
      ["Workspace", page.workspaces[workspace].name],
      ["Role there", grant?.role ?? "no access"],
      ["Why", grant === undefined ? null : reasonsOf(grant)],
    ]));
  }
  parts.push(facts([
    ["Role in the organization", person.state === "invited" ? `${person.role}, once the invite is accepted` : person.role],
    ["Teams", person.teams.length === 0 ? "none" : person.teams.join(", ")],
    ["Last active", person.last_active ?? "unknown"],
    ["Workspaces", `${grantsOf[at].size} of ${page.workspaces.length}`],
  ]));
  const found = findingsOf.get(at) ?? [];
  if (found.length > 0) {
    parts.push(el("h4", {}, counted(found.length, "finding", "findings")));
    parts.push(el("ul", {}, ...found.slice(0, 20).map((finding) => el("li", {}, `${finding.severity} ${finding.code}: ${finding.message}`))));
  }
  const groups = accessOf(at, page.workspaces.map((_, place) => place), NOTHING_ASKED);
  if (workspace === null && groups.length > 0) {
    parts.push(el("h4", {}, "Access"), facts(groups.map(({ key, names }) => [key, names.join(", ")])));
  }
  return parts;
}

function aboutWorkspace(at) {
  const workspace = page.workspaces[at];
  const roles = new Map();
  for (const grants of grantsOf) {
    const grant = grants.get(at);
    if (grant !== undefined) roles.set(grant.role, (roles.get(grant.role) ?? 0) + 1);
  }
  const counts = [...roles].sort(([a], [b]) => rank(LADDER, a) - rank(LADDER, b));
  return [facts([
    ["Id", workspace.id],
    ["Kind", workspace.is_default ? "the default workspace: access follows the role in the organization" : null],
    ["Kind", workspace.is_claude_code ? "created by the service on the first Claude Code sign-in" : null],
    ...counts.map(([role, count]) => [role, counted(count, "person", "people")]),
  ])];
}
