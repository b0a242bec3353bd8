//! Workspace members: the entries for people and for teams.
//! The engine decides which entry applies to a person.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use bylaws_config::fields::{Fields, Synonyms, choice, map, unknown_word};
use bylaws_config::node::{Entry, Node};
use bylaws_config::position::At;
use bylaws_config::shown::{listed, shown};
use bylaws_engine::{Email, HeldRole, Line, SettableRole, TeamName, WorkspaceLabel, WorkspaceRole};
use foldhash::{HashMap, HashMapExt as _};
use jiff::civil::Date;

use super::overlap::{self, TeamLine};
use super::schema::MembershipRole;
use super::standing;
use crate::desired::MembershipLine;
use crate::files::entry::{Scalar, entry, read};
use crate::files::teams::Teams;
use crate::files::{Context, rules, scalars};
use crate::member::people::People;

/// Reads the entries for people.
pub(crate) fn members(
    cx: &mut Context,
    workspace: &WorkspaceLabel,
    section: &Node,
    people: &mut People,
) -> Option<BTreeMap<Email, MembershipLine>> {
    let entries = map(&mut cx.problems, section, "members")?;
    // Sorted at the end, all at once.
    let mut memberships = Vec::with_capacity(entries.len());
    let mut first: HashMap<_, (Email, At)> = HashMap::with_capacity(entries.len());
    cx.origins.reserve(entries.len());
    for entry in entries {
        let Some(email) = scalars::email(&mut cx.problems, &entry.key, entry.at) else { continue };
        let person = email.person();
        if let Some((other, at)) = first.get(&person) {
            let (email, other) = (shown(email.as_str()), shown(other.as_str()));
            let message = if email == other {
                format!("{email} is listed twice")
            } else {
                format!("{email} and {other} are the same person to the service")
            };
            cx.report(&rules::DUPLICATE_PERSON, entry.at, message)
                .label("again here")
                .also(*at, "first here")
                .help("keep one of the two: letter case, a `+tag` and the spelling of the domain do not make a different person");
            continue;
        }
        first.insert(person, (email.clone(), entry.at));
        let line: Option<MembershipLine> = read(cx, entry, |key| {
            let help = "write a role, as in `workspace_user`, or delete the line";
            (format!("{key} has no role in this workspace"), help.to_owned())
        });
        if line.is_none_or(|line| line.role.is_some()) {
            people.expect(&mut cx.problems, &email, entry.at);
        } else {
            people.expect_mention(&mut cx.problems, &email, entry.at);
        }
        if line.is_some_and(|line| line.role == Some(WorkspaceRole::Billing)) && people.is_no_billing(&email)
        {
            not_billing(cx, entry.value.at, &email);
        } else if let Some(line) = line {
            standing::line(cx, people, &email, line, entry);
        }
        cx.origins.insert(Line::WorkspaceMember(workspace.clone(), email.clone()), entry.at);
        memberships.extend(line.map(|line| (email, line)));
    }
    Some(memberships.into_iter().collect())
}

/// Reads the entries for teams. `explicit` are the entries for people, which override teams.
pub(crate) fn teams(
    cx: &mut Context,
    workspace: &WorkspaceLabel,
    section: &Node,
    (teams, people): (&Teams, &People),
    explicit: Option<&BTreeMap<Email, MembershipLine>>,
) -> Option<BTreeMap<TeamName, WorkspaceRole>> {
    let nobody = BTreeSet::new();
    let by_team = |email: &&Email| explicit.is_none_or(|explicit| !explicit.contains_key(*email));
    let mut roles = BTreeMap::new();
    let mut lines = Vec::new();
    for entry in map(&mut cx.problems, section, "teams")? {
        let team = teams.of(cx, &entry.key, entry.at).unwrap_or(&nobody);
        let Some(role) = team_role(cx, entry) else { continue };
        let lacks = |email: &&Email| people.is_no_billing(email) && by_team(email);
        if role == WorkspaceRole::Billing
            && let Some(email) = team.iter().find(lacks)
        {
            not_billing(cx, entry.value.at, email);
        } else {
            standing::team(cx, people, teams.special(&entry.key).iter().filter(by_team), role, entry);
        }
        lines.push(TeamLine { name: &entry.key, at: entry.at, role, team });
        let name = TeamName::new(entry.key.as_str());
        cx.origins.insert(Line::WorkspaceTeam(workspace.clone(), name.clone()), entry.at);
        roles.insert(name, role);
    }
    overlap::report(cx, people, lines, |email| by_team(&email));
    Some(roles)
}

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

fn team_role(cx: &mut Context, entry: &Entry) -> Option<WorkspaceRole> {
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

fn not_billing(cx: &mut Context, at: At, email: &Email) {
    cx.report(
        &rules::NOT_BILLING,
        at,
        format!(
            "{} cannot be `workspace_billing` without the organization role `billing`",
            shown(email.as_str())
        ),
    )
    .label("cannot be assigned")
    .help("list them with `billing` under `members`, or choose another role here");
}
