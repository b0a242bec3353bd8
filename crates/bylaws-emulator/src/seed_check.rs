//! Checks that kinds share when a seed is read: ids that the API would refuse, duplicate ids, and references
//! to workspaces that do not exist.
//!
//! The form of ids is checked only in seeds that people write: a seed built in code may have other ids, to
//! rehearse a service that returns them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::object::{Object, Problem};
use crate::request::is_id;
use crate::seed::Seed;

/// Takes a required id that begins with `prefix`.
pub(crate) fn id(object: &mut Object, field: &str, prefix: &str) -> Result<String, Problem> {
    let id = object.text(field)?;
    check_id(field, &id, &[prefix])?;
    Ok(id)
}

/// Takes an id that begins with `prefix` and may be missing or null.
pub(crate) fn nullable_id(object: &mut Object, field: &str, prefix: &str) -> Result<Option<String>, Problem> {
    let id = object.nullable_text(field)?;
    id.as_deref().map_or(Ok(()), |id| check_id(field, id, &[prefix]))?;
    Ok(id)
}

/// Checks an id inside a nested object, if it is there.
pub(crate) fn check_inner_id(
    name: &str,
    object: &Value,
    field: &str,
    prefixes: &[&str],
) -> Result<(), Problem> {
    match object.get(field).and_then(Value::as_str) {
        Some(id) => check_id(field, id, prefixes).map_err(|problem| problem.under(name)),
        None => Ok(()),
    }
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
    let groups: Vec<&str> = text.split('-').collect();
    let is_uuid = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if is_uuid { Ok(()) } else { Err(Problem::new(field, format!("{} is not a UUID", quoted(text)))) }
}

/// Refuses duplicate ids in a list.
pub(crate) fn unique<'a>(list: &str, ids: impl Iterator<Item = &'a str>) -> Result<(), Problem> {
    let mut seen = BTreeSet::new();
    for (at, id) in ids.enumerate() {
        if !seen.insert(id) {
            return Err(Problem::new(format!("{list}[{at}].id"), format!("{} appears twice", quoted(id))));
        }
    }
    Ok(())
}

/// Refuses items of workspaces that do not exist. `ids` are the workspaces of the items of a list, `None`
/// for an item without one.
pub(crate) fn workspaces_exist<'a>(
    seed: &Seed,
    list: &str,
    field: &str,
    ids: impl Iterator<Item = Option<&'a str>>,
) -> Result<(), Problem> {
    let known: BTreeSet<&str> = seed.workspaces.iter().map(|workspace| workspace.id.as_str()).collect();
    for (at, id) in ids.enumerate() {
        if id.is_some_and(|id| !known.contains(id)) {
            return Err(Problem::new(format!("{list}[{at}].{field}"), "is not a workspace of this seed"));
        }
    }
    Ok(())
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
