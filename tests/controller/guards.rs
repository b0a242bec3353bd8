//! Guards count 24 hours, from the journal. Without the journal nothing is written.

use serde_json::{Value, json};

use crate::looping::Looping;
use crate::site::{FILE, Site};
use crate::world::ACME;

/// An organization with this many members besides its admin, and its files.
fn crowd(size: usize) -> (Value, String) {
    let mut users = vec![json!({"id": "user_ada", "email": "ada@acme.com", "role": "admin"})];
    let mut files = format!("bylaws: 1\norganization: {{id: {ACME}}}\nmembers:\n  ada@acme.com: admin\n");
    for n in 0..size {
        users.push(
            json!({"id": format!("user_{n:03}"), "email": format!("p{n:03}@acme.com"), "role": "user"}),
        );
        files.push_str(&format!("  p{n:03}@acme.com: user\n"));
    }
    files.push_str("unlisted: {members: remove}\n");
    (json!({"organization": {"id": ACME, "name": "Acme"}, "users": users}), files)
}

/// Removes people from the files, in one commit.
fn leave(site: &Site, people: std::ops::Range<usize>) {
    for n in people {
        site.world.edit_file(FILE, &format!("  p{n:03}@acme.com: user\n"), "");
    }
    site.commit();
}

#[test]
fn two_commits_an_hour_apart_count_together_until_a_day_has_passed() {
    let (live, files) = crowd(60);
    let site = Site::of(live, &files, "mode: apply");
    site.once().ended(0);
    leave(&site, 0..4);
    site.once().ended(0);
    assert_eq!(site.world.written().len(), 4);
    site.world.hours(1);
    leave(&site, 4..8);
    site.writes_nothing("GuardRefused").ended(3);
    let status = site.status();
    assert_eq!((&status["ready"], &status["in_sync"]), (&json!("False"), &json!("False")));
    assert!(status["message"].as_str().unwrap().contains("24 hours"), "{status:#}");
    for _ in 0..3 {
        // A killed controller counts what it sent, too.
        site.world.run("controller run acme").ended(0);
        let mut looping = Looping::start(&site);
        looping.child.kill().unwrap();
        looping.child.wait().unwrap();
        site.world.hours(7);
        site.writes_nothing("GuardRefused");
    }
    site.world.hours(3);
    site.world.emulator.clear_ledger();
    site.once().ended(0);
    assert_eq!(site.world.written().len(), 4);
}

#[test]
fn a_refusal_writes_nothing_at_all_not_even_grants() {
    let (live, files) = crowd(20);
    let site = Site::of(live, &files, "mode: apply");
    site.once().ended(0);
    site.world.edit_file(FILE, "p019@acme.com: user", "p019@acme.com: developer");
    leave(&site, 0..10);
    site.writes_nothing("GuardRefused");
}

#[test]
fn without_its_journal_the_controller_writes_nothing() {
    let site = Site::settled("mode: apply");
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    site.once().ended(0);
    let journal = "state/organizations/acme/journal.jsonl";
    let whole = site.world.read(journal);
    site.edit("uma@acme.com: developer", "uma@acme.com: billing");
    let edited = whole.replacen("user_uma", "user_eve", 1);
    let cut = whole.lines().next().unwrap().to_owned() + "\n";
    for broken in [None, Some(edited.as_str()), Some(cut.as_str()), Some("")] {
        match broken {
            None => site.world.remove(journal),
            Some(text) => site.world.write(journal, text),
        }
        site.writes_nothing("JournalRefused").ended(1);
    }
    site.world.write(journal, &whole);
    private(&site, journal);
    site.once().ended(0);
    assert_eq!(site.reason(), "Applied");
}

#[test]
fn a_journal_that_another_run_still_writes_is_not_refused_for_good() {
    let site = Site::settled("mode: apply");
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    site.once().ended(0);
    let journal = std::fs::File::open(site.world.path("state/organizations/acme/journal.jsonl")).unwrap();
    journal.lock().unwrap();
    site.edit("uma@acme.com: developer", "uma@acme.com: billing");
    site.writes_nothing("RoundFailed").ended(1);
    assert!(site.status()["message"].as_str().unwrap().contains("another run"), "{:#}", site.status());
    journal.unlock().unwrap();
    site.once().ended(0);
    assert_eq!(site.reason(), "Applied");
}

fn private(site: &Site, file: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(site.world.path(file), std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn guards_of_the_host_hold_and_the_source_cannot_loosen_them() {
    let site = Site::settled("mode: apply\nguards: guards.yaml");
    site.world.write("guards.yaml", "bylaws: 1\nguards: {access_loss: {max: 0}}\n");
    site.world.edit_file(FILE, "  uma@acme.com: user\n", "");
    site.edit("unlisted:\n", "guards: {access_loss: {max: 100, share: 100%}}\nunlisted:\n");
    site.writes_nothing("GuardRefused").ended(3);
}
