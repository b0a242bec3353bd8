//! Random organizations and files: where the controller must not write, it does not.

use serde_json::{Value, json};

use crate::site::{FILE, Site};
use crate::world::{ACME, World, acme, cases};

/// A reproducible sequence of random numbers.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, most: u64) -> u64 {
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

/// Returns what makes two changes the same.
fn key(change: &Value) -> String {
    format!("{} {} {}", change["action"], change["target"], change["request"])
}

/// Gives some people a last day that has passed.
fn with_dates(files: &str, random: &mut Random) -> String {
    let mut dated = String::new();
    for line in files.lines() {
        let is_person = line.starts_with("  p") && random.below(4) == 0;
        match line.split_once(": ").filter(|_| is_person) {
            Some((person, role)) => dated += &format!("{person}: {{role: {role}, until: 2026-11-20}}\n"),
            None => dated += &format!("{line}\n"),
        }
    }
    dated
}

#[test]
fn causes_equal_the_difference_of_two_plans() {
    let world = World::here(acme());
    let (mut triples, mut seen) = (0, std::collections::BTreeMap::<String, usize>::new());
    for n in cases(60, 1000) {
        let mut random = Random(n);
        world.begin(&organization(&mut random)).unwrap();
        let base = files(&mut random);
        let base = with_dates(&base, &mut random);
        let mut tip = if random.below(3) == 0 { files(&mut random) } else { base.clone() };
        if random.below(2) == 0 {
            tip = tip.replacen(": user\n", ": developer\n", 1);
        }
        world.write("bylaws/bylaws.yaml", &base);
        world.commit("base");
        world.git("tag baseline");
        let before = world.run("plan bylaws --format json").json();
        world.write("bylaws/bylaws.yaml", &tip);
        world.git("add --all");
        world.git("commit --quiet --allow-empty --message tip");
        let plan = world.run("plan bylaws --base baseline --format json").json();
        let before: Vec<String> = before["changes"].as_array().unwrap().iter().map(key).collect();
        for change in plan["changes"].as_array().unwrap() {
            let person = change["address"].as_str().unwrap().rsplit('/').next().unwrap();
            let expected = if !before.contains(&key(change)) {
                "commit"
            } else if tip.contains(&format!("  {person}: {{role")) {
                "due"
            } else {
                "drift"
            };
            assert_eq!(change["cause"], expected, "BYLAWS_SEED={n}: {change:#}");
            *seen.entry(expected.to_owned()).or_default() += 1;
        }
        triples += 1;
    }
    assert!(triples == 1 || seen.len() == 3, "{seen:?}");
}
