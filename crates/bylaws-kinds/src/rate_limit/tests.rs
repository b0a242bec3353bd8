//! Rate limits: the files, the live side and the plan, as tables.

use std::collections::BTreeMap;

use bylaws_config::SourceFile;
use bylaws_engine::{OrganizationId, Plan, WorkspaceId};
use jiff::civil::date;

use super::objects::RateLimits;
use super::{Group, LiveRateLimits};
use crate::desired::AllowedGeos;
use crate::live::{Live, LiveWorkspace, LiveWorkspaces};
use crate::objects::Objects;
use crate::syntax::Target;
use crate::{Basis, Desired, parse, plan};

/// Returns the files with these lines under the workspace `lab`, and these at the top level.
fn files(limits: &str, top: &str) -> Desired {
    let text = format!(
        "bylaws: 1\norganization: {{id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}}\nworkspaces:\n  lab:\n    \
         rate_limits: {limits}\n{top}\n"
    );
    let loaded = parse(vec![SourceFile { name: "bylaws.yaml".to_owned(), text }]);
    assert!(loaded.problems.is_empty(), "{limits}: {:?}", loaded.problems);
    loaded.desired.expect("files without errors")
}

fn group(id: &str, kind: &str, models: &[&str], limits: &[(&str, u64)]) -> Group {
    Group {
        id: id.to_owned(),
        kind: kind.to_owned(),
        models: models.iter().map(|&model| model.to_owned()).collect(),
        limits: limits.iter().map(|&(name, value)| (name.to_owned(), value)).collect(),
    }
}

/// Returns an organization with limits for a group of models, where input tokens are counted without those read
/// from the cache, and for batches; and these overrides of `lab`, as `group limiter value`.
fn live(overrides: &[(&str, &str, u64)]) -> Live {
    let id = WorkspaceId::new("wrkspc_lab");
    let workspace = LiveWorkspace {
        id: id.clone(),
        name: "lab".to_owned(),
        archived: false,
        created_at: None,
        display_color: "#777777".to_owned(),
        tags: BTreeMap::new(),
        workspace_geo: "us".to_owned(),
        allowed_inference_geos: AllowedGeos::Unrestricted,
        default_inference_geo: "global".to_owned(),
        external_key_id: None,
        user_profile_id: None,
    };
    let models = ["claude-sonnet-4-5", "claude-sonnet-latest"];
    let of_models = [
        ("requests_per_minute", 4000),
        ("input_tokens_per_minute_cache_aware", 90_000),
        ("tokens_per_day", 7),
    ];
    let mut limits = LiveRateLimits {
        groups: vec![
            group("rl_models", "model_group", &models, &of_models),
            group("rl_batch", "batch", &[], &[("requests_per_minute", 100), ("enqueued_batch_requests", 9)]),
        ],
        ..LiveRateLimits::default()
    };
    let of_lab = limits.overrides.entry(id.clone()).or_default();
    for (group, limiter, value) in overrides {
        of_lab.entry((*group).to_owned()).or_default().insert((*limiter).to_owned(), *value);
    }
    Live {
        workspaces: Some(LiveWorkspaces { all: [(id, workspace)].into(), default: None }),
        rate_limits: Some(limits),
        ..Live::bare(OrganizationId::new("6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10"), "Acme".to_owned())
    }
}

fn planned(files: &Desired, live: &Live) -> Plan {
    plan(&Basis::new(files, date(2026, 11, 29)), live)
}

/// Returns changes, blocked and unlisted entries and notes, one per line.
fn shown(plan: &Plan) -> Vec<String> {
    let facts = |facts: &Option<bylaws_engine::Facts>| {
        let facts = facts.iter().flat_map(|facts| &facts.0);
        facts.map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ")
    };
    let changes = plan.changes.iter().map(|change| {
        let classes: Vec<&str> = change.classes.iter().map(|class| class.as_str()).collect();
        let call = crate::remote(change.write.kind).expect("an adapter").call(&change.write);
        let body = call.body.unwrap_or_default();
        let steps = format!("{} → {}", facts(&change.before), facts(&change.after));
        format!("{}: {steps} [{}] {} {body}", change.id, classes.join(" "), call.path)
    });
    let items = [("blocked", &plan.blocked), ("unlisted", &plan.unlisted), ("note", &plan.notes)];
    let items = items.iter().flat_map(|(word, items)| {
        items.iter().map(move |item| format!("{word} {}: {}", item.address, item.reason))
    });
    changes.chain(items).collect()
}

#[test]
fn a_limit_is_set_lowered_raised_and_cleared_by_one_request_per_entry() {
    let path = "/v1/organizations/workspaces/wrkspc_lab/rate_limits/rl_models";
    let change = |steps: &str, classes: &str, name: &str, body: &str| {
        let id = format!("update workspace/lab/rate_limit/{name}");
        format!("{id}: {steps} [{classes}] {path} {{\"limits\":[{body}]}}")
    };
    let requests = |value: &str| format!("{{\"type\":\"requests_per_minute\",\"value\":{value}}}");
    for (limits, overrides, expected) in [
        (
            "{claude-sonnet-4-5: {requests_per_minute: 20}}",
            &[][..],
            change(
                "requests_per_minute inherit → requests_per_minute 20",
                "throttle",
                "claude-sonnet-4-5",
                &requests("20"),
            ),
        ),
        // An alias leads to the same group.
        (
            "{claude-sonnet-latest: {requests_per_minute: 30}}",
            &[("rl_models", "requests_per_minute", 20)],
            change(
                "requests_per_minute 20 → requests_per_minute 30",
                "raise",
                "claude-sonnet-latest",
                &requests("30"),
            ),
        ),
        (
            "{claude-sonnet-4-5: {requests_per_minute: inherit}}",
            &[("rl_models", "requests_per_minute", 20)],
            change(
                "requests_per_minute 20 → requests_per_minute inherit",
                "raise",
                "claude-sonnet-4-5",
                &requests("null"),
            ),
        ),
        (
            "{claude-sonnet-4-5: {requests_per_minute: 10, tokens_per_day: 5}}",
            &[("rl_models", "requests_per_minute", 20), ("rl_models", "tokens_per_day", 2)],
            change(
                "requests_per_minute 20, tokens_per_day 2 → requests_per_minute 10, tokens_per_day 5",
                "raise throttle",
                "claude-sonnet-4-5",
                &format!("{},{{\"type\":\"tokens_per_day\",\"value\":5}}", requests("10")),
            ),
        ),
    ] {
        assert_eq!(shown(&planned(&files(limits, ""), &live(overrides))), [expected], "{limits}");
    }
}

#[test]
fn what_is_as_wanted_needs_no_request() {
    for (limits, overrides) in [
        ("{}", &[][..]),
        ("{claude-sonnet-4-5: {requests_per_minute: inherit}}", &[]),
        ("{batch: {requests_per_minute: 50}}", &[("rl_batch", "requests_per_minute", 50)]),
    ] {
        assert_eq!(shown(&planned(&files(limits, ""), &live(overrides))), [""; 0], "{limits}");
    }
}

#[test]
fn what_cannot_be_done_is_blocked_with_the_reason() {
    for (limits, expected) in [
        (
            "{claude-sonet-4-5: {requests_per_minute: 1}}",
            &["blocked workspace/lab/rate_limit/claude-sonet-4-5: the organization has no rate limit for \
               `claude-sonet-4-5`; did you mean `claude-sonnet-4-5`?"][..],
        ),
        (
            "{model_group: {requests_per_minute: 1}}",
            &["blocked workspace/lab/rate_limit/model_group: the organization has no rate limit for \
               `model_group`; it has them for `batch`, `claude-sonnet-4-5`, `claude-sonnet-latest`"],
        ),
        (
            "{batch: {tokens_per_day: 1}}",
            &[
                "blocked workspace/lab/rate_limit/batch: the organization has no limit `tokens_per_day` for this \
                 group; it has `enqueued_batch_requests`, `requests_per_minute`",
            ],
        ),
        (
            "{claude-sonnet-4-5: {tokens_per_day: 1}, claude-sonnet-latest: {requests_per_minute: 1}}",
            &[
                "blocked workspace/lab/rate_limit/claude-sonnet-4-5: `claude-sonnet-4-5` and \
                 `claude-sonnet-latest` have the same rate limits; keep one of them",
                "blocked workspace/lab/rate_limit/claude-sonnet-latest: `claude-sonnet-4-5` and \
                 `claude-sonnet-latest` have the same rate limits; keep one of them",
            ],
        ),
        (
            "{batch: {requests_per_minute: 0}}",
            &["blocked workspace/lab/rate_limit/batch: `requests_per_minute` 0 stops all use of this group \
                 in the workspace and needs an approval"],
        ),
    ] {
        assert_eq!(shown(&planned(&files(limits, ""), &live(&[]))), expected, "{limits}");
    }
}

#[test]
fn an_approval_by_any_name_or_id_allows_zero() {
    for name in ["claude-sonnet-4-5", "claude-sonnet-latest", "rl_models"] {
        let approve = format!(
            "guards: {{approve: [{{changes: [update workspace/lab/rate_limit/{name}], until: 2026-12-01, \
             reason: incident}}]}}"
        );
        let files = files("{claude-sonnet-latest: {requests_per_minute: 0}}", &approve);
        let plan = planned(&files, &live(&[]));
        assert_eq!((plan.changes.len(), plan.blocked.len()), (1, 0), "{name}");
    }
}

#[test]
fn protected_limits_are_not_lowered_under_any_name() {
    for (protected, limits, is_refused) in [
        ("claude-sonnet-4-5", "{claude-sonnet-4-5: {requests_per_minute: 1}}", true),
        ("claude-sonnet-4-5", "{claude-sonnet-latest: {requests_per_minute: 1}}", true),
        ("rl_models", "{claude-sonnet-latest: {requests_per_minute: 1}}", true),
        ("batch", "{claude-sonnet-latest: {requests_per_minute: 1}}", false),
        ("claude-sonnet-4-5", "{claude-sonnet-4-5: {requests_per_minute: inherit}}", false),
    ] {
        let guards = format!("guards: {{protect: [workspace/lab/rate_limit/{protected}]}}");
        let plan = planned(&files(limits, &guards), &live(&[("rl_models", "requests_per_minute", 20)]));
        assert_eq!(plan.approve().is_err(), is_refused, "{protected}: {limits}");
    }
}

#[test]
fn nothing_is_cleared_while_an_entry_of_the_workspace_is_not_found() {
    let limits = "{claude-sonet-4-5: {requests_per_minute: 20}}";
    let plan = planned(
        &files(limits, "unlisted: {rate_limits: remove}"),
        &live(&[("rl_models", "requests_per_minute", 20)]),
    );
    assert_eq!(
        shown(&plan),
        [
            "blocked workspace/lab/rate_limit/claude-sonet-4-5: the organization has no rate limit for \
             `claude-sonet-4-5`; did you mean `claude-sonnet-4-5`?",
            "unlisted workspace/lab/rate_limit/claude-sonnet-4-5: `requests_per_minute` 20, and may be of a listed \
             entry that was not found",
        ]
    );
    // The misspelt line may be for a limiter of a group that another line names.
    let limits = "{claude-sonnet-4-5: {requests_per_minute: 20}, claude-sonet-latest: {tokens_per_day: 2}}";
    let plan = planned(
        &files(limits, "unlisted: {rate_limits: remove}"),
        &live(&[("rl_models", "requests_per_minute", 20), ("rl_models", "tokens_per_day", 2)]),
    );
    assert_eq!((plan.changes.len(), plan.unlisted.len()), (0, 1));
}

#[test]
fn every_group_of_the_organization_can_be_protected() {
    for (address, notes) in [("batch", 0), ("claude-sonnet-latest", 0), ("rl_batch", 0), ("nope", 1)] {
        // Without `remove`, the files themselves have a warning about an address that they do not list.
        let top = format!(
            "guards: {{protect: [workspace/lab/rate_limit/{address}]}}\nunlisted: {{rate_limits: remove}}"
        );
        let plan = planned(&files("{}", &top), &live(&[]));
        assert_eq!(plan.notes.len(), notes, "{address}");
    }
}

#[test]
fn a_limit_that_the_organization_lost_stays_or_is_taken_away() {
    let live = live(&[("rl_batch", "tokens_per_day", 5)]);
    for (wanted, changes, blocked) in [("5", 0, 0), ("inherit", 1, 0), ("6", 0, 1)] {
        let plan = planned(&files(&format!("{{batch: {{tokens_per_day: {wanted}}}}}"), ""), &live);
        assert_eq!((plan.changes.len(), plan.blocked.len()), (changes, blocked), "{wanted}");
    }
}

#[test]
fn a_model_in_two_groups_is_not_guessed() {
    let mut live = live(&[]);
    let limits = live.rate_limits.as_mut().expect("limits");
    limits.groups.push(group("rl_twice", "model_group", &["claude-sonnet-4-5"], &[("tokens_per_day", 1)]));
    assert_eq!(
        shown(&planned(&files("{claude-sonnet-4-5: {tokens_per_day: 1}}", ""), &live)),
        ["blocked workspace/lab/rate_limit/claude-sonnet-4-5: the organization has several rate limits for \
             `claude-sonnet-4-5`: `rl_models`, `rl_twice`",]
    );
}

#[test]
fn values_without_the_effect_that_they_seem_to_have_are_noted() {
    let notes = |limits| planned(&files(limits, ""), &live(&[])).notes.into_iter().map(|note| note.reason);
    assert_eq!(
        notes("{claude-sonnet-4-5: {requests_per_minute: 9000}}").collect::<Vec<_>>(),
        ["`requests_per_minute` 9000 is above the organization's limit 4000, which applies"]
    );
    assert_eq!(
        notes("{claude-sonnet-4-5: {input_tokens_per_minute: 5}}").collect::<Vec<_>>(),
        [
            "`input_tokens_per_minute` also counts tokens read from the cache; the organization's limit does not"
        ]
    );
}

#[test]
fn unlisted_overrides_are_reported_or_cleared() {
    let overrides = &[
        ("rl_models", "requests_per_minute", 20),
        ("rl_models", "tokens_per_day", 2),
        ("rl_batch", "requests_per_minute", 50),
        ("rl_batch", "enqueued_batch_requests", 3),
    ];
    let limits = "{claude-sonnet-latest: {requests_per_minute: 20}}";
    assert_eq!(
        shown(&planned(&files(limits, ""), &live(overrides))),
        [
            "unlisted workspace/lab/rate_limit/batch: `enqueued_batch_requests` 3, `requests_per_minute` 50",
            "unlisted workspace/lab/rate_limit/claude-sonnet-latest: `tokens_per_day` 2",
        ]
    );
    let plan = planned(&files(limits, "unlisted: {rate_limits: remove}"), &live(overrides));
    let cleared: Vec<String> = plan.changes.iter().map(|change| change.id.to_string()).collect();
    assert_eq!(
        cleared,
        ["update workspace/lab/rate_limit/batch", "update workspace/lab/rate_limit/claude-sonnet-latest"]
    );
    // What cannot be cleared stays, and is shown.
    assert_eq!(
        plan.unlisted.iter().map(|item| item.reason.as_str()).collect::<Vec<_>>(),
        ["`enqueued_batch_requests` 3"]
    );
    let plan = planned(&files(limits, "unlisted: {rate_limits: ignore}"), &live(overrides));
    assert_eq!(shown(&plan), [""; 0]);
}

#[test]
fn limits_of_a_new_workspace_wait_for_it() {
    let mut live = live(&[]);
    live.workspaces = Some(LiveWorkspaces::default());
    let plan = planned(&files("{batch: {requests_per_minute: 5}}", ""), &live);
    let last = plan.changes.last().expect("a change");
    assert_eq!(last.id.as_str(), "update workspace/lab/rate_limit/batch");
    assert_eq!(last.depends_on.iter().map(ToString::to_string).collect::<Vec<_>>(), ["create workspace/lab"]);
}

#[test]
fn a_refused_list_blocks_the_section_and_is_never_empty() {
    let mut live = live(&[]);
    live.rate_limits = Some(LiveRateLimits { refused: Some("403".into()), ..LiveRateLimits::default() });
    for (limits, policy, is_blocked) in [
        ("{batch: {requests_per_minute: 5}}", "remove", true),
        ("{batch: {requests_per_minute: 5}}", "ignore", true),
        ("{}", "remove", true),
        ("{}", "report", true),
        ("{}", "ignore", false),
    ] {
        let shown = shown(&planned(&files(limits, &format!("unlisted: {{rate_limits: {policy}}}")), &live));
        let expected = ["blocked rate_limits: not read, so nothing is changed: 403"];
        assert_eq!(shown == expected, is_blocked, "{limits}, {policy}: {shown:?}");
    }
}

#[test]
fn an_import_lists_every_override_and_its_plan_is_empty() {
    let live = live(&[("rl_models", "requests_per_minute", 20), ("rl_batch", "requests_per_minute", 50)]);
    let mut desired = files("{}", "");
    let entry = desired.workspaces.iter_mut().flatten().next();
    let (label, open) =
        entry.and_then(|(label, workspace)| Some((label, workspace.open_mut()?))).expect("lab");
    let target = Target::Workspace(label, open);
    RateLimits.import(&live, Some(&WorkspaceId::new("wrkspc_lab")), target);
    assert_eq!(shown(&planned(&desired, &live)), [""; 0]);
    assert_eq!(
        desired.open().next().and_then(|(_, open)| open.rate_limits.as_ref()).map(BTreeMap::len),
        Some(2)
    );
}

#[test]
fn one_list_of_the_organization_and_one_for_each_listed_workspace_is_read() {
    let live = live(&[]);
    assert_eq!(planned(&files("{}", ""), &live).reads.of("rate_limits"), 2);
    let text = "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\nworkspaces: {lab: }\n";
    let file = SourceFile { name: "bylaws.yaml".to_owned(), text: text.to_owned() };
    let desired = parse(vec![file]).desired.expect("files without errors");
    assert_eq!(planned(&desired, &live).reads.of("rate_limits"), 0);
}

#[test]
fn a_limiter_that_a_commit_drops_is_a_rule_change() {
    let changes = |base, head| -> Vec<String> {
        let (base, head) = (files(base, ""), files(head, ""));
        let changes = crate::rule_changes::rule_changes(&base, &head, date(2026, 11, 21));
        changes.iter().map(|change| format!("{}: {}", change.address, change.text)).collect()
    };
    assert_eq!(
        changes("{batch: {requests_per_minute: 50, tokens_per_day: 1}}", "{batch: {tokens_per_day: 2}}"),
        ["workspace/lab/rate_limit/batch: `requests_per_minute` is no longer managed"]
    );
    assert_eq!(
        changes("{batch: {tokens_per_day: 1}}", "{}"),
        ["workspace/lab/rate_limit/batch: no longer in the files"]
    );
}
