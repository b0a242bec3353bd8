//! Problems with people, their teams and invites, on both sides of each threshold.

use jiff::ToSpan;
use serde_json::{Value, json};

use super::scene::Scene;

/// One day below a threshold, at it, one above, and far above.
pub(crate) fn around(scene: &mut Scene, threshold: Option<i32>, built_in: i32) -> i32 {
    let base = threshold.unwrap_or(built_in);
    [base - 1, base, base + 1, base + 1, base + 40][scene.dice.below(5)].max(0)
}

pub(crate) fn over(days: i32, threshold: Option<i32>) -> bool {
    threshold.is_some_and(|most| days > most)
}

/// As many admins as allowed, one fewer, or one or two more.
pub(crate) fn admins(scene: &mut Scene) {
    let target = scene.settings.admins.unwrap_or(5) - 1 + [0, 1, 2, 3][scene.dice.below(4)];
    let target = usize::try_from(target).unwrap();
    while scene.held < target {
        let role = scene.dice.pick(&["admin", "owner", "primary_owner"]);
        scene.working(role);
        scene.held += 1;
    }
    if scene.settings.admins.is_some_and(|most| i32::try_from(scene.held).unwrap() > most) {
        scene.expect("BA0101", "organization", "warning");
    }
}

/// A person who may have been inactive for long.
pub(crate) fn dormant(scene: &mut Scene) {
    let most = scene.settings.people;
    let role = scene.dice.pick(&[
        "user",
        "user",
        "developer",
        "developer",
        "claude_code_user",
        "membership_admin",
        "billing",
    ]);
    let days = around(scene, most, 90);
    let added = if scene.dice.chance(30) { days } else { days.max(most.unwrap_or(90)) + 300 };
    let (id, email) = scene.person(role, Some(added));
    let mut elsewhere = None;
    let mut code = None;
    match scene.dice.below(6) {
        _ if added == days => {}
        0 | 1 => elsewhere = Some(days),
        2 => code = Some(days),
        3 => {
            // A line of the report without tokens is not activity.
            let moment = scene.moment(0);
            scene.add("usage", json!({ "starting_at": moment, "account_id": id }));
        }
        4 => {
            elsewhere = Some(days + 1);
            code = Some(days);
        }
        _ => {
            elsewhere = Some(days);
            own_key(scene, &id, days);
        }
    }
    if let (Some(days), true) = (elsewhere, scene.dice.chance(70) || code.is_some()) {
        scene.used(days, json!({ "account_id": id }));
    } else if let Some(days) = elsewhere {
        own_key(scene, &id, days);
    }
    if let Some(days) = code {
        let spelled = if scene.dice.chance(30) { email.to_uppercase() } else { email.clone() };
        scene.coded(days, &spelled);
    }
    let idle = [Some(added), elsewhere, code].into_iter().flatten().min().unwrap();
    if role != "billing" && over(idle, most) {
        scene.expect("BA0103", &format!("member/{email}"), "warning");
    }
}

/// Usage by a person's own key, without the person's name. The key is inactive, so that it has no finding itself.
fn own_key(scene: &mut Scene, user: &str, days: i32) {
    let n = scene.number();
    let (id, name) = (format!("apikey_0{n}"), format!("laptop {n}"));
    scene.add(
        "api_keys",
        json!({
            "id": id, "name": name, "status": "inactive", "scope": { "type": "organization" },
            "principal": { "type": "user_actor", "user_id": user },
            "created_by": { "id": user, "type": "user" },
        }),
    );
    scene.keys.insert(name, "inactive".to_owned());
    scene.used(days, json!({ "api_key_id": id }));
}

const MEMBERSHIPS: [&str; 4] =
    ["workspace_user", "workspace_restricted_developer", "workspace_developer", "workspace_admin"];

/// A member of a team with a workspace membership, and perhaps a line, of their own.
pub(crate) fn team(scene: &mut Scene) {
    let (label, space) = scene.any_workspace();
    let (id, email) = scene.working("developer");
    let n = scene.number();
    let (team, other) = (format!("team-{n}"), format!("also-{n}"));
    let (gives, membership) = (scene.dice.below(4), scene.dice.below(4));
    scene.teams.entry(team.clone()).or_default().insert(email.clone());
    scene.spaces.get_mut(&label).unwrap().teams.insert(team, MEMBERSHIPS[gives].to_owned());
    let mut most = gives;
    if scene.dice.chance(30) {
        // Of two teams the stronger role counts.
        let second = scene.dice.below(4);
        most = most.max(second);
        scene.teams.entry(other.clone()).or_default().insert(email.clone());
        scene.spaces.get_mut(&label).unwrap().teams.insert(other, MEMBERSHIPS[second].to_owned());
    }
    scene.membership(&space, &id, MEMBERSHIPS[membership]);
    let address = format!("workspace/{}/member/{email}", label.replace(' ', "%20"));
    // Without a line the membership is drift, which a plan shows.
    let is_listed = scene.dice.chance(70);
    if membership > most {
        // A line of their own was reviewed.
        scene.expect("BA0102", &address, if is_listed { "note" } else { "warning" });
    }
    if is_listed {
        scene.line(&label, &email, MEMBERSHIPS[membership]);
        if membership == most {
            scene.expect("BA0202", &address, "note");
        }
    }
}

/// A listed person who is not a member, and their invites.
pub(crate) fn invite(scene: &mut Scene) {
    let n = scene.number();
    let email = format!("i{n}@acme.com");
    scene.members.insert(email.clone(), "user".to_owned());
    let days = around(scene, scene.settings.pending, 7).min(20);
    let send = |scene: &mut Scene, status: &str, days: i32| {
        let at = scene.moment(days);
        scene.add("invites", json!({ "email": email, "role": "user", "status": status, "invited_at": at }));
    };
    match scene.dice.below(6) {
        0 => {
            // The files no longer ask for the person, which is how this finding is fixed.
            send(scene, "expired", 40);
            let last = scene.ago(1);
            match scene.dice.below(3) {
                0 => scene.members.remove(&email),
                1 => scene.members.insert(email.clone(), "none".to_owned()),
                _ => scene.members.insert(email.clone(), format!("{{role: user, until: {last}}}")),
            };
        }
        5 => {
            send(scene, "expired", 40);
            scene.expect("BA0401", &format!("invite/{email}"), "warning");
        }
        1 => {
            send(scene, "accepted", 90);
            send(scene, "expired", 30);
            scene.expect("BA0401", &format!("invite/{email}"), "warning");
        }
        2 => {
            // The person became a member after all.
            send(scene, "expired", 40);
            let n = scene.number();
            let id = format!("user_0{n}");
            scene.add("users", json!({ "id": id, "email": email, "role": "user" }));
            scene.at_work(&id, &email);
        }
        kind => {
            if kind == 3 {
                send(scene, "expired", 40);
            }
            send(scene, "pending", days);
            if over(days, scene.settings.pending) {
                scene.expect("BA0402", &format!("invite/{email}"), "warning");
            }
        }
    }
}

/// A live object that is not in the files.
pub(crate) fn unlisted(scene: &mut Scene) {
    let most = scene.settings.unlisted;
    let days = around(scene, most, 30);
    let severity = if over(days, most) { "warning" } else { "note" };
    let (kind, address, severity) = match scene.dice.below(5) {
        0 => {
            let n = scene.number();
            let (id, email) = (format!("user_0{n}"), format!("u{n}@acme.com"));
            let added = scene.moment(days);
            scene.add("users", json!({ "id": id, "email": email, "role": "user", "added_at": added }));
            scene.at_work(&id, &email);
            ("members", format!("member/{email}"), severity)
        }
        1 => {
            let n = scene.number();
            let email = format!("u{n}@acme.com");
            // Not pending long enough for a finding of its own, however long the limit for unlisted objects is.
            let days = days.min(scene.settings.pending.unwrap_or(20));
            let severity = if over(days, most) { "warning" } else { "note" };
            let at = scene.moment(days);
            let invite = json!({ "email": email, "role": "user", "status": "pending", "invited_at": at });
            scene.add("invites", invite);
            ("members", format!("invite/{email}"), severity)
        }
        2 => {
            let (name, id) = scene.unused_workspace(days);
            let day = scene.within(scene.settings.workspaces);
            scene.used(day, json!({ "workspace_id": id }));
            // Its content is ignored.
            let maker = scene.maker.clone();
            scene.membership(&id, &maker, "workspace_user");
            ("workspaces", format!("workspace/{}", name.replace(' ', "%20")), severity)
        }
        // The workspace that the service creates is reported like any other, unless an earlier one was planted.
        3 if scene.spaces.remove("Claude Code").is_some() => {
            let created = scene.moment(days);
            let live = scene.live.get_mut("workspaces").unwrap();
            live.iter_mut().find(|live| live["name"] == "Claude Code").unwrap()["created_at"] =
                created.into();
            ("workspaces", "workspace/Claude%20Code".to_owned(), severity)
        }
        _ => {
            let (label, space) = scene.any_workspace();
            let (id, email) = scene.working("user");
            scene.membership(&space, &id, "workspace_user");
            let address = format!("workspace/{}/member/{email}", label.replace(' ', "%20"));
            // The time is unknown.
            ("workspace_members", address, "note")
        }
    };
    if most.is_some() && scene.unlisted[kind] != "ignore" {
        scene.expect("BA0501", &address, severity);
    }
}

/// Returns the creator of a key, and whether the files say that the creator leaves or has left.
pub(crate) fn leaver(scene: &mut Scene) -> (Value, bool) {
    let by = |id: &str| json!({ "id": id, "type": "user" });
    match scene.dice.below(6) {
        0 => (by("user_0gone"), true),
        1 => {
            let (id, email) = scene.working("user");
            scene.members.insert(email, "none".to_owned());
            (by(&id), true)
        }
        2 | 3 => {
            let (id, email) = scene.working("developer");
            let days = [-1, 0, 13, 14, 15, 16, 60][scene.dice.below(7)];
            let last = scene.today + days.days();
            scene.members.insert(email, format!("{{role: developer, until: {last}}}"));
            (by(&id), days <= 14)
        }
        4 => (Value::Null, false),
        _ => (by(&scene.maker.clone()), false),
    }
}
