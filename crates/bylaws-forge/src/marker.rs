//! The first line of a plan or report in Markdown, by which a posted text is found again. Reads only the beginning of
//! a text.

/// The first line of a text posted by Bylaws, such as `<!-- bylaws:plan bylaws -->`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker(String);

impl Marker {
    /// Returns the marker of a text, if it begins with one.
    pub fn of(text: &str) -> Option<Self> {
        let line = text.lines().next()?;
        let inside = line.strip_prefix("<!-- bylaws:")?.strip_suffix(" -->")?;
        let (about, name) = inside.split_once(' ')?;
        let named = !name.is_empty() && !name.contains(char::is_whitespace) && !name.contains("--");
        (matches!(about, "plan" | "apply" | "audit" | "drift") && named).then(|| Self(line.to_owned()))
    }

    /// Returns whether the text begins with exactly this marker, on a line of its own.
    pub fn begins(&self, text: &str) -> bool {
        text.lines().next() == Some(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use crate::Marker;

    #[test]
    fn a_marker_is_the_whole_first_line() {
        for (text, marks) in [
            ("<!-- bylaws:plan bylaws -->\n## Plan\n", true),
            ("<!-- bylaws:plan bylaws -->\r\n## Plan\r\n", true),
            ("<!-- bylaws:apply orgs/acme%20eu.yaml -->", true),
            ("", false),
            ("\n<!-- bylaws:plan bylaws -->\n", false),
            (" <!-- bylaws:plan bylaws -->\n", false),
            ("> <!-- bylaws:plan bylaws -->\n", false),
            ("<!-- bylaws:plan bylaws --> and more\n", false),
            ("<!-- bylaws:plan -->\n", false),
            ("<!-- bylaws:plan  -->\n", false),
            ("<!-- bylaws:plan a b -->\n", false),
            ("<!-- bylaws:plan a--><b -->\n", false),
            ("<!-- bylaws:audit bylaws -->\n", true),
            ("<!-- bylaws:report bylaws -->\n", false),
            ("## Plan\n<!-- bylaws:plan bylaws -->\n", false),
        ] {
            assert_eq!(Marker::of(text).is_some(), marks, "{text:?}");
        }
    }

    #[test]
    fn the_marker_of_one_configuration_does_not_match_another() {
        let marker = Marker::of("<!-- bylaws:plan eu -->\nnew").expect("a marker");
        assert!(marker.begins("<!-- bylaws:plan eu -->\r\nold"));
        for other in
            ["<!-- bylaws:plan eu2 -->\n", "<!-- bylaws:apply eu -->\n", "x<!-- bylaws:plan eu -->\n"]
        {
            assert!(!marker.begins(other), "{other}");
        }
    }
}
