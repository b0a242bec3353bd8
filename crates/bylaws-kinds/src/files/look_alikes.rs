//! Names that look the same to people.

use std::borrow::Cow;
use std::collections::HashMap;

use bylaws_config::position::At;
use bylaws_config::shown::shown;
use bylaws_engine::spelling::{comparable, name_difference};

use super::{Context, rules};

/// Reports names of teams, API keys or tags that look the same. `names` are in the order of the file.
pub(crate) fn report<'n>(cx: &mut Context, what: &str, names: impl IntoIterator<Item = (&'n str, At)>) {
    let mut first: HashMap<Cow<'n, str>, (&'n str, At)> = HashMap::new();
    for (name, at) in names {
        let &mut (other, other_at) = first.entry(comparable(name)).or_insert((name, at));
        if other == name {
            continue;
        }
        let message = format!("{what} {} and {} look the same", shown(name), shown(other));
        cx.report(&rules::LOOK_ALIKE_NAMES, at, message)
            .label("looks like another")
            .also(other_at, "the other one")
            .help(format!(
                "it has {}: use one spelling, or rename one of them",
                name_difference(name, other)
            ));
    }
}
