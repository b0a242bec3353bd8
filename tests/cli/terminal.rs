//! On a terminal apply asks for confirmation, and accepts only `yes`.

use crate::ran::shown;
use crate::world::World;

fn changed() -> World {
    let world = World::but("uma@acme.com: user", "uma@acme.com: claude_code_user");
    world.edit("{env: test}", "{env: prod}");
    world
}

#[test]
fn only_yes_is_yes() {
    for typed in ["", "\n", "y\n", "Yes\n", "no\n", "yes please\n"] {
        let world = changed();
        let ran = world.at_terminal("apply", typed);
        assert_eq!(ran.code, 1, "{typed:?}: {ran}");
        world.untouched();
        if typed == "no\n" {
            shown("terminal-no", ran);
        }
    }
}

#[test]
fn yes_applies_the_shown_plan() {
    let world = changed();
    let ran = world.at_terminal("apply", "yes\n");
    assert_eq!(ran.code, 0, "{ran}");
    shown("terminal-yes", ran);
    world.run("plan --detailed-exitcode").ended(0);
}

#[test]
fn a_plan_without_changes_is_not_confirmed() {
    let world = World::acme();
    let ran = world.at_terminal("apply", "");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran}");
}

#[test]
fn a_refused_plan_is_not_confirmed() {
    let world = World::but("  uma@acme.com: user\n", "");
    world.edit("  eve@acme.com: developer\n", "");
    world.edit("      eve@acme.com: workspace_user\n", "");
    let ran = world.at_terminal("apply", "yes\n");
    assert_eq!(ran.code, 3, "{ran}");
    assert!(!ran.err.contains("Type `yes`"), "{ran}");
    world.untouched();
}
