//! B6: what a plan says that people lose, against what they had before and have afterwards, worked out anew
//! from the states of the service.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::dice::Dice;
use crate::world::{Row, World, cases};

/// A state of the service, with the few questions that are asked of it.
struct State(Value);

type Pair = (String, String);

impl State {
    fn of(world: &World) -> Self {
        Self(world.state_json())
    }

    fn list(&self, kind: &str) -> &[Value] {
        self.0[kind].as_array().map_or(&[], Vec::as_slice)
    }

    fn role(&self, user: &str) -> Option<&str> {
        self.list("users").iter().find(|other| other["id"] == user)?["role"].as_str()
    }

    fn open(&self) -> BTreeMap<&str, &str> {
        let open = self.list("workspaces").iter().filter(|workspace| workspace["archived_at"].is_null());
        // Who may enter the default one follows from any role.
        let open = open.filter(|workspace| workspace["name"] != "Default");
        open.map(|workspace| (text(workspace, "id"), text(workspace, "name"))).collect()
    }

    /// Memberships of their own: user and workspace, with the role there.
    fn memberships(&self) -> BTreeMap<Pair, &str> {
        let memberships = self.list("workspace_members").iter();
        memberships
            .map(|membership| {
                let pair =
                    (text(membership, "user_id").to_owned(), text(membership, "workspace_id").to_owned());
                (pair, text(membership, "workspace_role"))
            })
            .collect()
    }

    /// Whether somebody may enter, by a membership or by their role in the organization.
    fn enters(&self, (user, workspace): &Pair) -> bool {
        let everywhere = ["billing", "admin", "owner", "primary_owner"];
        self.role(user).is_some_and(|role| everywhere.contains(&role))
            || self.memberships().contains_key(&(user.clone(), workspace.clone()))
                && self.role(user).is_some()
    }

    fn pending(&self) -> BTreeMap<String, &str> {
        let pending = self.list("invites").iter().filter(|invite| invite["status"] == "pending");
        pending.map(|invite| (person(text(invite, "email")), text(invite, "role"))).collect()
    }
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_default()
}

/// An address without what carries no meaning: letter case and a `+tag`.
fn person(email: &str) -> String {
    let email = email.to_lowercase();
    match (email.split_once('+'), email.split_once('@')) {
        (Some((name, _)), Some((_, domain))) => format!("{name}@{domain}"),
        _ => email,
    }
}

/// One random organization and files, planned and applied.
struct Played {
    before: State,
    after: State,
    plan: Value,
    /// Workspaces whose member list the plan asked for, and whether it asked for keys.
    read: BTreeSet<String>,
    keys_read: bool,
    /// What a plan calls a workspace: its line in the files, else its name.
    shown: BTreeMap<String, String>,
}

fn played(seed: u64) -> Option<Played> {
    let mut dice = Dice::new(seed ^ 0xB6);
    let world = World::here(crate::organization::random(&mut dice)).with_token(crate::world::TOKEN);
    let mut labels = BTreeMap::new();
    for (name, text) in crate::files::random(&mut dice, true).plain() {
        // Nothing expires: what ends by itself is not counted, and is not what this is about.
        let text =
            text.replace("until: 2026-11-", "until: 2027-11-").replace("until: 2026-10-", "until: 2027-10-");
        let files: Value = serde_saphyr::from_str(&text).unwrap();
        for (label, workspace) in files["workspaces"].as_object().into_iter().flatten() {
            if let Some(id) = workspace["id"].as_str() {
                labels.insert(id.to_owned(), label.clone());
            }
        }
        world.write(&format!("files/{name}"), &text);
    }
    let before = State::of(&world);
    let plan = world.run("plan files --format json").json();
    let asked: Vec<String> = world.ledger().into_iter().map(|entry| entry.path).collect();
    let read = asked.iter().filter_map(|path| {
        path.strip_prefix("/v1/organizations/workspaces/")?.strip_suffix("/members").map(str::to_owned)
    });
    let read = read.collect();
    let keys_read = asked.iter().any(|path| path.ends_with("/api_keys"));
    // A refused plan changes nothing that could be looked at afterwards.
    if world.run("apply files --auto-approve").code != 0 {
        return None;
    }
    let named = before.open().into_iter().map(|(id, name)| (id.to_owned(), name.to_owned()));
    let shown = named.map(|(id, name)| (id.clone(), labels.get(&id).cloned().unwrap_or(name))).collect();
    Some(Played { after: State::of(&world), before, plan, read, keys_read, shown })
}

#[test]
fn b6_losses_are_announced_as_computed_from_before_and_after() {
    let mut row = Row::default();
    let (mut losses, mut people, mut keys) = (0, 0, 0);
    for seed in cases(200, 5_000) {
        let Some(played) = played(seed) else { continue };
        let (lost, announced) = (played.lost(), played.announced());
        losses += lost.values().map(Vec::len).sum::<usize>();
        row.case(lost == announced, || format!("seed {seed}: lost {lost:?}, announced {announced:?}"));
        row.told(&format!("seed {seed}, unread"), played.unread());
        let losing = played.losing();
        people += losing.len();
        let guards = played.plan["guards"].as_array().cloned().unwrap_or_default();
        let guard = guards.iter().find(|guard| guard["guard"] == "access_loss");
        let counted = guard.and_then(|guard| guard["counted"].as_u64()).unwrap_or_default();
        row.case(u64::try_from(losing.len()).unwrap() == counted, || {
            format!("seed {seed}: {losing:?} lose something, the guard counts {counted}")
        });
        if played.keys_read {
            let (stopped, announced) = played.keys();
            keys += stopped.len();
            row.case(stopped == announced, || {
                format!("seed {seed}: keys that stopped {stopped:?}, announced {announced:?}")
            });
        }
    }
    row.figure(format!("{losses} workspaces lost, {people} people, {keys} keys"));
}

impl Played {
    fn changes(&self) -> impl Iterator<Item = &Value> {
        self.plan["changes"].as_array().into_iter().flatten()
    }

    fn consequences(&self) -> impl Iterator<Item = &Value> {
        self.plan["consequences"].as_array().into_iter().flatten()
    }

    /// By person, the workspaces that they entered before and do not enter afterwards, or have no membership of
    /// their own in any more. Those that are archived are everybody's loss, and said as such.
    fn lost(&self) -> BTreeMap<String, Vec<String>> {
        let memberships = (self.before.memberships(), self.after.memberships());
        let still_open = self.after.open();
        let mut lost: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for user in self.before.list("users") {
            let id = text(user, "id");
            let leaves = self.after.role(id).is_none();
            for (workspace, shown) in &self.shown {
                let pair = (id.to_owned(), workspace.clone());
                let membership = memberships.0.contains_key(&pair) && !memberships.1.contains_key(&pair);
                let access = self.before.enters(&pair) && !self.after.enters(&pair);
                // A leaver is one line; it names the memberships that were read, not what a role gave besides.
                let goes = if leaves { membership } else { membership || access };
                if goes && self.read.contains(workspace) && still_open.contains_key(workspace.as_str()) {
                    lost.entry(person(text(user, "email"))).or_default().push(shown.clone());
                }
            }
        }
        sorted(lost)
    }

    /// By person, the workspaces that the plan says they lose: by a change, or in consequence of one.
    fn announced(&self) -> BTreeMap<String, Vec<String>> {
        let archived: Vec<String> = self
            .changes()
            .filter(|change| change["action"] == "archive")
            .map(|change| part(text(change, "address"), 1))
            .collect();
        let mut announced: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut add = |email: String, name: String| {
            if !archived.contains(&name) {
                announced.entry(person(&email)).or_default().push(name);
            }
        };
        for change in self.changes().filter(|change| change["action"] == "remove") {
            let address = text(change, "address");
            if address.starts_with("workspace/") && part(address, 2) == "member" {
                add(part(address, 3), part(address, 1));
            }
        }
        for item in self.consequences() {
            for name in text(item, "reason").strip_prefix("loses access to `").into_iter().flat_map(ticked) {
                add(part(text(item, "address"), 1), name);
            }
        }
        sorted(announced)
    }

    /// Where member lists were not read, the plan counts the workspaces that somebody who was `billing` may
    /// drop out of: all of these, and no fewer than were lost.
    fn unread(&self) -> Result<(), String> {
        let unread: Vec<&String> = self.shown.keys().filter(|id| !self.read.contains(*id)).collect();
        for user in self.before.list("users").iter().filter(|user| user["role"] == "billing") {
            let id = text(user, "id");
            if self.after.role(id).is_none_or(|role| role == "billing") {
                continue;
            }
            let email = person(text(user, "email"));
            let mut reasons = self
                .consequences()
                .filter(|item| person(&part(text(item, "address"), 1)) == email)
                .map(|item| text(item, "reason"));
            let said = reasons.find_map(|reason| {
                let count = reason.strip_prefix("loses access to ")?.split(' ').next()?;
                if count == "every" { Some(unread.len()) } else { count.parse::<usize>().ok() }
            });
            let entered = |workspace: &&&String| {
                let pair = (id.to_owned(), (**workspace).clone());
                self.before.enters(&pair) && !self.after.enters(&pair)
            };
            let lost = unread.iter().filter(entered).count();
            let said = said.unwrap_or_default();
            if said != unread.len() || said < lost {
                return Err(format!("{email}: {lost} lost, {said} said, of {} not read", unread.len()));
            }
        }
        Ok(())
    }

    /// Everybody who is out, uninvited, lowered, or out of a workspace that nobody archived.
    fn losing(&self) -> BTreeSet<String> {
        let (before, after) = (&self.before, &self.after);
        let mut losing: BTreeSet<String> = self.lost().into_keys().collect();
        for user in before.list("users") {
            let (old, new) = (text(user, "role"), after.role(text(user, "id")));
            if new
                .is_none_or(|new| new != old && !raises(&["claude_code_user", "user", "developer"], old, new))
            {
                losing.insert(person(text(user, "email")));
            }
        }
        let (old, new) = (before.memberships(), after.memberships());
        for ((user, workspace), role) in &old {
            let order = [
                "workspace_user",
                "workspace_restricted_developer",
                "workspace_developer",
                "workspace_admin",
            ];
            let lowered = new
                .get(&(user.clone(), workspace.clone()))
                .is_some_and(|now| now != role && !raises(&order, role, now));
            let email = before.list("users").iter().find(|other| other["id"] == user.as_str());
            if let Some(email) = email.filter(|_| lowered) {
                losing.insert(person(text(email, "email")));
            }
        }
        let pending = after.pending();
        for (email, role) in before.pending() {
            let again = pending.get(&email);
            let invited = |change: &&Value| {
                change["action"] == "invite" && person(&part(text(change, "address"), 1)) == email
            };
            if again.is_none_or(|now| *now != role) && self.changes().find(invited).is_none() {
                losing.insert(email);
            }
        }
        losing
    }

    /// Keys that stopped without a request of their own; and those of which the plan says so. Keys of a
    /// workspace that is archived are said by name, and left out.
    fn keys(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let after: BTreeMap<&str, &str> =
            self.after.list("api_keys").iter().map(|key| (text(key, "id"), text(key, "status"))).collect();
        let asked: BTreeSet<&str> = self
            .changes()
            .filter_map(|change| text(&change["request"], "path").strip_prefix("/v1/organizations/api_keys/"))
            .collect();
        let open = self.after.open();
        let was_open = self.before.open();
        let stopped = self.before.list("api_keys").iter().filter(|key| {
            let place = key["scope"]["workspace_id"].as_str().unwrap_or_default();
            let archived = was_open.contains_key(place) && !open.contains_key(place);
            let id = text(key, "id");
            let changed = after.get(id).is_none_or(|now| *now != text(key, "status"));
            // One that had expired did not work before.
            changed && key["status"] != "expired" && !asked.contains(id) && !archived
        });
        let stopped = stopped.map(|key| text(key, "id").to_owned()).collect();
        let theirs = |item: &&Value| {
            let reason = text(item, "reason");
            reason.starts_with("their personal keys") || reason.starts_with("their Claude Code keys")
        };
        let said = self.consequences().filter(theirs);
        let said = said.flat_map(|item| {
            let ids = text(item, "reason")
                .split('(')
                .skip(1)
                .filter_map(|rest| Some(rest.split(')').next()?.trim_matches('`')));
            ids.filter(|id| id.starts_with("apikey_")).map(str::to_owned).collect::<Vec<_>>()
        });
        let gone: BTreeSet<&str> = self
            .before
            .list("api_keys")
            .iter()
            .filter(|key| {
                let place = key["scope"]["workspace_id"].as_str().unwrap_or_default();
                was_open.contains_key(place) && !open.contains_key(place)
            })
            .map(|key| text(key, "id"))
            .collect();
        (stopped, said.filter(|id| !gone.contains(id.as_str()) && !asked.contains(id.as_str())).collect())
    }
}

fn sorted(mut all: BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    for names in all.values_mut() {
        names.sort();
    }
    all
}

fn raises(order: &[&str], old: &str, new: &str) -> bool {
    let rank = |role: &str| order.iter().position(|other| *other == role);
    matches!((rank(old), rank(new)), (Some(old), Some(new)) if new > old)
}

/// One part of an address, as it was before it was encoded.
fn part(address: &str, n: usize) -> String {
    let part = address.split('/').nth(n).unwrap_or_default();
    percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned()
}

/// The names of a list such as `` `a`, `b` ``, whose first tick is gone already.
fn ticked(rest: &str) -> Vec<String> {
    // Behind a label that is not the live name stand the live name and the id.
    let names = rest.split("` (`").next().unwrap_or(rest);
    names.trim_end_matches('`').split("`, `").map(str::to_owned).collect()
}
