//! An entry under `members:` or `teams:` of a workspace, and the roles that it can give.

use std::borrow::Cow;

use bylaws_config::fields::{Fields, Synonyms, choice, unknown_word};
use bylaws_config::node::{Entry, Node};
use bylaws_config::shown::listed;
use bylaws_engine::{HeldRole, SettableRole, WorkspaceRole};
use jiff::civil::Date;
use schemars::JsonSchema;

use crate::desired::MembershipLine;
use crate::files::entry::{Scalar, entry};
use crate::files::{Context, rules};

entry! {
    /// A workspace role, or a workspace role with an end date.
    #[schemars(title = "Workspace member", extend("defaultSnippets" = [{
        "label": "role until a date",
        "description": "The long form: a role with a last day.",
        "body": {"role": "${1:workspace_user}", "until": "${2:2027-01-31}"}
    }]))]
    MembershipEntry;

    /// A workspace member in the long form.
    #[schemars(title = "Workspace member, long form")]
    Membership for MembershipLine {
        /// The role of the person in this workspace.
        #[schemars(extend("examples" = ["workspace_user"]))]
        role: Option<WorkspaceRole> = "write a role, as in `role: workspace_user`",
        /// Last day of the workspace membership, in UTC. Afterwards it is removed.
        #[schemars(extend("examples" = ["2027-01-15"]))]
        until: Date,
    }
}

/// Defines the workspace roles as a type for the schema derived from it.
macro_rules! roles {
    ($(#[$meta:meta])* $name:ident $({ $(#[$none_meta:meta])* $none:ident })?) => {
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "exists for the schema derived from it")]
        $(#[$meta])*
        pub(crate) enum $name {
            /// Can use the Workbench.
            #[schemars(rename = "workspace_user")]
            User,
            /// Can create API keys and use the API, with limits; "Workspace Limited Developer" in the Console.
            #[schemars(rename = "workspace_restricted_developer")]
            RestrictedDeveloper,
            /// Can create API keys and use the API.
            #[schemars(rename = "workspace_developer")]
            Developer,
            /// Can manage the workspace and its members.
            #[schemars(rename = "workspace_admin")]
            Admin,
            /// Follows from the organization role `billing`; cannot be assigned.
            #[schemars(rename = "workspace_billing")]
            Billing,
            $($(#[$none_meta])* $none,)?
        }
    };
}

roles! {
    /// The role of a person in this workspace.
    #[schemars(title = "Role in the workspace")]
    MembershipRole {
        /// Not a member of this workspace, even if one of their teams is.
        #[schemars(rename = "none")]
        None
    }
}

roles! {
    /// The role of everyone in a team. With two teams the stronger role applies; an entry under `members` overrides both.
    #[schemars(title = "Role of a team")]
    TeamRole
}

/// A role, or `None` for the word `none`.
impl Scalar for Option<WorkspaceRole> {
    type Form = MembershipRole;

    fn read(cx: &mut Context, node: &Node, key: &str) -> Option<Self> {
        let word = choice(&mut cx.problems, node, key, known(&["none"]), SYNONYMS)?;
        if word == "none" { Some(None) } else { role(cx, node, word, &["none"]).map(Some) }
    }

    fn written(&self) -> Cow<'_, str> {
        self.map_or("none", WorkspaceRole::as_str).into()
    }

    fn check_others(&self, cx: &mut Context, others: &Fields<'_>) {
        if let (None, Some(until)) = (self, others.get("until")) {
            let message = "`until` has no effect with the role `none`";
            cx.report(&rules::UNTIL_WITHOUT_EFFECT, until.at, message)
                .label("no effect")
                .help("delete `until`: after that date the person is not a workspace member either");
        }
    }
}

/// Common words for a workspace role.
const SYNONYMS: &Synonyms =
    &[("member", "workspace_user"), ("dev", "workspace_developer"), ("administrator", "workspace_admin")];

/// Returns the workspace roles and other valid words.
fn known<'a>(also: &'a [&'static str]) -> impl Iterator<Item = &'static str> + Clone + 'a {
    WorkspaceRole::ALL.into_iter().map(WorkspaceRole::as_str).chain(also.iter().copied())
}

/// Reads the role of a team.
pub(super) fn team_role(cx: &mut Context, entry: &Entry) -> Option<WorkspaceRole> {
    let word = choice(&mut cx.problems, &entry.value, &entry.key, known(&[]), SYNONYMS)?;
    if word == "none" {
        cx.report(&rules::UNKNOWN_ROLE, entry.value.at, "a team cannot have the role `none`")
            .label("not a team role")
            .help("delete the line; `none` is only for people under `members`");
        return None;
    }
    role(cx, &entry.value, word, &[])
}

fn role(cx: &mut Context, node: &Node, word: &str, also: &[&'static str]) -> Option<WorkspaceRole> {
    let found = WorkspaceRole::from_text(word);
    if found.is_some() {
        return found;
    }
    let known = known(also);
    let prefixed = format!("workspace_{word}");
    let near = match word {
        "owner" | "primary_owner" | "membership_admin" => "workspace_admin",
        "claude_code_user" => "workspace_user",
        "limited_developer" | "workspace_limited_developer" => "workspace_restricted_developer",
        _ => WorkspaceRole::from_text(&prefixed).map_or("", WorkspaceRole::as_str),
    };
    if near.is_empty() {
        unknown_word(&mut cx.problems, node.at, ("role", &rules::UNKNOWN_ROLE, SYNONYMS), word, known);
        return None;
    }
    let of_organization = SettableRole::parse(word).is_some() || HeldRole::parse(word).is_some();
    let message = if of_organization {
        format!("`{word}` is an organization role, not a workspace role")
    } else {
        format!("unknown role `{word}`")
    };
    cx.report(&rules::UNKNOWN_ROLE, node.at, message)
        .label("not a workspace role")
        .help(format!("did you mean `{near}`? valid here: {}", listed(known)));
    None
}
