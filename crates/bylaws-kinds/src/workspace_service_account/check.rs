//! Reports memberships of service accounts that the files do not list, or archive.

use bylaws_config::shown::shown;
use bylaws_config::suggest::did_you_mean;
use bylaws_engine::{Line, ObjectName};

use super::plan::MEMBERSHIP;
use super::rules;
use crate::desired::Desired;
use crate::files::Context;
use crate::service_account::plan::SERVICE_ACCOUNT;

/// Checks all workspaces once the accounts are read.
pub(crate) fn report(cx: &mut Context, desired: &Desired) {
    let Some(accounts) = &desired.service_accounts else { return };
    for (label, open) in desired.open() {
        for (name, role) in open.service_accounts.iter().flatten() {
            let line = Line::of_object(Some(label), MEMBERSHIP.object(), name.clone());
            let Some(&at) = cx.origins.get(&line) else { continue };
            let who = shown(name.as_str());
            // An entry with an error counts too.
            let entry = Line::of_object(None, SERVICE_ACCOUNT.object(), name.clone());
            match accounts.get(name) {
                None if !cx.origins.contains_key(&entry) => {
                    let near = did_you_mean(name.as_str(), accounts.keys().map(ObjectName::as_str));
                    cx.report(
                        &rules::ACCOUNT_NOT_LISTED,
                        at,
                        format!("the service account {who} is not listed"),
                    )
                    .label("not under `service_accounts` at the top level")
                    .help(format!("{near}list it there, or delete this line"));
                }
                Some(account) if account.is_archived() && role.is_some() => {
                    let message = format!("the service account {who} is listed with `state: archived`");
                    cx.report(&rules::ARCHIVED_ACCOUNT, at, message)
                        .label("cannot be a member")
                        .help("delete this line, or the state: an archived account has no access");
                }
                Some(_) | None => {}
            }
        }
    }
}
