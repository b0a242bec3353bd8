//! What a commit takes away or postpones.

use crate::world::World;

#[test]
fn a_file_that_is_cut_in_half_is_refused() {
    let world = World::acme();
    let text = world.read("bylaws.yaml");
    world.write("bylaws.yaml", &text[..text.find("ada@").unwrap()]);
    world.run("plan").ended(4);
}
