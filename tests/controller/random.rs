//! Random organizations and files: where the controller must not write, it does not.

use serde_json::{Value, json};

use crate::site::{FILE, Site};
use crate::world::{ACME, cases};

/// A reproducible sequence of random numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

const ROLES: [&str; 4] = ["user", "developer", "billing", "claude_code_user"];
const WORKSPACE_ROLES: [&str; 3] = ["workspace_user", "workspace_developer", "workspace_admin"];

fn organization(random: &mut Random) -> Value {
    let mut users = vec![json!({"id": "user_root", "email": "root@acme.com", "role": "admin"})];
    let mut members = Vec::new();
    for n in 0..random.below(12) {
        users.push(json!({"id": format!("user_{n}"), "email": format!("p{n}@acme.com"), "role": ROLES[usize::try_from(random.below(4)).unwrap()]}));
        if random.below(2) == 0 {
            members.push(json!({"workspace_id": "wrkspc_lab", "user_id": format!("user_{n}"),
                "workspace_role": WORKSPACE_ROLES[usize::try_from(random.below(3)).unwrap()]}));
        }
    }
    json!({"organization": {"id": ACME, "name": "Acme"}, "users": users,
        "workspaces": [{"id": "wrkspc_lab", "name": "lab"}], "workspace_members": members})
}

fn files(random: &mut Random) -> String {
    let mut text = format!("bylaws: 1\norganization: {{id: {ACME}}}\nmembers:\n  root@acme.com: admin\n");
    let mut members = String::new();
    for n in 0..random.below(12) {
        text += &format!("  p{n}@acme.com: {}\n", ROLES[usize::try_from(random.below(4)).unwrap()]);
        if random.below(3) == 0 {
            members += &format!(
                "      p{n}@acme.com: {}\n",
                WORKSPACE_ROLES[usize::try_from(random.below(3)).unwrap()]
            );
        }
    }
    let members = if members.is_empty() { " {}".to_owned() } else { format!("\n{members}") };
    text + &format!(
        "workspaces:\n  lab:\n    members:{members}\nunlisted: {{members: remove, workspace_members: remove}}\n\
        guards: {{access_loss: {{max: 100, share: 100%}}}}\n"
    )
}

#[test]
fn nothing_is_written_in_mode_plan_suspended_without_a_baseline_or_without_a_journal() {
    let site = Site::acme("mode: apply");
    for n in cases(16, 200) {
        let mut random = Random(n);
        let live = organization(&mut random);
        site.world.reset(&live);
        site.world.write(FILE, &files(&mut random));
        site.commit();
        site.world.remove("state");
        site.configure(if n % 4 == 0 { "mode: plan" } else { "mode: apply\ndrift: apply" });
        if n % 4 == 1 {
            site.world.run("controller suspend acme --reason test").ended(0);
        }
        if n % 4 == 3 {
            // In sync once, so that there is a baseline; then a journal that is not the one that was written.
            let same = site.world.read(FILE);
            site.once();
            if site.status()["fingerprint"].is_string() {
                site.approve();
            }
            site.once();
            site.world.write("state/organizations/acme/journal.jsonl", "{}\n");
            site.world.write(FILE, &files(&mut random));
            assert_ne!(same, site.world.read(FILE));
            site.commit();
        }
        site.world.emulator.clear_ledger();
        for _ in 0..2 {
            let ran = site.once();
            assert_eq!(site.world.writes(), "", "case {n}: {ran}");
        }
        assert!(site.world.reads() > 0, "case {n}: {:#}", site.status());
    }
}
