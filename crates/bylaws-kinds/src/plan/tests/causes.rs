//! The cause of each change: the same live state planned with the files of the base and with those of the
//! commit.

use super::world::World;

/// Returns `cause id` of every change, waiting entry and blocked entry.
fn causes(base: &str, files: &str, live: &str) -> Vec<String> {
    let plan = World::new(files, live).on(base).plan();
    let word = |cause: Option<bylaws_engine::Cause>| cause.expect("a cause").to_string();
    let changes = plan.changes.iter().map(|change| format!("{} {}", word(change.cause), change.id));
    let waiting = plan.waiting.iter().map(|item| format!("{} waiting {}", word(item.cause), item.address));
    let blocked = plan.blocked.iter().map(|item| format!("{} blocked {}", word(item.cause), item.address));
    changes.chain(waiting).chain(blocked).collect()
}

/// Files of the base, files of the commit, live state, causes.
type Row = (&'static str, &'static str, &'static str, &'static [&'static str]);

const ROWS: &[Row] = &[
    ("member x user", "member x developer", "user x user", &["commit update member/x@x.org"]),
    ("member x developer", "member x developer", "user x user", &["drift update member/x@x.org"]),
    // The commit asks for something else than what drift would be reverted to.
    ("member x developer", "member x claude_code_user", "user x user", &["commit update member/x@x.org"]),
    // Adding something that exists changes nothing, and the rest stays drift.
    (
        "member x developer",
        "member x developer\nmember y user",
        "user x user\nuser y user",
        &["drift update member/x@x.org"],
    ),
    ("member x user", "member x user", "", &["drift invite invite/x@x.org"]),
    (
        "member x user",
        "member x user",
        "invite x expired user expires=2026-11-19",
        &["due invite invite/x@x.org"],
    ),
    // Whoever is still missed long after an invite expired was a member since, and was removed.
    ("member x user", "member x user", "invite x expired user", &["drift invite invite/x@x.org"]),
    (
        "member y user",
        "member x user\nmember y user",
        "user y user\ninvite x expired user",
        &["commit invite invite/x@x.org"],
    ),
    (
        "member x user until=2026-11-20",
        "member x user until=2026-11-20",
        "user x user\nuser y user",
        &["due remove member/x@x.org"],
    ),
    (
        "member x user",
        "member x user until=2026-11-20",
        "user x user\nuser y user",
        &["commit remove member/x@x.org"],
    ),
    (
        "member x user\nworkspace a\nmembership a x workspace_user",
        "member x user\nworkspace a\nmembership a x workspace_user",
        "workspace a\ninvite x pending user",
        &["due waiting member/x@x.org", "due waiting workspace/a/member/x@x.org"],
    ),
    (
        "member x user",
        "member x user\nworkspace a\nmembership a x workspace_user",
        "workspace a\ninvite x pending user",
        &["due waiting member/x@x.org", "commit waiting workspace/a/member/x@x.org"],
    ),
    ("member x admin", "member x admin", "user x user", &["drift blocked member/x@x.org"]),
    ("member x user", "member x admin", "user x user", &["commit blocked member/x@x.org"]),
];

#[test]
fn commit_due_and_drift_are_distinguished() {
    for (base, files, live, expected) in ROWS {
        assert_eq!(causes(base, files, live), *expected, "{base} → {files}, live {live}");
    }
}

#[test]
fn a_changed_label_does_not_turn_drift_into_a_change_of_the_commit() {
    let base = "workspace a id=ws_live color=#111111";
    let files = "workspace b id=ws_live color=#111111";
    let live = "workspace live id=ws_live color=#222222";
    assert_eq!(causes(base, files, live), ["drift update workspace/b"]);
}

#[test]
fn without_files_in_the_base_everything_is_of_this_commit() {
    let world = World::new("member x developer", "user x user");
    let basis =
        crate::Basis { base: Some(crate::Base::Nothing), ..crate::Basis::new(&world.desired, world.today) };
    let plan = crate::plan(&basis, &world.live);
    assert_eq!(plan.changes.first().and_then(|change| change.cause), Some(bylaws_engine::Cause::Commit));
    assert!(plan.rule_changes.is_empty());
}
