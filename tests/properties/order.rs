//! F3: the order of changes in random plans, told from the requests alone.

use serde_json::Value;

use crate::dice::Dice;
use crate::world::{Row, World, cases};

/// One request: method, path, body.
struct Sent {
    method: String,
    path: String,
    body: Value,
}

impl Sent {
    /// Its place in a run, as the documentation promises it: keys off, external keys, workspaces, limits and names of keys,
    /// invites, leavers and withdrawals, roles, memberships, keys on, service accounts, their memberships, federation,
    /// the same backwards, memberships of people who stay, archives.
    fn place(&self) -> usize {
        // The id of a workspace that is still to be made stands as its address, with a `/` in it.
        let path = ["workspace", "service_account", "federation_issuer", "federation_rule"]
            .iter()
            .fold(self.path.clone(), |path, kind| path.replace(&format!("{{{kind}/"), "{"));
        let parts: Vec<&str> = path.split('/').skip(3).collect();
        match (self.method.as_str(), parts.as_slice()) {
            ("POST", ["api_keys", _]) => {
                match self.body["status"].as_str() {
                    Some("active") => 7,
                    Some(_) => 0,
                    // A rename.
                    None => 2,
                }
            }
            ("POST", ["workspaces"] | ["workspaces", _] | ["workspaces", _, "rate_limits", _])
            | ("POST" | "DELETE", ["spend_limits", ..]) => 2,
            ("POST", ["external_keys"] | ["external_keys", _]) => 1,
            ("POST", ["invites"]) => 3,
            ("DELETE", ["users" | "invites", _]) => 4,
            ("POST", ["users", _]) => 5,
            ("POST", ["workspaces", _, "members"] | ["workspaces", _, "members", _]) => 6,
            ("POST", ["service_accounts"] | ["service_accounts", _]) => 8,
            ("POST", ["workspaces", _, "service_accounts"] | ["workspaces", _, "service_accounts", _]) => 9,
            ("POST", ["federation_issuers"] | ["federation_issuers", _]) => 10,
            ("POST", ["federation_rules", _]) if self.body["applies_to_all_workspaces"] == false => 13,
            ("POST", ["federation_rules"] | ["federation_rules", _]) => 11,
            ("POST", ["federation_rules", _, "workspaces"]) => 12,
            ("DELETE", ["federation_rules", _, "workspaces", _]) => 14,
            ("POST", ["federation_rules", _, "archive"]) => 15,
            ("POST", ["federation_issuers", _, "archive"]) => 16,
            ("DELETE", ["workspaces", _, "service_accounts", _]) => 17,
            ("POST", ["service_accounts", _, "archive"]) => 18,
            ("DELETE", ["workspaces", _, "members", _]) => 19,
            ("POST", ["workspaces", _, "archive"]) => 20,
            _ => usize::MAX,
        }
    }
}

#[test]
fn f3_additions_come_before_removals_and_parents_before_their_content() {
    let mut row = Row::default();
    let mut longest = 0;
    for seed in cases(40, 5_000) {
        let mut dice = Dice::new(seed ^ 0xF3);
        let world = crate::files::world(&mut dice);
        let plan = world.run("plan files --format json").json();
        let changes = plan["changes"].as_array().cloned().unwrap_or_default();
        if changes.len() < 2 {
            continue;
        }
        longest = longest.max(changes.len());
        let planned: Vec<Sent> = changes.iter().map(|change| sent(&change["request"])).collect();
        // Somebody invited for another role: the old invite is withdrawn first, and the new one waits for that. A rule that
        // is enabled nowhere is enabled before it is changed.
        let again: Vec<usize> = (0..changes.len())
            .filter(|n| {
                let of_rule = changes[*n]["address"].as_str().unwrap().starts_with("federation_rule/");
                changes[*n]["action"] == "invite" || of_rule && changes[*n]["action"] == "update"
            })
            .filter(|n| changes[*n]["depends_on"].as_array().is_some_and(|ids| !ids.is_empty()))
            .collect();
        row.told(&format!("seed {seed}, planned"), in_order(&planned, &again).and(depends(&changes)));
        world.run("apply files --auto-approve");
        let arrived: Vec<Sent> = world
            .written()
            .into_iter()
            // A validation is part of the request behind it.
            .filter(|entry| !entry.path.ends_with("/validate"))
            .map(|entry| Sent { method: entry.method, path: entry.path, body: entry.body })
            .collect();
        if arrived.is_empty() {
            continue;
        }
        let told = in_order(&arrived, &again).and(created_first(&arrived, &world));
        row.told(&format!("seed {seed}, as it arrived"), told);
    }
    row.figure(format!("up to {longest} changes"));
}

fn sent(request: &Value) -> Sent {
    let text = |field: &str| request[field].as_str().unwrap_or_default().to_owned();
    Sent { method: text("method"), path: text("path"), body: request["body"].clone() }
}

/// Nothing comes before what has an earlier place, but for an invite that stands right where its withdrawal
/// made room for it.
fn in_order(sent: &[Sent], again: &[usize]) -> Result<(), String> {
    let mut highest = 0;
    for (n, request) in sent.iter().enumerate() {
        let place = request.place();
        let is_again = again.contains(&n) && [3, 11].contains(&place);
        if place == usize::MAX || place < highest && !is_again {
            return Err(format!("{} {} stands behind place {highest}", request.method, request.path));
        }
        highest = highest.max(place);
    }
    Ok(())
}

/// What a change depends on stands before it, and every id that stands in braces was made before.
fn depends(changes: &[Value]) -> Result<(), String> {
    let mut before: Vec<&str> = Vec::new();
    for change in changes {
        let ids = change["depends_on"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut ids = ids.chain(change["request"]["path"].as_str().and_then(|path| {
            let label = path.split_once('{')?.1.split_once('}')?.0;
            changes
                .iter()
                .filter(|made| made["action"] == "create")
                .find_map(|made| (made["address"] == label).then(|| made["id"].as_str()).flatten())
        }));
        if let Some(missing) = ids.find(|id| !before.contains(id)) {
            return Err(format!("{} waits for {missing}, which stands behind it", change["id"]));
        }
        before.extend(change["id"].as_str());
    }
    Ok(())
}

/// Memberships in workspaces that the run made arrive behind the workspace.
fn created_first(sent: &[Sent], world: &World) -> Result<(), String> {
    let state = world.emulator.state();
    let position = |path: &str, name: &str| {
        sent.iter().position(|request| request.path == path && request.body["name"] == name)
    };
    for (n, request) in sent.iter().enumerate().filter(|(_, request)| request.place() == 6) {
        let id = request.path.split('/').nth(4).unwrap_or_default();
        let workspace = state.workspaces.iter().find(|workspace| workspace.id == id);
        let made = workspace.and_then(|workspace| position("/v1/organizations/workspaces", &workspace.name));
        if made.is_some_and(|made| made > n) {
            return Err(format!("{} arrives before its workspace is made", request.path));
        }
    }
    Ok(())
}
