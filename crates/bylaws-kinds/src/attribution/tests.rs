//! Attributions as tables: files, live state and the feed in a few words, and who is named for which difference.

use std::fmt::Write as _;

use bylaws_api::Activity;
use bylaws_engine::Email;
use bylaws_engine::attribution::{Attribution, Entry, Run, Unexplained};
use bylaws_engine::text::Say;
use serde_json::{Map, Value, json};

use super::difference::{What, called};
use super::{Own, Reached, Search, differences};
use crate::plan::tests::world::{World, same};

/// Returns activities from lines, newest first: minute, actor, type, and fields as `name=value`. `update=field:value`
/// is one of `updates`.
fn feed(text: &str) -> Vec<Activity> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(activity).collect()
}

fn activity(line: &str) -> Activity {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [minute, who, kind, fields @ ..] = words.as_slice() else { panic!("{line}") };
    let actor = match *who {
        "sync" => json!({"type": "scim_directory_sync_actor"}),
        "anthropic" => json!({"type": "anthropic_actor", "email_address": null}),
        "service" => json!({"type": "system_actor", "service": null}),
        "robot" => json!({"type": "robot_actor", "serial": 7}),
        key if key.starts_with("key_") => json!({"type": "admin_api_key_actor", "admin_api_key_id": key}),
        key if key.starts_with("bylaws_") => {
            json!({"type": "admin_api_key_actor", "admin_api_key_id": key, "user_agent": "bylaws/0.0.1"})
        }
        who => {
            json!({"type": "user_actor", "email_address": format!("{who}@x.org"), "user_id": format!("user_{who}"),
                   "ip_address": "192.0.2.7"})
        }
    };
    let mut all = Map::new();
    let mut updates = Vec::new();
    for field in fields {
        let (name, value) = field.split_once('=').expect("a field");
        match (name, value.split_once(':')) {
            ("update", Some((of, value))) => updates.push(json!({"type": of, "current_value": value})),
            _ => {
                let value = value.parse::<u64>().map_or_else(|_| json!(value), |number| json!(number));
                all.insert(name.to_owned(), if value == "true" { json!(true) } else { value });
            }
        }
    }
    if !updates.is_empty() {
        all.insert("updates".to_owned(), json!(updates));
    }
    let mut value = json!({
        "id": format!("activity_{minute}"), "created_at": format!("2026-11-20T10:{minute}:00Z"), "type": kind, "actor": actor,
    });
    value.as_object_mut().expect("an object").extend(all);
    serde_json::from_value::<Activity>(value).expect("an activity")
}

fn own() -> Own {
    Own { user_agent: "bylaws/0.2.0".to_owned(), credential: Some("bylaws_own".to_owned()) }
}

fn shown(found: &Result<Entry, Unexplained>) -> String {
    match found {
        Ok(entry) => {
            let run = match entry.run {
                Some(Run::Own) => ", this credential",
                Some(Run::Other) => ", a run of Bylaws",
                None => "",
            };
            format!(
                "{} at {}{run}",
                entry.who.say().bare(),
                entry.at.map(|at| at.strftime("%H:%M").to_string()).unwrap_or_default()
            )
        }
        Err(why) => why.say().bare(),
    }
}

/// Returns one line for each difference.
fn found(files: &str, live: &str, activities: &str, reached: &Reached) -> String {
    let world = World::new(files, live);
    let differences = differences(&world.plan(), &world.live);
    let mut search = Search::new(&differences, own());
    for activity in &feed(activities) {
        search.add(activity);
    }
    let mut lines = String::new();
    for (address, all) in search.finish(reached) {
        for Attribution { field, found } in all {
            let field = field.map(|field| format!(" {field}")).unwrap_or_default();
            let _ = writeln!(lines, "{address}{field}: {}", shown(&found));
        }
    }
    lines
}

#[track_caller]
fn check(files: &str, live: &str, activities: &str, expected: &str) {
    same(&found(files, live, activities, &Reached::Beginning), expected);
}

#[test]
fn each_kind_of_difference_has_its_entry() {
    for (files, live, activities, expected) in [
        (
            "member ada user",
            "user ada admin",
            "30 eve role_assignment_granted target_id=user_ada role=admin",
            "member/ada@x.org role: eve@x.org at 10:30",
        ),
        (
            "member eve user",
            "user eve user\nuser ada user",
            "31 ada org_user_invite_accepted\n30 eve org_user_invite_sent invited_email=Ada@X.org invited_role=user",
            "member/ada@x.org: eve@x.org at 10:30",
        ),
        (
            "member eve user",
            "user eve user\nuser ada user",
            "31 ada org_user_invite_accepted",
            "member/ada@x.org: ada@x.org at 10:31",
        ),
        (
            "member eve user",
            "user eve user\nuser ada user",
            "31 sync scim_user_created user_id=user_ada",
            "member/ada@x.org: directory sync at 10:31",
        ),
        (
            "member eve user\nmember ada user",
            "user eve user",
            "31 anthropic org_user_deleted deleted_user_id=user_a deleted_user_email=ada@x.org",
            "invite/ada@x.org: Anthropic at 10:31",
        ),
        (
            "member eve user\nmember ada user",
            "user eve user",
            "31 ada org_user_left",
            "invite/ada@x.org: ada@x.org at 10:31",
        ),
        (
            "member eve user",
            "user eve user\ninvite ada pending user",
            "31 robot org_user_invite_sent invited_email=ada@x.org",
            "invite/ada@x.org: robot_actor at 10:31",
        ),
        (
            "workspace lab color=#111111",
            "workspace lab color=#222222",
            "31 key_1 platform_workspace_updated workspace_id=ws_lab update=display_color:#222222",
            "workspace/lab display_color: admin key key_1 at 10:31",
        ),
        (
            "workspace lab",
            "workspace lab archived",
            "31 service platform_workspace_archived workspace_id=ws_lab",
            "workspace/lab: the service at 10:31",
        ),
        (
            "workspaces",
            "workspace lab",
            "31 eve platform_workspace_created workspace_id=ws_lab",
            "workspace/lab: eve@x.org at 10:31",
        ),
        (
            "member ada user\nworkspace lab\nmembership lab ada workspace_user",
            "user ada user\nworkspace lab\nworkspace ops\nmembership lab ada workspace_admin",
            "32 bob platform_workspace_member_updated workspace_id=ws_ops user_id=user_ada update=workspace_role:workspace_admin
             31 eve platform_workspace_member_updated workspace_id=ws_lab user_id=user_ada update=workspace_role:workspace_admin",
            "workspace/lab/member/ada@x.org workspace_role: eve@x.org at 10:31
             workspace/ops: no entry; changes of the last minute may still be missing",
        ),
        (
            "member ada user\nworkspace lab\nmembership lab ada workspace_user",
            "user ada user\nworkspace lab\nmemberships lab",
            "31 eve platform_workspace_member_removed workspace_id=ws_lab user_id=user_ada",
            "workspace/lab/member/ada@x.org: eve@x.org at 10:31",
        ),
        (
            "member ada user\nworkspace lab\nmembership lab ada workspace_user",
            "user ada user\nworkspace lab\nmemberships lab",
            "31 eve org_user_deleted deleted_user_email=ada@x.org deleted_user_id=user_earlier",
            "workspace/lab/member/ada@x.org: eve@x.org at 10:31",
        ),
        (
            "workspace lab\nkey lab ci active",
            "workspace lab\nkey lab ci inactive\nkey lab new active",
            "32 eve platform_api_key_created api_key_id=key_new
             31 bob platform_api_key_updated api_key_id=key_ci update=status:inactive",
            "workspace/lab/api_key/new: eve@x.org at 10:32
             workspace/lab/api_key/ci: bob@x.org at 10:31",
        ),
    ] {
        let (got, expected) = (found(files, live, activities, &Reached::Beginning), expected);
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(|line| line.trim().replace(" status", "")).collect();
            lines.sort();
            lines.join("\n")
        };
        assert_eq!(sorted(&got), sorted(expected), "{files}\n{live}");
    }
}

#[test]
fn the_newest_entry_about_the_object_decides() {
    let (files, live) = ("member ada user", "user ada admin");
    check(
        files,
        live,
        "33 eve role_assignment_granted target_id=user_bob role=admin
         32 dan role_assignment_granted target_id=user_ada role=admin
         31 eve role_assignment_granted target_id=user_ada role=admin",
        "member/ada@x.org role: dan@x.org at 10:32",
    );
    // Somebody else made the live value: with an admin key, which leaves no entry.
    check(
        files,
        live,
        "32 dan role_assignment_granted target_id=user_ada role=developer
         31 eve role_assignment_granted target_id=user_ada role=admin",
        "member/ada@x.org role: the newest entry, of dan@x.org, says something else: a later change has none",
    );
    check(
        "member eve user",
        "user eve user\nuser ada user",
        "32 dan org_user_deleted deleted_user_id=user_ada
         31 eve org_user_invite_sent invited_email=ada@x.org",
        "member/ada@x.org: the newest entry, of dan@x.org, says something else: a later change has none",
    );
}

#[test]
fn fields_of_one_object_may_have_different_actors() {
    check(
        "workspace lab color=#111111 tags=a:b default=us allowed=us,global",
        "workspace lab color=#222222 tags=a:c default=global allowed=us,global",
        "32 dan platform_workspace_updated workspace_id=ws_lab update=default_inference_geo:global
         31 eve platform_workspace_updated workspace_id=ws_lab update=display_color:#222222 update=default_inference_geo:us",
        "workspace/lab default_inference_geo: dan@x.org at 10:32
         workspace/lab display_color: eve@x.org at 10:31
         workspace/lab tags: the service does not record changes of tags",
    );
}

#[test]
fn a_run_of_bylaws_is_ours_only_with_our_credential() {
    for (who, expected) in [
        ("bylaws_own", "admin key bylaws_own at 10:31, this credential"),
        ("bylaws_ci", "admin key bylaws_ci at 10:31, a run of Bylaws"),
        ("key_own", "admin key key_own at 10:31"),
    ] {
        let activities = format!("31 {who} platform_workspace_created workspace_id=ws_lab");
        check("workspaces", "workspace lab", &activities, &format!("workspace/lab: {expected}"));
    }
}

#[test]
fn without_an_entry_the_reason_is_given() {
    let switch = "20 eve org_compliance_api_settings_updated compliance_api_enabled=true";
    let (files, live) = ("workspaces", "workspace lab");
    let begun = "no entry since the recording began on 2026-11-20T10:20:00Z";
    let role = ("member ada user", "user ada developer");
    for (files, live, activities, reached, expected) in [
        (files, live, "", Reached::Beginning, "no entry; changes of the last minute may still be missing"),
        (files, live, switch, Reached::Beginning, begun),
        (
            files,
            live,
            switch,
            Reached::Middle,
            "no entry since 2026-11-20T10:20:00Z; older ones were not read",
        ),
        (
            files,
            live,
            "",
            Reached::Failed(Unexplained::Off),
            "the organization does not record its activities",
        ),
        (
            role.0,
            role.1,
            switch,
            Reached::Beginning,
            "no entry; a role that is set with an admin key leaves none",
        ),
        (
            role.0,
            role.1,
            switch,
            Reached::Failed(Unexplained::Forbidden),
            "the credential may not read the Activity Feed",
        ),
    ] {
        let got = found(files, live, activities, &reached);
        assert!(got.trim_end().ends_with(expected), "{got}");
    }
}

#[test]
fn a_search_is_done_once_everything_is_decided() {
    let world = World::new("workspaces", "workspace lab\nworkspace ops");
    let differences = differences(&world.plan(), &world.live);
    assert!(differences.iter().all(|difference| difference.what == What::Added));
    let mut search = Search::new(&differences, own());
    assert_eq!(
        search.types(),
        [
            "org_compliance_api_settings_updated",
            "platform_workspace_archived",
            "platform_workspace_created",
            "platform_workspace_updated"
        ]
    );
    for (activity, done) in [("ws_lab", false), ("ws_ops", true)] {
        search.add(&self::activity(&format!("31 eve platform_workspace_created workspace_id={activity}")));
        assert_eq!(search.is_done(), done);
    }
    assert!(Search::new(&[], own()).is_done());
}

#[test]
fn an_address_is_compared_as_the_person_behind_it() {
    assert_eq!(called("Ada+x@Acme.com"), Email::live("ada@acme.com").person().as_str());
    assert_eq!(called("user_01Ab"), "user_01Ab");
    assert_eq!(Value::from(called("wrkspc_1")), "wrkspc_1");
}
