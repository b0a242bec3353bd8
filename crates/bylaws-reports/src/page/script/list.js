// The same access as text, person by person: for screen readers, search and print.

const STEP = 50;
const list = { box: null, shown: STEP };

function makeList() {
  list.box = el("div", { class: "screen", hidden: true });
  return list.box;
}

/** People with their access to these workspaces. */
function peopleAsText(people, workspaces) {
  return el("ul", { class: "people" }, ...people.map((at) => {
    const person = page.people[at];
    const teams = person.teams.length === 0 ? "" : `; teams ${person.teams.join(", ")}`;
    const active = person.last_active === null ? "" : `; last active ${person.last_active}`;
    const groups = accessOf(at, workspaces, state);
    return el("li", {},
      el("span", { class: "who" }, person.who),
      el("span", { class: "soft" }, ` ${person.role}${person.state === "invited" ? ", invited" : ""}${teams}${active}`),
      groups.length === 0
        ? el("dl", {}, el("dt", {}, "no access"), el("dd", {}, "to these workspaces"))
        : el("dl", {}, ...groups.flatMap(({ key, names }) => [el("dt", {}, key), el("dd", {}, names.join(", "))])));
  }));
}

function fillList({ people, workspaces }) {
  const more = el("div", { class: "more" });
  const step = (text, count) => {
    const button = el("button", { type: "button" }, text);
    button.addEventListener("click", () => {
      list.shown = count;
      fillList({ people, workspaces });
    });
    more.append(button);
  };
  if (people.length > list.shown) {
    step(`Show ${Math.min(STEP, people.length - list.shown)} more`, list.shown + STEP);
    step(`Show all ${grouped(String(people.length))}`, people.length);
  }
  list.box.replaceChildren(peopleAsText(people.slice(0, list.shown), workspaces), more);
}
