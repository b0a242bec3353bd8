#!/usr/bin/env python3
"""The scorecard: tests whose names begin with the id of a row, such as `b2_nobody_can_remove_everybody`.

    tests/scorecard.py            runs these tests and writes docs/SCORECARD.md; ends with 1 if one fails
    tests/scorecard.py --check    runs none: does the page list exactly the rows that exist?

Random rows have 400 cases; `BYLAWS_CASES=10000` runs all cases of every row.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/SCORECARD.md"
CARGO = ["cargo", "test", "--quiet", "--locked", "--package", "bylaws", "--no-fail-fast"]
CARGO += ["--test", "properties", "--test", "cli", "--test", "hostile", "--"]
# Tests without the upper case letters and signs that a page has.
SPELLED = {"claude code": "Claude Code", "console": "Console", "110 percent": "110 %", "1 to 1000": "1 to 1,000",
           "look alike": "look-alike"}
# Promises that other tools make, and why there is nothing to test.
NOT_APPLICABLE = {
    "E9": ("an old drift report is not applied",
           "apply never uses a drift report: it reads and plans again, also with a saved plan (E1)"),
    "F4": ("a run stops at the first failure if it is told to",
           "there is no such option; what does not depend on a failed change continues (F2), Ctrl-C stops (F6)"),
    "I4": ("a removal has two steps, the second some days later",
           "a removal is one step, reviewed and limited (B1); a planned end is written as `until`"),
    "I6": ("every kind of change has a reverse",
           "the files are the only state: undo is `git revert`, then a plan that shows what comes back"),
    "L4": ("a rule that hides a managed object is an error",
           "no rule hides anything by a pattern: `unlisted` is only about what no entry lists"),
}
HEAD = """\
# Scorecard

What Bylaws promises, and how many cases of each promise hold, against the included emulator over real HTTP.
Each row is a test with this name, and part of `cargo test`. To run the rows and write this page:
`tests/scorecard.py`; with `BYLAWS_CASES=10000`, all cases of every row. Seeds are fixed; only the figures of
processes in real time (D6, E4, E8, F1, F6, G12, G14) differ from run to run. Whether the tests find small faults in
the code is measured with [mutation tests](mutation-tests.md).

| | promise | cases | figures |
| --- | --- | --- | --- |
"""


def order(row):
    letter, number, rest = re.fullmatch(r"([A-Z])(\d+)([a-z]?)", row).groups()
    return letter, int(number), rest


def rows():
    """The tests of the rows, by row."""
    listed = subprocess.run([*CARGO, "--list"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = {}
    for test in re.findall(r"^(\S+): test$", listed, re.M):
        match = re.match(r"([a-m]\d+)(b?)_", test.split("::")[-1])
        if match:
            row = match[1].upper() + match[2]
            if row in found:
                sys.exit(f"{row} is the name of two tests: {found[row]} and {test}")
            found[row] = test
    return dict(sorted(found.items(), key=lambda item: order(item[0])))


def promise(test):
    text = test.split("::")[-1].split("_", 1)[1].replace("_", " ")
    for plain, spelled in SPELLED.items():
        text = text.replace(plain, spelled)
    return text


def run(tests):
    """Runs the tests; for each, the line that it printed, or None if it failed."""
    done = subprocess.run([*CARGO, "--exact", "--show-output", *tests], cwd=ROOT, capture_output=True, text=True)
    results, failed = {}, re.search(r"^failures:$.*", done.stdout, re.M | re.S)
    for test in tests:
        printed = re.search(rf"^---- {re.escape(test)} stdout ----\ncases: (\d+)(?:; (.*))?$", done.stdout, re.M)
        results[test] = (int(printed[1]), printed[2] or "") if printed else None
    if done.returncode != 0:
        print(failed[0] if failed else done.stdout + done.stderr)
    return results


def page(found, results):
    lines = {row: f"| {row} | {text} | | does not apply: {why} |" for row, (text, why) in NOT_APPLICABLE.items()}
    for row, test in found.items():
        result = results[test]
        cases, figures = (f"{result[0]:,}", result[1]) if result else ("failed", "")
        lines[row] = f"| {row} | {promise(test)} | {cases} | {figures} |"
    table = "".join(lines[row] + "\n" for row in sorted(lines, key=order))
    held = [result for result in results.values() if result]
    total = f"{len(held)} of {len(found)} rows hold over {sum(cases for cases, _ in held):,} cases"
    return f"{HEAD}{table}\n{total}; {len(NOT_APPLICABLE)} rows do not apply.\n"


def main():
    found = rows()
    if "--check" in sys.argv[1:]:
        listed = re.findall(r"^\| (\w+) \| (.*?) \|", PAGE.read_text(), re.M)
        exist = [(row, promise(test)) for row, test in found.items()]
        exist += [(row, text) for row, (text, _) in NOT_APPLICABLE.items()]
        differ = sorted(set(listed) ^ set(exist))
        print("\n".join(f"{row} {text}: only {'on the page' if (row, text) in listed else 'a test'}" for row, text in differ)
              or f"{len(found)} rows")
        return 1 if differ else 0
    os.environ.setdefault("BYLAWS_CASES", "400")
    results = run(list(found.values()))
    text = page(found, results)
    PAGE.write_text(text)
    print(text.splitlines()[-1])
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
