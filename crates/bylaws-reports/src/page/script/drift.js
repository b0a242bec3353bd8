// The differences between the files and live state: what apply would do, and what it would not.

/** A table whose last column is the line in the files, if any entry has one. */
function tableWithPlaces(caption, heads, items, cellsOf) {
  const hasPlaces = items.some(({ place }) => place !== undefined && place !== null);
  const place = ({ place }) => (place === undefined || place === null ? "" : el("code", {}, place));
  return table(caption, hasPlaces ? [...heads, { text: "In the files", kind: "code" }] : heads,
    items.map((item) => ({ cells: hasPlaces ? [...cellsOf(item), place(item)] : cellsOf(item) })));
}

function showDrift() {
  if (!isRead("drift", page.drift)) return;
  const body = bodyOf("drift");
  const { changes, blocked, waiting, unlisted, refused } = page.drift;
  const counts = [[blocked, "blocked"], [waiting, "waiting"], [unlisted, "not in the files"]];
  body.append(el("p", {}, `${changes.length === 0 ? "No changes" : counted(changes.length, "change", "changes")}${counts.map(([items, what]) => `, ${grouped(String(items.length))} ${what}`).join("")}.`));
  for (const reason of refused) body.append(el("p", { class: "is-error" }, `refused: ${reason}`));
  if (changes.length > 0) {
    body.append(el("h3", {}, "Changes (in apply order)"));
    body.append(tableWithPlaces("Changes", [{ text: "Action" }, { text: "Address", kind: "code" }, { text: "What" }], changes,
      ({ action, address, summary }) => [el("span", { class: `action ${action}` }, action), el("code", {}, address), summary]));
  }
  const lists = [["Blocked", blocked], ["Waiting for invites to be accepted", waiting], ["Not in the files (kept)", unlisted]];
  for (const [title, items] of lists) {
    if (items.length === 0) continue;
    body.append(el("h3", {}, title));
    body.append(tableWithPlaces(title, [{ text: "Address", kind: "code" }, { text: "Why" }], items,
      ({ address, reason }) => [el("code", {}, address), reason]));
  }
}
