//! Spend limits: the files, the live side and the plan, as tables.

use std::collections::BTreeMap;

use bylaws_config::SourceFile;
use bylaws_engine::{Amount, OrganizationId, Plan, WorkspaceId};
use jiff::civil::date;

use super::objects::SpendLimits;
use super::{LiveAmount, LiveLimit, LiveSpendLimits, Money, Refused};
use crate::live::{Live, LiveWorkspace, LiveWorkspaces};
use crate::objects::Objects;
use crate::syntax::Target;
use crate::{Basis, Desired, Loaded, parse, plan};

const HEAD: &str = "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\n";

fn loaded(text: &str) -> Loaded {
    let text = format!("{HEAD}{text}\n");
    let loaded = parse(vec![SourceFile { name: "bylaws.yaml".to_owned(), text }]);
    assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
    loaded
}

fn files(text: &str) -> Desired {
    loaded(text).desired.expect("files without errors")
}

/// Returns files with this limit of the workspace `lab`, and with an approval of these changes.
fn of_lab(limit: &str, approved: &str) -> Desired {
    let approve = "\nguards:\n  approve:\n    - {until: 2026-12-01, reason: agreed, changes: [";
    let guards = if approved.is_empty() {
        String::new()
    } else {
        format!("{approve}{approved} workspace/lab/spend_limit]}}")
    };
    files(&format!("workspaces: {{lab: {{spend_limit: {limit}}}}}{guards}"))
}

/// Returns an organization with the workspaces `lab` and `shop`, and with these limits in dollars; the limit of the
/// organization has no name. Nothing was spent.
fn live(limits: &[(&str, &str)]) -> Live {
    let limit = |(of, amount): &(&str, &str)| {
        let money = Money::parse(&format!("{amount} USD")).expect("an amount");
        let (shown, amount) = (money.to_string(), LiveAmount::Money(money));
        let id = format!("spl_{of}");
        let workspace = (!of.is_empty()).then(|| WorkspaceId::new(format!("wrkspc_{of}")));
        (workspace, vec![LiveLimit { id, amount, shown, is_enabled: true, created_at: None }])
    };
    let limits: BTreeMap<_, _> = limits.iter().map(limit).collect();
    let currency = (!limits.is_empty()).then(|| "USD".to_owned());
    let listed = limits.len();
    let spent = Some(BTreeMap::new());
    Live {
        workspaces: Some(LiveWorkspaces {
            all: ["lab", "shop"].map(LiveWorkspace::named).into(),
            default: None,
        }),
        spend_limits: Some(LiveSpendLimits { limits, listed, currency, spent, cost_reads: 1, refused: None }),
        ..Live::bare(OrganizationId::new("6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10"), "Acme".to_owned())
    }
}

fn limits(live: &mut Live) -> &mut LiveSpendLimits {
    live.spend_limits.as_mut().expect("limits")
}

fn planned(files: &Desired, live: &Live) -> Plan {
    plan(&Basis::new(files, date(2026, 11, 29)), live)
}

/// Returns what is planned, blocked, unlisted and noted about spend limits, one per line.
fn shown(plan: &Plan) -> Vec<String> {
    let facts = |facts: &Option<bylaws_engine::Facts>| {
        let facts = facts.iter().flat_map(|facts| facts.0.values());
        facts.map(ToString::to_string).collect::<String>()
    };
    let changes = plan.changes.iter().map(|change| {
        let classes: Vec<&str> = change.classes.iter().map(|class| class.as_str()).collect();
        let call = crate::remote(change.write.kind).expect("an adapter").call(&change.write);
        let body = call.body.map(|body| body["amount"].to_string()).unwrap_or_default();
        let (before, after) = (facts(&change.before), facts(&change.after));
        format!("{}: {before} → {after} [{}] {} {body}", change.id, classes.join(" "), call.method)
    });
    let items = [("blocked", &plan.blocked), ("unlisted", &plan.unlisted), ("note", &plan.notes)];
    let items = items.iter().flat_map(|(word, items)| {
        items.iter().map(move |item| format!("{word} {}: {}", item.address, item.reason))
    });
    let lines = changes.chain(items).map(|line| line.trim_end().to_owned());
    lines.filter(|line| line.contains("spend_limit")).collect()
}

#[test]
fn every_step_has_its_class_and_the_dangerous_ones_need_an_approval() {
    let lab = "workspace/lab/spend_limit";
    let blocked = |why: &str| format!("blocked {lab}: {why} and needs an approval");
    let update =
        |steps: &str, class: &str, cents: &str| format!("update {lab}: {steps} [{class}] POST \"{cents}\"");
    let raises = || blocked("raises the limit from `500 USD` to `500.01 USD`");
    let removes = || blocked("removes the limit of `500 USD`");
    let stops = || blocked("a limit of 0 stops all paid use");
    for (has, wanted, approved, expected) in [
        ("", "500 USD", "", update("none → 500 USD", "throttle", "50000")),
        ("", "none", "", String::new()),
        ("500", "500 USD", "", String::new()),
        ("500", "500.00 USD", "", String::new()),
        ("500", "499.99 USD", "", update("500 USD → 499.99 USD", "throttle", "49999")),
        ("500", "500.01 USD", "", raises()),
        ("500", "500.01 USD", "remove", raises()),
        ("500", "500.01 USD", "update", update("500 USD → 500.01 USD", "money", "50001")),
        ("500", "none", "", removes()),
        ("500", "none", "update", removes()),
        ("500", "none", "remove", format!("remove {lab}: 500 USD →  [money] DELETE")),
        ("500", "0 USD", "", stops()),
        ("500", "0 USD", "update", update("500 USD → 0 USD", "throttle", "0")),
        ("", "0 USD", "", stops()),
        ("0", "0 USD", "", String::new()),
        ("0", "1 USD", "", blocked("raises the limit from `0 USD` to `1 USD`")),
    ] {
        let limits = [("lab", has)];
        let live = live(if has.is_empty() { &[] } else { &limits });
        let plan = planned(&of_lab(wanted, approved), &live);
        let expected: Vec<String> = (!expected.is_empty()).then_some(expected).into_iter().collect();
        assert_eq!(shown(&plan), expected, "{has} → {wanted}, approved: {approved:?}");
    }
}

#[test]
fn the_limit_of_the_organization_and_that_of_a_new_workspace_are_set() {
    let files = files("spend_limits: {organization: 900 USD}\nworkspaces: {new: {spend_limit: 1 USD}}");
    let plan = planned(&files, &live(&[("", "1000")]));
    assert_eq!(
        shown(&plan),
        [
            "update workspace/new/spend_limit: none → 1 USD [throttle] POST \"100\"",
            "update organization/spend_limit: 1000 USD → 900 USD [throttle] POST \"90000\"",
        ]
    );
    let new = plan.changes.iter().find(|change| change.id.to_string().contains("new/spend_limit"));
    let call = new.map(|change| crate::remote(change.write.kind).expect("an adapter").call(&change.write));
    let scope = call.and_then(|call| Some(call.body?["scope"]["workspace_id"].clone()));
    assert_eq!(scope, Some("{workspace/new}".into()), "the id is known once the workspace is created");
}

#[test]
fn a_limit_that_this_month_has_reached_is_reviewed_first() {
    let spent = |dollars: &str| {
        let mut live = live(&[("lab", "500"), ("", "9000")]);
        let cents = |dollars| Amount::from_dollars(dollars).expect("an amount");
        limits(&mut live).spent = Some(BTreeMap::from([
            (Some(WorkspaceId::new("wrkspc_lab")), cents(dollars)),
            (None, cents("100")),
        ]));
        live
    };
    let stops = |address: &str, spent: &str, limit: &str| {
        format!(
            "note {address}/spend_limit: would stop it now: `{spent} USD` of `{limit} USD` spent this month"
        )
    };
    let set = "update workspace/lab/spend_limit: 500 USD → 400 USD [throttle] POST \"40000\"";
    for (dollars, expected) in [
        ("399.99", vec![set.to_owned()]),
        ("400", vec![set.to_owned(), stops("workspace/lab", "400", "400")]),
        ("481.2001", vec![set.to_owned(), stops("workspace/lab", "481.20", "400")]),
        ("-3", vec![set.to_owned()]),
    ] {
        let plan = planned(&of_lab("400 USD", ""), &spent(dollars));
        assert_eq!(shown(&plan), expected, "{dollars}");
        assert_eq!(plan.review_first().len(), expected.len() - 1, "{dollars}");
    }
    // All workspaces count for the organization.
    let files = files("spend_limits: {organization: 500 USD}");
    let shown_of = |live: &Live| shown(&planned(&files, live)).into_iter().skip(1).collect::<Vec<_>>();
    assert_eq!(shown_of(&spent("400")), [stops("organization", "500", "500")]);
    assert_eq!(shown_of(&spent("399")), [""; 0]);
    // What was not read is not compared, and the plan says so.
    let mut unknown = spent("400");
    limits(&mut unknown).spent = None;
    assert_eq!(
        shown_of(&unknown),
        ["note organization/spend_limit: not compared with the cost of this month, which is not known"]
    );
}

#[test]
fn what_cannot_be_compared_is_blocked_and_never_taken_for_no_limit() {
    let mut live = live(&[("lab", "500")]);
    assert_eq!(
        shown(&planned(&of_lab("500 EUR", "update"), &live)),
        ["blocked workspace/lab/spend_limit: the currency of the organization is `USD`, not `EUR`"]
    );
    assert_eq!(
        shown(&planned(&of_lab("500 EUR", ""), &self::live(&[]))),
        ["blocked workspace/lab/spend_limit: the currency of the organization is `USD`, not `EUR`"],
        "no limit shows the currency"
    );
    let limit = |live: &mut Live, change: fn(&mut LiveLimit)| {
        limits(live).limits.values_mut().flatten().for_each(change);
    };
    // Each limit has its own currency.
    limit(&mut live, |limit| limit.amount = LiveAmount::Money(Money::parse("100 JPY").expect("an amount")));
    assert_eq!(
        shown(&planned(&of_lab("200 USD", "update"), &live)),
        ["blocked workspace/lab/spend_limit: the currency of the organization is `JPY`, not `USD`"]
    );
    limit(&mut live, |limit| {
        (limit.amount, limit.shown) = (LiveAmount::Unknown, "5e5 (in hundredths of USD)".to_owned());
    });
    for wanted in ["9999 USD", "none"] {
        let plan = planned(&of_lab(wanted, "update"), &live);
        assert_eq!(
            shown(&plan),
            [
                "blocked workspace/lab/spend_limit: the live limit is `5e5 (in hundredths of USD)`, which this version \
              does not understand"
            ]
        );
        assert_eq!(plan.review_first().len(), 1);
    }
    let mut live = self::live(&[("lab", "500")]);
    limit(&mut live, |limit| limit.is_enabled = false);
    for wanted in ["500 USD", "400 USD"] {
        assert_eq!(
            shown(&planned(&of_lab(wanted, ""), &live)),
            [
                "blocked workspace/lab/spend_limit: the limit of `500 USD` is switched off in the Console, so it has no \
              effect; switch it on there"
            ]
        );
    }
    assert_eq!(
        shown(&planned(&files("spend_limits: {}\nworkspaces: {lab: }"), &live)),
        ["unlisted workspace/lab/spend_limit: `500 USD`, switched off in the Console"]
    );
    // The service promises one limit for each scope.
    let lab = Some(WorkspaceId::new("wrkspc_lab"));
    let mut live = self::live(&[("lab", "500")]);
    let other = LiveLimit {
        id: "spl_other".to_owned(),
        ..live.spend_limits.as_ref().expect("limits").of(lab.as_ref())[0].clone()
    };
    limits(&mut live).limits.entry(lab).or_default().push(other);
    assert_eq!(
        shown(&planned(&of_lab("400 USD", ""), &live)),
        [
            "blocked workspace/lab/spend_limit: has several monthly limits: `spl_lab`, `spl_other`; keep one of them in \
          the Console"
        ]
    );
}

#[test]
fn an_import_leaves_out_what_files_cannot_contain_and_says_so() {
    let mut live = live(&[("lab", "500")]);
    let lab = WorkspaceId::new("wrkspc_lab");
    let too_long =
        Money { cents: Amount::from_cents(&"9".repeat(20)).expect("cents"), currency: "USD".to_owned() };
    for (change, told) in [
        (LiveAmount::Unknown, "spend limit `spl_lab` (`?`)"),
        (LiveAmount::Money(too_long), "spend limit `spl_lab` (`?`)"),
    ] {
        let limit = &mut limits(&mut live).limits.get_mut(&Some(lab.clone())).expect("a limit")[0];
        (limit.amount, limit.shown) = (change, "?".to_owned());
        let mut desired = files("workspaces: {lab: }");
        let entry = desired.workspaces.iter_mut().flatten().next();
        let (label, open) =
            entry.and_then(|(label, workspace)| Some((label, workspace.open_mut()?))).expect("lab");
        let left = SpendLimits.import(&live, Some(&lab), Target::Workspace(label, open));
        assert_eq!(left.iter().map(ToString::to_string).collect::<Vec<_>>(), [told]);
        assert_eq!(open.spend_limit, None);
    }
}

#[test]
fn limits_that_no_line_names_are_reported_while_there_is_a_section() {
    let live = live(&[("", "9000"), ("lab", "500"), ("shop", "700")]);
    let of_lab = "unlisted workspace/lab/spend_limit: `500 USD`";
    let of_organization = "unlisted organization/spend_limit: `9000 USD`";
    for (text, expected) in [
        ("spend_limits: {}\nworkspaces: {lab: {}}", vec![of_lab, of_organization]),
        ("spend_limits: {organization: 9000 USD}\nworkspaces: {lab: {}}", vec![of_lab]),
        ("spend_limits: {}\nworkspaces: {lab: {spend_limit: 500 USD}}", vec![of_organization]),
        ("workspaces: {lab: {spend_limit: 500 USD}}", vec![]),
        ("workspaces: {lab: {}}", vec![]),
        ("spend_limits: {}\nworkspaces: {lab: {}}\nunlisted: {spend_limits: ignore}", vec![]),
    ] {
        assert_eq!(shown(&planned(&files(text), &live)), expected, "{text}");
    }
}

#[test]
fn a_list_that_is_not_there_blocks_what_is_listed_and_never_reads_as_empty() {
    let why = "this organization may not read or set spend limits through the API (early access)";
    for (text, refused, expected) in [
        ("spend_limits: {organization: 1 USD}", Refused::NotEnrolled, format!("blocked spend_limits: {why}")),
        ("spend_limits: {organization: none}", Refused::NotEnrolled, format!("blocked spend_limits: {why}")),
        ("spend_limits: {}", Refused::NotEnrolled, format!("note spend_limits: {why}")),
        ("spend_limits: {}\nunlisted: {spend_limits: ignore}", Refused::NotEnrolled, String::new()),
        ("workspaces: {lab: }", Refused::NotEnrolled, String::new()),
        (
            "workspaces: {lab: {spend_limit: none}, shop: }",
            Refused::Because("403".into()),
            "blocked spend_limits: not read, so nothing is changed: 403".to_owned(),
        ),
    ] {
        let mut live = live(&[]);
        limits(&mut live).refused = Some(refused);
        let plan = planned(&files(text), &live);
        assert_eq!(shown(&plan).join("\n"), expected, "{text}");
        assert_eq!(plan.changes.iter().filter(|change| change.id.to_string().contains("spend")).count(), 0);
    }
}

#[test]
fn an_import_lists_every_limit_and_its_plan_is_empty() {
    let live = live(&[("", "9000"), ("lab", "500.50")]);
    let mut desired = files("workspaces: {lab: , shop: }");
    for (label, workspace) in desired.workspaces.iter_mut().flatten() {
        let id = WorkspaceId::new(format!("wrkspc_{label}"));
        let open = workspace.open_mut().expect("an open workspace");
        SpendLimits.import(&live, Some(&id), Target::Workspace(label, open));
    }
    SpendLimits.import(&live, None, Target::Organization(&mut desired));
    assert_eq!(shown(&planned(&desired, &live)), [""; 0]);
    let written = crate::write_single(&desired, &bylaws_config::Notes::new());
    assert!(written.contains("spend_limits:\n  organization: 9000 USD\n"), "{written}");
    assert!(written.contains("  lab:\n    spend_limit: 500.50 USD\n"), "{written}");
    let file = SourceFile { name: "bylaws.yaml".to_owned(), text: written };
    assert_eq!(parse(vec![file]).desired, Some(desired), "it reads back as it was written");
}

#[test]
fn files_without_limits_keep_their_digest_and_each_limit_changes_it() {
    let digest = |text: &str| loaded(text).digest;
    let all = [
        "workspaces: {lab: }",
        "workspaces: {lab: {spend_limit: 1 USD}}",
        "workspaces: {lab: {spend_limit: 1 EUR}}",
        "workspaces: {lab: {spend_limit: none}}",
        "spend_limits: {}\nworkspaces: {lab: }",
        "spend_limits: {organization: 1 USD}\nworkspaces: {lab: }",
        "spend_limits: {organization: none}\nworkspaces: {lab: }",
    ];
    let digests: std::collections::BTreeSet<_> = all.iter().map(|text| digest(text)).collect();
    assert_eq!(digests.len(), all.len());
    assert_eq!(
        digest("workspaces: {lab: {spend_limit: 1.00 USD}}"),
        digest(all[1]),
        "one amount, spelled twice"
    );
}

#[test]
fn a_line_that_a_commit_drops_is_a_rule_change() {
    let changes = |base: &str, head: &str| -> Vec<String> {
        let changes = crate::rule_changes::rule_changes(&files(base), &files(head), date(2026, 11, 21));
        changes.iter().map(|change| format!("{}: {}", change.address, change.text)).collect()
    };
    assert_eq!(
        changes("workspaces: {lab: {spend_limit: 1 USD}}", "workspaces: {lab: }"),
        ["workspace/lab: `spend_limit` is no longer managed"]
    );
    assert_eq!(
        changes("spend_limits: {organization: 1 USD}", "spend_limits: {}"),
        ["organization/spend_limit: no longer in the files"]
    );
}
