// The form above the matrix, and the line with the number of matches.

const REASONS = [
  ["", "any reason"],
  ["line", "a line in the files"],
  ["team", "a team"],
  ["implied", "the role in the organization"],
  ["unlisted", "not in the files"],
  ["drift", "differs from the files"],
  ["membership", "a membership, without files"],
];
const TOLD = { people: "people", workspaces: "workspaces", standing: "organization role", role: "role", reason: "reason", team: "team" };

const controls = {};
let status = null;
let views = null;
let result = { people: [], workspaces: [] };

function field(name, label, control, isWide) {
  controls[name] = control;
  control.id = `filter-${name}`;
  return el("div", { class: `field${isWide ? " wide" : ""}` }, el("label", { for: control.id }, label), control);
}

function search(name, label, hint) {
  const input = el("input", { type: "search", autocomplete: "off", spellcheck: "false", placeholder: hint });
  input.addEventListener("input", () => ask({ [name]: input.value }));
  return field(name, label, input, true);
}

function choice(name, label, options) {
  const select = el("select", {}, ...options.map(([value, text]) => el("option", { value }, text)));
  select.addEventListener("change", () => ask({ [name]: select.value }));
  return field(name, label, select);
}

function check(name, label) {
  const box = el("input", { type: "checkbox" });
  box.addEventListener("change", () => ask({ [name]: box.checked }));
  controls[name] = box;
  box.id = `filter-${name}`;
  return el("div", { class: "field check" }, box, el("label", { for: box.id }, label));
}

function unique(texts) {
  return [...new Set(texts)].sort();
}

function makeFilters() {
  const roles = unique(page.people.map((person) => person.role)).sort((a, b) => rank(STANDING, a) - rank(STANDING, b));
  const seats = [...page.roles].sort((a, b) => rank(LADDER, a) - rank(LADDER, b));
  const teams = unique(page.people.flatMap((person) => person.teams));
  const kinds = REASONS.filter(([kind]) => kind === "" || page.reasons.some((reason) => reason.kind === kind));
  const single = page.reasons.filter((reason) => reason.kind === "team" || reason.kind === "implied").map((reason) => reason.text);
  const form = el("form", { class: "filters screen", role: "search", "aria-label": "Filter the access matrix" },
    search("people", "People", isSmall ? "name or address" : "press / to type here"),
    search("workspaces", "Workspaces", "name or id"),
    choice("standing", "Role in the organization", [["", "any role"], ...roles.map((role) => [role, role])]),
    choice("role", "Role in a workspace", [["", "any role"], ...seats.map((role) => [role, role])]),
    choice("reason", "Reason for access", [...kinds, ...unique(single).map((text) => [`=${text}`, text])]),
    choice("team", "Team", [["", "any team"], ...teams.map((team) => [team, team])]),
    check("finding", "only with a finding"),
    check("bare", "hide empty workspaces"));
  const reset = el("button", { type: "button", class: "plain" }, "Clear");
  reset.addEventListener("click", () => {
    const { sort, down, view } = state;
    ask({ ...NOTHING_ASKED, sort, down, view });
    setControls();
  });
  form.append(el("div", { class: "field check" }, reset));
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

function makeBar() {
  status = el("p", { role: "status", "aria-live": "polite", id: "status" });
  views = el("div", { class: "views screen", role: "group", "aria-label": "View" });
  for (const [view, text] of [["grid", "Matrix"], ["list", "List"]]) {
    const button = el("button", { type: "button", "data-view": view }, text);
    button.addEventListener("click", () => ask({ view }));
    views.append(button);
  }
  return el("div", { class: "bar" }, status, views);
}

/** The legend of marks and frames. */
function makeKey() {
  const meaning = (mark, text) => el("li", {}, mark, text);
  const mark = (kind, letter) => el("span", { class: `mark ${kind}`, "aria-hidden": "true" }, letter);
  const others = unique(page.roles.filter((role) => MARKS[role] === undefined));
  return el("ul", { class: "key screen", "aria-label": "Marks" },
    ...LADDER.map((role) => meaning(mark(MARKS[role], MARKS[role]), role)),
    meaning(mark("A implied", "A"), "follows from the role in the organization"),
    meaning(mark("U unlisted", "U"), "not in the files, or different from them"),
    others.length === 0 ? null : meaning(mark("other", "?"), `another role: ${others.join(", ")}`));
}

/** Sets the form to the filters in the URL. */
function setControls() {
  for (const [name, control] of Object.entries(controls)) {
    if (control.type === "checkbox") control.checked = state[name];
    else control.value = state[name];
    // This organization does not have the requested value.
    if (control.value !== state[name] && control.tagName === "SELECT") {
      state[name] = "";
      control.value = "";
    }
  }
}

/** The filters in words; empty without filters. */
function filtersInWords() {
  const told = Object.entries(TOLD).filter(([name]) => state[name] !== "").map(([name, label]) => `${label}: ${state[name].replace(/^=/, "")}`);
  if (state.finding) told.push("only with a finding");
  if (state.bare) told.push("without empty workspaces");
  return told.join("; ");
}

/** Shows the filtered access. */
function show() {
  result = filtered(state);
  list.shown = STEP;
  const of = (count, all, what) => `${grouped(String(count))} of ${grouped(String(all))} ${what}`;
  status.textContent = `${of(result.people.length, page.people.length, "people")}, ${of(result.workspaces.length, page.workspaces.length, "workspaces")}`;
  const isGrid = state.view === "grid";
  const isEmpty = result.people.length === 0;
  byId("nobody").hidden = !isEmpty;
  for (const button of views.children) button.setAttribute("aria-pressed", String(button.dataset.view === state.view));
  grid.scroller.hidden = !isGrid || isEmpty;
  byId("keys").hidden = !isGrid || isEmpty || isSmall;
  list.box.hidden = isGrid || isEmpty;
  if (isEmpty || !isGrid) {
    details.isOpen = false;
    details.box.hidden = true;
    details.box.parentElement.classList.remove("open");
  }
  if (isEmpty) return;
  if (isGrid) {
    fillGrid(result);
    if (details.isOpen) showDetails();
  } else fillList(result);
}

function showAccess() {
  const pane = el("div", { class: "pane" },
    el("div", {}, makeGrid(), makeList(), el("p", { id: "nobody", class: "nobody", hidden: true }, "Nobody matches these filters.")),
    makeDetails());
  const keys = el("p", { id: "keys", class: "soft screen" },
    "Keys: the arrow keys, Home, End, Page Up and Page Down move in the matrix; Enter opens the details or sorts; Escape closes them; / goes to the filter.");
  bodyOf("access").append(makeFilters(), makeBar(), pane, makeKey(), keys, el("div", { id: "print-access", class: "print" }));
  setControls();
  show();
  addEventListener("hashchange", () => {
    if (location.hash !== "" && !location.hash.includes("=")) return;
    Object.assign(state, NOTHING_ASKED, fromAddress());
    setControls();
    show();
  });
}
