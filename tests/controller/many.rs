//! Many organizations: one that fails stops no other, and the exit code is the strongest.

use serde_json::Value;

use crate::world::{FILES, KEY, World, acme};

#[test]
fn one_broken_organization_stops_no_other() {
    let worlds: Vec<World> = (0..3).map(|_| World::live(acme())).collect();
    let host = World::live(acme()).without("ANTHROPIC_ADMIN_KEY");
    let mut text = "bylaws-controller: 1\nstate: state\norganizations:\n".to_owned();
    for (n, world) in worlds.iter().enumerate() {
        let files = if n == 1 { FILES.replace("user\n", "usr\n") } else { FILES.to_owned() };
        host.write(&format!("org{n}/bylaws.yaml"), &files);
        host.write(&format!("key{n}"), KEY);
        text += &format!(
            "  org{n}:\n    source: {{folder: org{n}}}\n    credential_file: key{n}\n    api_url: {}\n",
            world.emulator.url()
        );
    }
    host.write("controller.yaml", &text);
    let ran = host.run("controller --once").ended(4);
    let status = host.run("controller status --format json").json();
    let reasons: Vec<&Value> =
        status["organizations"].as_array().unwrap().iter().map(|one| &one["reason"]).collect();
    assert_eq!(reasons, ["InSync", "InvalidFiles", "InSync"], "{ran}");
}
