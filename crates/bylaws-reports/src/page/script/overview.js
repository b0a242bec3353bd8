// Counts, and the source of the data.

function showOverview() {
  const body = bodyOf("overview");
  const members = page.people.filter((person) => person.state === "member").length;
  const admins = page.people.filter((person) => rank(STANDING, person.role) <= STANDING.indexOf("membership_admin")).length;
  const tiles = [
    ["members", String(members)],
    ["invited", String(page.people.filter((person) => person.state === "invited").length)],
    ["admins", String(admins)],
    ["workspaces", String(page.workspaces.length)],
    ["grants of access", String(page.grants.length)],
  ];
  const { service_accounts: accounts, federation } = page;
  if (accounts.not_read === undefined) tiles.push(["service accounts", String(accounts.length)]);
  if (federation.not_read === undefined) tiles.push(["federation rules", String(federation.rules.length)]);
  const list = el("dl", { class: "tiles" });
  const tile = (term, value, kind) => list.append(el("div", {}, el("dt", {}, term), el("dd", { class: kind }, value)));
  for (const [term, count] of tiles) tile(term, grouped(count));
  const found = page.findings.items;
  if (found === undefined) tile("findings", "not read", "words");
  else {
    const errors = found.filter((finding) => finding.severity === "error").length;
    const warnings = found.filter((finding) => finding.severity === "warning").length;
    tile("findings: errors", grouped(String(errors)), errors > 0 ? "is-error" : null);
    tile("findings: warnings", grouped(String(warnings)), warnings > 0 ? "is-warning" : null);
  }
  const { changes, refused } = page.drift;
  if (changes === undefined) tile("drift", "not read", "words");
  else tile(refused.length > 0 ? "changes, refused by a guard" : "changes pending", grouped(String(changes.length)), refused.length > 0 ? "is-error" : null);
  body.append(list);

  byId("source").append(`as of ${page.today} (UTC), ${page.snapshot ? `from the snapshot ${page.snapshot}` : `${counted(page.reads, "read request", "read requests")}`}; `
    + (page.files === null ? "no files" : `files ${page.files}${page.commit === null ? "" : ` at ${page.commit.slice(0, 12)}`}`));
  byId("made").append(`Organization ${page.organization.id}. Created by Bylaws ${page.bylaws_version}. `
    + "This page makes no network requests. It contains personal data, so share it with care.");
}
