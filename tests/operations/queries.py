"""The queries of the alert rules and of the dashboard, and whether what they name exists."""

import json
import pathlib
import re

import yaml

# What Prometheus adds to each series.
ADDED = {"job", "instance"}
SELECTOR = re.compile(r"\b(bylaws_[a-z_]+|up)(\{[^}]*\})?")
MATCHER = re.compile(r'([a-z_]+)(=~|!=|=)"([^"]*)"')
GROUPING = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
SHOWN = re.compile(r"\{\{\s*([^}]*?)\s*\}\}")


class Query:
    """A PromQL expression, where it is, and the labels that its legend or text names."""

    def __init__(self, place, expression, shown):
        self.place, self.expression, self.shown = place, expression, shown

    def for_all(self):
        """The expression with the dashboard's variables replaced, as Grafana does for "All"."""
        return self.expression.replace("$organization", ".*")


def rules(path):
    return [rule for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"]]


def of_rules(path):
    for rule in rules(path):
        texts = " ".join(rule["annotations"].values())
        yield Query(rule["alert"], rule["expr"], [name.removeprefix("$labels.") for name in SHOWN.findall(texts)])


def of_dashboard(path):
    for panel in json.loads(path.read_text())["panels"]:
        for target in panel["targets"]:
            yield Query(panel["title"], target["expr"], SHOWN.findall(target["legendFormat"]))


def wrong(query, samples):
    """What the query names and the controller does not serve."""
    series = {}
    for name, labels in samples:
        series.setdefault(name, []).append(dict(labels))
    series["up"] = [{"job": "bylaws", "instance": "host"}]
    used = set()
    for name, matchers in SELECTOR.findall(query.expression):
        if name not in series:
            yield f"no metric {name}"
            continue
        labels = {label for one in series[name] for label in one} | ADDED
        used |= labels
        for label, operator, value in MATCHER.findall(matchers):
            if label not in labels:
                yield f"{name} has no label {label}"
            elif "$" not in value:
                values = {one.get(label) for one in series[name]}
                wanted = set(value.split("|")) if operator == "=~" else {value}
                yield from (f"{name} never has {label}={one!r}" for one in wanted - values)
    grouped = [label.strip() for names in GROUPING.findall(query.expression) for label in names.split(",")]
    for label in grouped + query.shown:
        if label not in used:
            yield f"no label {label}"


def wrong_rules(path, commands):
    """What is wrong with the texts of the alert rules. `commands` are those of `bylaws controller`."""
    for rule in rules(path):
        name, annotations = rule["alert"], rule["annotations"]
        if rule["labels"].get("severity") not in ("critical", "warning", "info"):
            yield f"{name}: no severity"
        if set(annotations) != {"summary", "description"}:
            yield f"{name}: {set(annotations)}"
        named = re.findall(r"`bylaws controller ([a-z]+)", annotations["description"])
        yield from (f"{name}: there is no `bylaws controller {word}`" for word in named if word not in commands)
        if not re.search(r"`bylaws ", annotations["description"]):
            yield f"{name}: names no command"


def wrong_dashboard(path):
    dashboard = json.loads(path.read_text())
    if dashboard["schemaVersion"] < 36:
        yield "the schema of an old Grafana"
    variables = {variable["name"]: variable["type"] for variable in dashboard["templating"]["list"]}
    if variables != {"datasource": "datasource", "organization": "query"}:
        yield f"variables {variables}"
    panels = dashboard["panels"]
    if len({panel["id"] for panel in panels}) != len(panels):
        yield "two panels have one id"
    taken = set()
    for panel in panels:
        title, place = panel["title"], panel["gridPos"]
        if not (title and panel["description"] and panel["fieldConfig"]["defaults"].get("unit")):
            yield f"{title}: no title, description or unit"
        for source in [panel["datasource"], *(target["datasource"] for target in panel["targets"])]:
            if source != {"type": "prometheus", "uid": "${datasource}"}:
                yield f"{title}: data source {source}"
        columns, lines = (range(place[start], place[start] + place[size]) for start, size in (("x", "w"), ("y", "h")))
        cells = {(column, line) for column in columns for line in lines}
        if cells & taken or place["x"] + place["w"] > 24:
            yield f"{title}: covers another panel"
        taken |= cells


def undocumented(page, alerts, samples):
    """Metrics and alerts that the page does not list, or lists and that do not exist; a severity that differs."""
    rows = [line.split("|")[1:] for line in page.read_text().splitlines() if line.startswith("| `")]
    listed = {name for row in rows for name in re.findall(r"`(bylaws_[a-z_]+)`", row[0])}
    served = {re.sub(r"_seconds_(bucket|sum|count)$", "_seconds", name) for name, _ in samples}
    yield from listed ^ served
    severities = {(row[0].strip(" `"), row[1].strip()) for row in rows if row[0].startswith(" `Bylaws")}
    yield from (str(one) for one in severities ^ {(rule["alert"], rule["labels"]["severity"]) for rule in rules(alerts)})


def write_test(path, alerts, panels, samples, scraped, expected):
    """Writes a file for `promtool test rules`: what the controller served, unchanged for a day, fires exactly the
    expected alerts, and every query of these panels has a result."""
    minutes, days = 5, 25 * 12
    series = [{"series": 'up{job="bylaws", instance="host"}', "values": f"1x{days}"}]
    for (name, labels), value in samples.items():
        text = ", ".join(f"{label}={json.dumps(one)}" for label, one in [*labels, ("job", "bylaws"), ("instance", "host")])
        if name.endswith(("_total", "_bucket", "_sum", "_count")):
            # Every second sample is a round like the last one.
            steps = " ".join(f"{value * (1 + step // 2)}" for step in range(days))
        elif name.endswith("_timestamp_seconds") and value:
            # The clock of the test starts at 0.
            steps = f"{value - scraped:.0f}+{minutes * 60}x{days}"
        else:
            steps = f"{value}x{days}"
        series.append({"series": f"{name}{{{text}}}", "values": steps})
    firing = [
        {"labels": "{" + f'alertname="{alert}", organization="{organization}"' + "}", "value": 1}
        for alert, organization in sorted(expected)
    ]
    fires = 'count by (alertname, organization) (ALERTS{alertstate="firing"})'
    tests = [{"expr": fires, "eval_time": "1d", "exp_samples": firing}] + [
        {"expr": f"count({query.for_all()}) > bool 0", "eval_time": "1d", "exp_samples": [{"labels": "{}", "value": 1}]}
        for query in panels
    ]
    document = {
        "rule_files": [str(alerts)], "evaluation_interval": f"{minutes}m",
        "tests": [{"interval": f"{minutes}m", "input_series": series, "promql_expr_test": tests}],
    }
    pathlib.Path(path).write_text(json.dumps(document, indent=1))
