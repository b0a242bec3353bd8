//! Written files load to the same desired state, with any names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use bylaws_config::{Notes, SourceFile};
use bylaws_engine::audit::*;
use bylaws_engine::guards::*;
use bylaws_engine::*;
use bylaws_kinds::desired::*;
use bylaws_kinds::{API_KEY, config_schema, parse, unlisted_sections, write_files, write_single};
use jiff::civil::Date;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use crate::accepted::FULL;
use crate::world::{lines, read_alone};

static SCHEMA: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::draft202012::new(&config_schema()).unwrap());

/// Generates words that YAML could read as other values, and characters with a meaning in YAML.
fn name() -> impl Strategy<Value = String> {
    let nasty = select(vec![
        "no",
        "on",
        "null",
        "~",
        "true",
        "1",
        "1.10",
        "0x1F",
        "2027-01-31",
        "12:30",
        "1e5",
        "<<",
        "=",
        "- a",
        "a: b",
        "a #b",
        "#a",
        "*a",
        "&a",
        "!a",
        "@a",
        "%a",
        "a,b",
        "[a]",
        "{a}",
        "? a",
        "|",
        ">",
        "'",
        "\"",
        "\\",
        "é",
        "日本",
        " a ",
        "a  b",
        "null ",
        ".inf",
        "y",
        "N",
        "---",
        "...",
        "a/b",
        "😀",
    ]);
    prop_oneof![nasty.prop_map(str::to_owned), "[ -~éß日]{1,12}"]
        .prop_filter("not blank", |name| !name.trim().is_empty())
}

/// Generates names of API keys, which may contain any character.
fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![name(), any::<String>()].prop_filter("not empty", |name| !name.is_empty())
}

fn day() -> impl Strategy<Value = Date> {
    (1_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
}

fn id(prefix: &'static str) -> impl Strategy<Value = String> {
    "[A-Za-z0-9]{12,20}".prop_map(move |rest| format!("{prefix}{rest}"))
}

fn email() -> impl Strategy<Value = Email> {
    let local = prop_oneof![
        "[a-z0-9!#$%&'*/=?^_`{|}~-]{1,4}(\\.[a-z0-9!#{}]{1,3})?",
        "(no|on|null|1)",
        "[a-zé田ж\u{301}]{1,3}"
    ];
    (local, select(vec!["acme.com", "b.example", "1.2", "xn--e-1fa.com", "bücher.example", "例え.jp"]))
        .prop_map(|(local, domain)| Email::parse(&format!("{local}@{domain}")).unwrap())
}

fn wanted() -> impl Strategy<Value = WantedRole> {
    let settable: Vec<_> =
        SettableRole::ALL.into_iter().filter(|role| role.is_of(OrganizationKind::Console)).collect();
    prop_oneof![
        4 => select(settable).prop_map(WantedRole::Settable),
        1 => select(HeldRole::ALL.to_vec()).prop_map(WantedRole::Held),
        1 => Just(WantedRole::None),
    ]
}

fn member() -> impl Strategy<Value = Member> {
    (wanted(), of(day()), of(id("user_"))).prop_map(|(role, until, id)| Member {
        role,
        until: until.filter(|_| matches!(role, WantedRole::Settable(_))),
        id: id.map(UserId::new),
    })
}

fn keys() -> impl Strategy<Value = BTreeMap<ObjectName, ApiKey>> {
    let key =
        (select(WantedStatus::ALL.to_vec()), of(id("apikey_")), of(name())).prop_map(|(status, id, name)| {
            ApiKey {
                status,
                name: name.filter(|_| id.is_some()).map(ObjectName::new),
                id: id.map(ApiKeyId::new),
            }
        });
    btree_map(any_name().prop_map(ObjectName::new), key, 0..4)
}

fn residency() -> impl Strategy<Value = DataResidency> {
    let geo = || of(select(vec!["us", "global"]));
    let allowed = prop_oneof![
        Just(AllowedGeos::Unrestricted),
        btree_set(select(vec!["us", "global"]).prop_map(str::to_owned), 1..3).prop_map(AllowedGeos::Only),
    ];
    (of(Just("us")), of(allowed), geo()).prop_map(|(workspace, allowed, default)| DataResidency {
        workspace_geo: workspace.map(str::to_owned),
        default_inference_geo: default
            .filter(|geo| allowed.as_ref().is_none_or(|allowed| allowed.allows(geo)))
            .map(str::to_owned),
        allowed_inference_geos: allowed,
    })
}

/// Generates settings without people, who come from the member list.
fn settings() -> impl Strategy<Value = OpenWorkspace> {
    let tags = btree_map(any_name(), any::<String>(), 0..3).prop_filter("not the service's", |tags| {
        tags.keys().all(|key| !key.to_lowercase().starts_with("anthropic"))
    });
    (of("#[0-9A-Fa-f]{6}"), of(tags), of(residency()), of(keys())).prop_map(
        |(display_color, tags, data_residency, api_keys)| OpenWorkspace {
            settings: WorkspaceSettings { display_color, tags, data_residency, external_key: None },
            api_keys,
            ..OpenWorkspace::default()
        },
    )
}

fn workspace() -> impl Strategy<Value = Workspace> {
    let state = prop_oneof![
        4 => settings().prop_map(|open| WorkspaceState::Open(Box::new(open))),
        1 => Just(WorkspaceState::Archived),
    ];
    (of(id("wrkspc_")), of(name()), state).prop_map(|(id, name, state)| Workspace {
        name: name.filter(|_| id.is_some()),
        id: id.map(WorkspaceId::new),
        state,
    })
}

fn guards() -> impl Strategy<Value = Guards> {
    let approval = (btree_set(name(), 1..3), day(), name()).prop_map(|(names, until, reason)| Approval {
        changes: names
            .into_iter()
            .map(|name| Pair {
                action: Action::Archive,
                address: Address::Workspace(WorkspaceLabel::new(name)),
            })
            .collect(),
        until,
        reason,
    });
    let protect =
        any_name().prop_map(|name| Address::OrganizationObject(API_KEY.object(), ObjectName::new(name)));
    let limits = (0..9_u32, 0..9_u32, 0..9_u32);
    (0..=1_000_000_u32, 0..=100_u32, limits, btree_set(protect, 0..3), vec(approval, 0..3)).prop_map(
        |(max, percent, (keys_off, invites, workspace_admins), protect, approvals)| Guards {
            access_loss: AccessLoss { max, share: Share::percent(percent) },
            keys_off,
            invites,
            workspace_admins,
            required_admins: BTreeSet::new(),
            allowed_domains: None,
            protect,
            approvals,
        },
    )
}

fn audit() -> impl Strategy<Value = AuditSettings> {
    let threshold = || of(0..=1_000_000_u32);
    let amount = || (0..1_000_000_u32).prop_map(|cents| Amount::from_cents(&cents.to_string()).unwrap());
    let rule = select(AUDIT_RULES.to_vec());
    let acceptance = (rule, name(), day(), name()).prop_map(|(rule, label, until, reason)| Acceptance {
        rule: rule.name,
        address: Address::Workspace(WorkspaceLabel::new(label)),
        until,
        reason,
    });
    let days = (threshold(), threshold(), threshold()).prop_map(|(people, workspaces, keys)| DormantDays {
        people,
        workspaces,
        keys,
    });
    let unusual = of((0..=9_u32, amount()).prop_map(|(times, least)| Unusual { times, least }));
    let monthly = btree_map(name().prop_map(WorkspaceLabel::new), amount(), 0..3);
    let spending = (monthly, unusual).prop_map(|(monthly, unusual)| Spending { monthly, unusual });
    let expiry = select(vec![KeyExpiry::Optional, KeyExpiry::Required]);
    let thresholds = (threshold(), threshold(), threshold(), threshold());
    (thresholds, days, expiry, spending, vec(acceptance, 0..3)).prop_map(
        |(
            (max_admins, key_max_age_days, pending_days, unlisted_days),
            dormant_days,
            key_expiry,
            spending,
            accept,
        )| {
            AuditSettings {
                max_admins,
                dormant_days,
                key_max_age_days,
                key_expiry,
                pending_days,
                unlisted_days,
                spending,
                accept,
            }
        },
    )
}

fn unlisted() -> impl Strategy<Value = Unlisted> {
    let policy = || select(vec![Policy::Ignore, Policy::Report, Policy::Remove]);
    vec(policy(), unlisted_sections().count()).prop_map(|policies| {
        let mut unlisted = Unlisted::default();
        for (section, policy) in unlisted_sections().zip(policies) {
            if section.policies.contains(&policy) {
                unlisted.set(section.key, policy);
            }
        }
        unlisted
    })
}

/// Generates desired states. Other random names rarely collide, but people must be unique.
fn desired() -> impl Strategy<Value = Desired> {
    let organization =
        (of(name()), "[0-9a-f]{8}-[0-9a-f]{4}-4000-8000-[0-9a-f]{12}").prop_map(|(name, id)| {
            OrganizationPin { id: OrganizationId::new(id), name, kind: OrganizationKind::Console }
        });
    let people = of(btree_map(email(), member(), 1..6));
    let workspaces = of(btree_map(name().prop_map(WorkspaceLabel::new), workspace(), 0..4));
    let teams = btree_map(name().prop_map(TeamName::new), any::<u8>(), 0..3);
    (organization, people, teams, workspaces, of(keys()), unlisted(), (guards(), audit()), any::<u64>())
        .prop_map(|(organization, members, teams, workspaces, api_keys, unlisted, (guards, audit), dice)| {
            let mut desired = Desired {
                members,
                workspaces,
                api_keys,
                unlisted,
                guards,
                audit,
                ..Desired::of(organization)
            };
            place_people(&mut desired, &teams, dice);
            desired
        })
}

/// Puts the listed people into teams and workspaces, and some of them under the guards.
fn place_people(desired: &mut Desired, teams: &BTreeMap<TeamName, u8>, mut dice: u64) {
    let mut roll = move |sides: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % sides
    };
    let people: Vec<Email> = desired.members.iter().flatten().map(|(email, _)| email.clone()).collect();
    for team in teams.keys() {
        let some = people.iter().filter(|_| roll(2) == 0).cloned().collect();
        desired.teams.insert(team.clone(), some);
    }
    let roles = [WorkspaceRole::User, WorkspaceRole::RestrictedDeveloper, WorkspaceRole::Admin];
    for workspace in desired.workspaces.iter_mut().flatten().map(|(_, workspace)| workspace) {
        let WorkspaceState::Open(open) = &mut workspace.state else { continue };
        if roll(2) == 0 {
            let mut memberships = BTreeMap::new();
            for email in &people {
                if roll(2) == 0 {
                    continue;
                }
                let role = roles.get(usize::try_from(roll(4)).unwrap()).copied();
                let until = (role.is_some() && roll(3) == 0).then(|| Date::new(2027, 1, 31).unwrap());
                memberships.insert(email.clone(), MembershipLine { role, until });
            }
            open.members = Some(memberships);
        }
        if roll(2) == 0 {
            let roles = teams.keys().filter(|_| roll(2) == 0).map(|team| (team.clone(), roles[0]));
            open.teams = Some(roles.collect());
        }
    }
    let held = |member: &Member| matches!(member.role, WantedRole::Held(_));
    desired.guards.required_admins = desired
        .members
        .iter()
        .flatten()
        .filter(|(_, member)| held(member))
        .map(|(email, _)| email.clone())
        .collect();
    if roll(2) == 0 && !people.is_empty() {
        desired.guards.allowed_domains = Some(people.iter().map(bylaws_engine::Email::domain).collect());
    }
}

/// Returns comments for several kinds of entries, including hostile ones.
fn notes(desired: &Desired) -> Notes {
    let mut notes = Notes::new();
    notes.add(Line::Organization, "as it was\nthat day\r\nmembers: {}\u{7}\u{202e}\u{2028}x: y");
    notes.add(Line::Approval(0), "sk-ant-admin01-AbCdEfGh");
    for email in desired.members.iter().flatten().map(|(email, _)| email) {
        notes.add(Line::Member(email.clone()), "joined recently");
        notes.add(Line::Member(email.clone()), "");
    }
    notes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn written_files_load_to_the_same_desired_state(desired in desired()) {
        let notes = notes(&desired);
        let files = write_files(&desired, &notes);
        let single = SourceFile { name: "one.yaml".to_owned(), text: write_single(&desired, &notes) };
        for files in [files, vec![single]] {
            for file in &files {
                let value: serde_json::Value = serde_saphyr::from_str(&file.text).unwrap();
                let error = SCHEMA.iter_errors(&value).next().map(|error| error.to_string());
                prop_assert_eq!(error, None, "{}", file.text);
            }
            let loaded = parse(files.clone());
            let errors: Vec<_> = loaded.problems.iter().filter(|problem| problem.rule.severity == bylaws_config::Severity::Error).collect();
            prop_assert!(errors.is_empty(), "{:?}\n{:?}", errors, files);
            prop_assert_eq!(loaded.desired.as_ref(), Some(&desired), "{:?}", files);
        }
    }

    #[test]
    fn reading_never_panics(text in "[ -~\n\té\u{0}\u{85}{}\\[\\]:&*#\"']{0,120}") {
        read_alone(&text);
    }

    #[test]
    fn reading_a_damaged_file_never_panics(
        at in 0..FULL.len(), length in 0..40_usize, with in "[ -~\n\t:{}\\[\\]&*#\"'é]{0,6}",
    ) {
        let end = (at + length).min(FULL.len());
        read_alone(&format!("{}{with}{}", &FULL[..at], &FULL[end..]));
    }
}

#[test]
fn the_full_example_is_written_as_people_write_it() {
    let desired = read_alone(FULL).desired.unwrap();
    let mut notes = Notes::new();
    notes.add(
        Line::Member(Email::parse("grace@acme.com").unwrap()),
        "console-only role: the API cannot assign it",
    );
    notes.add(
        Line::OrganizationObject(API_KEY.object(), ObjectName::new("ops-personal")),
        "created by ada@acme.com",
    );
    let single = write_single(&desired, &notes);
    assert_eq!(lines(&read_alone(&single).problems), "fine\n");
    let files = write_files(&desired, &notes);
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["bylaws.yaml", "members.yaml", "teams.yaml", "workspaces.yaml", "api_keys.yaml"]);
    insta::assert_snapshot!(single);
}

#[test]
fn an_absent_section_is_not_written() {
    let desired = read_alone(crate::world::HEAD).desired.unwrap();
    let files = write_files(&desired, &Notes::new());
    assert_eq!(files.len(), 1);
    assert_eq!(parse(files).desired, Some(desired));
}
