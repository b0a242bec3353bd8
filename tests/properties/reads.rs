//! The number of read requests depends only on the number of objects, and every plan prints it.

use serde_json::{Value, json};

use crate::organization::ID;
use crate::world::{TOKEN, World};

fn many(n: usize, item: impl Fn(usize) -> Value) -> Vec<Value> {
    (0..n).map(item).collect()
}

/// Returns the printed and the actual number of reads, for an organization with more than one page of everything.
fn reads(files: &str) -> (Value, usize) {
    let world = World::here(json!({})).with_token(TOKEN);
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
        "service_accounts": many(201, |n| {
            let archived = (n > 100).then_some("2026-10-01T00:00:00Z");
            json!({ "id": format!("svac_{n:05}"), "name": format!("a{n}"), "archived_at": archived })
        }),
        "workspace_service_accounts": many(101, |n| {
            json!({ "workspace_id": "wrkspc_00000", "service_account_id": format!("svac_{n:05}"), "workspace_role": "workspace_user" })
        }),
        "federation_issuers": many(101, |n| {
            json!({ "id": format!("fdis_{n:05}"), "name": format!("i{n}"), "issuer_url": "https://ci.acme.com" })
        }),
        "federation_rules": many(201, |n| {
            let archived = (n > 100).then_some("2026-10-01T00:00:00Z");
            json!({
                "id": format!("fdrl_{n:05}"), "name": format!("r{n}"), "issuer_id": "fdis_00000", "archived_at": archived,
                "match": { "subject_prefix": "job" }, "oauth_scope": "workspace:inference",
                "target": { "type": "service_account", "service_account_id": "svac_00000" },
                "workspace_ids": ["wrkspc_00000"],
            })
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
    // All that is not named is 0.
    for (files, counts) in [
        ("members: {zoe@acme.com: user}\n", "organization 1, invites 1, users 3"),
        // Workspaces are listed with the default one (2 pages) and without (1 page).
        ("workspaces: {w1: {tags: {}}}\n", "organization 1, workspaces 3"),
        // A member list that names people needs the list of users, even if `members` is not managed.
        (
            "workspaces: {w0: {members: {p1@acme.com: workspace_user}}}\n",
            "organization 1, invites 1, users 3, workspaces 3, workspace_members 2",
        ),
        // A member list without names does not.
        ("workspaces: {w0: {members: {}}}\n", "organization 1, workspaces 3, workspace_members 2"),
        // Empty lists count one; a workspace still to be created has none to read.
        (
            "workspaces: {w1: {members: {}}, w2: {members: {}}, new: {members: {}}}\n",
            "organization 1, workspaces 3, workspace_members 2",
        ),
        ("workspaces: {w1: {api_keys: {k1: active}}}\n", "organization 1, workspaces 3, api_keys 2"),
        // Those of the organization, and of each workspace with limits in the files.
        (
            "workspaces: {w1: {rate_limits: {batch: {requests_per_minute: 5}}}, w2: {rate_limits: {}}}\n",
            "organization 1, workspaces 3, rate_limits 3",
        ),
        // One list for all, 100 on a page; a limit that is set for the first time is compared with the cost of the month.
        ("spend_limits: {}\n", "organization 1, spend_limits 2"),
        ("spend_limits: {organization: none}\n", "organization 1, spend_limits 2"),
        ("spend_limits: {organization: 5 USD}\n", "organization 1, spend_limits 3"),
        (
            "workspaces: {w1: {spend_limit: 5 USD}, w2: {spend_limit: 9 USD}}\n",
            "organization 1, workspaces 3, spend_limits 3",
        ),
        (
            "workspaces: {w3: {spend_limit: 5 USD}, new: {spend_limit: 5 USD}}\n",
            "organization 1, workspaces 3, spend_limits 2",
        ),
        // Read if there is a section, or a workspace that gets a key.
        ("external_keys: {}\n", "organization 1, external_keys 2"),
        ("workspaces: {w1: {external_key: ekey_00001}}\n", "organization 1, workspaces 3, external_keys 2"),
        ("workspaces: {w1: {external_key: none}}\n", "organization 1, workspaces 3"),
        // 100 on a page, with archived ones; and those of each workspace that has some in the files, with the default one.
        ("service_accounts: {}\n", "organization 1, service_accounts 3"),
        (
            "workspaces: {w0: {service_accounts: {}}, w1: {service_accounts: {}}, Default: {service_accounts: {}}}\n",
            "organization 1, workspaces 3, service_accounts 7",
        ),
        // An account is not archived while a rule names it.
        ("service_accounts: {a0: {state: archived}}\n", "organization 1, service_accounts 3, federation 3"),
        ("workspaces: {new: {service_accounts: {}}}\n", "organization 1, workspaces 3, service_accounts 3"),
        ("api_keys: {k1: active}\n", "organization 1, api_keys 2"),
        (
            "members: {zoe@acme.com: user}\nworkspaces: {w0: {members: {zoe@acme.com: workspace_user}, api_keys: {k1: active}}}\n",
            "organization 1, invites 1, users 3, workspaces 3, workspace_members 2, api_keys 2",
        ),
        // 100 on a page, with archived ones, and the accounts and workspaces that rules name.
        ("federation: {}\n", "organization 1, federation 5"),
        (
            "federation: {rules: {r: {issuer: i0, match: {subject: s}, service_account: a0, scope: workspace:inference, \
             workspaces: [w0]}}}\n",
            "organization 1, workspaces 3, service_accounts 3, federation 5",
        ),
        ("federation: {rules: {}}\n", "organization 1, service_accounts 3, federation 5"),
        (
            "workspaces: {w0: {service_accounts: {}}}\nfederation: {issuers: {}}\n",
            "organization 1, workspaces 3, service_accounts 5, federation 5",
        ),
    ] {
        let mut expected = json!({
            "organization": 0, "invites": 0, "users": 0, "workspaces": 0, "workspace_members": 0, "api_keys": 0,
            "rate_limits": 0, "spend_limits": 0, "external_keys": 0, "service_accounts": 0, "federation": 0,
        });
        let mut total: usize = 0;
        for (list, count) in counts.split(", ").map(|count| count.split_once(' ').unwrap()) {
            let count: usize = count.parse().unwrap();
            assert_eq!(expected[list], 0, "{files}: {list}");
            expected[list] = json!(count);
            total += count;
        }
        expected["total"] = json!(total);
        assert_eq!(reads(files), (expected, total), "{files}");
    }
}
