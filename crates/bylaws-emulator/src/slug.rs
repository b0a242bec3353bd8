//! Names of service accounts, federation issuers and rules: lower-case letters, digits and hyphens, unique in their
//! list, and still in use after the object was archived.

use std::collections::BTreeSet;

use crate::envelope::Refusal;
use crate::object::{Object, Problem};
use crate::seeding::each;

/// The greatest number of characters.
const LONGEST: usize = 255;

/// Takes a required name.
pub(crate) fn read(object: &mut Object) -> Result<String, Problem> {
    let name = object.text("name")?;
    check(&name).map(|()| name)
}

/// Takes a name that may be missing or null.
pub(crate) fn read_nullable(object: &mut Object) -> Result<Option<String>, Problem> {
    let name = object.nullable_text("name")?;
    name.as_deref().map_or(Ok(()), check).map(|()| name)
}

fn check(name: &str) -> Result<(), Problem> {
    let is_slug = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    if (1..=LONGEST).contains(&name.len()) && name.bytes().all(is_slug) {
        return Ok(());
    }
    let rule = format!("must have 1 to {LONGEST} lower-case letters, digits or hyphens");
    Err(Problem::new("name", rule))
}

/// Refuses a name that another object has, archived ones included.
pub(crate) fn check_free<'a>(
    name: &str,
    mut others: impl Iterator<Item = &'a String>,
) -> Result<(), Refusal> {
    if others.any(|other| other == name) {
        return Err(Refusal::taken(format!("name: {name} is in use; archived ones keep their names.")));
    }
    Ok(())
}

/// Refuses names that appear twice in a list of a seed.
pub(crate) fn unique<'a, T>(
    list: &str,
    items: &'a [T],
    name: impl Fn(&'a T) -> &'a String,
) -> Result<(), Problem> {
    let mut seen = BTreeSet::new();
    each(list, items, |item| match name(item) {
        name if seen.insert(name) => Ok(()),
        name => Err(Problem::new("name", format!("{name:?} appears twice"))),
    })
}
