//! Reads the items of a seed: the ids in use, the position in the list, ids that the API would refuse,
//! duplicates, and references to workspaces that do not exist. Each kind decides which fields may be missing
//! and their defaults.
//!
//! The form of ids is checked only in seeds that people write: a seed built in code may have other ids, to
//! rehearse a service that returns them.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::ids::{self, is_id};
use crate::object::{self, Object, Problem};
use crate::seed::Seed;

/// The source of missing fields while one list of a seed is read.
pub(crate) struct Seeding {
    now: Timestamp,
    /// The ids that the list itself names, and those given so far.
    taken: BTreeSet<String>,
    nth: i64,
}

impl Seeding {
    /// Reads one list of a seed; a problem names its item.
    pub(crate) fn list<T>(
        into: &mut Vec<T>,
        document: &mut Object,
        name: &str,
        now: Timestamp,
        read: impl Fn(Object, &mut Self) -> Result<T, Problem>,
    ) -> Result<(), Problem> {
        let mut items = None;
        Self::optional_list(&mut items, document, name, now, read)?;
        *into = items.unwrap_or_default();
        Ok(())
    }

    /// Like [`list`](Self::list), for a list whose absence differs from an empty one.
    pub(crate) fn optional_list<T>(
        into: &mut Option<Vec<T>>,
        document: &mut Object,
        name: &str,
        now: Timestamp,
        read: impl Fn(Object, &mut Self) -> Result<T, Problem>,
    ) -> Result<(), Problem> {
        let Some(items) = document.nullable_list(name)? else { return Ok(()) };
        let named = |item: &Value| item.get("id").and_then(Value::as_str).map(str::to_owned);
        let mut seeding = Self { now, taken: items.iter().filter_map(named).collect(), nth: 0 };
        *into = Some(object::items(name, items, |item| {
            let item = read(item, &mut seeding);
            seeding.nth += 1;
            item
        })?);
        Ok(())
    }

    /// Returns the given id, or one derived from `parts`.
    pub(crate) fn id(&mut self, given: Option<String>, prefix: &str, parts: &[&str]) -> String {
        given.unwrap_or_else(|| ids::fresh(prefix, parts, &mut self.taken))
    }

    /// Returns a time `days` before the clock. Each later item is a minute older, so that the service shows
    /// the list in its written order.
    pub(crate) fn days_ago(&self, days: i64) -> Timestamp {
        let back = SignedDuration::from_hours(days * 24) + SignedDuration::from_mins(self.nth);
        self.now.checked_sub(back).unwrap_or(Timestamp::MIN)
    }
}

/// Takes a required id that begins with `prefix`.
pub(crate) fn id(object: &mut Object, field: &str, prefix: &str) -> Result<String, Problem> {
    let id = object.text(field)?;
    check_id(field, &id, &[prefix]).map(|()| id)
}

/// Takes the id of an item, which begins with `prefix` and may be missing or null.
pub(crate) fn own_id(object: &mut Object, prefix: &str) -> Result<Option<String>, Problem> {
    let id = object.nullable_text("id")?;
    id.as_deref().map_or(Ok(()), |id| check_id("id", id, &[prefix])).map(|()| id)
}

/// Refuses an id that no request could contain, because the API requires a prefix and letters or digits.
pub(crate) fn check_id(field: &str, text: &str, prefixes: &[&str]) -> Result<(), Problem> {
    if prefixes.iter().any(|prefix| is_id(text, prefix)) {
        return Ok(());
    }
    let prefixes: Vec<String> = prefixes.iter().map(|prefix| format!("`{prefix}`")).collect();
    let rule = format!("{} followed by letters and digits, 128 characters at most", prefixes.join(" or "));
    Err(Problem::new(field, format!("the API would refuse the id {}; expected {rule}", quoted(text))))
}

/// Refuses an id that is not a UUID.
pub(crate) fn check_uuid(field: &str, text: &str) -> Result<(), Problem> {
    let is_uuid = text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    if is_uuid { Ok(()) } else { Err(Problem::new(field, format!("{} is not a UUID", quoted(text)))) }
}

/// Checks every item of a list; a problem names the item.
pub(crate) fn each<'a, T>(
    list: &str,
    items: &'a [T],
    mut check: impl FnMut(&'a T) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let check = |(at, item)| check(item).map_err(|problem| problem.under(&format!("{list}[{at}]")));
    items.iter().enumerate().try_for_each(check)
}

/// Refuses duplicate ids in a list.
pub(crate) fn unique<T>(list: &str, items: &[T], id: impl Fn(&T) -> &str) -> Result<(), Problem> {
    let mut seen = BTreeSet::new();
    each(list, items, |item| match id(item) {
        id if seen.insert(id) => Ok(()),
        id => Err(Problem::new("id", format!("{} appears twice", quoted(id)))),
    })
}

/// Refuses items of workspaces that do not exist; `workspace` returns `None` for an item without one.
pub(crate) fn in_workspaces<T>(
    seed: &Seed,
    list: &str,
    items: &[T],
    field: &str,
    workspace: impl Fn(&T) -> Option<&str>,
) -> Result<(), Problem> {
    let known: BTreeSet<&str> = seed.workspaces.iter().map(|workspace| workspace.id.as_str()).collect();
    each(list, items, |item| match workspace(item) {
        Some(id) if !known.contains(id) => Err(Problem::new(field, "is not a workspace of this seed")),
        _ => Ok(()),
    })
}

/// Quotes the id, unless it is a key pasted into the wrong field.
fn quoted(id: &str) -> String {
    if id.contains("sk-ant-") { "(a key, not repeated here)".to_owned() } else { format!("{id:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(seed: &str) -> String {
        Seed::from_json(seed).unwrap_err().to_string()
    }

    #[test]
    fn an_id_that_the_api_would_refuse_is_reported_with_its_position() {
        let rule = "followed by letters and digits, 128 characters at most";
        let (user, member) = (r#""email": "a@b.c", "role": "user""#, r#""workspace_role": "workspace_user""#);
        let lab = r#""workspaces": [{"name": "lab", "id": "wrkspc_1"}]"#;
        for (seed, place, id, prefix) in [
            (format!(r#"{{"users": [{{"id": "ada", {user}}}]}}"#), "users[0].id", "ada", "`user_`"),
            (format!(r#"{{"users": [{{"id": "user_", {user}}}]}}"#), "users[0].id", "user_", "`user_`"),
            (format!(r#"{{"invites": [{{"id": "inv_1", {user}}}]}}"#), "invites[0].id", "inv_1", "`invite_`"),
            (
                r#"{"workspaces": [{"name": "a"}, {"name": "b", "id": "wrkspc_my-lab"}]}"#.to_owned(),
                "workspaces[1].id",
                "wrkspc_my-lab",
                "`wrkspc_`",
            ),
            (
                format!(
                    r#"{{{lab}, "workspace_members": [{{"workspace_id": "wrkspc_1", "user_id": "user_é", {member}}}]}}"#
                ),
                "workspace_members[0].user_id",
                "user_é",
                "`user_`",
            ),
            (
                format!(
                    r#"{{{lab}, "api_keys": [{{"id": "key_1", "name": "ci", "workspace_id": "wrkspc_1"}}]}}"#
                ),
                "api_keys[0].id",
                "key_1",
                "`apikey_`",
            ),
            (
                format!(
                    r#"{{{lab}, "api_keys": [{{"name": "ci", "workspace_id": "wrkspc_1", "created_by": {{"id": "robot", "type": "user"}}}}]}}"#
                ),
                "api_keys[0].created_by.id",
                "robot",
                "`user_` or `svac_`",
            ),
        ] {
            assert_eq!(
                problem(&seed),
                format!("seed: {place}: the API would refuse the id {id:?}; expected {prefix} {rule}")
            );
        }
        assert_eq!(
            problem(r#"{"organization": {"id": "acme"}}"#),
            "seed: organization.id: \"acme\" is not a UUID"
        );
    }

    #[test]
    fn a_key_in_the_place_of_an_id_is_not_repeated() {
        let told =
            problem(r#"{"users": [{"id": "sk-ant-admin01-secret", "email": "a@b.c", "role": "user"}]}"#);
        assert!(!told.contains("secret") && told.starts_with("seed: users[0].id: "), "{told}");
    }

    #[test]
    fn duplicate_ids_are_reported() {
        assert_eq!(
            problem(r#"{"workspaces": [{"name": "a", "id": "wrkspc_1"}, {"name": "b", "id": "wrkspc_1"}]}"#),
            "seed: workspaces[1].id: \"wrkspc_1\" appears twice"
        );
    }

    #[test]
    fn a_seed_built_in_code_may_have_ids_that_the_api_would_refuse() {
        let mut seed = Seed::from_json(r#"{"users": [{"email": "a@b.c", "role": "user"}]}"#).unwrap();
        seed.users.iter_mut().for_each(|user| "../x".clone_into(&mut user.id));
        assert!(crate::state::State::new(seed).is_ok());
    }
}
