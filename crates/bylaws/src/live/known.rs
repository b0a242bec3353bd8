//! Names for the ids in reports: workspaces, people, keys. A list is read only if its names are shown or used as a
//! filter; an id without a name, such as of a former member, is shown as is.

use std::collections::BTreeMap;

use bylaws_api::{
    ApiKey, ApiKeysQuery, ErrorKind, Reader, User, UsersQuery, Workspace, WorkspacesQuery, collect_all,
};
use bylaws_engine::Email;
use bylaws_engine::figures::Dimension;
use bylaws_output::render::escape::escape;
use bylaws_output::render::figures::{Known, NamedObject};
use futures::future::try_join3;

use super::figures::{Only, is_of_enterprise};
use crate::exit::Failure;
use crate::progress::Progress;

/// The lists to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) workspaces: bool,
    pub(crate) people: bool,
    pub(crate) keys: bool,
}

/// The names of the filters, as the user wrote them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named<'a> {
    pub(crate) workspaces: &'a [String],
    pub(crate) people: &'a [String],
    pub(crate) keys: &'a [String],
}

impl Wanted {
    /// Returns the lists with the names of these dimensions.
    pub(crate) fn by(by: &[Dimension]) -> Self {
        Self {
            workspaces: by.contains(&Dimension::Workspace),
            people: by.contains(&Dimension::Person),
            keys: by.contains(&Dimension::Key),
        }
    }

    /// Adds the lists in which these filters are looked up. A person is looked up on their own.
    #[must_use]
    pub(crate) fn and(self, named: Named<'_>) -> Self {
        Self {
            workspaces: self.workspaces || named.workspaces.iter().any(|name| !is_id(name, "wrkspc_")),
            keys: self.keys || named.keys.iter().any(|name| !is_id(name, "apikey_")),
            ..self
        }
    }
}

/// Reads the requested lists. A list that the credential may not read is noted, and ids are shown instead of names.
pub(crate) async fn read(reader: &Reader, wanted: Wanted, progress: &Progress) -> Result<Known, Failure> {
    if wanted != Wanted::default() {
        progress.say("reading names");
    }
    let mut known = Known::default();
    let query = WorkspacesQuery { include_archived: true, include_default: true, ids: Vec::new() };
    let (workspaces, people, keys) = try_join3(
        allowed(wanted.workspaces, async { collect_all(reader.workspaces(query)).await }),
        allowed(wanted.people, async { collect_all(reader.users(UsersQuery::default())).await }),
        allowed(wanted.keys, async { collect_all(reader.api_keys(ApiKeysQuery::default())).await }),
    )
    .await?;
    known.workspaces = kept(&mut known, workspaces, "workspaces").map(|list| named_workspaces(&list));
    known.people = kept(&mut known, people, "people").map(|list| named_people(&list));
    known.keys = kept(&mut known, keys, "keys").map(|list| named_keys(&list));
    Ok(known)
}

fn kept<T>(known: &mut Known, list: Option<Result<Vec<T>, bylaws_api::Error>>, of: &str) -> Option<Vec<T>> {
    match list? {
        Ok(list) => Some(list),
        Err(error) => {
            known.notes.push(format!("names of {of} could not be read, so their ids are shown: {error}"));
            None
        }
    }
}

/// Returns the ids of the named objects. A name that no object or more than one object has is an error.
pub(crate) async fn resolve(known: &Known, named: Named<'_>, reader: &Reader) -> Result<Only, Failure> {
    let mut only = Only::default();
    for name in named.workspaces {
        let mut found = find(name, "wrkspc_", "workspace", known.workspaces.as_ref())?;
        if name == "Default" && found.len() > 1 {
            // Only the default workspace is missing in the list without it.
            let query = WorkspacesQuery { include_archived: true, ..WorkspacesQuery::default() };
            let plain = collect_all(reader.workspaces(query)).await?;
            found.retain(|id| plain.iter().all(|workspace| workspace.id.as_str() != id));
        }
        only.workspaces.push(the_one(name, found, "workspace", known.workspaces.as_ref())?);
    }
    for name in named.keys {
        let found = find(name, "apikey_", "key", known.keys.as_ref())?;
        only.keys.push(the_one(name, found, "key", known.keys.as_ref())?);
    }
    for name in named.people {
        only.people.push(person(known, name, reader).await?);
    }
    Ok(only)
}

async fn person(known: &Known, name: &str, reader: &Reader) -> Result<String, Failure> {
    if is_id(name, "user_") {
        return Ok(name.to_owned());
    }
    let asked;
    let people = if let Some(people) = &known.people {
        people
    } else {
        let query = UsersQuery { email: Some(name.to_owned()), ..UsersQuery::default() };
        asked = named_people(&collect_all(reader.users(query)).await?);
        &asked
    };
    let wanted = Email::live(name);
    let of = |same: &dyn Fn(&Email) -> bool| -> Vec<String> {
        let named = people.iter().filter(|(_, named)| same(&Email::live(&named.name)));
        named.map(|(id, _)| id.clone()).collect()
    };
    // The exact address first; otherwise an address that the service treats as the same person.
    let mut found = of(&|email| *email == wanted);
    if found.is_empty() {
        found = of(&|email| email.person() == wanted.person());
    }
    the_one(name, found, "person", Some(people))
}

/// Returns the list, or the error if the credential may not read it; any other error ends the run.
async fn allowed<T>(
    wanted: bool,
    list: impl Future<Output = Result<Vec<T>, bylaws_api::Error>>,
) -> Result<Option<Result<Vec<T>, bylaws_api::Error>>, Failure> {
    if !wanted {
        return Ok(None);
    }
    match list.await {
        Err(error) if error.kind() != ErrorKind::Permission && !is_of_enterprise(&error) => Err(error.into()),
        other => Ok(Some(other)),
    }
}

/// Returns whether the text is an id, which needs no lookup.
fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// Returns the ids of all objects with a name, those in use first.
fn find(
    name: &str,
    prefix: &str,
    kind: &str,
    list: Option<&BTreeMap<String, NamedObject>>,
) -> Result<Vec<String>, Failure> {
    if is_id(name, prefix) {
        return Ok(vec![name.to_owned()]);
    }
    let list = list.ok_or_else(|| Failure::Other {
        message: format!("cannot look up {kind} `{}`: the names of {kind}s could not be read", escape(name)),
        help: format!("name it by its id: --{kind} {prefix}…"),
    })?;
    let named = || list.iter().filter(|(_, named)| named.name == name);
    let in_use: Vec<String> =
        named().filter(|(_, named)| named.mark.is_none()).map(|(id, _)| id.clone()).collect();
    Ok(if in_use.is_empty() { named().map(|(id, _)| id.clone()).collect() } else { in_use })
}

fn the_one(
    name: &str,
    mut found: Vec<String>,
    kind: &str,
    list: Option<&BTreeMap<String, NamedObject>>,
) -> Result<String, Failure> {
    match (found.len(), found.pop()) {
        (1, Some(id)) => Ok(id),
        (_, None) => Err(Failure::Usage {
            message: format!("there is no {kind} `{}`", escape(name)),
            help: match kind {
                "person" => "write the e-mail address of a member, or an id (user_…) for former members",
                _ => "write the name as the Console shows it, or the id if it was deleted",
            }
            .to_owned(),
        }),
        (n, Some(last)) => {
            found.push(last);
            let mark = |id: &String| {
                let mark = list.and_then(|list| list.get(id)).and_then(|named| named.mark.as_deref());
                mark.map_or_else(|| escape(id), |mark| format!("{} ({})", escape(id), escape(mark)))
            };
            let ids: Vec<String> = found.iter().map(mark).collect();
            Err(Failure::Usage {
                message: format!("`{}` is ambiguous, it matches {n}: {}", escape(name), ids.join(", ")),
                help: format!(
                    "name it by its id: --{kind} {}",
                    found.first().map_or_else(String::new, |id| escape(id))
                ),
            })
        }
    }
}

fn named_workspaces(list: &[Workspace]) -> BTreeMap<String, NamedObject> {
    let named = |workspace: &Workspace| {
        let mark = workspace.archived_at.as_ref().map(|_| "archived".to_owned());
        (workspace.id.as_str().to_owned(), NamedObject { name: workspace.name.clone(), mark })
    };
    list.iter().map(named).collect()
}

fn named_people(list: &[User]) -> BTreeMap<String, NamedObject> {
    let named =
        |user: &User| (user.id.as_str().to_owned(), NamedObject { name: user.email.clone(), mark: None });
    list.iter().map(named).collect()
}

fn named_keys(list: &[ApiKey]) -> BTreeMap<String, NamedObject> {
    let named = |key: &ApiKey| {
        let status = key.status.as_str();
        let mark = (status != "active").then(|| status.to_owned());
        (key.id.as_str().to_owned(), NamedObject { name: key.name.clone(), mark })
    };
    list.iter().map(named).collect()
}
