"""What `/metrics` answers, as the Python client of Prometheus reads it."""

import re
import urllib.request

from prometheus_client.openmetrics.parser import text_string_to_metric_families

import host

OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
# Beside these, only `le` of histograms.
LABELS = {
    "organization", "kind", "class", "action", "outcome", "reason", "cause", "type", "status", "state", "guard", "result",
    "method", "version",
}
PER_ORGANIZATION = {
    "bylaws_rounds_total", "bylaws_round_duration_seconds_bucket", "bylaws_last_round_timestamp_seconds",
    "bylaws_last_success_timestamp_seconds", "bylaws_condition", "bylaws_changes", "bylaws_entries", "bylaws_writes_total",
    "bylaws_requests_total", "bylaws_paused_seconds_total", "bylaws_suspended", "bylaws_guard_window", "bylaws_guard_limit",
}


def get(address, path):
    with urllib.request.urlopen(f"http://{address}{path}", timeout=10) as answer:
        return answer.status, answer.headers["content-type"], answer.read().decode()


def scrape(address):
    """The samples of `/metrics`: {(name, ((label, value), …)): number}."""
    status, content_type, text = get(address, "/metrics")
    assert (status, content_type) == (200, OPEN_METRICS), (status, content_type)
    families = list(text_string_to_metric_families(text))
    undocumented = [family.name for family in families if not family.documentation]
    assert not undocumented, undocumented
    samples = {}
    for sample in (sample for family in families for sample in family.samples):
        key = (sample.name, tuple(sorted(sample.labels.items())))
        assert key not in samples, f"{key} twice"
        samples[key] = sample.value
    return samples


def wrong_labels(samples):
    """Labels outside the list, and values that name a person, a workspace, a key or a revision."""
    for name, labels in samples:
        for label, value in labels:
            if label not in LABELS and not (label == "le" and name.endswith("_bucket")):
                yield f"{name}: label {label}"
            if label != "le" and not re.fullmatch(r"[A-Za-z0-9_.-]+", value):
                yield f"{name}: {label}={value!r}"
            if found := host.names_in(value):
                yield f"{name}: {label}={value!r} contains {found}"


def missing(samples):
    """What each organization must have from the start."""
    for organization in host.NAMES:
        has = {name for name, labels in samples if ("organization", organization) in labels}
        yield from (f"{name} of {organization}" for name in PER_ORGANIZATION - has)
    if not any(name == "bylaws_build_info" for name, _ in samples):
        yield "bylaws_build_info"
