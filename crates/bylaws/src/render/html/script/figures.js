// Usage and cost: a chart of the largest, and every number exactly in a table beside it.

const LARGEST = 8;

function showFigures(section, part, caption, told, exact) {
  if (!isRead(section, part)) return;
  const body = bodyOf(section);
  const { days } = part;
  const nothing = { value: 0n, scale: 0 };
  const series = part.series.map(({ name, values }) => {
    const numbers = days.map((_, day) => decimal(values[day] ?? "0") ?? nothing);
    return { name, values: numbers, total: sum(numbers) };
  });
  const bigger = (a, b) => {
    const difference = sum([b.total, { value: -a.total.value, scale: a.total.scale }]).value;
    if (difference !== 0n) return difference > 0n ? 1 : -1;
    return a.name < b.name ? -1 : 1;
  };
  series.sort(bigger);
  const total = sum(series.map((one) => one.total));
  if (days.length === 0 || series.length === 0) {
    body.append(el("p", {}, "Nothing was used in these days."));
    return;
  }
  body.append(el("p", {}, `${told(total)} from ${days[0]} to ${days.at(-1)} (UTC), ${counted(series.length, "workspace", "workspaces")}`));
  const drawn = series.slice(0, LARGEST).map((one, at) => ({ ...one, kind: `s${at + 1}` }));
  const others = series.slice(LARGEST);
  if (others.length > 0) {
    const values = days.map((_, day) => sum(others.map((one) => one.values[day])));
    drawn.push({ name: `others (${others.length})`, values, total: sum(values), kind: "s9" });
  }
  body.append(chart(caption, days, drawn, told));
  body.append(el("ul", { class: "legend", "aria-label": `${caption}: totals` }, ...drawn.map((one) =>
    el("li", {}, el("span", { class: `swatch ${one.kind}` }), el("span", { class: "name", title: one.name }, one.name),
      el("span", {}, told(one.total)), el("span", { class: "soft" }, share(one.total, total))))));
  const more = el("details", {}, el("summary", {}, "All figures, exactly"));
  // Thousands of cells: made when somebody looks.
  more.addEventListener("toggle", () => { if (more.open) tableOfFigures(more, caption, days, series, total, exact); });
  more.make = () => tableOfFigures(more, caption, days, series, total, exact);
  body.append(more);
}

function tableOfFigures(more, caption, days, series, total, exact) {
  if (more.children.length > 1) return;
  const heads = [{ text: "Workspace" }, { text: "Total", kind: "number" }, ...days.map((day) => ({ text: day, kind: "number" }))];
  const rows = series.map((one) => ({ cells: [one.name, exact(one.total), ...one.values.map(exact)] }));
  const sums = days.map((_, day) => exact(sum(series.map((one) => one.values[day]))));
  rows.push({ cells: ["All", exact(total), ...sums], kind: "total" });
  more.append(table(`${caption}, exactly`, heads, rows));
}

function showUsage() {
  const unit = page.usage?.unit ?? "tokens";
  const short = (number, isAxis) => (isAxis ? inShort(number.value) : `${exactly(number, 0)} ${unit}`);
  showFigures("usage", page.usage, `Usage by day in ${unit}`, short, (number) => exactly(number, 0));
}

function showCost() {
  showFigures("cost", page.cost, "Cost by day in US dollars", (cents, isAxis) => (isAxis ? `$${exactly({ value: cents.value, scale: 2 }, 0)}` : dollars(cents, false)), (cents) => dollars(cents, true));
}

/** `5M`: for round numbers on an axis. */
function inShort(value) {
  const units = [[10n ** 15n, "P"], [10n ** 12n, "T"], [10n ** 9n, "G"], [10n ** 6n, "M"], [10n ** 3n, "k"]];
  const size = value < 0n ? -value : value;
  const [unit, letter] = units.find(([one]) => size >= one) ?? [1n, ""];
  return `${exactly({ value: (value * 10n) / unit, scale: 1 }, 0)}${letter}`;
}
