//! Valid files, and the desired state they give.

use std::path::Path;

use bylaws_config::SourceFile;
use bylaws_engine::{
    ApiKeyId, Email, GuardKind, Line, ObjectName, SettableRole, TeamName, WorkspaceLabel, WorkspaceRole,
};
use bylaws_kinds::desired::{Policy, WantedRole, WantedStatus, WorkspaceState};
use bylaws_kinds::{API_KEY, config_schema, load, parse};

use crate::world::{HEAD, files, lines, read, read_alone};

/// A file with every key of the format.
pub(crate) const FULL: &str = include_str!("full.yaml");

fn mail(text: &str) -> Email {
    Email::parse(text).unwrap()
}

#[test]
fn every_value_of_the_full_example_is_read() {
    let loaded = read_alone(FULL);
    assert_eq!(lines(&loaded.problems), "fine\n");
    let desired = loaded.desired.unwrap();
    assert_eq!(desired.organization.name.as_deref(), Some("Acme Robotics"));
    let members = desired.members.unwrap();
    assert_eq!(members.len(), 5);
    let sam = &members[&mail("sam@contractor.example")];
    assert_eq!(sam.role, WantedRole::Settable(SettableRole::User));
    assert_eq!(sam.until.unwrap().to_string(), "2027-01-31");
    assert_eq!(desired.teams[&TeamName::new("platform")].len(), 2);
    let workspaces = desired.workspaces.unwrap();
    assert_eq!(workspaces[&WorkspaceLabel::new("research-2024")].state, WorkspaceState::Archived);
    let WorkspaceState::Open(production) = &workspaces[&WorkspaceLabel::new("production")].state else {
        panic!("production is archived");
    };
    assert_eq!(production.members.as_ref().unwrap()[&mail("lin@acme.com")].role, None);
    assert_eq!(production.teams.as_ref().unwrap()[&TeamName::new("platform")], WorkspaceRole::Developer);
    let laptop = &production.api_keys.as_ref().unwrap()[&ObjectName::new("old-laptop")];
    assert_eq!(laptop.status, WantedStatus::Inactive);
    assert_eq!(laptop.id, Some(ApiKeyId::new("apikey_01Rj2N8SVvo6BePZj99NhmiT")));
    assert_eq!(desired.unlisted.of("members"), Policy::Remove);
    assert_eq!(desired.guards.access_loss.share.to_string(), "10%");
    assert_eq!(
        desired.guards.approvals[0].changes.first().unwrap().to_string(),
        "archive workspace/research-2024"
    );
}

#[test]
fn every_entry_has_its_location() {
    let origins = read_alone(FULL).origins;
    let production = || WorkspaceLabel::new("production");
    for (line, text) in [
        (Line::Organization, "organization"),
        (Line::Member(mail("sam@contractor.example")), "sam@contractor.example"),
        (Line::Team(TeamName::new("platform")), "platform"),
        (Line::Workspace(production()), "production"),
        (Line::WorkspaceMember(production(), mail("lin@acme.com")), "lin@acme.com"),
        (Line::WorkspaceTeam(production(), TeamName::new("platform")), "platform"),
        (Line::WorkspaceObject(production(), API_KEY.object(), ObjectName::new("old-laptop")), "old-laptop"),
        (Line::OrganizationObject(API_KEY.object(), ObjectName::new("ops-personal")), "ops-personal"),
        (Line::Unlisted("workspace_members"), "workspace_members"),
        (Line::Guard(GuardKind::KeysOff), "keys_off"),
        (Line::Guard(GuardKind::Members), "members"),
        (Line::Approval(0), "changes"),
    ] {
        let position = origins.get(&line).unwrap_or_else(|| panic!("{line:?} has no location"));
        assert_eq!(&FULL[position.start..position.end], text, "{line:?}");
    }
    assert_eq!(origins.get(&Line::Unlisted("workspaces")).unwrap().line, 48);
    assert_eq!(origins.get(&Line::Team(TeamName::new("nobody"))), None);
}

#[test]
fn an_absent_section_is_unmanaged_and_an_empty_one_is_managed() {
    let nothing = read_alone(HEAD).desired.unwrap();
    assert_eq!((nothing.members, nothing.workspaces, nothing.api_keys), (None, None, None));
    let empty = read("workspaces: {}\napi_keys: {}\n").desired.unwrap();
    assert!(empty.workspaces.unwrap().is_empty());
    assert!(empty.api_keys.unwrap().is_empty());
}

#[test]
fn only_the_keys_of_a_workspace_are_managed() {
    let desired = read("workspaces:\n  research:\n  ops: {members: {}, tags: {}}\n").desired.unwrap();
    let open = |label: &str| match &desired.workspaces.as_ref().unwrap()[&WorkspaceLabel::new(label)].state {
        WorkspaceState::Open(open) => (**open).clone(),
        WorkspaceState::Archived => panic!("{label} is archived"),
    };
    assert!(!open("research").manages_members());
    assert!(open("ops").manages_members());
    assert_eq!(open("ops").settings.tags.map(|tags| tags.len()), Some(0));
    assert_eq!(open("ops").api_keys, None);
}

#[test]
fn other_yaml_styles_give_the_same_desired_state() {
    let plain = read("members: {ada@acme.com: user, bob@acme.com: {role: user, until: 2027-01-31}}\n");
    for text in [
        "\u{FEFF}members:\r\n  ada@acme.com: user\r\n  bob@acme.com:\r\n    until: '2027-01-31'\r\n    role: user\r\n",
        "---\nmembers:\n  \"Ada@ACME.com\": &role user\n  bob@acme.com:\n    role: *role\n    until: \"2027-01-31\"\n",
        "%YAML 1.2\n---\nmembers:\n  ? ada@acme.com\n  : !!str user\n  bob@acme.com:\n    role: >-\n      user\n    until: 2027-01-31\n...\n",
    ] {
        let other = read(text);
        assert_eq!(lines(&other.problems), "fine\n", "{text}");
        assert_eq!((&other.desired, &other.digest), (&plain.desired, &plain.digest), "{text}");
    }
}

#[test]
fn order_files_and_comments_do_not_change_the_desired_state_or_its_digest() {
    let whole = read_alone(FULL);
    let mut sections: Vec<String> = Vec::new();
    for line in FULL.lines().filter(|line| !line.trim_start().starts_with('#')) {
        if !line.starts_with(' ') && !line.is_empty() {
            sections.push(String::new());
        }
        sections.last_mut().unwrap().push_str(&format!("{line}  # a comment\n"));
    }
    assert_eq!(sections.len(), 9);
    for turn in 0..sections.len() {
        sections.rotate_left(1);
        let one_file = read_alone(&sections.concat());
        assert_eq!((&one_file.desired, &one_file.digest), (&whole.desired, &whole.digest), "turned {turn}");
        let numbered = sections.iter().enumerate().map(|(n, text)| format!("== {n}.yaml\n{text}"));
        let many_files = read_alone(&numbered.collect::<String>());
        assert_eq!(
            (&many_files.desired, &many_files.digest),
            (&whole.desired, &whole.digest),
            "turned {turn}"
        );
    }
    let lists = [
        "members:\n  ada@acme.com: user\n  bob@acme.com: {until: 2027-01-01, role: user}\nteams: {a: [ada@acme.com, bob@acme.com]}\n",
        "teams: {a: [bob@acme.com, ada@acme.com]}\nmembers:\n  bob@acme.com: {role: user, until: 2027-01-01}\n  ada@acme.com: user\n",
    ];
    assert_eq!(read(lists[0]).digest, read(lists[1]).digest);
}

#[test]
fn every_change_of_the_desired_state_changes_the_digest() {
    let mut digests = std::collections::BTreeSet::new();
    let changes = [
        ("", ""),
        ("ada@acme.com: developer", "ada@acme.com: user"),
        ("until: 2027-01-31", "until: 2027-02-01"),
        ("name: Acme Robotics", "name: Acme"),
        ("[ada@acme.com, lin@acme.com]", "[ada@acme.com]"),
        ("display_color: \"#6C5BB9\"", "display_color: \"#6C5BB8\""),
        ("env: prod", "env: test"),
        ("default_inference_geo: global", "default_inference_geo: us"),
        ("lin@acme.com: none", "lin@acme.com: workspace_user"),
        ("ci-deploy: active", "ci-deploy: inactive"),
        ("apikey_01Rj2N8SVvo6BePZj99NhmiT}", "apikey_01Rj2N8SVvo6BePZj99NhmiT, name: a}"),
        ("apikey_01Rj2N8SVvo6BePZj99NhmiT}", "apikey_01Rj2N8SVvo6BePZj99NhmiT, name: b}"),
        ("workspace_members: remove", "workspace_members: ignore"),
        ("max: 5", "max: 6"),
        ("share: 10%", "share: 9.5%"),
        ("reason: retire", "reason: drop"),
        ("    state: archived", "    {}"),
    ];
    for (from, to) in changes {
        let loaded = read_alone(&FULL.replace(from, to));
        assert!(loaded.desired.is_some(), "{from} → {to}: {}", lines(&loaded.problems));
        assert!(digests.insert(loaded.digest), "{from} → {to} changes nothing");
    }
    assert_eq!(digests.len(), changes.len());
}

/// Saved plans and snapshots of older versions have the digests of their files.
#[test]
fn keys_without_a_name_keep_their_digest() {
    let keys = "api_keys: {ci: active, old: {status: inactive, id: apikey_01}}\nworkspaces: {lab: {api_keys: {ci: active}}}\n";
    let of = |keys: &str| read(keys).digest;
    assert_eq!(of(keys), "31a4b52525dbbf3dde7dd911e51773a4982a38973d9831576bc417bcd04d7206");
    assert_ne!(of(keys), of(&keys.replace("01}", "01, name: old}")));
}

#[test]
fn a_hundred_thousand_lines_load_in_linear_time() {
    let mut text = String::from("members:\n");
    for n in 0..10_000 {
        text.push_str(&format!("  person{n}@acme.com: developer\n"));
    }
    text.push_str("workspaces:\n");
    for w in 0..45 {
        text.push_str(&format!("  workspace-{w}:\n    members:\n"));
        for n in 0..2_000 {
            text.push_str(&format!("      person{}@acme.com: workspace_developer\n", (w * 97 + n) % 10_000));
        }
    }
    let started = std::time::Instant::now();
    let name = "bylaws.yaml".to_owned();
    let loaded = parse(vec![SourceFile { name, text: format!("{HEAD}{text}") }]);
    assert_eq!(lines(&loaded.problems), "fine\n");
    assert_eq!(loaded.origins.iter().count(), 10_000 + 45 * 2_001 + 2);
    // Generous even without optimization: only quadratic time would need more.
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[test]
fn the_schema_accepts_valid_files_and_rejects_invalid_ones() {
    let schema = config_schema();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let takes = |text: &str| {
        let value: serde_json::Value = serde_saphyr::from_str(text).unwrap();
        validator
            .iter_errors(&value)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect::<Vec<_>>()
    };
    assert_eq!(takes(FULL), Vec::<String>::new());
    assert_eq!(takes("workspaces: {research: }"), Vec::<String>::new());
    for text in [
        "bylaws: 2",
        "member: {}",
        "members: {}",
        "members: {ada: user}",
        "members: {ada@acme.com: admim}",
        "members: {ada@acme.com: {role: user, id: wrkspc_1}}",
        "members: ",
        "workspaces: {a: {state: gone}}",
        "workspaces: {a: {display_color: red}}",
        "workspaces: {a: {data_residency: {allowed_inference_geos: []}}}",
        "unlisted: {workspaces: remove}",
        "guards: {access_loss: 3}",
        "guards: {approve: [{changes: [archive workspace/a], until: 2027-01-01}]}",
    ] {
        assert_ne!(takes(text), Vec::<String>::new(), "{text}");
        assert!(read(text).desired.is_none(), "{text}");
    }
    assert_eq!(schema, config_schema());
    assert_eq!(files("== a\nx\n").len(), 1);
}

#[test]
fn the_examples_have_no_problems() {
    for (example, silenced) in [("acme", 2), ("enterprise", 0), ("minimal", 0)] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(example);
        let loaded = load(&folder).unwrap();
        assert_eq!(lines(&loaded.problems), "fine\n", "{example}");
        assert_eq!(loaded.silenced, silenced, "{example}");
    }
}

#[test]
fn warnings_beyond_the_limit_are_counted_and_stop_nothing() {
    let mut text = String::from("members: {a@acme.com: admin}\nworkspaces:\n");
    for n in 0..1_500 {
        text.push_str(&format!("  w{n}x: {{members: {{a@acme.com: workspace_user}}}}\n"));
    }
    let loaded = read(&text);
    assert!(loaded.desired.is_some());
    assert_eq!(loaded.problems.len(), 1_001);
    let silenced = read(&text.replace("}}\n", "}} # bylaws: allow BL0514 for later\n"));
    assert_eq!((lines(&silenced.problems).as_str(), silenced.silenced), ("fine\n", 1_500));
}

#[test]
fn errors_are_listed_with_any_number_of_warnings() {
    let mut text = String::from("members: {a@acme.com: admin}\nworkspaces:\n");
    for n in 0..1_500 {
        text.push_str(&format!("  w{n}x: {{members: {{a@acme.com: workspace_user}}}}\n"));
    }
    let loaded = read(&format!("{text}  last: {{state: gone}}\n"));
    assert!(loaded.problems.iter().any(|problem| problem.rule.name == "unknown-state"));
}
