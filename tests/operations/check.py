"""Reads the metrics of a running controller, and checks alert rules and dashboard with them.

    check.py REPOSITORY BYLAWS OUT      OUT: the file for `promtool test rules`
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import time

import host
import metrics
import queries

# The reason of each organization in the end, and the alerts that fire if it stays so.
ENDS = {
    "failing": ("Unauthorized", {"BylawsNotReady"}),
    "held": ("Held", {"BylawsHeld"}),
    "near": ("Applied", {"BylawsGuardNearLimit"}),
    "partial": ("AppliedInPart", {"BylawsAppliedInPart", "BylawsNotReady"}),
    "planned": ("Pending", {"BylawsHeld"}),
    "refused": ("GuardRefused", {"BylawsGuardRefused"}),
    "suspended": ("Suspended", {"BylawsSuspended"}),
    "sync": ("InSync", set()),
}


def main():
    repository, bylaws, out = (pathlib.Path(path).resolve() for path in sys.argv[1:4])
    alerts, dashboard = repository / "packaging/alerts.yaml", repository / "packaging/dashboard.json"
    checked, failed = 0, 0

    def check(what, wrong):
        nonlocal checked, failed
        wrong = list(wrong)
        checked, failed = checked + 1, failed + bool(wrong)
        print("\n      ".join([f"{'FAIL' if wrong else 'ok  '}  {what}", *wrong]), flush=True)

    with tempfile.TemporaryDirectory() as folder:
        site = host.Host(str(bylaws), folder)
        try:
            address = site.start()
            first = metrics.scrape(address)
            site.rounds(dict.fromkeys(host.NAMES, "InSync"))
            healthy, healthy_at = metrics.scrape(address), time.time()
            host.break_each(site)
            site.rounds({name: reason for name, (reason, _) in ENDS.items()})
            last, last_at = metrics.scrape(address), time.time()
            unreadable = list(site.of_others())
            probes = {path: metrics.get(address, path)[0] for path in ("/livez", "/readyz")}
        finally:
            site.close()

    confined = "with a read-only root, as another user" if site.is_confined else "without the limits of its container"
    print(f"      the controller ran {confined}")
    check("every series exists before the first round", metrics.missing(first))
    check("rounds add and remove no series", (str(key) for key in first.keys() ^ last.keys()))
    check("labels are in the list and name nobody", metrics.wrong_labels(last))
    check("the probes answer", (path for path, status in probes.items() if status != 200))

    check("decisions of root belong to the user of the controller", unreadable)

    usage = subprocess.run([bylaws, "controller", "--help"], capture_output=True, text=True, check=True).stdout
    commands = re.findall(r"^  ([a-z]+) ", usage.split("Commands:")[1].split("Arguments:")[0], re.MULTILINE)
    check("every alert says how severe it is and what to do", queries.wrong_rules(alerts, commands))
    check("the dashboard is complete", queries.wrong_dashboard(dashboard))
    panels = list(queries.of_dashboard(dashboard))
    every = [*queries.of_rules(alerts), *panels]
    check(
        f"{len(every)} queries name what the controller serves",
        (f"{query.place}: {problem}" for query in every for problem in queries.wrong(query, last)),
    )
    known = {alert for _, fires in ENDS.values() for alert in fires}
    untested = {rule["alert"] for rule in queries.rules(alerts)} - known - {"BylawsControllerDown", "BylawsStale"}
    check("the running controller fires every alert about an organization", untested)
    page = repository / "docs/controller.md"
    check("its page lists every metric and every alert", queries.undocumented(page, alerts, last))
    print(f"operations: {checked} checks, {len(last)} series; {failed} missed")

    expected = {(alert, name) for name, (_, fires) in ENDS.items() for alert in fires}
    queries.write_test(out / "broken.json", alerts, panels, last, last_at, expected)
    queries.write_test(out / "healthy.json", alerts, [], healthy, healthy_at, set())
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
