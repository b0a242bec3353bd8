//! Addresses: how output, approvals and `protect` name an object of the organization. An address does not
//! say whether the object exists.

use std::fmt;

use crate::AddressForm::{Alone, Place, ThenWorkspace};
use crate::hidden::characters;
use crate::kind::Kind;
use crate::name::comparable;
use crate::text::quoted;
use crate::{Email, ObjectKind, ObjectName, UserId, WorkspaceLabel};

/// The address of one object, e.g. `workspace/production/member/ada@acme.com`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// `organization`: the organization itself.
    Organization,
    /// `member/ada@acme.com`: a member of the organization.
    Member(Email),
    /// `invite/ada@acme.com`: an invite to the organization.
    Invite(Email),
    /// `workspace/production`: a workspace.
    Workspace(WorkspaceLabel),
    /// `workspace/production/member/ada@acme.com`: a workspace membership.
    WorkspaceMember(WorkspaceLabel, Email),
    /// `workspace/production/member/user_…`: a membership whose user was not in the member list that was
    /// read.
    UnknownWorkspaceMember(WorkspaceLabel, UserId),
    /// `workspace/production/api_key/ci-deploy`: an object of another kind in a workspace. If a workspace has at most
    /// one, it has no name: `workspace/production/spend_limit`.
    WorkspaceObject(WorkspaceLabel, ObjectKind, ObjectName),
    /// `organization/api_key/ops-personal`: an object of another kind without a workspace. `service_account/ci-deploy` if
    /// the kind exists only there ([`AddressForm`](crate::AddressForm)).
    OrganizationObject(ObjectKind, ObjectName),
    /// `rate_limits`: a whole section of the files, such as one whose list cannot be read.
    Section(ObjectKind),
}

impl Address {
    /// Parses an address as people write it in files and arguments, percent-encoding included.
    ///
    /// Returns `None` if the text is not an address, names a person by something that is not an e-mail
    /// address, or an object of another kind than these.
    pub fn parse(text: &str, kinds: &[&Kind]) -> Option<Self> {
        let address = Self::read(text, |who| Email::live(who).listable())?;
        let is_of_one = address.object().is_none_or(|(word, name)| {
            kinds.iter().any(|kind| kind.object() == *word && kind.is_single == name.is_none())
        });
        (is_of_one && !matches!(address, Self::Section(_))).then_some(address)
    }

    /// Parses an address as [`fmt::Display`] wrote it. Accepts every e-mail address that the service may
    /// report.
    pub fn parse_written(text: &str) -> Option<Self> {
        let email = |who: &str| (!who.starts_with("user_")).then(|| Email::live(who));
        Self::read(text, email)
    }

    fn read(text: &str, email: impl Fn(&str) -> Option<Email>) -> Option<Self> {
        let parts = text.split('/').map(decode).collect::<Option<Vec<_>>>()?;
        if parts.iter().any(String::is_empty) {
            return None;
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let label = |text: &str| WorkspaceLabel::new(text);
        Some(match parts.as_slice() {
            ["member", who] => Self::Member(email(who)?),
            ["invite", who] => Self::Invite(email(who)?),
            ["workspace", name] => Self::Workspace(label(name)),
            ["workspace", name, "member", who] => match email(who) {
                Some(email) => Self::WorkspaceMember(label(name), email),
                None => Self::UnknownWorkspaceMember(label(name), UserId::new(*who)),
            },
            ["workspace", _, "member"] => return None,
            ["workspace", name, kind] => {
                Self::WorkspaceObject(label(name), ObjectKind::parse(kind, Place)?, ObjectName::none())
            }
            ["organization", kind] => {
                Self::OrganizationObject(ObjectKind::parse(kind, Place)?, ObjectName::none())
            }
            ["workspace", name, kind, object] => {
                Self::WorkspaceObject(label(name), ObjectKind::parse(kind, Place)?, ObjectName::new(*object))
            }
            ["organization", kind, object] => {
                Self::OrganizationObject(ObjectKind::parse(kind, Place)?, ObjectName::new(*object))
            }
            [kind, object] => {
                Self::OrganizationObject(ObjectKind::parse(kind, Alone)?, ObjectName::new(*object))
            }
            [kind, object, "workspace", name] => {
                let kind = ObjectKind::parse(kind, ThenWorkspace)?;
                Self::WorkspaceObject(label(name), kind, ObjectName::new(*object))
            }
            ["organization"] => Self::Organization,
            [section] => Self::Section(ObjectKind::parse(section, Place)?),
            _ => return None,
        })
    }

    /// Returns the e-mail address of the person that the address is about, if any.
    pub fn email(&self) -> Option<&Email> {
        match self {
            Self::Member(email) | Self::Invite(email) | Self::WorkspaceMember(_, email) => Some(email),
            Self::Organization
            | Self::Workspace(_)
            | Self::UnknownWorkspaceMember(..)
            | Self::WorkspaceObject(..)
            | Self::OrganizationObject(..)
            | Self::Section(_) => None,
        }
    }

    /// Returns the kind and name of the object, if it is neither a person nor a workspace.
    pub fn object(&self) -> Option<(&ObjectKind, &ObjectName)> {
        match self {
            Self::WorkspaceObject(_, kind, name) | Self::OrganizationObject(kind, name) => Some((kind, name)),
            _ => None,
        }
    }

    /// Returns the address of an object in a workspace, or of the organization.
    pub fn of_object(workspace: Option<&WorkspaceLabel>, kind: ObjectKind, name: ObjectName) -> Self {
        match workspace {
            Some(label) => Self::WorkspaceObject(label.clone(), kind, name),
            None => Self::OrganizationObject(kind, name),
        }
    }
}

impl Address {
    /// Returns the same address with another name of its workspace or its object; `None` keeps a name.
    #[must_use]
    pub fn renamed(&self, workspace: Option<&WorkspaceLabel>, object: Option<&ObjectName>) -> Self {
        let mut renamed = self.clone();
        if let (
            Self::Workspace(label)
            | Self::WorkspaceMember(label, _)
            | Self::UnknownWorkspaceMember(label, _)
            | Self::WorkspaceObject(label, ..),
            Some(new),
        ) = (&mut renamed, workspace)
        {
            label.clone_from(new);
        }
        if let (Self::WorkspaceObject(_, _, name) | Self::OrganizationObject(_, name), Some(new)) =
            (&mut renamed, object)
        {
            name.clone_from(new);
        }
        renamed
    }

    /// Returns the address with its names in the form in which they are compared.
    pub(crate) fn comparable(&self) -> Self {
        let label = self.workspace().map(|label| WorkspaceLabel::new(comparable(label.as_str())));
        let name = self.object().map(|(_, name)| ObjectName::new(comparable(name.as_str())));
        self.renamed(label.as_ref(), name.as_ref())
    }

    /// Returns the workspace that the address names or is part of, if any.
    pub fn workspace(&self) -> Option<&WorkspaceLabel> {
        match self {
            Self::Workspace(label)
            | Self::WorkspaceMember(label, _)
            | Self::UnknownWorkspaceMember(label, _)
            | Self::WorkspaceObject(label, ..) => Some(label),
            Self::Organization
            | Self::Member(_)
            | Self::Invite(_)
            | Self::OrganizationObject(..)
            | Self::Section(_) => None,
        }
    }
}

quoted!(Address);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organization => f.write_str("organization"),
            Self::Section(section) => write!(f, "{section}"),
            Self::Member(email) => write!(f, "member/{}", Part(email.as_str())),
            Self::Invite(email) => write!(f, "invite/{}", Part(email.as_str())),
            Self::Workspace(name) => write!(f, "workspace/{}", Part(name.as_str())),
            Self::WorkspaceMember(name, email) => {
                write!(f, "workspace/{}/member/{}", Part(name.as_str()), Part(email.as_str()))
            }
            Self::UnknownWorkspaceMember(name, user) => {
                write!(f, "workspace/{}/member/{}", Part(name.as_str()), Part(user.as_str()))
            }
            Self::WorkspaceObject(name, kind, object) if kind.form() == ThenWorkspace => {
                write!(f, "{kind}{}/workspace/{}", Last(object), Part(name.as_str()))
            }
            Self::WorkspaceObject(name, kind, object) => {
                write!(f, "workspace/{}/{kind}{}", Part(name.as_str()), Last(object))
            }
            Self::OrganizationObject(kind, object) if kind.form() == Alone => {
                write!(f, "{kind}{}", Last(object))
            }
            Self::OrganizationObject(kind, object) => write!(f, "organization/{kind}{}", Last(object)),
        }
    }
}

/// The name of an object at the end of an address, if it has one.
struct Last<'a>(&'a ObjectName);

impl fmt::Display for Last<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_none() { Ok(()) } else { write!(f, "/{}", Part(self.0.as_str())) }
    }
}

/// One part of an address. `%`, `/`, white space, control, invisible and decomposed characters are
/// percent-encoded, so that an address is one word on one line, cannot carry terminal codes and does not
/// look like another one.
struct Part<'a>(&'a str);

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (_, c, unseen) in characters(self.0) {
            if unseen || matches!(c, '%' | '/' | ' ') {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    write!(f, "%{byte:02X}")?;
                }
            } else {
                write!(f, "{c}")?;
            }
        }
        Ok(())
    }
}

fn decode(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
            bytes.push(u8::try_from(high? * 16 + low?).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: &[&Kind] = &[
        &Kind::new("api_key", &[]),
        &Kind { is_single: true, ..Kind::new("spend_limit", &[]) },
        &Kind { form: Alone, ..Kind::new("service_account", &[]) },
        &Kind { word: "service_account", ..Kind::new("workspace_service_account", &[]) },
        &Kind { form: ThenWorkspace, ..Kind::new("federation_rule", &[]) },
    ];

    #[test]
    fn an_address_parses_back_from_its_display() {
        let mail = |text| Email::parse(text).unwrap();
        let key = || ObjectKind::known("api_key", Place);
        let limit = || ObjectKind::known("spend_limit", Place);
        let account = |form| ObjectKind::known("service_account", form);
        let rule = || ObjectKind::known("federation_rule", ThenWorkspace);
        let none = ObjectName::none;
        for (address, text) in [
            (Address::Member(mail("ada@acme.com")), "member/ada@acme.com"),
            (Address::Invite(mail("ada@acme.com")), "invite/ada@acme.com"),
            (Address::Member(mail("josé@münchen.example")), "member/josé@münchen.example"),
            (Address::Member(mail("jose\u{301}@acme.com")), "member/jose%CC%81@acme.com"),
            (Address::Workspace(WorkspaceLabel::new("Claude Code")), "workspace/Claude%20Code"),
            (Address::Workspace(WorkspaceLabel::new("a\u{a0}e\u{301}")), "workspace/a%C2%A0e%CC%81"),
            (Address::Workspace(WorkspaceLabel::new("50% a/b\u{202e}")), "workspace/50%25%20a%2Fb%E2%80%AE"),
            (
                Address::WorkspaceMember(WorkspaceLabel::new("lab"), mail("a@b.c")),
                "workspace/lab/member/a@b.c",
            ),
            (
                Address::UnknownWorkspaceMember(WorkspaceLabel::new("lab"), UserId::new("user_01A")),
                "workspace/lab/member/user_01A",
            ),
            (
                Address::WorkspaceObject(WorkspaceLabel::new("lab"), key(), ObjectName::new("ci")),
                "workspace/lab/api_key/ci",
            ),
            (Address::OrganizationObject(key(), ObjectName::new("ops")), "organization/api_key/ops"),
            (
                Address::WorkspaceObject(WorkspaceLabel::new("lab"), limit(), none()),
                "workspace/lab/spend_limit",
            ),
            (Address::OrganizationObject(limit(), none()), "organization/spend_limit"),
            (Address::OrganizationObject(account(Alone), ObjectName::new("ci")), "service_account/ci"),
            (
                Address::WorkspaceObject(WorkspaceLabel::new("lab"), account(Place), ObjectName::new("ci")),
                "workspace/lab/service_account/ci",
            ),
            (
                Address::WorkspaceObject(WorkspaceLabel::new("a b"), rule(), ObjectName::new("c/i")),
                "federation_rule/c%2Fi/workspace/a%20b",
            ),
        ] {
            assert_eq!(address.to_string(), text);
            assert_eq!(Address::parse(text, KINDS), Some(address));
        }
    }

    #[test]
    fn invalid_addresses_are_refused() {
        for text in [
            "",
            "member",
            "member/",
            "member/ada",
            "team/x",
            "workspace/a/b",
            "workspace/%zz",
            "workspace/%+1",
            "/",
            "workspace/a/token/b",
            "workspace/a/api_key",
            "workspace/a/member",
            "workspace/a/spend_limit/b",
            "organization/api_key",
            "organization/spend_limit/b",
            "service_account/",
            "api_key/a",
            "workspace/a/federation_rule/b",
            "service_account/b/workspace/a",
            "federation_rule/b/workspace",
        ] {
            assert_eq!(Address::parse(text, KINDS), None, "{text:?}");
        }
    }
}
