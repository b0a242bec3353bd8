//! The number of read requests depends only on the number of objects, and every plan prints it.

use serde_json::{Value, json};

use crate::organization::ID;
use crate::world::World;

fn many(n: usize, item: impl Fn(usize) -> Value) -> Vec<Value> {
    (0..n).map(item).collect()
}

/// Returns the printed and the actual number of reads, for an organization with more than one page of everything.
fn reads(files: &str) -> (Value, usize) {
    let world = World::here(json!({}));
    let organization = json!({
        "now": "2026-11-21T09:00:00Z",
        "organization": { "id": ID, "name": "Large" },
        "users": many(2_001, |n| json!({ "id": format!("user_{n:05}"), "email": format!("p{n}@acme.com"), "role": "user" })),
        "invites": many(1_000, |n| json!({ "email": format!("i{n}@acme.com"), "role": "user" })),
        // With the default workspace, which is added, one more than a page.
        "workspaces": many(1_000, |n| {
            let mut workspace = json!({ "id": format!("wrkspc_{n:05}"), "name": format!("w{n}") });
            if n > 50 {
                workspace["archived_at"] = json!("2026-10-01T00:00:00Z");
            }
            workspace
        }),
        "workspace_members": many(1_001, |n| {
            json!({ "workspace_id": "wrkspc_00000", "user_id": format!("user_{n:05}"), "workspace_role": "workspace_user" })
        }),
        "spend_limits": many(137, |n| {
            json!({ "scope": { "type": "workspace", "workspace_id": format!("wrkspc_{:05}", n + 3) }, "amount": "500" })
        }),
        "external_keys": many(101, |n| {
            json!({ "id": format!("ekey_{n:05}"), "provider_config": { "type": "gcp", "key_name": n.to_string() } })
        }),
        "api_keys": many(1_500, |n| {
            json!({ "name": format!("k{n}"), "scope": { "type": "workspace", "workspace_id": "wrkspc_00001" } })
        }),
    });
    world.begin(&organization).unwrap();
    let head = format!("bylaws: 1\norganization:\n  id: {ID}\n");
    world.write("files/bylaws.yaml", &(head + files));
    let ran = world.run_args(&["plan", "files", "--format", "json"]);
    let made = world.take_ledger();
    assert!(made.iter().all(|entry| entry.method == "GET"), "{made:?}");
    let plan: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
    (plan["reads"].clone(), made.len())
}

#[test]
fn reads_are_the_pages_of_what_the_files_manage() {
    // (files, organization, invites, users, workspaces, members of workspaces, keys, rate limits, spend limits, external keys)
    for (files, counts) in [
        ("members: {zoe@acme.com: user}\n", [1, 1, 3, 0, 0, 0, 0, 0, 0]),
        // Workspaces are listed with the default one (2 pages) and without (1 page).
        ("workspaces: {w1: {tags: {}}}\n", [1, 0, 0, 3, 0, 0, 0, 0, 0]),
        // A member list that names people needs the list of users, even if `members` is not managed.
        ("workspaces: {w0: {members: {p1@acme.com: workspace_user}}}\n", [1, 1, 3, 3, 2, 0, 0, 0, 0]),
        // A member list without names does not.
        ("workspaces: {w0: {members: {}}}\n", [1, 0, 0, 3, 2, 0, 0, 0, 0]),
        // Empty lists count one; a workspace still to be created has none to read.
        (
            "workspaces: {w1: {members: {}}, w2: {members: {}}, new: {members: {}}}\n",
            [1, 0, 0, 3, 2, 0, 0, 0, 0],
        ),
        ("workspaces: {w1: {api_keys: {k1: active}}}\n", [1, 0, 0, 3, 0, 2, 0, 0, 0]),
        // Those of the organization, and of each workspace with limits in the files.
        (
            "workspaces: {w1: {rate_limits: {batch: {requests_per_minute: 5}}}, w2: {rate_limits: {}}}\n",
            [1, 0, 0, 3, 0, 0, 3, 0, 0],
        ),
        // One list for all, 100 on a page; a limit that is set for the first time is compared with the cost of the month.
        ("spend_limits: {}\n", [1, 0, 0, 0, 0, 0, 0, 2, 0]),
        ("spend_limits: {organization: none}\n", [1, 0, 0, 0, 0, 0, 0, 2, 0]),
        ("spend_limits: {organization: 5 USD}\n", [1, 0, 0, 0, 0, 0, 0, 3, 0]),
        ("workspaces: {w1: {spend_limit: 5 USD}, w2: {spend_limit: 9 USD}}\n", [1, 0, 0, 3, 0, 0, 0, 3, 0]),
        ("workspaces: {w3: {spend_limit: 5 USD}, new: {spend_limit: 5 USD}}\n", [1, 0, 0, 3, 0, 0, 0, 2, 0]),
        // Read if there is a section, or a workspace that gets a key.
        ("external_keys: {}\n", [1, 0, 0, 0, 0, 0, 0, 0, 2]),
        ("workspaces: {w1: {external_key: ekey_00001}}\n", [1, 0, 0, 3, 0, 0, 0, 0, 2]),
        ("workspaces: {w1: {external_key: none}}\n", [1, 0, 0, 3, 0, 0, 0, 0, 0]),
        ("api_keys: {k1: active}\n", [1, 0, 0, 0, 0, 2, 0, 0, 0]),
        (
            "members: {zoe@acme.com: user}\nworkspaces: {w0: {members: {zoe@acme.com: workspace_user}, api_keys: {k1: active}}}\n",
            [1, 1, 3, 3, 2, 2, 0, 0, 0],
        ),
    ] {
        let [
            organization,
            invites,
            users,
            workspaces,
            workspace_members,
            api_keys,
            rate_limits,
            spend_limits,
            external_keys,
        ] = counts;
        let total: usize = counts.iter().sum();
        let expected = json!({
            "organization": organization, "invites": invites, "users": users, "workspaces": workspaces,
            "workspace_members": workspace_members, "api_keys": api_keys, "rate_limits": rate_limits,
            "spend_limits": spend_limits,
            "external_keys": external_keys,
            "total": total,
        });
        assert_eq!(reads(files), (expected, total), "{files}");
    }
}
