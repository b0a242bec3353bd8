//! An entry under `members:`, and the roles that it can give.
//! The engine defines which roles exist and which of them can be assigned.

use std::borrow::Cow;

use bylaws_config::fields::{Fields, Synonyms, any_text, choice, unknown_word};
use bylaws_config::node::Node;
use bylaws_config::shown::listed;
use bylaws_config::unseen;
use bylaws_engine::{HeldRole, OrganizationKind, SettableRole, UserId, WorkspaceRole};
use jiff::civil::Date;
use schemars::JsonSchema;

use super::schema::held;
use crate::desired::{self, WantedRole};
use crate::files::entry::{Scalar, entry};
use crate::files::{Context, rules};

entry! {
    /// A role, or a role with an end date, a note or an id.
    #[schemars(title = "Member", extend("defaultSnippets" = [{
        "label": "role until a date",
        "description": "The long form: a role with a last day and a note.",
        "body": {"role": "${1:user}", "until": "${2:2027-01-31}", "note": "${3:why}"}
    }]))]
    MemberEntry;

    /// A member in the long form.
    #[schemars(
        title = "Member, long form",
        extend(
            "if" = {"required": ["role"], "properties": {"role": {"type": "string", "pattern": held()}}},
            "then" = {
                "properties": {"until": false},
                "errorMessage": "The API cannot remove this role on that date: delete `until`."
            }
        )
    )]
    Member for desired::Member {
        /// The organization role of the person.
        #[schemars(extend("examples" = ["developer"]))]
        role: WantedRole = "write a role, as in `role: developer`",
        /// Last day of the membership, in UTC. Afterwards the person is removed, whatever `unlisted` says.
        until: Date,
        [
            /// A note for the readers of this file.
            #[schemars(extend("examples" = ["security review, OPS-114"]))]
            note: String = note
        ],
        /// The id of the person, which pins them even if their address changes.
        id: UserId,
    }
}

fn note(cx: &mut Context, node: &Node, key: &str) {
    if let Some(note) = any_text(&mut cx.problems, node, key) {
        unseen::in_text(&mut cx.problems, node.at, note, key);
    }
}

/// A role in the organization.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "exists for the schema derived from it")]
#[schemars(rename_all = "snake_case", title = "Role in the organization")]
pub(crate) enum Role {
    /// Can use the Workbench. Console and Enterprise.
    User,
    /// Can use the Workbench and create API keys. Console only.
    Developer,
    /// Can view and change billing, and view the costs of every workspace. Console only.
    Billing,
    /// Can use the Workbench and Claude Code. Console only.
    ClaudeCodeUser,
    /// Has the access that the settings of their groups give. Enterprise only.
    Managed,
    /// Manages people, and is an administrator of every workspace. The API can neither assign nor remove this role.
    Admin,
    /// Owner of the organization. The API can neither assign nor remove this role.
    Owner,
    /// First owner of the organization. The API can neither assign nor remove this role.
    PrimaryOwner,
    /// Manages people. The API can neither assign nor remove this role.
    MembershipAdmin,
    /// Must not be a member, whatever `unlisted` says.
    None,
}

/// Common words for a role.
const SYNONYMS: &Synonyms = &[("member", "user"), ("dev", "developer"), ("administrator", "admin")];

impl Scalar for WantedRole {
    type Form = Role;

    fn read(cx: &mut Context, node: &Node, key: &str) -> Option<Self> {
        let kind = cx.kind;
        let settable = SettableRole::ALL.into_iter().filter(|role| kind.is_none_or(|kind| role.is_of(kind)));
        let known = settable.clone().map(SettableRole::as_str);
        let known = known.chain(HeldRole::ALL.map(HeldRole::as_str)).chain(["none"]);
        let word = choice(&mut cx.problems, node, key, known.clone(), SYNONYMS)?;
        if word == "none" {
            return Some(WantedRole::None);
        }
        if let Some(role) = HeldRole::parse(word) {
            return Some(WantedRole::Held(role));
        }
        if let Some(role) = settable.clone().find(|role| role.as_str() == word) {
            return Some(WantedRole::Settable(role));
        }
        if SettableRole::parse(word).is_some() {
            let kind = if kind == Some(OrganizationKind::Enterprise) { "an Enterprise" } else { "a Console" };
            let message = format!("`{word}` is not a role of {kind} organization");
            cx.report(&rules::UNKNOWN_ROLE, node.at, message)
                .label("not in this kind of organization")
                .help(format!("valid here: {}", listed(known)));
            return None;
        }
        if WorkspaceRole::from_text(word).is_some() {
            let message = format!("`{word}` is a workspace role, not an organization role");
            cx.report(&rules::UNKNOWN_ROLE, node.at, message)
                .label("a workspace role")
                .help(format!("write it under `workspaces`; valid here: {}", listed(known)));
            return None;
        }
        unknown_word(&mut cx.problems, node.at, ("role", &rules::UNKNOWN_ROLE, SYNONYMS), word, known);
        None
    }

    fn written(&self) -> Cow<'_, str> {
        self.as_str().into()
    }

    /// Reports an end date that has no effect with this role.
    fn check_others(&self, cx: &mut Context, others: &Fields<'_>) {
        let Some(until) = others.get("until").map(|until| until.at) else { return };
        match self {
            Self::Settable(_) => {}
            Self::Held(role) => {
                let message = format!("`until` has no effect: the API cannot remove the role `{role}`");
                cx.report(&rules::UNTIL_ON_HELD_ROLE, until, message)
                    .label("no effect")
                    .help("delete `until`, and change the role in the Console when the time comes");
            }
            Self::None => {
                cx.report(&rules::UNTIL_WITHOUT_EFFECT, until, "`until` has no effect with the role `none`")
                    .label("no effect")
                    .help("delete `until`: after that date the person is not a member either");
            }
        }
    }
}
