//! `onboard` and `offboard`: the output, the edited files, and that the next plan and apply do exactly what was shown.

use serde_json::json;

use crate::ran::shown;
use crate::world::{FILES, World, acme};

/// Files in sync, with a team, guards and comments.
fn acme_with_teams() -> World {
    let files = FILES
        .replace("  eve@acme.com: developer\n", "  eve@acme.com: developer # joined in May\n")
        .replace(
            "workspaces:\n",
            "teams:\n  # who keeps the lab running\n  night: [dev@acme.com, eve@acme.com]\nworkspaces:\n",
        )
        .replace("    api_keys:\n", "    teams: {night: workspace_user}\n    api_keys:\n")
        + "guards:\n  protect: [workspace/lab, workspace/lab/member/eve@acme.com]\n";
    World::live(acme()).file("bylaws.yaml", &files)
}

#[test]
fn a_leaver_is_removed_by_the_next_apply_only() {
    let world = acme_with_teams();
    let before = world.run("plan --detailed-exitcode").ended(0);
    let said = world.run("offboard eve@acme.com").ended(0);
    assert_eq!(world.run("plan").out, before.out, "nothing is written without --write");
    let json = world.run("offboard Eve+home@ACME.com --format json").ended(0).json();
    let written = world.run("offboard eve@acme.com --write").ended(0);
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!(json["plan"]["changes"].as_array().unwrap().len(), 1);
    // The position refers to the current files.
    assert_eq!(plan["changes"], json["plan"]["changes"], "the plan holds exactly what was said");
    assert_eq!(plan["changes"][0]["id"], "remove member/eve@acme.com");
    assert_eq!(json["edits"][0]["after"].as_str().unwrap(), world.read("bylaws.yaml"));
    world.untouched();
    world.run("apply --auto-approve").ended(0);
    assert_eq!(world.writes(), "DELETE /v1/organizations/users/user_eve\n");
    world.run("plan --detailed-exitcode --strict").ended(0);
    let again = world.run("offboard eve@acme.com").ended(1);
    shown("offboard", format!("{said}{written}{}{again}", world.read("bylaws.yaml")));
}

#[test]
fn a_new_person_is_invited_and_joins_every_workspace_after_accepting() {
    let world = acme_with_teams();
    let said = world.run("onboard kim@acme.com --like dev@acme.com --until 2027-06-30 --write").ended(0);
    world.run("validate --strict").ended(0);
    world.run("apply --auto-approve").ended(0);
    let waiting = world.run("plan --format json").ended(0).json();
    assert_eq!(waiting["changes"], json!([]));
    assert_eq!(waiting["waiting"].as_array().unwrap().len(), 2, "{waiting}");
    world.accept("kim@acme.com");
    world.emulator.clear_ledger();
    world.run("apply --auto-approve").ended(0);
    assert_eq!(world.writes().lines().count(), 1);
    assert!(world.writes().contains("\"workspace_role\":\"workspace_developer\""), "{}", world.writes());
    world.run("plan --detailed-exitcode").ended(0);
    shown("onboard", format!("{said}{}", world.read("bylaws.yaml")));
}

#[test]
fn several_people_join_the_teams_and_workspaces_that_are_named() {
    let world = acme_with_teams();
    let line = "onboard kim@acme.com lee@acme.com --role developer --team night \
                --workspace lab=workspace_developer --until 2027-06-30 --path bylaws.yaml --write";
    let said = world.run(line).ended(0);
    world.run("validate --strict").ended(0);
    world.run("apply --auto-approve").ended(0);
    for who in ["kim@acme.com", "lee@acme.com"] {
        world.accept(who);
    }
    world.emulator.clear_ledger();
    world.run("apply --auto-approve").ended(0);
    assert_eq!(world.writes().matches("\"workspace_role\":\"workspace_developer\"").count(), 2);
    world.run("plan --detailed-exitcode").ended(0);
    shown("onboard-several", format!("{said}{}", world.read("bylaws.yaml")));
}

#[test]
fn onboard_and_offboard_restore_the_original_files() {
    let world = acme_with_teams();
    let before = world.read("bylaws.yaml");
    world.run("onboard kim@acme.com --like uma@acme.com --write").ended(0);
    assert_ne!(world.read("bylaws.yaml"), before);
    world.run("offboard kim@acme.com --write").ended(0);
    assert_eq!(world.read("bylaws.yaml"), before);
}

/// Keys of every kind that Eve created.
fn with_keys() -> World {
    let mut seed = acme();
    let by = json!({"id": "user_eve", "type": "user"});
    let mut add = |key| seed["api_keys"].as_array_mut().unwrap().push(key);
    add(json!({"id": "apikey_01build", "name": "build", "workspace_id": "wrkspc_lab", "created_by": by}));
    add(
        json!({"id": "apikey_01off", "name": "off", "workspace_id": "wrkspc_lab", "created_by": by, "status": "inactive"}),
    );
    add(
        json!({"id": "apikey_01old", "name": "old", "workspace_id": "wrkspc_lab", "created_by": by, "status": "archived"}),
    );
    add(json!({"id": "apikey_01else", "name": "no: where", "workspace_id": "wrkspc_else", "created_by": by}));
    add(json!({"id": "apikey_01cc", "name": "laptop", "workspace_id": "wrkspc_cc", "created_by": by}));
    let mine = json!({"type": "user_actor", "user_id": "user_eve"});
    add(
        json!({"id": "apikey_01own", "name": "own", "scope": {"type": "organization"}, "principal": mine, "created_by": by}),
    );
    let robot = json!({"type": "service_account_actor", "service_account_id": "svac_1"});
    add(
        json!({"id": "apikey_01bot", "name": "bot", "scope": {"type": "organization"}, "principal": robot, "created_by": by}),
    );
    seed["api_keys"][0]["created_by"] = by;
    let workspaces = seed["workspaces"].as_array_mut().unwrap();
    workspaces.push(json!({"id": "wrkspc_else", "name": "elsewhere"}));
    workspaces.push(json!({"id": "wrkspc_cc", "name": "Claude Code"}));
    World::live(seed).file("bylaws.yaml", FILES)
}

#[test]
fn keys_that_outlive_their_creator_are_listed_with_lines_to_deactivate_them() {
    let world = with_keys();
    let said = world.run("offboard eve@acme.com").ended(0);
    let json = world.run("offboard eve@acme.com --format json").ended(0).json();
    let items = json["by_hand"].as_array().unwrap();
    let named: Vec<&str> = items.iter().map(|item| item["api_key"]["id"].as_str().unwrap()).collect();
    assert_eq!(named, ["apikey_01bot", "apikey_01else", "apikey_01build", "apikey_ci", "apikey_01off"]);
    // The printed lines have the described effect.
    let build = items.iter().find(|item| item["api_key"]["id"] == "apikey_01build").unwrap();
    assert_eq!(build["yaml"][3], "      build: {status: inactive, id: apikey_01build}");
    world.edit("      ci: active\n", &format!("      ci: active\n{}\n", build["yaml"][3].as_str().unwrap()));
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!(plan["changes"][0]["address"], "workspace/lab/api_key/build");
    shown("offboard-keys", said);
    // A position refers to the file as the user finds it.
    world.write("bylaws.yaml", FILES);
    let written = world.run("offboard eve@acme.com --write").ended(0);
    let line = world.read("bylaws.yaml").lines().position(|line| line == "      ci: active").unwrap() + 1;
    assert!(written.out.contains(&format!("`inactive` at bylaws.yaml:{line}")), "{written}");
}

#[test]
fn a_console_only_role_must_be_lowered_in_the_console_first() {
    let world = World::live(acme()).file(
        "bylaws.yaml",
        &format!(
            "{FILES}guards:\n  # two of three\n  required_admins: [ada@acme.com]\n  invites: {{max: 3}}\n"
        ),
    );
    let said = world.run("offboard ada@acme.com --write").ended(0);
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!(plan["changes"], json!([]));
    assert_eq!(plan["blocked"][0]["address"], "member/ada@acme.com");
    world.drift(|live| live.users.iter_mut().for_each(|user| "user".clone_into(&mut user.role)));
    let plan = world.run("plan --format json").json();
    assert!(
        plan["changes"].as_array().unwrap().iter().any(|change| change["id"] == "remove member/ada@acme.com")
    );
    shown("offboard-admin", format!("{said}{}", world.read("bylaws.yaml")));
}

#[test]
fn a_refusal_is_shown_with_the_lines_to_approve_it() {
    let guards = "bylaws: 1\nguards:\n  access_loss: {max: 0}\n  protect: [member/uma@acme.com]\n";
    let world = World::acme().file("guards.yaml", guards);
    let said = world.run("offboard uma@acme.com --guards guards.yaml").ended(0);
    let json = world.run("offboard uma@acme.com --guards guards.yaml --format json").ended(0).json();
    assert_eq!(json["plan"]["refused"], true);
    shown("offboard-refused", said);
}

#[test]
fn without_a_credential_only_the_files_are_read() {
    let world = World::acme();
    let offline = world.run("offboard eve@acme.com --offline").ended(0);
    assert!(world.ledger().is_empty());
    let world = World::acme().without("ANTHROPIC_ADMIN_KEY");
    let without = world.run("offboard eve@acme.com").ended(0);
    assert!(world.ledger().is_empty());
    world.write("live.json", &acme().to_string());
    let snapshot = world.run("offboard eve@acme.com --live live.json").ended(0);
    assert!(
        snapshot.out.contains("against live.json") && snapshot.out.contains("remove (developer)"),
        "{snapshot}"
    );
    assert!(world.ledger().is_empty());
    shown("offboard-offline", format!("{offline}{without}"));
}

#[test]
fn an_unlisted_member_gets_a_line_that_removes_them() {
    let world = World::but("  eve@acme.com: developer\n", "");
    world.edit("      eve@acme.com: workspace_user\n", "");
    world.edit("  members: remove\n  workspace_members: remove\n", "  members: report\n");
    let said = world.run("offboard eve+1@acme.com --write").ended(0);
    world.run("apply --auto-approve").ended(0);
    assert!(world.writes().contains("DELETE /v1/organizations/users/user_eve\n"));
    shown("offboard-live", format!("{said}{}", world.read("bylaws.yaml")));
    let near = world.run("offboard evve@acme.com").ended(1);
    assert!(near.err.contains("did you mean `eve@acme.com`"), "{near}");
}

#[test]
fn offboarding_a_person_who_is_not_live_is_reported() {
    // Listed, but the person is live under an address that is not listed.
    let world = World::but("  uma@acme.com: user\n", "  uma@acme.com: user\n  kim@acme.com: user\n");
    let said = world.run("offboard kim@acme.com");
    assert!(said.all().contains("this address is not live, so nobody loses access"), "{said}");
    let said = world.run("offboard kim@acme.com --write").ended(0);
    assert_eq!(world.read("bylaws.yaml"), FILES, "{said}");
    world.run("plan --detailed-exitcode").ended(0);
    world.untouched();
}

#[test]
fn a_pending_invite_is_withdrawn() {
    let world = World::but("members:\n", "members:\n  kim@acme.com: developer\n");
    world.run("apply --auto-approve").ended(0);
    let said = world.run("offboard kim@acme.com --write").ended(0);
    assert!(said.out.contains("- invite/kim@acme.com  withdraw the invite (developer)"), "{said}");
    assert_eq!(world.read("bylaws.yaml"), FILES);
}

#[test]
fn unsafe_edits_are_listed_as_manual_steps() {
    let world = World::acme();
    world.edit("dev@acme.com: developer", "dev@acme.com: &role developer");
    world.edit("eve@acme.com: developer", "eve@acme.com: *role");
    let before = world.read("bylaws.yaml");
    let ran = world.run("offboard dev@acme.com --write --offline").ended(1);
    assert_eq!(world.read("bylaws.yaml"), before);
    shown("offboard-by-hand", ran);
}

#[test]
fn refusals_name_the_next_step() {
    let world = World::acme();
    world.edit("unlisted:\n", "guards: {allowed_domains: [acme.com]}\nunlisted:\n");
    let mut all = String::new();
    for line in [
        "offboard nobody",
        "offboard uwa@acme.com --offline",
        "offboard x\u{1b}[31m@acme.com --offline",
        "onboard kim@acme.com",
        "onboard Uma+2@acme.com --role user",
        "onboard kim@other.com --role user",
        "onboard kim@acme.com --like ada@acme.com",
        "onboard kim@acme.com --like dave@acme.com",
        "onboard kim@acme.com --like dvev@acme.com",
        "onboard kim@acme.com --like uma",
        "onboard kim@acme.com bylaws.yaml --role user",
        "onboard kim@acme.com Kim+1@acme.com --role user",
        "onboard kim@acme.com uma@acme.com --role user",
        "onboard kim@acme.com lee@other.com --role user",
        "onboard kim@acme.com --role user --team nigth",
        "onboard kim@acme.com --role user --team ops",
        "onboard kim@acme.com --role user --workspace lab",
        "onboard kim@acme.com --role user --workspace lab=developer",
        "onboard kim@acme.com --role user --workspace lab=boss",
        "onboard kim@acme.com --role user --workspace lba=workspace_user",
        "onboard kim@acme.com --role user --workspace lab=workspace_user --workspace lab=workspace_admin",
        "onboard kim@acme.com --role admin",
        "onboard kim@acme.com --role managed",
        "onboard kim@acme.com --role usr",
        "onboard kim@acme.com --role user --until 2020-01-01",
        "onboard kim@acme.com --role user --note her-key-is-sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789",
    ] {
        let ran = world.run(line).ended(1);
        assert!(!ran.all().contains('\u{1b}') && !ran.err.contains("abcdefghij"), "{ran}");
        all += &ran.to_string().replace('\u{1b}', "ESC").replace("abcdefghijklmnopqrstuvwxyz0123456789", "…");
    }
    world.edit("bylaws: 1\n", "bylaws: 2\n");
    world.run("offboard uma@acme.com").ended(4);
    world.run("onboard kim@acme.com --role user").ended(4);
    world.untouched();
    shown("people-refused", all);
}

#[test]
fn an_explicit_role_replaces_the_copied_one() {
    let world = World::acme();
    let ran = world.run("onboard kim@acme.com --like ada@acme.com --role developer --write").ended(0);
    shown("onboard-like-admin", format!("{ran}{}", world.read("bylaws.yaml")));
}

#[test]
fn live_names_are_shown_and_not_interpreted() {
    let mut seed = acme();
    let name = "\u{1b}[2J\nlines: remove\u{202e} ##[error]";
    seed["workspaces"].as_array_mut().unwrap().push(json!({"id": "wrkspc_odd", "name": name}));
    let by = json!({"id": "user_eve", "type": "user"});
    for (n, workspace) in ["wrkspc_odd", "wrkspc_lab"].into_iter().enumerate() {
        let key =
            json!({"id": format!("apikey_{n}"), "name": name, "workspace_id": workspace, "created_by": by});
        seed["api_keys"].as_array_mut().unwrap().push(key);
    }
    let world = World::live(seed).file("bylaws.yaml", FILES);
    let ran = world.run("offboard eve@acme.com").ended(0);
    for c in ran.all().chars() {
        assert!(!(c.is_control() && c != '\n') && c != '\u{202e}', "{c:?} in {ran}");
    }
    assert!(
        !ran.out.contains("##[") && !ran.out.lines().any(|line| line.starts_with("lines: remove")),
        "{ran}"
    );
    shown("offboard-hostile", ran);
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_permissions_byte_order_mark_and_line_endings() {
    use std::os::unix::fs::PermissionsExt;
    let files = format!("\u{feff}{}", FILES.replace('\n', "\r\n"));
    let world = World::live(acme()).file("bylaws.yaml", &files);
    std::fs::set_permissions(world.path("bylaws.yaml"), std::fs::Permissions::from_mode(0o600)).unwrap();
    world.run("offboard uma@acme.com --write").ended(0);
    assert_eq!(world.read("bylaws.yaml"), files.replace("  uma@acme.com: user\r\n", ""));
    let mode = std::fs::metadata(world.path("bylaws.yaml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(world.path(".")).unwrap().count(), 1, "nothing is left behind");
}

#[test]
fn a_folder_is_edited_file_by_file() {
    let world = World::example("acme");
    let files = || {
        let mut all = std::collections::BTreeMap::new();
        for entry in std::fs::read_dir(world.path("bylaws")).unwrap() {
            let path = entry.unwrap().path();
            all.insert(path.file_name().unwrap().to_owned(), std::fs::read_to_string(path).unwrap());
        }
        all
    };
    let before = files();
    let json = world.run("offboard ada@acme.com --format json --write").ended(0).json();
    let edited: Vec<&str> =
        json["edits"].as_array().unwrap().iter().map(|edit| edit["file"].as_str().unwrap()).collect();
    assert_eq!(edited, ["bylaws/bylaws.yaml", "bylaws/platform.yaml", "bylaws/research.yaml"]);
    for (name, after) in files() {
        let name = name.to_str().unwrap();
        let is_edited = edited.contains(&format!("bylaws/{name}").as_str());
        assert_eq!(before[std::ffi::OsStr::new(name)] != after, is_edited, "{name}");
    }
    world.run("validate --strict").ended(0);
    let plan = world.run("plan --format json").json();
    let (all, said) = (plan["changes"].as_array().unwrap(), json["plan"]["changes"].as_array().unwrap());
    assert!(said.len() == 1 && said.iter().all(|change| all.contains(change)), "{said:?}");
    assert_eq!(
        all.len(),
        said.len() + usize::try_from(json["plan"]["other_changes"].as_u64().unwrap()).unwrap()
    );
}
