//! Key material is nowhere but in the children.

use std::collections::BTreeMap;
use std::io::{Read as _, Seek as _, SeekFrom};

use serde_json::{Value, json};

use crate::looping::{Looping, receiver};
use crate::site::Site;
use crate::world::{KEY, wait};

/// Returns how often a text is in the memory of a process.
fn in_memory(process: u32, text: &str) -> usize {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let mut memory = std::fs::File::open(format!("/proc/{process}/mem")).unwrap();
    let mut found = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let range = line.split(' ').next().unwrap().split_once('-').unwrap();
        let number = |text: &str| u64::from_str_radix(text, 16).unwrap();
        let (start, end) = (number(range.0), number(range.1));
        let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
        if memory.seek(SeekFrom::Start(start)).is_ok() && memory.read_exact(&mut bytes).is_ok() {
            found += String::from_utf8_lossy(&bytes).matches(text).count();
        }
    }
    found
}

#[test]
fn key_material_is_in_no_output_and_not_in_the_listening_process() {
    let site = Site::acme("mode: apply");
    let (url, received) = receiver();
    site.world.write("url", &url);
    let text = site.world.read("controller.yaml") + "notify: [{url_file: url, names: true}]\n";
    site.world.write("controller.yaml", &text);
    let looping = Looping::start(&site);
    looping.event("round");
    site.world.edit_file(crate::site::FILE, "uma@acme.com: user", "uma@acme.com: developer");
    site.commit();
    site.world.faults(&json!([{"method": "POST", "path": "**", "every": 1, "then": {"latency_ms": 500}}]));
    site.world.run("controller run acme").ended(0);
    assert!(wait(|| !site.world.written().is_empty()));
    assert_eq!(looping.event("round")["reason"], "Applied");
    // Two states that are posted, one of them with what a child says about a key.
    site.console_role("user");
    site.world.run("controller run acme").ended(0);
    assert_eq!(looping.event("round")["reason"], "Held");
    site.world.write("key", "sk-ant-api03-CANARY-not-an-admin-key-0000000000000000000");
    site.world.run("controller run acme").ended(0);
    assert_eq!(looping.event("round")["reason"], "Unauthorized");
    assert!(wait(|| looping.request("GET", "/", "").1.contains("Unauthorized")));
    let process = looping.child.id();
    for secret in [KEY, "CANARY"] {
        assert_eq!(in_memory(process, secret), 0);
    }
    assert!(in_memory(process, "credential_file") > 0, "the memory was read");
    let environment = std::fs::read(format!("/proc/{process}/environ")).unwrap();
    let mut texts = BTreeMap::from([
        ("environment", String::from_utf8_lossy(&environment).into_owned()),
        ("log", looping.logged()),
        ("metrics", looping.request("GET", "/metrics", "").1),
        ("page", looping.request("GET", "/", "").1),
        ("status", site.world.run("controller status").ended(0).all()),
        ("status document", site.status().to_string()),
    ]);
    let posted: Vec<Value> = received.try_iter().collect();
    assert!(posted.len() >= 3, "{posted:#?}");
    texts.insert("notifications", json!(posted).to_string());
    for name in ["memory.json", "journal.jsonl"] {
        texts.insert(name, site.world.read(&format!("state/organizations/acme/{name}")));
    }
    for (name, text) in texts {
        assert!(!text.is_empty() && !text.contains("CANARY") && !text.contains(KEY), "{name}: {text}");
    }
}

#[test]
fn a_replaced_key_is_used_in_the_next_round() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::settled("mode: apply");
    let path = site.world.path("key");
    std::fs::write(&path, "sk-ant-api03-CANARY-no-admin-key-000000000000000000000000").unwrap();
    site.writes_nothing("Unauthorized").ended(1);
    std::fs::write(&path, KEY).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    site.writes_nothing("InSync").ended(0);
}
