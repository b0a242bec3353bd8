//! The built-in example organization, so that the demo needs no files.

/// The file of `examples/minimal`.
pub(super) const FILE: &str = include_str!("../../../../../examples/minimal/bylaws.yaml");

/// The organization before the first apply.
pub(super) const LIVE: &str = include_str!("../../../../../examples/minimal/live.json");

/// The member whose role changes in the Console.
pub(super) const MOVED: &str = "yuki@acme.example";
/// Their role in the Console; the file says `developer`.
pub(super) const MOVED_TO: &str = "user";

/// A careless edit: the text before and after it.
pub(super) const CARELESS: [(&str, &str); 2] = [
    ("  emil@acme.example: developer\n", "  emil@acme.example: none\n"),
    ("  yuki@acme.example: developer\n", "  yuki@acme.example: none\n"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_careless_edit_matches_the_example() {
        for (before, _) in CARELESS {
            assert!(FILE.contains(before), "{before}");
        }
        assert!(LIVE.contains(MOVED) && FILE.contains(&format!("{MOVED}: developer")));
    }
}
