// Exact numbers. Whole numbers have no limit here, and amounts are never rounded before they are shown.

/** Digits in groups of three: `1,234,567`. Takes the text of a whole number. */
function grouped(digits) {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** A decimal number as a whole number of its last decimal: `12.5` is 125 of scale 1. Nothing, if it is none. */
function decimal(text) {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (parts === null) return null;
  const [, sign, whole, part = ""] = parts;
  const value = BigInt(whole + part);
  return { value: sign === "-" ? -value : value, scale: part.length };
}

/** The sum of decimals, exact. */
function sum(decimals) {
  const scale = decimals.reduce((most, one) => Math.max(most, one.scale), 0);
  const value = decimals.reduce((total, one) => total + one.value * 10n ** BigInt(scale - one.scale), 0n);
  return { value, scale };
}

/** For places on the screen only. */
function approximately({ value, scale }) {
  const shift = Math.max(0, String(value).length - 30);
  return (Number(value / 10n ** BigInt(shift)) * 10 ** shift) / 10 ** scale;
}

/** Every decimal that it has, with at least so many. */
function exactly({ value, scale }, least) {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  let part = scale === 0 ? "" : digits.slice(-scale).replace(/0+$/, "");
  part = part.padEnd(least, "0");
  return `${value < 0n ? "-" : ""}${grouped(whole)}${part === "" ? "" : `.${part}`}`;
}

/** Rounded to so many decimals, half to even. */
function rounded({ value, scale }, decimals) {
  if (scale <= decimals) return exactly({ value, scale }, decimals);
  const unit = 10n ** BigInt(scale - decimals);
  const size = value < 0n ? -value : value;
  let kept = size / unit;
  const rest = (size % unit) * 2n;
  if (rest > unit || (rest === unit && kept % 2n === 1n)) kept += 1n;
  return exactly({ value: value < 0n ? -kept : kept, scale: decimals }, decimals);
}

/** Cents as dollars, rounded to whole cents; `exact` leaves nothing out. */
function dollars(cents, exact) {
  const amount = { value: cents.value, scale: cents.scale + 2 };
  const text = exact ? exactly(amount, 2) : rounded(amount, 2);
  return text.startsWith("-") ? `-$${text.slice(1)}` : `$${text}`;
}

/** A part of a whole in tenths of a percent; no share of nothing. */
function share(part, whole) {
  const [a, b] = [sum([part, { value: 0n, scale: whole.scale }]), sum([whole, { value: 0n, scale: part.scale }])];
  if (b.value <= 0n || a.value < 0n) return "";
  return `${exactly({ value: (a.value * 2000n + b.value) / (b.value * 2n), scale: 1 }, 1)}%`;
}
