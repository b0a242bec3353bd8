// Usage and cost: a chart of the largest series, and a table with every exact number.

const LARGEST = 8;

/** How numbers are formatted: in a sentence, in a row of numbers, and with every decimal. */
function showFigures(section, part, caption, { told, plain, exact }) {
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
  const { box, redraw } = chart(caption, days, drawn, told);
  body.append(box);
  redraw();
  body.append(el("ul", { class: "legend", "aria-label": `${caption}: totals` }, ...drawn.map((one) =>
    el("li", {}, el("span", { class: `swatch ${one.kind}` }), el("span", { class: "name", title: one.name }, one.name),
      el("span", {}, plain(one.total)), el("span", { class: "soft" }, share(one.total, total))))));
  const more = el("details", {}, el("summary", {}, "All figures, exactly"));
  // Thousands of cells, created when the table is opened.
  more.addEventListener("toggle", () => { if (more.open) tableOfFigures(more, caption, days, series, total, exact); });
  more.makePaper = () => paperOfFigures(caption, days, series, total, exact);
  body.append(more);
}

function tableOfFigures(more, caption, days, series, total, exact) {
  if (more.children.length > 1) return;
  const heads = [{ text: "Workspace" }, { text: "Total", kind: "number" }, ...days.map((day) => ({ text: day, kind: "number" }))];
  const rows = series.map((one) => ({ cells: [one.name, exact(one.total), ...one.values.map(exact)] }));
  const sums = days.map((_, day) => exact(sum(series.map((one) => one.values[day]))));
  rows.push({ cells: ["All", exact(total), ...sums], kind: "total" });
  more.append(el("div", { class: "screen" }, table(`${caption}, exactly`, heads, rows)));
}

/** The same figures for paper, which is too narrow for a column per day: the days are listed in one cell. */
function paperOfFigures(caption, days, series, total, exact) {
  const byDay = (values) => days.map((day, at) => [day, values[at]]).filter(([, { value }]) => value !== 0n)
    .map(([day, value]) => `${day} ${exact(value)}`).join("; ");
  const heads = [{ text: "Workspace" }, { text: "Total" }, { text: "By day; other days are zero" }];
  const rows = series.map((one) => ({ cells: [one.name, exact(one.total), byDay(one.values)] }));
  const sums = days.map((_, day) => sum(series.map((one) => one.values[day])));
  rows.push({ cells: ["All", exact(total), byDay(sums)], kind: "total" });
  return el("div", { class: "print" }, table(`${caption}, exactly`, heads, rows));
}

function showUsage() {
  const unit = page.usage?.unit ?? "tokens";
  const told = (number, isAxis) => (isAxis ? inShort(number) : `${exactly(number, 0)} ${unit}`);
  showFigures("usage", page.usage, `Usage by day in ${unit}`, { told, plain: (number) => exactly(number, 0), exact: (number) => exactly(number, 0) });
}

function showCost() {
  const axis = ({ value, scale }) => inShort({ value: value < 0n ? -value : value, scale: scale + 2 });
  const told = (cents, isAxis) => (isAxis ? `${cents.value < 0n ? "-" : ""}$${axis(cents)}` : dollars(cents, false));
  showFigures("cost", page.cost, "Cost by day in US dollars", { told, plain: (cents) => dollars(cents, false), exact: (cents) => dollars(cents, true) });
}

/** Short form such as `5M`, for round numbers on an axis. */
function inShort({ value, scale }) {
  const units = [[12, "T"], [9, "B"], [6, "M"], [3, "k"]];
  const size = value < 0n ? -value : value;
  const [power, letter] = units.find(([power]) => size >= 10n ** BigInt(power + scale)) ?? [0, ""];
  return `${exactly({ value, scale: scale + power }, 0)}${letter}`;
}
