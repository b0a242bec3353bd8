// The limits of workspaces, and the external keys that encrypt their data.

/** Shows a part with its heading, or why it was not read. */
function partOfLimits(heading, part, show) {
  const body = bodyOf("limits");
  body.append(el("h3", {}, heading));
  body.append(part.not_read === undefined ? show(part) : el("p", { class: "soft" }, `not read: ${part.not_read}`));
}

/** What of a limit is spent: `$12.50 (25.0%)`. */
function spentOf({ cents, spent }) {
  const cost = spent === null ? null : decimal(spent);
  if (cost === null) return el("span", { class: "soft" }, "not known");
  const limit = cents === null ? null : decimal(cents);
  const part = limit === null ? "" : share(cost, limit);
  const isReached = limit !== null && sum([cost, { value: -limit.value, scale: limit.scale }]).value >= 0n;
  return el("span", { class: isReached ? "is-error" : null }, part === "" ? dollars(cost, false) : `${dollars(cost, false)} (${part})`);
}

function showLimits() {
  partOfLimits("Monthly spend limits", page.limits.spend, (limits) => tableOfBlocks("Spend limits", ["Limit of", "Limit", "Spent this month"],
    limits.map((limit) => [
      limit.workspace === null ? "the organization" : el("span", { class: "name" }, limit.workspace),
      limit.limit ?? el("span", { class: "soft" }, "none"),
      spentOf(limit),
    ])));
  partOfLimits("Rate limits of workspaces", page.limits.rate, (limits) => (limits.length === 0
    ? el("p", {}, "Every workspace has the rate limits of the organization.")
    : tableOfBlocks("Rate limits", ["Workspace", "For", "Limit", "Of the workspace", "Of the organization"],
      limits.map(({ workspace, group, limiter, value, organization }) => [
        el("span", { class: "name" }, workspace), lines(group, "unknown"), el("code", {}, limiter),
        el("span", { class: value === "0" ? "is-warning" : null }, grouped(value)),
        organization === null ? el("span", { class: "soft" }, "none") : grouped(organization),
      ]))));
}

function showExternalKeys() {
  if (!isRead("external", page.external_keys)) return;
  const body = bodyOf("external");
  if (page.external_keys.length === 0) {
    body.append(el("p", {}, "No external keys."));
    return;
  }
  body.append(tableOfBlocks("Table of external keys", ["Key", "At the provider", "Region", "Workspaces"],
    page.external_keys.map(({ name, id, provider, geo, workspaces }) => [
      named(name, name === id ? "" : id), el("code", {}, provider), geo, lines(workspaces, "none"),
    ])));
}
