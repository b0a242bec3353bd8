//! API keys: age, expiry, names, owners, and when an edit may switch one off.

use super::*;

#[test]
fn old_keys_keys_without_expiry_vague_names_and_keys_of_leavers_are_found() {
    let key = |options: &str| {
        let mut case = Case::new("key lab k1 active", &format!("key lab k1 active {options}"));
        case.observed
            .usage
            .as_mut()
            .expect("read")
            .api_keys
            .insert(ApiKeyId::new("key_k1"), date("2026-11-21"));
        case
    };
    let named = "note key-name-says-nothing workspace/lab/api_key/k1: its name does not say what it is for";
    let old = "warning old-key workspace/lab/api_key/k1: in use: last used 2026-11-21; create a replacement first \
               (181 days old; the limit is 180 days)";
    key("by=bob made=2026-05-25 expires=2027-01-01").finds(named);
    key("by=bob made=2026-05-24 expires=2027-01-01").finds(&format!("{old}\n{named}"));
    let mut case = key("by=bob made=2026-11-01");
    let endless = "key-without-expiry workspace/lab/api_key/k1: never expires";
    case.finds(&format!("note {endless}\n{named}"));
    case.world.desired.audit.key_expiry = KeyExpiry::Required;
    case.finds(&format!("warning {endless}\n{named}"));
    let left = "error key-of-a-leaver workspace/lab/api_key/k1: in use: last used 2026-11-21; create a \
                replacement first (created by `user_gone`, no longer a member)";
    key("by=gone made=2026-11-01 expires=2027-01-01").finds(&format!("{left}\n{named}"));
    // A personal key is archived with its owner.
    key("by=gone owner=gone made=2026-11-01 expires=2027-01-01").finds(named);
}

#[test]
fn an_edit_is_in_the_entry_that_means_the_key() {
    let live = "key lab ci active by=bob made=2026-11-01 expires=2027-01-01\nkey lab web active by=bob made=2026-11-01 \
                expires=2027-01-01";
    let found = |files: &str| {
        let mut case = Case::new(files, live);
        case.world.desired.audit.dormant_days.keys = Some(1);
        let said = shown(&case.audit());
        said.lines().filter(|line| line.contains("unused-key")).collect::<Vec<_>>().join("\n")
    };
    let unused = |name: &str, edit: &str| {
        format!("warning unused-key workspace/lab/api_key/{name}: no use for more than 1 day{edit}")
    };
    let at = |path: &str| format!(" | workspaces.lab.api_keys.{path}: inactive");
    for (files, ci, web) in [
        ("key lab ci active\nkey lab web active", at("ci"), at("web")),
        ("key lab old active id=key_ci\nkey lab web active", at("old.status"), at("web")),
        // The label is the name of another key.
        ("key lab web active id=key_ci", at("web.status"), String::new()),
    ] {
        assert_eq!(found(files), format!("{}\n{}", unused("ci", &ci), unused("web", &web)), "{files}");
    }
}

/// The last use of an old key, other keys, and the expected finding: an edit only if it is safe.
#[test]
fn no_edit_switches_off_a_key_in_use_before_its_successor_exists() {
    let in_use =
        "in use: last used 2026-11-20; create a replacement first (325 days old; the limit is 180 days)";
    let off = "workspaces.lab.api_keys.ci: inactive";
    let replaced = format!("325 days old; the limit is 180 days; `ci-2027` can replace it | {off}");
    for (last, live, expected) in [
        (Some("2026-11-20"), "", in_use),
        // Another name, older, switched off, or in another workspace: not a successor.
        (Some("2026-11-20"), "key lab web-2027 active made=2026-11-01 expires=2027-01-01", in_use),
        (Some("2026-11-20"), "key lab ci-old active made=2025-12-01 expires=2027-01-01", in_use),
        (Some("2026-11-20"), "key lab ci-2025 active made=2025-12-01 expires=2027-01-01", in_use),
        (Some("2026-11-20"), "key lab ci-2027 inactive made=2026-11-01 expires=2027-01-01", in_use),
        (
            Some("2026-11-20"),
            "workspace ops\nkey ops ci-2027 active made=2026-11-01 expires=2027-01-01",
            in_use,
        ),
        (Some("2026-11-20"), "key lab ci-2027 active made=2026-11-01 expires=2027-01-01", &replaced),
        // Unused for longer than the dormancy threshold.
        (Some("2026-08-22"), "", &format!("325 days old; the limit is 180 days | {off}")),
        (None, "", &format!("325 days old; the limit is 180 days | {off}")),
    ] {
        let mut case = Case::new(
            "key lab ci active",
            &format!("key lab ci active by=bob made=2025-12-31 expires=2027-01-01\n{live}"),
        );
        let keys = &mut case.observed.usage.as_mut().expect("read").api_keys;
        keys.extend(last.map(|day| (ApiKeyId::new("key_ci"), date(day))));
        let found = case.audit();
        let said: Vec<String> = found
            .findings
            .iter()
            .filter(|f| f.rule.name == "old-key" && f.address.to_string() == "workspace/lab/api_key/ci")
            .map(|f| format!("{}{}", f.message, edit(f.edit.as_ref())))
            .collect();
        assert_eq!(said, [expected], "{last:?} {live}");
    }
    // Without the usage report the last use is unknown.
    let mut case =
        Case::new("key lab ci active", "key lab ci active by=bob made=2025-12-31 expires=2027-01-01");
    case.observed.usage = None;
    let found = case.audit();
    let old = found.findings.iter().find(|f| f.rule.name == "old-key").expect("found");
    assert_eq!(
        old.message,
        "may be in use; create a replacement first (325 days old; the limit is 180 days)"
    );
    assert_eq!(old.edit, None);
}

#[test]
fn a_working_key_in_an_archived_workspace_is_found() {
    for (status, is_found) in [("active", true), ("inactive", true), ("archived", false), ("expired", false)]
    {
        let live = format!("workspace gone archived\nkey gone k {status}");
        let expected = format!(
            "error key-in-archived-workspace workspace/gone/api_key/k: {status} in an archived workspace"
        );
        Case::new("", &live).finds(if is_found { &expected } else { "" });
    }
}
