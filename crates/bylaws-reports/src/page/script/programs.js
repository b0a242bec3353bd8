// Service accounts, and the federation rules by which programs elsewhere act as them.

/** A table whose rows become blocks on a small screen, each cell with the name of its column. */
function tableOfBlocks(caption, heads, rows) {
  const box = table(caption, heads.map((text) => ({ text })), rows.map((cells) => ({ cells: cells.map((cell) => cell ?? "") })));
  box.classList.add("blocks");
  for (const row of box.querySelectorAll("tbody tr")) {
    [...row.children].forEach((cell, at) => { if (at > 0) cell.setAttribute("data-head", heads[at]); });
  }
  return box;
}

/** A name with an explanation below it. */
function named(name, below) {
  return el("div", {}, el("span", { class: "name" }, name), below === "" ? null : el("div", { class: "soft" }, below));
}

/** Texts, one below the other; words for none. */
function lines(texts, none) {
  if (texts.length === 0) return el("span", { class: "soft" }, none);
  return el("div", {}, ...texts.map((text) => el("div", { class: "name" }, text)));
}

/** The names of a part that may be missing. */
function linesOf(part, none) {
  return part.not_read === undefined ? lines(part, none) : el("span", { class: "soft" }, `not read: ${part.not_read}`);
}

function showServiceAccounts() {
  if (!isRead("accounts", page.service_accounts)) return;
  const body = bodyOf("accounts");
  if (page.service_accounts.length === 0) {
    body.append(el("p", {}, "No service accounts."));
    return;
  }
  body.append(tableOfBlocks("Table of service accounts", ["Account", "Role in the organization", "Workspaces", "Used by federation rules"],
    page.service_accounts.map(({ name, description, role, memberships, rules }) => [
      named(name, description),
      el("span", { class: role === "admin" ? "is-warning" : null }, role),
      lines(memberships.map(([workspace, role]) => `${workspace}: ${role}`), "only the default workspace"),
      linesOf(rules, "none"),
    ])));
  body.append(el("p", { class: "soft note" }, "Every service account is also a workspace_user of the default workspace."));
}

function showFederation() {
  if (!isRead("federation", page.federation)) return;
  const body = bodyOf("federation");
  const { rules, issuers } = page.federation;
  if (rules.length === 0 && issuers.length === 0) {
    body.append(el("p", {}, "No federation issuers and no rules."));
    return;
  }
  body.append(el("p", {}, "A job elsewhere that has an identity token which a rule accepts can act as the service account of the rule."));
  if (rules.length > 0) {
    body.append(el("h3", {}, "Rules"), tableOfBlocks("Federation rules", ["Rule", "Accepts", "Acts as", "Scope", "Workspaces", "Tokens live for"],
      rules.map((rule) => [
        named(rule.name, rule.description),
        facts([["issuer", rule.issuer], ...rule.accepts]),
        rule.account === null ? el("span", { class: "soft" }, "no service account") : el("span", { class: "name" }, rule.account),
        lines(rule.scopes, "none"),
        rule.workspaces === null ? el("span", { class: "is-warning" }, "all, later ones included") : lines(rule.workspaces, "none"),
        rule.token_lifetime,
      ])));
  }
  if (issuers.length > 0) {
    body.append(el("h3", {}, "Issuers"), tableOfBlocks("Federation issuers", ["Issuer", "Address", "Keys", "Identity tokens"],
      issuers.map((issuer) => [
        named(issuer.name, ""),
        el("code", {}, issuer.issuer_url),
        el("div", {}, el("div", { class: "name" }, issuer.keys),
          issuer.polling_disabled_at === null ? null : el("div", { class: "is-warning" }, `not read since ${issuer.polling_disabled_at}`)),
        el("div", {}, el("div", {}, `live for ${issuer.max_jwt_lifetime} or less`),
          issuer.check_jti ? el("div", {}, "can be exchanged once") : el("div", { class: "is-warning" }, "can be exchanged more than once")),
      ])));
  }
}
