//! Checks across items of a seed: ids that the API would refuse, duplicate ids, and references to workspaces
//! that do not exist.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::request::is_id;
use crate::seed::{Seed, SeedError};

/// Refuses ids that no request could contain, because the API requires a prefix and letters or digits.
///
/// Only for seeds that people write: a seed built in code may have such ids, to rehearse a service that
/// returns them.
pub(crate) fn ids(seed: &Seed) -> Result<(), SeedError> {
    let organization = &seed.organization.id;
    if !is_uuid(organization) {
        return Err(error("organization.id", &format!("{} is not a UUID", quoted(organization))));
    }
    for (at, user) in seed.users.iter().enumerate() {
        id(&format!("users[{at}].id"), &user.id, &["user_"])?;
    }
    for (at, invite) in seed.invites.iter().enumerate() {
        id(&format!("invites[{at}].id"), &invite.id, &["invite_"])?;
        for (nth, group) in invite.rbac_group_ids.iter().enumerate() {
            id(&format!("invites[{at}].rbac_group_ids[{nth}]"), group, &["rbac_group_"])?;
        }
    }
    for (at, workspace) in seed.workspaces.iter().enumerate() {
        id(&format!("workspaces[{at}].id"), &workspace.id, &["wrkspc_"])?;
    }
    for (at, member) in seed.workspace_members.iter().enumerate() {
        id(&format!("workspace_members[{at}].workspace_id"), &member.workspace_id, &["wrkspc_"])?;
        id(&format!("workspace_members[{at}].user_id"), &member.user_id, &["user_"])?;
    }
    for (at, key) in seed.api_keys.iter().enumerate() {
        id(&format!("api_keys[{at}].id"), &key.id, &["apikey_"])?;
        let inner = [
            ("scope", "workspace_id", &key.scope, &["wrkspc_"][..]),
            ("created_by", "id", &key.created_by, &["user_", "svac_"]),
            ("principal", "user_id", &key.principal, &["user_"]),
            ("principal", "service_account_id", &key.principal, &["svac_"]),
        ];
        for (object, field, value, prefixes) in inner {
            if let Some(text) = value.get(field).and_then(Value::as_str) {
                id(&format!("api_keys[{at}].{object}.{field}"), text, prefixes)?;
            }
        }
    }
    Ok(())
}

/// Refuses duplicate ids, and memberships and keys of workspaces that do not exist.
pub(crate) fn references(seed: &Seed) -> Result<(), SeedError> {
    unique("users", seed.users.iter().map(|user| user.id.as_str()))?;
    unique("invites", seed.invites.iter().map(|invite| invite.id.as_str()))?;
    unique("workspaces", seed.workspaces.iter().map(|workspace| workspace.id.as_str()))?;
    unique("api_keys", seed.api_keys.iter().map(|key| key.id.as_str()))?;
    let known: BTreeSet<&str> = seed.workspaces.iter().map(|workspace| workspace.id.as_str()).collect();
    let workspace = |place: String, id: &str| {
        if known.contains(id) { Ok(()) } else { Err(error(&place, "is not a workspace of this seed")) }
    };
    let mut members = BTreeSet::new();
    for (at, member) in seed.workspace_members.iter().enumerate() {
        workspace(format!("workspace_members[{at}].workspace_id"), &member.workspace_id)?;
        if !members.insert((&member.workspace_id, &member.user_id)) {
            return Err(error(&format!("workspace_members[{at}]"), "the same membership appears twice"));
        }
    }
    for (at, key) in seed.api_keys.iter().enumerate() {
        if let Some(id) = key.workspace_id() {
            workspace(format!("api_keys[{at}].scope.workspace_id"), id)?;
        }
    }
    Ok(())
}

fn unique<'a>(list: &str, ids: impl Iterator<Item = &'a str>) -> Result<(), SeedError> {
    let mut seen = BTreeSet::new();
    for (at, id) in ids.enumerate() {
        if !seen.insert(id) {
            return Err(error(&format!("{list}[{at}].id"), &format!("{} appears twice", quoted(id))));
        }
    }
    Ok(())
}

fn id(place: &str, text: &str, prefixes: &[&str]) -> Result<(), SeedError> {
    if prefixes.iter().any(|prefix| is_id(text, prefix)) {
        return Ok(());
    }
    let prefixes: Vec<String> = prefixes.iter().map(|prefix| format!("`{prefix}`")).collect();
    let rule = format!("{} followed by letters and digits, 128 characters at most", prefixes.join(" or "));
    Err(error(place, &format!("the API would refuse the id {}; expected {rule}", quoted(text))))
}

/// Quotes the id, unless it is a key pasted into the wrong field.
fn quoted(id: &str) -> String {
    if id.contains("sk-ant-") { "(a key, not repeated here)".to_owned() } else { format!("{id:?}") }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn error(place: &str, problem: &str) -> SeedError {
    SeedError { place: place.to_owned(), problem: problem.to_owned() }
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
