// How the files and the live side differ: what apply would do, and what it would not.

function showDrift() {
  if (!isRead("drift", page.drift)) return;
  const body = bodyOf("drift");
  const { changes, blocked, waiting, unlisted, refused } = page.drift;
  const counts = [[blocked, "blocked"], [waiting, "waiting"], [unlisted, "not in the files"]];
  body.append(el("p", {}, `${changes.length === 0 ? "No changes" : counted(changes.length, "change", "changes")}${counts.map(([items, what]) => `, ${grouped(String(items.length))} ${what}`).join("")}.`));
  for (const reason of refused) body.append(el("p", { class: "is-error" }, `refused: ${reason}`));
  if (changes.length > 0) {
    body.append(el("h3", {}, "Changes (in apply order)"));
    body.append(table("Changes", [{ text: "Action" }, { text: "Address", kind: "code" }, { text: "What" }],
      changes.map(({ action, address, summary }) => ({ cells: [el("span", { class: `action ${action}` }, action), el("code", {}, address), summary] }))));
  }
  const lists = [["Blocked", blocked], ["Waiting for invites to be accepted", waiting], ["Not in the files (kept)", unlisted]];
  for (const [title, items] of lists) {
    if (items.length === 0) continue;
    body.append(el("h3", {}, title));
    body.append(table(title, [{ text: "Address", kind: "code" }, { text: "Why" }],
      items.map(({ address, reason }) => ({ cells: [el("code", {}, address), reason] }))));
  }
}
