//! The example organization, built in, so that the demo needs no file.

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../../../examples/acme/", $name)))),*]
    };
}

/// The files of `examples/acme`.
pub(super) const FILES: &[(&str, &str)] = files![
    "analytics.yaml",
    "bylaws.yaml",
    "company.yaml",
    "contractors.yaml",
    "platform.yaml",
    "research.yaml",
    "support.yaml",
];

/// The organization before.
pub(super) const LIVE: &str = include_str!("../../../../../examples/acme/live.json");

/// Whose role is changed behind git's back.
pub(super) const MOVED: &str = "jonas@acme.com";
/// What the files say.
pub(super) const MOVED_FROM: &str = "developer";
/// What the Console says afterwards.
pub(super) const MOVED_TO: &str = "user";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_has_every_file_of_the_example() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/acme");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "live.json")
            .collect();
        names.sort();
        assert_eq!(names, FILES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }
}
