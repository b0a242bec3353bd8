//! Workspaces: matched, created, changed in place, archived.

use super::model::applied;
use super::shown;
use super::world::{World, check, planned, same};
use crate::workspace::matching::member_lists;

#[test]
fn a_workspace_is_found_by_name_or_id() {
    check("workspace lab", "workspace lab", "");
    check(
        "workspace local id=ws_lab",
        "workspace lab",
        "note workspace/local: `local` is a label; the live name is `lab`; to rename, add `name: local`",
    );
    // Only unarchived workspaces are matched by name.
    check("workspace lab", "workspace lab\nworkspace lab archived id=ws_old", "");
}

#[test]
fn ambiguous_workspaces_are_blocked() {
    for (files, live, reason) in [
        (
            "membership lab ada workspace_user\nkey lab ci active",
            "workspace lab\nworkspace lab id=ws_b\nuser ada user",
            "2 workspaces have this name: `ws_b`, `ws_lab`; set the `id` of the right one",
        ),
        (
            "workspace lab id=ws_9",
            "workspace lab",
            "no live workspace has the id `ws_9`; correct or delete the id",
        ),
        (
            "workspace lab id=ws_9 archived",
            "",
            "no live workspace has the id `ws_9`; correct or delete the id",
        ),
        (
            "workspace lab id=ws_lab",
            "workspace lab archived",
            "`ws_lab` is archived, which cannot be undone; delete the id to create a new one, or write `state: archived`",
        ),
        ("workspace Default", "workspace lab", "the service reports no default workspace"),
        (
            "workspace lab id=ws_Default",
            "default",
            "`ws_Default` is the default workspace; list it under the key `Default`",
        ),
        (
            "workspace Default id=ws_lab",
            "default\nworkspace lab",
            "the default workspace is `ws_Default`, not `ws_lab`; correct or delete the id",
        ),
        ("workspace Default archived", "default", "the default workspace cannot be archived"),
        ("workspace Default id=ws_Default name=Main", "default", "the default workspace cannot be renamed"),
        (
            "membership Default ada workspace_user",
            "default\nuser ada user",
            "the default workspace has no member list of its own",
        ),
        (
            "workspace lab id=ws_lab name=Default",
            "workspace lab",
            "the name `Default` belongs to a workspace that the service creates itself",
        ),
    ] {
        let label =
            if files.contains("Default") && !files.contains("workspace lab") { "Default" } else { "lab" };
        let files = format!("unlisted workspaces ignore\n{files}");
        check(&files, live, &format!("blocked workspace/{label}: {reason}"));
        assert_eq!(member_lists(&World::new(&files, live).desired, &World::new("", live).live), []);
    }
}

#[test]
fn two_entries_that_mean_one_workspace_are_both_blocked() {
    check(
        "workspace lab color=#222222\nworkspace other id=ws_lab color=#333333",
        "workspace lab",
        "blocked workspace/lab: `lab` and `other` all mean `ws_lab`; keep one of them
         blocked workspace/other: `lab` and `other` all mean `ws_lab`; keep one of them",
    );
}

#[test]
fn a_name_that_is_given_up_can_be_used_again() {
    check(
        "workspace archive id=ws_lab name=lab-2025\nworkspace lab",
        "workspace lab",
        "~ update workspace/archive name=lab → name=lab-2025 [other]
         + create workspace/lab name=lab [other]",
    );
}

#[test]
fn a_rename_to_a_name_that_is_live_is_blocked() {
    for (files, expected) in [
        // Also if the other one is renamed in the same plan: a reviewer could not distinguish them.
        (
            "workspace a id=ws_lab name=ops\nworkspace b id=ws_ops name=lab",
            "blocked workspace/a: the wanted name `ops` is the name of `ws_ops`; rename that one first, or choose another
             blocked workspace/b: the wanted name `lab` is the name of `ws_lab`; rename that one first, or choose another",
        ),
        (
            "workspace lab id=ws_lab name=ops\nworkspace ops",
            "blocked workspace/lab: the wanted name `ops` is the name of `ws_ops`; rename that one first, or choose another",
        ),
        // Archived workspaces do not reserve their names.
        ("workspace lab id=ws_lab name=gone", "~ update workspace/lab name=lab → name=gone [other]"),
        ("workspace lab id=ws_lab name=lab", ""),
    ] {
        let live = "workspace lab\nworkspace ops\nworkspace gone archived";
        check(&format!("unlisted workspaces ignore\n{files}"), live, expected);
    }
}

#[test]
fn a_new_workspace_is_not_named_like_an_id() {
    let planned = |name: &str, live: &str| {
        let mut world = World::new("workspace new\nunlisted workspaces ignore", live);
        let workspaces = world.desired.workspaces.as_mut().expect("a section");
        let entry = workspaces.pop_first().expect("an entry").1;
        workspaces.insert(bylaws_engine::WorkspaceLabel::new(name), entry);
        shown::plan(&world.plan())
    };
    let names = ["wrkspc_01A7dPzxkG3mYqTn5VbHcR8s", "WRKSPC_01", "wrkspc_", "wrkspс_01", "wrkspc_\u{200b}1"];
    for name in names {
        let plan = planned(name, "workspace lab");
        assert!(
            plan.starts_with("blocked workspace/") && plan.contains("cannot be named like an id"),
            "{plan}"
        );
    }
    for name in ["my-wrkspc_1", "wrkspc", "wrkspc-1"] {
        same(&planned(name, ""), &format!("+ create workspace/{name} name={name} [other]"));
    }
}

#[test]
fn a_workspace_named_claude_code_is_like_any_other() {
    let one = "workspace Claude_Code";
    check("workspaces", one, "unlisted workspace/Claude%20Code: `ws_Claude_Code`");
    check("workspace Claude_Code", one, "");
    // After a rename in the Console it is still reported: as itself if it is pinned, otherwise as unlisted.
    let renamed = "workspace Claude_Code id=ws_prod\nuser ada user";
    check(
        "workspace prod id=ws_prod\nmembership prod ada workspace_user",
        renamed,
        "blocked workspace/prod: this is the Claude Code workspace: only `display_color`, `tags` and `data_residency` can be listed",
    );
    check(
        "workspace prod",
        renamed,
        "+ create workspace/prod name=prod [other]
         unlisted workspace/Claude%20Code: `ws_prod`
         note workspace/prod: creates a new workspace; to manage `Claude Code` (`ws_prod`) instead, set its `id`",
    );
    // Of two, it is unknown which one is for sign-in.
    let two = format!("{one}\nworkspace Claude_Code id=ws_prod");
    let reason = "2 workspaces are named `Claude Code`: `ws_Claude_Code`, `ws_prod`; rename the one that is not for Claude Code in the Console";
    check(
        "workspace prod id=ws_prod color=#222222",
        &two,
        &format!("blocked workspace/prod: {reason}\nunlisted workspace/Claude%20Code: `ws_Claude_Code`"),
    );
    check(
        "workspace prod id=ws_prod archived\napprove 2026-11-30 archive workspace/ws_prod",
        &two,
        &format!("blocked workspace/prod: {reason}\nunlisted workspace/Claude%20Code: `ws_Claude_Code`"),
    );
    check(
        "workspaces",
        &two,
        "unlisted workspace/Claude%20Code: `ws_Claude_Code`\nunlisted workspace/Claude%20Code: `ws_prod`",
    );
    check(
        "workspace Claude_Code",
        &two,
        "blocked workspace/Claude%20Code: 2 workspaces have this name: `ws_Claude_Code`, `ws_prod`; set the `id` of the right one",
    );
}

#[test]
fn a_new_workspace_is_noted_with_the_one_it_may_be() {
    check(
        "workspace prod color=#aabbcc tags=env:prod allowed=us default=us",
        "workspace prod-eu\nworkspace prod archived id=ws_old\ndefault\nworkspace Claude_Code",
        "+ create workspace/prod data_residency={allowed_inference_geos: [us], default_inference_geo: us} display_color=#AABBCC name=prod tags={env: prod} [other]
         unlisted workspace/Claude%20Code: `ws_Claude_Code`
         unlisted workspace/prod-eu: `ws_prod-eu`
         note workspace/prod: creates a new workspace; an archived one has the same name (`ws_old`)
         note workspace/prod: creates a new workspace; to manage `Claude Code` (`ws_Claude_Code`), `prod-eu` (`ws_prod-eu`) instead, set its `id`",
    );
}

#[test]
fn a_new_workspace_that_the_service_would_refuse_is_blocked() {
    check(
        "workspace prod allowed=us\nmembership prod ada workspace_user\nmember ada user",
        "user ada user",
        "blocked workspace/prod: `default_inference_geo` would be `global`, which is not in `allowed_inference_geos`; list both",
    );
}

#[test]
fn only_what_differs_is_sent() {
    check(
        "workspace lab id=ws_lab name=Lab_2 color=#abcdef tags=a:1,b:2,d:4",
        "workspace lab color=#ABCDEF tags=a:1,b:9,c:3,anthropic_x:y",
        "~ update workspace/lab name=lab tags={a: 1, b: 9, c: 3} → name=Lab 2 tags={a: 1, b: 2, d: 4} [other] \
         sends {b: 2, c: null, d: 4}",
    );
    // Empty means none; missing means not managed.
    check(
        "workspace lab tags=",
        "workspace lab tags=a:1,anthropic_x:y",
        "~ update workspace/lab tags={a: 1} → tags={} [other] sends {a: null}",
    );
    check("workspace lab", "workspace lab tags=a:1 color=#000000", "");
    check(
        "workspace lab color=#00ff00",
        "workspace lab color=#0000ff",
        "~ update workspace/lab display_color=#0000FF → display_color=#00FF00 [other]",
    );
}

#[test]
fn data_residency_is_compared_field_by_field() {
    let live = "workspace lab allowed=us,global default=us";
    check("workspace lab allowed=global,us default=us geo=us", live, "");
    check(
        "workspace lab default=global",
        live,
        "~ update workspace/lab data_residency={default_inference_geo: us} → data_residency={default_inference_geo: global} [other]",
    );
    check(
        "workspace lab allowed=unrestricted",
        live,
        "~ update workspace/lab data_residency={allowed_inference_geos: [global, us]} → data_residency={allowed_inference_geos: unrestricted} [other]",
    );
    check(
        "workspace lab geo=eu default=global",
        live,
        "~ update workspace/lab data_residency={default_inference_geo: us} → data_residency={default_inference_geo: global} [other]
         blocked workspace/lab: `workspace_geo` is `us` and fixed at creation; `eu` needs a new workspace",
    );
    check(
        "workspace lab allowed=global",
        live,
        "blocked workspace/lab: `default_inference_geo` would be `us`, which is not in `allowed_inference_geos`; list both",
    );
    check(
        "workspace lab allowed=us default=us",
        "workspace lab allowed=us,moon default=mars",
        "blocked workspace/lab: `allowed_inference_geos` contains `moon`, which this version does not know and never rewrites
         blocked workspace/lab: `default_inference_geo` contains `mars`, which this version does not know and never rewrites",
    );
}

#[test]
fn default_is_only_the_default_workspace() {
    check(
        "workspace Default color=#222222",
        "default\nworkspace Default id=ws_other",
        "~ update workspace/Default display_color=#111111 → display_color=#222222 [other]
         unlisted workspace/Default: `ws_other`",
    );
}

#[test]
fn claude_code_allows_only_color_tags_and_data_residency() {
    let live = "workspace Claude_Code\nuser ada user\nmemberships Claude_Code\nmembership Claude_Code ada workspace_user\nkey Claude_Code k active";
    check(
        "workspace Claude_Code color=#222222\nunlisted workspace_members remove\nunlisted api_keys remove\nkeys -",
        live,
        "~ update workspace/Claude%20Code display_color=#111111 → display_color=#222222 [other]",
    );
    check(
        "workspace Claude_Code",
        "",
        "waiting workspace/Claude%20Code: appears with the first Claude Code sign-in",
    );
    check(
        "workspace cc id=ws_Claude_Code archived\napprove 2026-11-30 archive workspace/cc",
        live,
        "blocked workspace/cc: this is the Claude Code workspace, which is never archived or renamed: that would end Claude Code sign-in for everybody",
    );
    for files in ["workspace cc id=ws_Claude_Code name=x", "workspace Claude_Code id=ws_Claude_Code name=x"] {
        assert!(planned(files, live).contains("never archived or renamed"), "{files}");
    }
    // Its own name is not a rename.
    check("workspace Claude_Code id=ws_Claude_Code name=Claude_Code", live, "");
    for files in ["membership Claude_Code ada workspace_user", "key Claude_Code k inactive"] {
        same(
            &planned(files, live),
            "blocked workspace/Claude%20Code: this is the Claude Code workspace: only `display_color`, `tags` and `data_residency` can be listed",
        );
    }
}

#[test]
fn archiving_needs_an_approval() {
    let live = "workspace old\nkey old ci active\nkey old gone archived";
    check(
        "workspace old archived",
        live,
        "blocked workspace/old: archives `old` (`ws_old`), which is permanent and needs an approval (approve: archive workspace/old)",
    );
    check(
        "workspace old archived\napprove 2026-11-30 archive workspace/old",
        live,
        "- archive workspace/old state=open → state=archived [irreversible]
         so workspace/old: all its members lose access
         so workspace/old: its keys are archived permanently: `ci`",
    );
    for in_place in ["", "workspace old archived", "default"] {
        check("workspace old archived", in_place, "");
    }
    check("workspace x archived id=ws_old", "workspace old archived", "");
}

#[test]
fn a_guards_file_must_approve_too() {
    let world =
        || World::new("workspace old archived\napprove 2026-11-30 archive workspace/old", "workspace old");
    same(
        &super::shown::plan(&world().with_guards_file("keys_off 3").plan()),
        "blocked workspace/old: archives `old` (`ws_old`), which is permanent and needs an approval in the guards file too (approve: archive workspace/old)",
    );
    let both = world().with_guards_file("approve 2026-11-30 archive workspace/old").plan();
    assert_eq!(both.changes.len(), 1);
}

#[test]
fn a_second_plan_is_empty() {
    for (files, live) in [
        ("workspace prod color=#aabbcc tags=env:prod allowed=us default=us", ""),
        ("workspace prod tags=", ""),
        (
            "workspace lab id=ws_lab name=Lab_2 color=#abcdef tags=a:1,b:2",
            "workspace lab tags=c:1,anthropic:x",
        ),
        ("workspace lab allowed=us default=us", "workspace lab"),
        ("workspace old archived\napprove 2026-11-30 archive workspace/old", "workspace old"),
        ("workspace old archived id=ws_old\napprove 2026-11-30 archive workspace/old", "workspace old"),
    ] {
        let mut world = World::new(files, live);
        let plan = world.plan();
        assert_eq!(plan.changes.len(), 1, "{files}");
        world.live = applied(&world.live, &plan);
        assert_eq!(world.plan().changes, [], "{files}");
    }
}
