// A chart of stacked bars, one a day: drawn from approximate heights, read from exact numbers.

const WIDE = 1000;
const HIGH = 240;
const LEFT = 76;
const BOTTOM = 24;

/** `series` are {name, values: decimals, kind}; `told` turns a decimal into text. */
function chart(caption, days, series, told) {
  const heights = days.map((_, day) => {
    const values = series.map((one) => approximately(one.values[day]));
    const over = values.reduce((total, value) => total + Math.max(0, value), 0);
    const under = values.reduce((total, value) => total + Math.min(0, value), 0);
    return { values, over, under };
  });
  const top = niceAbove(Math.max(...heights.map(({ over }) => over), 0)) || 1;
  const bottom = -niceAbove(-Math.min(...heights.map(({ under }) => under), 0));
  const y = (value) => 8 + ((top - value) / (top - bottom)) * HIGH;
  const step = (WIDE - LEFT) / Math.max(1, days.length);
  const drawing = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH + BOTTOM + 8}`, "aria-hidden": "true", focusable: "false" });
  for (const part of bottom < 0 ? [top, top / 2, 0, bottom] : [top, top / 2, 0]) {
    drawing.append(svg("line", { class: part === 0 ? "axis" : "rule", x1: LEFT, x2: WIDE, y1: y(part), y2: y(part) }));
    drawing.append(svg("text", { x: LEFT - 8, y: y(part) + 4, "text-anchor": "end" }, told({ value: BigInt(Math.round(part)), scale: 0 }, true)));
  }
  const every = Math.ceil(days.length / 8);
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
  return readable(caption, drawing, days, series, told);
}

/** 1, 2 or 5 times a power of ten, not below. */
function niceAbove(value) {
  if (value <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= value);
}

/** The chart with a line that reads one day of it, by mouse or by arrow keys. */
function readable(caption, drawing, days, series, told) {
  const reading = el("p", { class: "reading soft", "aria-live": "polite" }, "Arrow keys, or the mouse, read a day.");
  const box = el("div", { class: "chart", role: "group", tabindex: "0", "aria-label": `${caption}: ${counted(days.length, "day", "days")}; arrow keys read them one by one` }, drawing, reading);
  const bars = drawing.querySelectorAll(".day");
  let now = -1;
  const read = (day) => {
    bars[now]?.classList.remove("now");
    now = Math.max(0, Math.min(days.length - 1, day));
    bars[now].classList.add("now");
    const parts = series.map((one) => ({ name: one.name, value: one.values[now] })).filter(({ value }) => value.value !== 0n);
    const total = told(sum(parts.map(({ value }) => value)));
    reading.textContent = `${days[now]}: ${total}${parts.length === 0 ? "" : ` = ${parts.map(({ name, value }) => `${name} ${told(value)}`).join(", ")}`}`;
  };
  drawing.addEventListener("pointermove", (event) => {
    const day = event.target.dataset?.day;
    if (day !== undefined && Number(day) !== now) read(Number(day));
  });
  box.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: days.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    read(to);
  });
  return box;
}
