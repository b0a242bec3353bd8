//! Concurrent changes: what may overlap, and what does not depend on the parallelism.

use bylaws_engine::text::Text;
use std::fmt::Write as _;

use super::run::{Journal, applied, lines};
use super::service::Script;

/// Returns changes of every phase.
fn scene() -> (String, String) {
    let (mut files, mut live) = (String::new(), String::new());
    for n in 0..6 {
        let _ = writeln!(
            live,
            "workspace w{n}\nuser p{n} user\nuser q{n} user\nmembership w{n} p{n} workspace_user\nmembership w{n} q{n} workspace_user"
        );
        let _ = writeln!(
            files,
            "workspace w{n} color=#222222\nmember p{n} developer\nmember new{n} user\nmember q{n} user\nmembership w{n} p{n} workspace_developer\nmembership w{n} q{n} none\nmembership made{n} p{n} workspace_user"
        );
    }
    let _ = writeln!(live, "user out user\nuser off user\nkey - k active\nkey - l active");
    let _ = writeln!(files, "member out none\nmember off none\nkey - k inactive\nkey - l active");
    (files, live)
}

#[test]
fn at_most_the_limit_is_in_flight_and_member_changes_run_one_at_a_time() {
    let (files, live) = scene();
    for at_once in [1, 2, 8, 16] {
        let (service, report, _) =
            applied(&files, &live, Script::default().at_once(at_once), Journal::default());
        assert!(report.is_complete(), "{}", lines(&report));
        let (all, people) = *service.most.lock().unwrap();
        assert_eq!(people, 1, "{at_once} at once");
        assert_eq!(all, at_once.min(12), "{at_once} at once");
    }
}

#[test]
fn with_a_parallelism_of_one_the_order_is_that_of_the_plan() {
    let (files, live) = scene();
    let (_, report, journal) = applied(&files, &live, Script::default(), Journal::default());
    let planned: Vec<String> = report
        .entries
        .iter()
        .flat_map(|(change, _)| [format!("before {}", change.id), format!("after {} done", change.id)])
        .collect();
    assert_eq!(journal.records(), planned);
}

#[test]
fn phases_run_one_after_another_and_dependencies_first() {
    let (files, live) = scene();
    for at_once in [2, 8, 16] {
        let (_, report, journal) =
            applied(&files, &live, Script::default().at_once(at_once), Journal::default());
        let records = journal.records();
        let at = |record: String| records.iter().position(|other| *other == record).unwrap();
        for (change, _) in &report.entries {
            let begun = at(format!("before {}", change.id));
            for (other, _) in &report.entries {
                if other.phase < change.phase || change.depends_on.contains(&other.id) {
                    let ended = at(format!("after {} done", other.id));
                    assert!(ended < begun, "{} before {}", other.id, change.id);
                }
            }
        }
    }
}

#[test]
fn report_and_journal_do_not_depend_on_the_parallelism() {
    let (files, live) = scene();
    let faults: [&[(&str, &str)]; 5] = [
        &[],
        &[
            ("UpdateWorkspace ws_w1", "refused"),
            ("CreateWorkspace made2", "refused"),
            ("SetRole user_p3", "refused"),
        ],
        &[
            ("UpdateWorkspace ws_w1", "conflict conflict"),
            ("SetRole user_p3", "conflict"),
            ("Invite new1@x.org", "lost_done"),
        ],
        &[
            ("CreateWorkspace made2", "lost_done"),
            ("SetWorkspaceRole user_p3 in ws_w3", "lost conflict throttled"),
        ],
        &[
            ("Invite new2@x.org", "capacity"),
            ("RemoveMember user_out", "missing"),
            ("SetKeyStatus key_k", "not_done"),
        ],
    ];
    for words in faults {
        let told = |at_once: usize| {
            let script = words
                .iter()
                .fold(Script::default(), |script, (request, words)| script.answer(request, words));
            let (service, report, journal) =
                applied(&files, &live, script.at_once(at_once), Journal::default());
            let calls = service.calls.lock().unwrap();
            let mut sent: Vec<String> =
                calls.iter().filter(|call| call.starts_with("send")).cloned().collect();
            sent.sort();
            (lines(&report), journal.sorted(), sent)
        };
        let one = told(1);
        for at_once in [2, 8, 16] {
            assert_eq!(told(at_once), one, "{words:?}, {at_once} at once");
        }
    }
}

#[test]
fn after_a_conflict_a_write_runs_alone() {
    let (files, live) = scene();
    let script = Script::default().answer("UpdateWorkspace ws_w1", "conflict").at_once(8);
    let (service, report, journal) = applied(&files, &live, script, Journal::default());
    assert!(report.is_complete());
    let calls = service.calls.lock().unwrap();
    assert_eq!(calls.iter().filter(|call| **call == "send UpdateWorkspace ws_w1").count(), 2);
    // Everything started before has finished when it is sent again, and nothing else starts until it has
    // finished.
    let records = journal.records();
    let ended = records.iter().position(|record| record == "after update workspace/w1 done").unwrap();
    let open = |kind: &str| records[..ended].iter().filter(|record| record.starts_with(kind)).count();
    assert_eq!(open("before"), open("after") + 1);
}

#[test]
fn one_reading_serves_all_changes_that_wait_for_it() {
    let (files, live) = scene();
    let script = Script::default().aged(11).at_once(8);
    let (service, report, _) = applied(&files, &live, script, Journal::default());
    assert!(report.is_complete());
    let calls = service.calls.lock().unwrap();
    let reads = |list: &str| calls.iter().filter(|call| **call == format!("read {list}")).count();
    assert_eq!((reads("keys"), reads("invites"), reads("members"), reads("members of ws_w1")), (1, 1, 1, 1));
    // Once at the beginning, and for duplicates of the created workspaces, some of them shared.
    assert!(reads("workspaces") < 7, "{}", reads("workspaces"));
}

#[test]
fn a_stop_lets_changes_in_flight_finish_and_starts_nothing_else() {
    let (files, live) = scene();
    for at_once in [1, 8] {
        let script = Script::default().answer("UpdateWorkspace ws_w1", "stop").at_once(at_once);
        let (service, report, journal) = applied(&files, &live, script, Journal::default());
        assert_eq!(report.stopped.as_ref().map(Text::as_str), Some("stop"));
        let records = journal.records();
        let count = |kind: &str| records.iter().filter(|record| record.starts_with(kind)).count();
        assert_eq!(count("before"), count("after"), "{records:?}");
        assert!(count("before") <= 1 + 12);
        assert!(!service.calls.lock().unwrap().iter().any(|call| call.starts_with("send Invite")));
    }
}

#[test]
fn a_create_is_done_even_if_a_list_that_was_read_meanwhile_shows_it_already() {
    let files = "workspace a color=#222222\nworkspace b color=#222222\nworkspace c color=#222222";
    let script = Script::default().answer("CreateWorkspace a", "slow").at_once(3);
    // The search for duplicates of `b` and `c` finds `a`, whose answer is still on its way.
    let (service, report, _) = applied(files, "workspace old", script, Journal::default());
    assert!(report.is_complete(), "{}", lines(&report));
    let calls = service.calls.lock().unwrap();
    assert_eq!(calls.iter().filter(|call| call.starts_with("send CreateWorkspace")).count(), 3);
}
