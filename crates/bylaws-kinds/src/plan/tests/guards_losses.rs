//! The guard on people who lose access: who counts, and out of how many.

use bylaws_engine::GuardKind;
use bylaws_engine::guard_results::{GuardOutcome, GuardResult};

use super::words::many;
use super::world::{World, same};
use super::{files, live_side};
use crate::base::Basis;
use crate::plan::plan;

fn access_loss(world: &World) -> GuardResult {
    world.plan().guards.into_iter().find(|result| result.guard == GuardKind::AccessLoss).expect("a verdict")
}

/// Returns `counted/limit of n`, and whether it was refused.
fn figures(world: &World) -> String {
    let result = access_loss(world);
    let figures = result.figures.expect("figures");
    let word = if result.ruling == GuardOutcome::Refused { "refused" } else { "passed" };
    format!("{}/{} of {} {word}", figures.counted, figures.limit, figures.of.expect("a size"))
}

/// Builds `n` users `u0…`, all of which the files list except the first `out`.
fn removal(n: usize, out: usize) -> World {
    let users = many(0..n, |i| format!("user u{i} user"));
    let lines = many(out..n, |i| format!("member u{i} user"));
    World::new(
        &format!("member root admin\nunlisted members remove\n{lines}"),
        &format!("user root admin\n{users}"),
    )
}

#[test]
fn the_limit_passes_and_one_more_is_refused() {
    for (n, limit) in [(1, 0), (2, 1), (3, 1), (8, 1), (9, 1), (10, 1), (11, 1), (19, 1), (20, 2), (50, 5)] {
        assert_eq!(figures(&removal(n, limit)), format!("{limit}/{limit} of {n} passed"));
        let more = limit + 1;
        assert_eq!(figures(&removal(n, more)), format!("{more}/{limit} of {n} refused"));
    }
    for (n, limit) in [(49, 4), (51, 5), (100, 5), (1000, 5)] {
        assert_eq!(figures(&removal(n, limit)), format!("{limit}/{limit} of {n} passed"));
        let more = limit + 1;
        assert_eq!(figures(&removal(n, more)), format!("{more}/{limit} of {n} refused"));
    }
    assert_eq!(figures(&removal(0, 0)), "0/0 of 0 passed");
}

#[test]
fn the_limit_is_the_smaller_of_both_and_never_all() {
    for n in [1_u32, 2, 3, 5, 8, 9, 10, 11, 19, 20, 21, 50, 99, 100, 200, 999, 1000] {
        let size = usize::try_from(n).expect("a size");
        let users = many(0..n, |i| format!("user u{i} user"));
        let live = live_side::live(&users);
        for max in [0, 1, 4, 5, 10, 500, 5000] {
            for (share, hundredths) in
                [("0%", 0), ("0.5%", 50), ("2.5%", 250), ("10%", 1000), ("33%", 3300), ("100%", 10000)]
            {
                let desired = files::desired(&format!("access_loss {max} {share}"));
                let result = plan(&Basis::new(&desired, super::world::today()), &live).guards.remove(0);
                let by_share = (n * hundredths / 10_000).max(1);
                let limit = usize::try_from(max.min(by_share).min(n - 1)).expect("a limit");
                assert_eq!(result.figures.expect("figures").limit, limit, "{n} {max} {share}");
                assert!(limit < size);
            }
        }
    }
}

#[test]
fn never_all_applies_in_spite_of_approvals() {
    for n in [1, 2, 8] {
        let mut world = removal(n, n);
        let pairs: Vec<String> = (0..n).map(|i| format!("remove member/u{i}@x.org")).collect();
        let approval = format!("approve 2026-11-30 {}\naccess_loss 5000 100%", pairs.join(" + "));
        world.desired.guards = files::guards(&approval);
        let result = access_loss(&world);
        assert_eq!(result.ruling, GuardOutcome::Refused);
        assert_eq!(result.approve, []);
        assert_eq!(
            result.reason.to_string(),
            format!(
                "all {n} people who can be removed through the API would lose access; no approval covers that"
            )
        );
    }
}

#[test]
fn the_last_member_is_kept_whoever_is_invited() {
    let refused = |live: &str, files: &str| {
        let world = World::new(&format!("{files}\nunlisted members remove\naccess_loss 99 100%"), live);
        let result = access_loss(&world);
        (result.ruling == GuardOutcome::Refused).then_some((result.reason, result.approve.len()))
    };
    let invited = "user ada user\nuser bob user\ninvite cy pending user";
    let all = "all 2 members would be removed, but the service keeps the last one; no approval covers that";
    assert_eq!(refused(invited, "member cy user"), Some((all.into(), 0)));
    assert_eq!(refused(invited, "member cy user\nmember ada user"), None);
    // An admin stays, because the API cannot remove them.
    assert_eq!(refused(&format!("{invited}\nuser boss admin"), "member cy user\nmember boss admin"), None);
}

#[test]
fn an_approval_covers_exactly_its_pairs() {
    let approved = |pairs: &[usize], until: &str| {
        let mut world = removal(20, 3);
        let pairs: Vec<String> = pairs.iter().map(|i| format!("remove member/u{i}@x.org")).collect();
        world.desired.guards = files::guards(&format!("approve {until} {}", pairs.join(" + ")));
        figures(&world)
    };
    assert_eq!(approved(&[0, 1, 2], "2026-11-30"), "0/2 of 20 passed");
    // The rest is compared with the limit.
    assert_eq!(approved(&[0], "2026-11-30"), "2/2 of 20 passed");
    // An approved change that is already done is allowed.
    assert_eq!(approved(&[0, 77], "2026-11-30"), "2/2 of 20 passed");
    // Other pairs have no effect.
    assert_eq!(approved(&[7, 8, 9], "2026-11-30"), "3/2 of 20 refused");
    // Until its last day, and at most 31 days ahead.
    assert_eq!(approved(&[0], "2026-11-21"), "2/2 of 20 passed");
    assert_eq!(approved(&[0], "2026-11-20"), "3/2 of 20 refused");
    assert_eq!(approved(&[0], "2026-12-22"), "2/2 of 20 passed");
    assert_eq!(approved(&[0], "2026-12-23"), "3/2 of 20 refused");
}

#[test]
fn each_person_counts_once_whatever_they_lose() {
    let crowd = many(0..40, |i| format!("user u{i} user"));
    let figures_of = |lines: &str, live: &str| {
        figures(&World::new(&format!("unlisted members ignore\n{lines}"), &format!("{crowd}\n{live}")))
    };
    // Removed, invite withdrawn, lowered, moved to a role that is not comparable, removed from two
    // workspaces.
    assert_eq!(figures_of("member x none\nmember u1 user", "user x user"), "1/4 of 41 passed");
    assert_eq!(figures_of("member x none\nmember u1 user", "invite x pending user"), "1/4 of 41 passed");
    assert_eq!(figures_of("member x user", "user x developer"), "1/4 of 41 passed");
    assert_eq!(figures_of("member x billing", "user x developer"), "1/4 of 41 passed");
    assert_eq!(
        figures_of(
            "membership a x none\nmembership b x none\nmembership a u1 workspace_user\nmembership b u1 workspace_user",
            "user x user\nworkspace a\nworkspace b\nmembership a x workspace_user\nmembership b x workspace_user
             membership a u1 workspace_user\nmembership b u1 workspace_user"
        ),
        "1/4 of 41 passed"
    );
    assert_eq!(
        figures_of(
            "membership a x workspace_user",
            "user x user\nworkspace a\nmembership a x workspace_developer"
        ),
        "1/4 of 41 passed"
    );
    // Neither a higher role nor an invite that is sent again removes access.
    assert_eq!(figures_of("member x developer", "user x claude_code_user"), "0/4 of 41 passed");
    assert_eq!(figures_of("member x user", "invite x pending developer"), "0/4 of 41 passed");
    assert_eq!(
        figures_of(
            "membership a x workspace_admin",
            "user x user\nworkspace a\nmembership a x workspace_user"
        ),
        "0/4 of 41 passed"
    );
    // Members that the API cannot remove are not part of n.
    assert_eq!(
        figures_of(
            "member x user",
            "user x user\nuser y admin\nuser z wizard\ninvite v pending user\ninvite w expired user"
        ),
        "0/4 of 42 passed"
    );
}

#[test]
fn expiries_of_the_last_two_weeks_are_not_counted_if_the_base_has_the_same_dates() {
    let people = |n: usize, until: &str| -> String {
        (0..n).map(|i| format!("member u{i} user until={until}")).collect::<Vec<_>>().join("\n")
    };
    let expired = |n: usize, until: &str, base: Option<&str>| {
        let mut world = removal(20, n);
        let lines = files::desired(&people(n, until));
        world.desired.members.as_mut().expect("members").extend(lines.members.expect("members"));
        figures(&match base {
            Some(base) => world.on(&people(n, base)),
            None => world,
        })
    };
    let day = "2026-11-20";
    assert_eq!(expired(5, day, Some(day)), "0/2 of 20 passed");
    assert_eq!(expired(5, "2026-11-07", Some("2026-11-07")), "0/2 of 20 passed");
    assert_eq!(expired(5, "2026-11-06", Some("2026-11-06")), "5/2 of 20 refused");
    // These dates were not reviewed while they were in the future.
    assert_eq!(expired(5, day, Some("2026-11-19")), "5/2 of 20 refused");
    assert_eq!(expired(5, day, Some("2027-11-20")), "5/2 of 20 refused");
    assert_eq!(expired(5, day, None), "5/2 of 20 refused");
    // The "never all" rule applies to both.
    assert_eq!(expired(20, day, Some(day)), "0/2 of 20 refused");
    assert_eq!(expired(20, "2026-11-06", Some("2026-11-06")), "20/2 of 20 refused");
}

#[test]
fn every_expiry_is_counted_if_the_clocks_disagree() {
    for (n, judged) in [(1, "1/2 of 20 passed"), (5, "5/2 of 20 refused")] {
        let people: Vec<String> = (0..n).map(|i| format!("member u{i} user until=2026-11-20")).collect();
        let people = people.join("\n");
        let mut world = removal(20, n);
        let lines = files::desired(&people);
        world.desired.members.as_mut().expect("members").extend(lines.members.expect("members"));
        let world = world.on(&people).in_doubt();
        assert_eq!(figures(&world), judged);
        let notes = world.plan().notes;
        assert!(
            notes.iter().any(|note| note.reason.as_str().contains("differ by more than a day")),
            "{notes:?}"
        );
    }
}

/// Enough people that the limit is not reached.
const CROWD: &str = "user c1 user\nuser c2 user\nuser c3 user\nuser c4 user\nuser c5 user\nuser c6 user\n";

fn emptied(lines: &str, live: &str) -> String {
    let world = World::new(
        &format!("access_loss 5 100%\nunlisted members ignore\n{lines}"),
        &format!("{CROWD}workspace lab\n{live}"),
    );
    let result = access_loss(&world);
    let pairs: Vec<String> = result.approve.iter().map(ToString::to_string).collect();
    if result.ruling == GuardOutcome::Passed {
        "passed".to_owned()
    } else {
        format!("{}: {}", result.reason, pairs.join(", "))
    }
}

#[test]
fn no_member_list_may_be_emptied() {
    let ada = "user ada user\nmembership lab ada workspace_user";
    let both =
        "user ada user\nuser bob user\nmembership lab ada workspace_user\nmembership lab bob workspace_user";
    let membership = "no members would be left in `workspace/lab`: remove workspace/lab/member/ada@x.org";
    let member = "no members would be left in `workspace/lab`: remove member/ada@x.org";
    assert_eq!(emptied("membership lab ada none", ada), membership);
    assert_eq!(emptied("memberships lab\nunlisted workspace_members remove", ada), membership);
    assert_eq!(emptied("membership lab ada workspace_user until=2026-11-20", ada), membership);
    assert_eq!(emptied("memberships lab\nmember ada none\nmember c1 user", ada), member);
    assert_eq!(emptied("memberships lab\nmember ada user until=2026-11-20\nmember c1 user", ada), member);
    assert_eq!(
        emptied("membership lab bob none\nmember ada none\nmember bob user", both),
        "no members would be left in `workspace/lab`: remove member/ada@x.org, remove workspace/lab/member/bob@x.org"
    );
    // Somebody stays, or somebody is added.
    assert_eq!(emptied("membership lab ada none", both), "passed");
    assert_eq!(emptied("membership lab ada none\nmembership lab c1 workspace_user", ada), "passed");
    assert_eq!(
        emptied("membership lab ada none", &format!("{ada}\nmembership lab ghost workspace_user")),
        "passed"
    );
    // It was empty before, or its member list is not managed.
    assert_eq!(emptied("memberships lab", "memberships lab"), "passed");
    assert_eq!(emptied("workspace lab\nmember ada none\nmember c1 user", ada), "passed");
    let approval = "approve 2026-11-30 remove workspace/lab/member/ada@x.org";
    assert_eq!(emptied(&format!("membership lab ada none\n{approval}"), ada), "passed");
    assert_eq!(
        emptied(&format!("membership lab ada none\nmembership lab bob none\n{approval}"), both),
        "no members would be left in `workspace/lab`: remove workspace/lab/member/bob@x.org"
    );
}

#[test]
fn a_refusal_names_the_ten_most_important_changes_and_all_lines_to_paste() {
    let users = many(10..32, |i| format!("user u{i} user"));
    let memberships = many(10..20, |i| format!("membership lab u{i} workspace_user"));
    let outs = many(10..20, |i| format!("membership lab u{i} none"));
    let world = World::new(
        &format!(
            "member u11 none\nmember u12 user\nmember u13 claude_code_user\nmember x none\nunlisted members ignore\nmembership lab u31 workspace_user\n{outs}"
        ),
        &format!(
            "{users}\nworkspace lab\n{memberships}\nmembership lab u31 workspace_user\ninvite x pending user"
        ),
    );
    let result = access_loss(&world);
    assert_eq!(result.reason, "11 of 23 people would lose access; the limit is 2 (10% of 23, at most 5)");
    let ids: Vec<String> = result.changes.iter().map(ToString::to_string).collect();
    same(
        &ids.join("\n"),
        "remove member/u11@x.org
         revoke invite/x@x.org
         update member/u13@x.org
         remove workspace/lab/member/u10@x.org
         remove workspace/lab/member/u12@x.org
         remove workspace/lab/member/u13@x.org
         remove workspace/lab/member/u14@x.org
         remove workspace/lab/member/u15@x.org
         remove workspace/lab/member/u16@x.org
         remove workspace/lab/member/u17@x.org",
    );
    assert_eq!(result.approve.len(), 12);
}
