// The filters of the reader, kept in the URL of the page so that they can be shared.

const NOTHING_ASKED = {
  people: "", workspaces: "", standing: "", role: "", reason: "", team: "", finding: false, bare: false,
  sort: "name", down: false, view: isSmall ? "list" : "grid",
};

const state = { ...NOTHING_ASKED, ...fromAddress() };

/** The state in the part after `#`; anchors of sections contain no filters. */
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
  // If the URL cannot be set, the page still shows the right content.
  try {
    history.replaceState(null, "", `#${asked}`);
  } catch { /* nothing is lost */ }
}

let addressTimer = 0;

/** Changes the filters, and shows the result. */
function ask(change) {
  Object.assign(state, change);
  show();
  // Browsers limit how often the URL may change.
  clearTimeout(addressTimer);
  addressTimer = setTimeout(toAddress, 200);
}
