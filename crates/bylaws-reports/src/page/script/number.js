// Exact numbers: integers of any size, and amounts that are not rounded before they are shown.

/** Groups digits by three: `1,234,567`. Takes the text of an integer. */
function grouped(digits) {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** A decimal as an integer of its last digit: `12.5` is 125 with scale 1. Returns nothing for other texts. */
function decimal(text) {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (parts === null) return null;
  const [, sign, whole, part = ""] = parts;
  const value = BigInt(whole + part);
  return { value: sign === "-" ? -value : value, scale: part.length };
}

/** The exact sum of decimals. */
function sum(decimals) {
  const scale = decimals.reduce((most, one) => Math.max(most, one.scale), 0);
  const value = decimals.reduce((total, one) => total + one.value * 10n ** BigInt(scale - one.scale), 0n);
  return { value, scale };
}

/** For positions on the screen only. */
function approximately({ value, scale }) {
  const shift = Math.max(0, String(value).length - 30);
  return (Number(value / 10n ** BigInt(shift)) * 10 ** shift) / 10 ** scale;
}

/** Formats a decimal with all its digits, and at least this many. */
function exactly({ value, scale }, least) {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  let part = scale === 0 ? "" : digits.slice(-scale).replace(/0+$/, "");
  part = part.padEnd(least, "0");
  return `${value < 0n ? "-" : ""}${grouped(whole)}${part === "" ? "" : `.${part}`}`;
}

/** Rounds to this many decimals, half to even. */
function rounded({ value, scale }, decimals) {
  if (scale <= decimals) return exactly({ value, scale }, decimals);
  const unit = 10n ** BigInt(scale - decimals);
  const size = value < 0n ? -value : value;
  let kept = size / unit;
  const rest = (size % unit) * 2n;
  if (rest > unit || (rest === unit && kept % 2n === 1n)) kept += 1n;
  return exactly({ value: value < 0n ? -kept : kept, scale: decimals }, decimals);
}

/** Formats cents as dollars, rounded to whole cents unless `exact`. */
function dollars(cents, exact) {
  const amount = { value: cents.value, scale: cents.scale + 2 };
  const text = exact ? exactly(amount, 2) : rounded(amount, 2);
  return text.startsWith("-") ? `-$${text.slice(1)}` : `$${text}`;
}

/** A share in tenths of a percent; nothing if the total is zero. */
function share(part, whole) {
  const [a, b] = [sum([part, { value: 0n, scale: whole.scale }]), sum([whole, { value: 0n, scale: part.scale }])];
  if (b.value <= 0n || a.value < 0n) return "";
  return `${exactly({ value: (a.value * 2000n + b.value) / (b.value * 2n), scale: 1 }, 1)}%`;
}
