//! What the reference of the files shows can be planned, not only read.

use crate::world::{ACME, World};

/// The examples of the page that are no mistakes, completed where they are a part.
fn examples() -> Vec<String> {
    let page = include_str!("../../docs/configuration.md");
    let mut found = Vec::new();
    for (before, block) in page.split("```yaml\n").zip(page.split("```yaml\n").skip(1)) {
        let text = block.split("```").next().unwrap();
        let mark = before.lines().last().unwrap();
        if mark == "<!-- section -->" {
            found.push(format!("bylaws: 1\norganization: {{id: {ACME}}}\n{text}"));
        } else if !mark.starts_with("<!-- problem") && text.contains(ACME) {
            found.push(text.to_owned());
        }
    }
    found
}

#[test]
fn every_example_of_the_reference_can_be_planned() {
    let world = World::example("acme").without("ANTHROPIC_ADMIN_KEY");
    let examples = examples();
    assert!(examples.len() >= 10, "{}", examples.len());
    for text in examples {
        world.write("shown.yaml", &text);
        let ran = world.run("plan shown.yaml --live bylaws/live.json --strict");
        // In a plan of 40 people a page's three are a matter for the guards.
        assert!([0, 2, 3].contains(&ran.code), "{text}\n{ran}");
        assert!(!ran.err.contains("warning"), "{text}\n{ran}");
    }
    assert!(world.ledger().is_empty());
}
