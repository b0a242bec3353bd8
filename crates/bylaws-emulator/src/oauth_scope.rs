//! Scopes of the tokens that a federation rule mints: a text, separated by spaces. The API gives two of them; the
//! others are given in the Console, and rules with them are not changed through the API.

use crate::envelope::Refusal;

/// The scopes that the API gives, and those that only the Console does.
const SETTABLE: [&str; 2] = ["workspace:developer", "workspace:inference"];
const CONSOLE_ONLY: [&str; 2] = ["org:admin", "workspace:manage_tunnels"];

/// Refuses scopes that the API does not give.
pub(crate) fn check_settable(scopes: &str) -> Result<(), Refusal> {
    let known = |scope: &&str| SETTABLE.contains(scope) || CONSOLE_ONLY.contains(scope);
    if scopes.split(' ').any(|scope| !known(&scope)) {
        let names = SETTABLE.join(", ");
        return Err(Refusal::invalid(format!("oauth_scope: must be one or more of {names}.")));
    }
    if scopes.split(' ').any(|scope| CONSOLE_ONLY.contains(&scope)) {
        return Err(Refusal::forbidden("oauth_scope: this scope can be given in the Console only."));
    }
    Ok(())
}

/// Refuses a change of a rule that has these scopes, or of its issuer.
pub(crate) fn check_changeable(scopes: &str) -> Result<(), Refusal> {
    if scopes.split(' ').all(|scope| SETTABLE.contains(&scope)) {
        return Ok(());
    }
    Err(Refusal::forbidden("A federation rule with this oauth_scope can be changed in the Console only."))
}
