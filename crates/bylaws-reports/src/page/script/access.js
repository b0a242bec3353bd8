// Access: lookup by person, filters, sorting. Does not draw anything.

/** Roles in a workspace, strongest first; unknown roles come last. */
const LADDER = ["workspace_admin", "workspace_developer", "workspace_restricted_developer", "workspace_user", "workspace_billing"];
const MARKS = { workspace_admin: "A", workspace_developer: "D", workspace_restricted_developer: "R", workspace_user: "U", workspace_billing: "B" };
/** Roles in the organization, strongest first; unknown roles come last. */
const STANDING = ["primary_owner", "owner", "admin", "membership_admin", "developer", "user", "claude_code_user", "billing", "managed"];

function rank(ladder, role) {
  const at = ladder.indexOf(role);
  return at === -1 ? ladder.length : at;
}

/** Grants by person, then by workspace. */
const grantsOf = page.people.map(() => new Map());
for (const [person, workspace, role, reasons] of page.grants) {
  grantsOf[person]?.set(workspace, { workspace, role: page.roles[role] ?? "unknown", reasons: reasons.map((at) => page.reasons[at]) });
}

const findingsOf = new Map();
for (const finding of page.findings.items ?? []) {
  if (finding.person === null) continue;
  const known = findingsOf.get(finding.person);
  if (known === undefined) findingsOf.set(finding.person, [finding]);
  else known.push(finding);
}

const lowered = {
  people: page.people.map((person) => person.who.toLowerCase()),
  workspaces: page.workspaces.map((workspace) => `${workspace.name}\n${workspace.id}`.toLowerCase()),
};

/** Whether every word of the query occurs in the text. */
function holds(text, words) {
  return words.every((word) => text.includes(word));
}

function wordsOf(query) {
  return query.toLowerCase().split(/\s+/).filter((word) => word !== "");
}

/** Whether the filters on roles and reasons match this access. */
function isWanted(grant, state) {
  if (state.role !== "" && grant.role !== state.role) return false;
  if (state.reason === "") return true;
  return grant.reasons.some((reason) => reason?.kind === state.reason || `=${reason?.text}` === state.reason);
}

/** The people and workspaces that match the filters, in order. */
function filtered(state) {
  const [people, places] = [wordsOf(state.people), wordsOf(state.workspaces)];
  let workspaces = page.workspaces.map((_, at) => at).filter((at) => holds(lowered.workspaces[at], places));
  const isOpen = new Array(page.workspaces.length).fill(false);
  for (const at of workspaces) isOpen[at] = true;
  const needsGrant = places.length > 0 || state.role !== "" || state.reason !== "";
  const isShown = (at) => {
    const person = page.people[at];
    if (!holds(lowered.people[at], people)) return false;
    if (state.standing !== "" && person.role !== state.standing) return false;
    if (state.team !== "" && !person.teams.includes(state.team)) return false;
    if (state.finding && !findingsOf.has(at)) return false;
    if (!needsGrant) return true;
    for (const grant of grantsOf[at].values()) {
      if (isOpen[grant.workspace] && isWanted(grant, state)) return true;
    }
    return false;
  };
  const shown = sorted(state).filter(isShown);
  if (state.bare) {
    const used = new Set();
    for (const at of shown) {
      for (const grant of grantsOf[at].values()) if (isWanted(grant, state)) used.add(grant.workspace);
    }
    workspaces = workspaces.filter((at) => used.has(at));
  }
  return { people: shown, workspaces };
}

/** The rank of every person by name, computed once because comparing names is slow. */
const placeByName = (() => {
  const { compare } = new Intl.Collator("en", { numeric: true });
  const order = page.people.map((_, at) => at).sort((a, b) => compare(page.people[a].who, page.people[b].who) || a - b);
  const places = new Array(order.length);
  order.forEach((person, place) => { places[person] = place; });
  return places;
})();

/** The sort key of a column; smaller comes first. Names decide between equal keys. */
function measure(sort) {
  switch (sort) {
    case "role": return (at) => rank(STANDING, page.people[at].role);
    case "count": return (at) => -grantsOf[at].size;
    // People without known activity come before those who were inactive for long.
    case "active": return (at) => (page.people[at].last_active === null ? 0 : Number(page.people[at].last_active.replaceAll("-", "")));
    case "name": return () => 0;
    default: {
      const workspace = page.workspaces.findIndex((workspace) => `w:${workspace.id}` === sort);
      return (at) => {
        const grant = grantsOf[at].get(workspace);
        return grant === undefined ? LADDER.length + 1 : rank(LADDER, grant.role);
      };
    }
  }
}

let latest = { key: null, order: [] };

/** All people in the requested order, cached until the order changes. */
function sorted({ sort, down }) {
  const key = `${down} ${sort}`;
  if (latest.key !== key) {
    const of = measure(sort);
    const measures = page.people.map((_, at) => of(at));
    const way = down ? -1 : 1;
    const order = page.people.map((_, at) => at).sort(
      (a, b) => way * (measures[a] - measures[b]) || (sort === "name" ? way : 1) * (placeByName[a] - placeByName[b]));
    latest = { key, order };
  }
  return latest.order;
}

/** `line in the files; team platform`. */
function reasonsOf(grant) {
  return grant.reasons.map((reason) => reason?.text ?? "unknown").join("; ") || "unknown";
}

/** A person's access to these workspaces, grouped by role and reason. */
function accessOf(person, workspaces, state) {
  const groups = new Map();
  for (const at of workspaces) {
    const grant = grantsOf[person].get(at);
    if (grant === undefined || !isWanted(grant, state)) continue;
    const key = `${grant.role}: ${reasonsOf(grant)}`;
    const group = groups.get(key) ?? { rank: rank(LADDER, grant.role), key, names: [] };
    group.names.push(page.workspaces[at].name);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : 1));
}
