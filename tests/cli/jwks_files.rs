//! The keys of an issuer in a file of their own: it is part of the files wherever they are read. Needs `git`.

use serde_json::json;

use crate::world::{ACME, TOKEN, World, acme};

const APPROVED: &str = "guards:\n  approve:\n    - {until: 2026-12-01, reason: agreed, changes: \
                        [update federation_issuer/ci]}\n";

fn jwks(kid: &str) -> String {
    let key = json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": "AQ", "y": "Ag"});
    json!({"keys": [key]}).to_string()
}

/// A committed folder `bylaws/`, in sync: an issuer whose keys are in `keys/ci.json`.
fn committed() -> World {
    let mut seed = acme();
    seed["federation_issuers"] = json!([{
        "id": "fdis_ci", "name": "ci", "issuer_url": "https://ci.acme.com",
        "jwks": {"type": "inline", "keys": [{"kty": "EC", "crv": "P-256", "kid": "one", "x": "AQ", "y": "Ag"}]},
    }]);
    let world = World::live(seed).with_token(TOKEN);
    std::fs::create_dir_all(world.path("bylaws/keys")).unwrap();
    let issuer =
        "federation:\n  issuers:\n    ci: {issuer_url: https://ci.acme.com, jwks: {inline: keys/ci.json}}\n";
    let files = format!("bylaws: 1\norganization: {{id: {ACME}}}\n{APPROVED}{issuer}");
    world.write("bylaws/main.yaml", &files);
    world.write("bylaws/keys/ci.json", &jwks("one"));
    world.commit("one");
    world
}

fn changes(world: &World, command: &str) -> Vec<String> {
    let json = world.run(command).json();
    let all = json["changes"].as_array().unwrap().iter();
    all.map(|change| change["address"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn another_key_in_the_file_is_a_change_of_the_issuer() {
    let world = committed();
    assert_eq!(changes(&world, "plan --format json"), [""; 0]);
    world.write("bylaws/keys/ci.json", &jwks("two"));
    world.commit("two");
    let plan = world.run("plan").ended(0);
    assert!(plan.out.contains("inline [one] digest") && plan.out.contains("inline [two] digest"), "{plan}");
    world.take_ledger();
    world.run("apply --auto-approve").ended(0);
    let sent = world.writes();
    assert!(sent.trim().lines().count() == 1 && sent.contains("\"kid\":\"two\""), "{sent}");
    assert_eq!(changes(&world, "plan --format json"), [""; 0]);
}

#[test]
fn a_key_file_that_differs_from_the_commit_is_an_uncommitted_change() {
    for (text, how) in [(jwks("two"), "modified"), (format!(" {}", jwks("one")), "modified")] {
        let world = committed();
        world.write("bylaws/keys/ci.json", &text);
        let ran = world.run("apply --auto-approve").ended(1);
        assert!(ran.err.contains(&format!("`bylaws/keys/ci.json` ({how})")), "{ran}");
        assert!(world.ledger().is_empty(), "refused before any request");
    }
    let world = committed();
    world.write("bylaws/keys/other.json", "{}");
    world.run("apply --auto-approve").ended(0);
    let text = world.read("bylaws/main.yaml").replace("ci.json", "other.json");
    world.write("bylaws/main.yaml", &text);
    world.write("bylaws/keys/other.json", &jwks("one"));
    let ran = world.run("apply --auto-approve").ended(1);
    assert!(ran.err.contains("`bylaws/keys/other.json` (not in the commit)"), "{ran}");
    std::fs::remove_file(world.path("bylaws/keys/other.json")).unwrap();
    let ran = world.run("plan").ended(4);
    assert!(ran.err.contains("main.yaml") && ran.err.contains("`keys/other.json` does not exist"), "{ran}");
}

#[test]
fn the_key_file_of_another_commit_is_read_from_that_commit() {
    let world = committed();
    world.write("bylaws/keys/ci.json", &jwks("two"));
    // Not committed: live is still what the commit says.
    let drift = world.run("drift --format json").ended(0).json();
    assert_eq!(drift["drift"], json!([]), "{drift:#}");
    world.commit("two");
    let plan = world.run("plan --base HEAD~1 --format json").ended(0).json();
    assert_eq!(plan["changes"][0]["cause"], "commit", "{plan:#}");
    assert_eq!(changes(&world, "plan --base HEAD --format json"), ["federation_issuer/ci"]);
    assert_eq!(world.run("plan --base HEAD --format json").json()["changes"][0]["cause"], "drift");
}

#[test]
fn a_key_file_in_a_commit_leads_nowhere_else() {
    let world = committed();
    world.write("elsewhere.json", &jwks("two"));
    std::fs::remove_file(world.path("bylaws/keys/ci.json")).unwrap();
    std::os::unix::fs::symlink("../../elsewhere.json", world.path("bylaws/keys/ci.json")).unwrap();
    world.commit("link");
    let ran = world.run("drift").ended(4);
    assert!(ran.err.contains("`keys/ci.json` is a link that points outside the folder"), "{ran}");
    let ran = world.run("plan").ended(4);
    assert!(ran.err.contains("`keys/ci.json` is a link that points outside the folder"), "{ran}");
}
