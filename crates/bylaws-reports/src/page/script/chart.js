// A chart of stacked bars, one per day: drawn with approximate heights, read with exact numbers.

const HIGH = 240;
const LEFT = 60;
const BOTTOM = 24;

/** `series` are {name, values: decimals, kind}; `told` formats a decimal. */
function chart(caption, days, series, told) {
  const reading = el("p", { class: "reading soft screen", "aria-live": "polite" },
    isSmall ? "Tap a day to see its figures." : "Point at a day, or use the arrow keys, to see its figures.");
  const box = el("div", { class: "chart", role: "group", tabindex: "0", "aria-label": `${caption}: ${counted(days.length, "day", "days")}; arrow keys read them one by one` }, reading);
  let drawing = null;
  // Drawn in the available width, so that letters keep their size.
  const redraw = () => {
    const wide = Math.max(280, Math.round(box.clientWidth - 34));
    if (Number(drawing?.dataset.wide) === wide) return;
    const drawn = draw(days, series, told, wide);
    if (drawing === null) box.prepend(drawn);
    else drawing.replaceWith(drawn);
    drawing = drawn;
  };
  new ResizeObserver(() => { if (box.clientWidth > 0) redraw(); }).observe(box);
  readable(box, reading, days, series, told);
  return { box, redraw };
}

function draw(days, series, told, wide) {
  const heights = days.map((_, day) => {
    const values = series.map((one) => approximately(one.values[day]));
    const over = values.reduce((total, value) => total + Math.max(0, value), 0);
    const under = values.reduce((total, value) => total + Math.min(0, value), 0);
    return { values, over, under };
  });
  const highest = niceAbove(Math.max(...heights.map(({ over }) => over), 0)) ?? { size: 1, exact: { value: 1n, scale: 0 } };
  const lowest = niceAbove(-Math.min(...heights.map(({ under }) => under), 0));
  const top = highest.size;
  const bottom = -(lowest?.size ?? 0);
  const y = (value) => 8 + ((top - value) / (top - bottom)) * HIGH;
  const step = (wide - LEFT) / Math.max(1, days.length);
  const drawing = svg("svg", { viewBox: `0 0 ${wide} ${HIGH + BOTTOM + 8}`, "data-wide": String(wide), "aria-hidden": "true", focusable: "false" });
  const { value, scale } = highest.exact;
  const rules = [[top, highest.exact], [top / 2, { value: value * 5n, scale: scale + 1 }], [0, { value: 0n, scale: 0 }]];
  if (lowest !== null) rules.push([bottom, { ...lowest.exact, value: -lowest.exact.value }]);
  for (const [part, exact] of rules) {
    drawing.append(svg("line", { class: part === 0 ? "axis" : "rule", x1: LEFT, x2: wide, y1: y(part), y2: y(part) }));
    drawing.append(svg("text", { x: LEFT - 8, y: y(part) + 4, "text-anchor": "end" }, told(exact, true)));
  }
  const every = Math.max(1, Math.ceil(days.length / Math.max(1, Math.floor((wide - LEFT) / 70))));
  heights.forEach(({ values }, day) => {
    const x = LEFT + day * step;
    const width = Math.max(1, Math.min(step * 0.76, 40));
    let [over, under] = [0, 0];
    values.forEach((value, at) => {
      if (value === 0) return;
      const from = value > 0 ? over : under;
      if (value > 0) over += value; else under += value;
      const [high, low] = [y(Math.max(from, from + value)), y(Math.min(from, from + value))];
      drawing.append(svg("rect", { class: series[at].kind, x: x + (step - width) / 2, width, y: high, height: Math.max(0.5, low - high - 0.5) }));
    });
    if (day % every === 0) drawing.append(svg("text", { x: x + step / 2, y: HIGH + BOTTOM + 2, "text-anchor": "middle" }, days[day].slice(5)));
    drawing.append(svg("rect", { class: "day", "data-day": String(day), x, y: 8, width: step, height: HIGH }));
  });
  return drawing;
}

/** The next value of the form 1, 2 or 5 times a power of ten: as a height, and exactly. Zero for zero. */
function niceAbove(value) {
  if (value <= 0) return null;
  const power = Math.floor(Math.log10(value));
  const digit = [1, 2, 5].find((one) => one * 10 ** power >= value) ?? 10;
  const exact = power < 0 ? { value: BigInt(digit), scale: -power } : { value: BigInt(digit) * 10n ** BigInt(power), scale: 0 };
  return { size: digit * 10 ** power, exact };
}

/** Makes the line below a chart show one day, by mouse or by arrow keys. */
function readable(box, reading, days, series, told) {
  let now = -1;
  const read = (day) => {
    box.querySelector(".day.now")?.classList.remove("now");
    now = Math.max(0, Math.min(days.length - 1, day));
    box.querySelectorAll(".day")[now]?.classList.add("now");
    const parts = series.map((one) => ({ name: one.name, value: one.values[now] })).filter(({ value }) => value.value !== 0n);
    const total = told(sum(parts.map(({ value }) => value)));
    reading.textContent = `${days[now]}: ${total}${parts.length === 0 ? "" : ` = ${parts.map(({ name, value }) => `${name} ${told(value)}`).join(", ")}`}`;
  };
  const point = (event) => {
    const day = event.target.dataset?.day;
    if (day !== undefined && Number(day) !== now) read(Number(day));
  };
  box.addEventListener("pointermove", point);
  box.addEventListener("pointerdown", point);
  box.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: days.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    read(to);
  });
}
