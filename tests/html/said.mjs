// Counts checks, and prints a line for each that was missed.

let checks = 0;
let missed = 0;

export function check(what, holds, got) {
  checks += 1;
  if (holds) return;
  missed += 1;
  console.log(`missed: ${what}${got === undefined ? "" : `: ${JSON.stringify(got)}`.slice(0, 1500)}`);
}

/** The two say the same. */
export function equal(what, got, wanted) {
  check(what, JSON.stringify(got) === JSON.stringify(wanted), { got, wanted });
}

export function heading(text) {
  console.log(`-- ${text} (${checks} checks so far)`);
}

export function end() {
  console.log(`${checks} checks; ${missed} missed`);
  process.exitCode = missed === 0 ? 0 : 1;
}
