//! The controller and its children are killed around every write; the next rounds converge without a duplicate.

use std::process::Command;

use serde_json::json;

use crate::looping::Looping;
use crate::site::{FILE, Site};
use crate::world::{doubled, wait};

/// Returns the children of a process, each with its command line.
pub(crate) fn children(parent: u32) -> Vec<(String, String)> {
    let tasks = std::fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
    let children = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    let line = |child: &str| std::fs::read_to_string(format!("/proc/{child}/cmdline")).unwrap_or_default();
    children.collect::<String>().split_whitespace().map(|child| (child.to_owned(), line(child))).collect()
}

/// Kills the children of a process whose command line contains a text. Returns whether there was one.
pub(crate) fn kill_children(parent: u32, text: &str) -> bool {
    let mut killed = false;
    for (child, _) in children(parent).into_iter().filter(|(_, line)| line.contains(text)) {
        killed |= Command::new("kill").args(["-9", &child]).status().is_ok_and(|status| status.success());
    }
    killed
}

/// A commit with four writes, of which one creates an object that has no unique name.
fn busy() -> Site {
    let site = Site::settled("mode: apply");
    for (from, to) in [
        ("uma@acme.com: user", "uma@acme.com: developer\n  new@acme.com: user"),
        ("dev@acme.com: workspace_developer", "dev@acme.com: workspace_admin"),
        ("workspaces:\n", "workspaces:\n  extra: {}\n"),
    ] {
        site.world.edit_file(FILE, from, to);
    }
    site.commit();
    site
}

fn whole() -> Vec<String> {
    let site = busy();
    site.once().ended(0);
    site.world.state()
}

#[test]
fn a_killed_controller_and_child_leave_no_duplicate_and_the_next_round_converges() {
    let whole = whole();
    let mut killed = 0;
    for k in 1..=4 {
        for kills_child in [false, true] {
            let site = busy();
            let then = json!({"latency_ms": 400});
            site.world.faults(&json!([
                {"method": "POST", "path": "**", "every": 1, "then": then},
                {"method": "DELETE", "path": "**", "every": 1, "then": then},
            ]));
            site.world.run("controller run acme").ended(0);
            let mut looping = Looping::start(&site);
            if !wait(|| site.world.written().len() >= k) {
                continue;
            }
            killed += 1;
            if kills_child {
                kill_children(looping.child.id(), "");
            }
            looping.child.kill().unwrap();
            looping.child.wait().unwrap();
            site.world.faults(&json!([]));
            // A child that lived on finishes its apply, and keeps the journal until then.
            let converged = wait(|| {
                site.once();
                site.reason() == "InSync" || site.reason() == "Held"
            });
            assert!(converged, "write {k}: {:#}", site.status());
            assert_eq!(site.world.state(), whole, "write {k}, child {kills_child}: {:#}", site.status());
            assert_eq!(doubled(&site.world.state()), Vec::<&String>::new());
            let journal = site.world.read("state/organizations/acme/journal.jsonl");
            assert!(!journal.is_empty());
            let shown =
                site.world.run("journal show state/organizations/acme/journal.jsonl --format json").ended(0);
            assert_eq!(shown.json()["faults"], json!([]));
        }
    }
    assert!(killed >= 6, "{killed}");
}
