//! B: how much one run may take away.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::organization::ID;
use crate::world::{Row, World, all_or};

/// So many members and pending invites besides an admin.
fn live(members: usize, invites: usize) -> Value {
    let user = |n: usize| json!({ "id": format!("user_01{n:05}"), "email": email(n), "role": "user" });
    let invite = |n: usize| json!({ "id": format!("invite_01{n:05}"), "email": email(n), "role": "user", "status": "pending" });
    json!({
        "organization": { "id": ID, "name": "Acme" },
        "users": (0..members).map(user).chain([json!({ "id": "user_root", "email": "root@acme.com", "role": "admin" })]).collect::<Vec<_>>(),
        "invites": (members..members + invites).map(invite).collect::<Vec<_>>(),
    })
}

fn email(n: usize) -> String {
    format!("p{n:05}@acme.com")
}

/// Files that list all but the first `gone` of `all` people.
fn files(all: usize, gone: usize, more: &str) -> String {
    let mut text = format!(
        "bylaws: 1\norganization: {{id: {ID}}}\nunlisted: {{members: remove}}\n{more}members:\n  root@acme.com: admin\n"
    );
    for n in gone..all {
        let _ = writeln!(text, "  {}: user", email(n));
    }
    text
}

/// What DESIGN promises: `min(5, max(1, a tenth), all but one)`.
fn allowed(all: usize) -> usize {
    5.min(1.max(all / 10)).min(all - 1)
}

fn plan(world: &World, all: usize, gone: usize, more: &str) -> (i32, String) {
    world.write("bylaws.yaml", &files(all, gone, more));
    let ran = world.run("plan");
    (ran.code, ran.to_string())
}

#[test]
fn b1_at_the_limit_passes_and_one_more_is_refused_from_1_to_1000_people() {
    let mut row = Row::default();
    let every: Vec<usize> = (1..=1_000).collect();
    let some = [1, 2, 3, 9, 10, 11, 19, 20, 21, 50, 59, 60, 99, 100, 999, 1_000];
    let sizes: &[usize] = all_or(&some, &every);
    for &all in sizes {
        let world = World::here(live(all, 0));
        let limit = allowed(all);
        let (code, said) = plan(&world, all, limit, "");
        row.case(code == 0, || format!("{limit} of {all}: {said}"));
        let (code, said) = plan(&world, all, limit + 1, "");
        row.case(code == 3, || format!("{} of {all}: {said}", limit + 1));
    }
}

/// Limits of the files, and of a file of guards: the lowest of them, never all.
#[test]
fn b3_of_an_absolute_and_a_relative_limit_the_lower_one_counts() {
    let mut row = Row::default();
    let sizes: &[usize] = all_or(&[10, 100], &[10, 20, 50, 51, 100, 250, 500, 1_000]);
    for &all in sizes {
        for (most, share) in [(1, 100), (2, 50), (3, 100), (5, 10), (7, 1), (20, 20), (1_000, 5)] {
            for stricter in [None, Some(1), Some(4)] {
                let limit = most.min(1.max(all * share / 100)).min(all - 1);
                // A file of guards has the built-in share where it says nothing of it.
                let by_file = stricter.map(|most: usize| most.min(1.max(all / 10)));
                let limit = by_file.map_or(limit, |other| other.min(limit));
                let world = World::here(live(all, 0));
                let more = format!("guards: {{access_loss: {{max: {most}, share: {share}%}}}}\n");
                let mut line = "plan".to_owned();
                if let Some(most) = stricter {
                    world.write(
                        "guards.yaml",
                        &format!("bylaws: 1\nguards: {{access_loss: {{max: {most}}}}}\n"),
                    );
                    line += " --guards guards.yaml";
                }
                for (gone, code) in [(limit, 0), (limit + 1, 3)] {
                    world.write("bylaws.yaml", &files(all, gone, &more));
                    let ran = world.run(&line);
                    row.case(ran.code == code, || {
                        format!("{gone} of {all}, {most} or {share} %, {stricter:?}: {ran}")
                    });
                }
            }
        }
    }
    // Limits that are absolute alone: keys and invites.
    for (most, keys) in [(3, 10), (1, 10), (9, 10), (50, 10), (3, 3)] {
        let limit = most.min(keys - 1);
        let mut seed = live(1, 0);
        seed["workspaces"] = json!([{ "id": "wrkspc_lab", "name": "lab" }]);
        let key = |n: usize| json!({ "id": format!("apikey_{n}"), "name": format!("k{n}"), "workspace_id": "wrkspc_lab" });
        seed["api_keys"] = (0..keys).map(key).collect();
        let world = World::here(seed);
        for (off, code) in [(limit, 0), (limit + 1, 3)] {
            let status = |n: usize| if n < off { "inactive" } else { "active" };
            let lines: Vec<String> = (0..keys).map(|n| format!("k{n}: {}", status(n))).collect();
            let more = format!(
                "guards: {{keys_off: {{max: {most}}}}}\nworkspaces: {{lab: {{api_keys: {{{}}}}}}}\n",
                lines.join(", ")
            );
            let (found, said) = plan(&world, 1, 0, &more);
            row.case(found == code, || format!("{off} of {keys} keys, {most} may: {said}"));
        }
    }
    for most in [1, 25, 40] {
        let world = World::here(live(1, 0));
        for (sent, code) in [(most, 0), (most + 1, 3)] {
            // Nobody of theirs is there yet.
            let (found, said) = plan(&world, 1 + sent, 0, &format!("guards: {{invites: {{max: {most}}}}}\n"));
            row.case(found == code, || format!("{sent} invites, {most} may: {said}"));
        }
    }
}

#[test]
fn b2_nobody_can_remove_everybody() {
    let mut row = Row::default();
    let loose = "guards: {access_loss: {max: 1000000, share: 100%}}\n";
    for all in 1..=all_or(40, 200) {
        let world = World::here(live(all, 0));
        let (code, said) = plan(&world, all, all, loose);
        row.case(code == 3, || format!("all {all}: {said}"));
    }
}

#[test]
fn b4_pending_invites_count_as_people() {
    let mut row = Row::default();
    for (members, invites) in [(10, 10), (1, 19), (19, 1), (0, 20), (40, 10)] {
        let all = members + invites;
        let world = World::here(live(members, invites));
        let limit = allowed(all);
        let (code, said) = plan(&world, all, limit, "");
        row.case(code == 0, || format!("{members} members, {invites} invites, {limit} gone: {said}"));
        let (code, said) = plan(&world, all, limit + 1, "");
        row.case(code == 3, || format!("{members} members, {invites} invites, {} gone: {said}", limit + 1));
    }
}

#[test]
fn b7_an_approval_covers_its_changes_until_its_last_day_and_no_others() {
    let mut row = Row::default();
    let approve = |people: usize, until: &str| {
        let pairs: Vec<String> = (0..people).map(|n| format!("remove member/{}", email(n))).collect();
        format!(
            "guards:\n  approve:\n    - {{changes: [{}], until: {until}, reason: they left}}\n",
            pairs.join(", ")
        )
    };
    let world = World::here(live(20, 0));
    // Two of twenty are within the limit; what is approved is left out of the count.
    for (gone, approved, until, code) in [
        (8, 6, "2026-12-01", 0),
        (9, 6, "2026-12-01", 3),
        (8, 7, "2026-12-01", 0),
        (8, 6, "2026-11-20", 3),
        (8, 6, "2027-06-01", 3),
        (20, 20, "2026-12-01", 3),
    ] {
        let (found, said) = plan(&world, 20, gone, &approve(approved, until));
        row.case(found == code, || format!("{gone} gone, {approved} approved until {until}: {said}"));
    }
}

#[test]
fn b8_guards_are_checked_again_at_apply() {
    let mut row = Row::default();
    let world = World::here(live(20, 0));
    world.write("bylaws.yaml", &files(20, 2, ""));
    let ran = world.run("plan --out saved.json");
    row.case(ran.code == 0, || ran.to_string());
    // Meanwhile half of them left by themselves: two of ten are too many.
    let mut fewer = live(20, 0);
    fewer["users"]
        .as_array_mut()
        .unwrap()
        .retain(|user| !user["email"].as_str().unwrap().starts_with("p0001"));
    world.reset(&fewer);
    let ran = world.run("apply --plan saved.json");
    row.case(ran.code == 3 && world.written().is_empty(), || ran.to_string());
}

/// Four classes, each beyond its limit or not.
#[test]
fn b5_every_mix_of_changes_names_exactly_the_limits_that_it_exceeds() {
    let mut row = Row::default();
    for mask in 0..16_u8 {
        let has = |bit: u8| mask >> bit & 1 == 1;
        let mut seed = live(20, 0);
        seed["workspaces"] =
            json!([{ "id": "wrkspc_lab", "name": "lab" }, { "id": "wrkspc_ops", "name": "ops" }]);
        let key = |n: usize| json!({ "id": format!("apikey_{n}"), "name": format!("key {n}"), "workspace_id": "wrkspc_lab" });
        seed["api_keys"] = (0..10).map(key).collect();
        let world = World::here(seed);
        let status = if has(1) { "inactive" } else { "active" };
        let keys: Vec<String> = (0..10).map(|n| format!("key {n}: {status}")).collect();
        let state = if has(2) { "state: archived" } else { "" };
        let more = format!("workspaces: {{lab: {{api_keys: {{{}}}}}, ops: {{{state}}}}}\n", keys.join(", "));
        let mut text = files(20, if has(0) { 3 } else { 0 }, &more);
        for n in 0..if has(3) { 30 } else { 0 } {
            let _ = writeln!(text, "  new{n}@acme.com: user");
        }
        world.write("bylaws.yaml", &text);
        let ran = world.run("plan --format json");
        let tripped: Vec<String> = ran.json()["guards"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|guard| guard["ruling"] == "refused")
            .map(|guard| guard["guard"].as_str().unwrap_or_default().to_owned())
            .collect();
        let mut wanted: Vec<&str> = [(0, "access_loss"), (1, "keys_off"), (3, "invites")]
            .into_iter()
            .filter(|&(bit, _)| has(bit))
            .map(|(_, guard)| guard)
            .collect();
        wanted.sort_unstable();
        let mut found = tripped.clone();
        found.sort_unstable();
        // What is for good is held back by itself, without its approval.
        let is_blocked = ran.json()["blocked"].as_array().is_some_and(|blocked| blocked.len() == 1);
        let code = if wanted.is_empty() { 0 } else { 3 };
        row.case(found == wanted && ran.code == code && is_blocked == has(2), || {
            format!("{wanted:?}: {found:?} {ran}")
        });
    }
}

/// Members, invites and memberships in different workspaces, five together and six.
#[test]
fn b9_one_limit_covers_members_and_invites_and_memberships_of_all_workspaces() {
    let mut row = Row::default();
    for (members, invites, memberships) in [(2, 2, 1), (1, 1, 3), (0, 0, 5), (5, 0, 0), (0, 5, 0), (1, 2, 2)]
    {
        for over in [0, 1] {
            let mut seed = live(40, 20);
            let workspaces: Vec<Value> =
                (0..8).map(|w| json!({ "id": format!("wrkspc_{w}"), "name": format!("w{w}") })).collect();
            seed["workspaces"] = workspaces.into();
            // One who stays in each workspace, and one who may go.
            let membership = |w: usize, person: usize| json!({ "workspace_id": format!("wrkspc_{w}"), "user_id": format!("user_01{person:05}"), "workspace_role": "workspace_user" });
            seed["workspace_members"] =
                (0..8).flat_map(|w| [membership(w, 20 + w), membership(w, 30 + w)]).collect();
            let world = World::here(seed);
            let mut text = format!(
                "bylaws: 1\norganization: {{id: {ID}}}\nunlisted: {{members: remove, workspace_members: remove}}\nmembers:\n  root@acme.com: admin\n"
            );
            for n in (members..40).chain(40 + invites..60) {
                let _ = writeln!(text, "  {}: user", email(n));
            }
            text += "workspaces:\n";
            for w in 0..8 {
                let _ = writeln!(text, "  w{w}:\n    members:\n      {}: workspace_user", email(20 + w));
                if w >= memberships + over {
                    let _ = writeln!(text, "      {}: workspace_user", email(30 + w));
                }
            }
            world.write("bylaws.yaml", &text);
            let ran = world.run("plan");
            row.case(ran.code == if over == 0 { 0 } else { 3 }, || {
                format!("{members} members, {invites} invites, {} memberships: {}", memberships + over, ran)
            });
        }
    }
}

#[test]
fn b10_a_refused_plan_writes_nothing() {
    let mut row = Row::default();
    for gone in 3..=all_or(8, 20) {
        let world = World::here(live(20, 0));
        world.write("bylaws.yaml", &files(20, gone, ""));
        let ran = world.run("apply --auto-approve");
        row.case(ran.code == 3 && world.written().is_empty(), || ran.to_string());
    }
}
