// What the reader asked to see, kept in the address of the page so that it can be passed on.

const NOTHING_ASKED = {
  people: "", workspaces: "", standing: "", role: "", reason: "", team: "", finding: false, bare: false,
  sort: "name", down: false, view: isSmall ? "list" : "grid",
};

const state = { ...NOTHING_ASKED, ...fromAddress() };

/** What follows `#`; anchors of sections ask for nothing. */
function fromAddress() {
  const asked = {};
  const given = new URLSearchParams(location.hash.slice(1));
  for (const [name, usual] of Object.entries(NOTHING_ASKED)) {
    const value = given.get(name);
    if (value !== null) asked[name] = typeof usual === "boolean" ? value === "yes" : value;
  }
  if (!["grid", "list"].includes(asked.view)) delete asked.view;
  return asked;
}

function toAddress() {
  const asked = new URLSearchParams();
  for (const [name, usual] of Object.entries(NOTHING_ASKED)) {
    if (state[name] !== usual) asked.set(name, state[name] === true ? "yes" : state[name]);
  }
  // An address that cannot be set changes nothing of what is shown.
  try {
    history.replaceState(null, "", `#${asked}`);
  } catch { /* nothing is lost */ }
}

let addressTimer = 0;

/** Asks for something else, and shows it. */
function ask(change) {
  Object.assign(state, change);
  show();
  // Browsers limit how often an address may change.
  clearTimeout(addressTimer);
  addressTimer = setTimeout(toAddress, 200);
}
