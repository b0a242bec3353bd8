//! Names for the ids in reports: workspaces, people, keys. A list is read only if its names are shown or used as a
//! filter; an id without a name, such as of a former member, is shown as is.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_api::{
    ApiKey, ApiKeysQuery, Error, ErrorKind, Reader, User, UsersQuery, Workspace, WorkspacesQuery, collect_all,
};
use bylaws_engine::Email;
use bylaws_output::render::escape::escape;
use bylaws_reports::{Dimension, Named, NamedObject};
use futures::future::try_join3;

use super::figures::is_of_enterprise;
use crate::exit::Failure;
use crate::progress::Progress;

#[derive(Default)]
pub(crate) struct Known {
    /// By dimension; a list that was not read is missing.
    pub(crate) lists: BTreeMap<Dimension, Named>,
    /// The lists that could not be read, and why.
    pub(crate) notes: Vec<String>,
}

/// Filters by dimension: names or ids.
pub(crate) type Filters = Vec<(Dimension, Vec<String>)>;

/// Returns the lists in which filters are looked up. A person is looked up on their own.
pub(crate) fn looked_up(filters: &Filters) -> impl Iterator<Item = Dimension> {
    let of_lists = filters.iter().filter(|(by, _)| matches!(by, Dimension::Workspace | Dimension::Key));
    of_lists.filter(|(by, names)| names.iter().any(|name| !is_id(name, *by))).map(|(by, _)| *by)
}

/// Reads the lists of these dimensions, as far as they have one. A list that the credential may not read is noted, and
/// ids are shown instead of names.
pub(crate) async fn read(
    reader: &Reader,
    wanted: &BTreeSet<Dimension>,
    progress: &Progress,
) -> Result<Known, Failure> {
    let [workspaces, people, keys] =
        [Dimension::Workspace, Dimension::Person, Dimension::Key].map(|of| wanted.contains(&of));
    if workspaces || people || keys {
        progress.say("reading names");
    }
    let query = WorkspacesQuery { include_archived: true, include_default: true };
    let of_workspace = |workspace: Workspace| {
        let mark = workspace.archived_at.map(|_| "archived".to_owned());
        (workspace.id.as_str().to_owned(), NamedObject { name: workspace.name, mark })
    };
    let of_key = |key: ApiKey| {
        let mark = Some(key.status.as_str().to_owned()).filter(|status| status != "active");
        (key.id.as_str().to_owned(), NamedObject { name: key.name, mark })
    };
    let (workspaces, people, keys) = try_join3(
        names(workspaces, "workspaces", collect_all(reader.workspaces(query)), of_workspace),
        names(people, "people", collect_all(reader.users(UsersQuery::default())), named),
        names(keys, "keys", collect_all(reader.api_keys(ApiKeysQuery::default())), of_key),
    )
    .await?;
    let mut known = Known::default();
    for (of, list) in
        [(Dimension::Workspace, workspaces), (Dimension::Person, people), (Dimension::Key, keys)]
    {
        match list {
            Ok(list) => known.lists.extend(list.map(|list| (of, list))),
            Err(note) => known.notes.push(note),
        }
    }
    Ok(known)
}

/// Returns filters with the ids of the named objects. A name that no object or more than one object has is an error.
pub(crate) async fn resolve(known: &Known, filters: &Filters, reader: &Reader) -> Result<Filters, Failure> {
    let mut resolved = Vec::new();
    for (by, names) in filters {
        let list = known.lists.get(by);
        let mut ids = Vec::new();
        for name in names {
            ids.push(match by {
                _ if is_id(name, *by) => name.clone(),
                Dimension::Person => person(list, name, reader).await?,
                Dimension::Workspace | Dimension::Key => {
                    let mut found = find(name, *by, list)?;
                    if *by == Dimension::Workspace && name == "Default" && found.len() > 1 {
                        // Only the default workspace is missing in the list without it.
                        let query = WorkspacesQuery { include_archived: true, include_default: false };
                        let plain = collect_all(reader.workspaces(query)).await?;
                        found.retain(|id| plain.iter().all(|workspace| workspace.id.as_str() != id));
                    }
                    the_one(name, &found, *by, list)?
                }
                _ => name.clone(),
            });
        }
        resolved.push((*by, ids));
    }
    Ok(resolved)
}

async fn person(known: Option<&Named>, name: &str, reader: &Reader) -> Result<String, Failure> {
    let asked;
    let people = if let Some(people) = known {
        people
    } else {
        let query = UsersQuery { email: Some(name.to_owned()) };
        asked = collect_all(reader.users(query)).await?.into_iter().map(named).collect();
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
    the_one(name, &found, Dimension::Person, Some(people))
}

/// Returns the names of a list if it is `wanted`, or a note if the credential may not read it; any other error ends the
/// run.
async fn names<T>(
    wanted: bool,
    word: &str,
    list: impl Future<Output = Result<Vec<T>, Error>>,
    named: impl Fn(T) -> (String, NamedObject),
) -> Result<Result<Option<Named>, String>, Failure> {
    if !wanted {
        return Ok(Ok(None));
    }
    match list.await {
        Ok(list) => Ok(Ok(Some(list.into_iter().map(named).collect()))),
        Err(error) if error.kind == ErrorKind::Permission || is_of_enterprise(&error) => {
            Ok(Err(format!("names of {word} could not be read, so their ids are shown: {error}")))
        }
        Err(error) => Err(error.into()),
    }
}

/// Returns how the ids of a dimension begin.
fn prefix(of: Dimension) -> &'static str {
    match of {
        Dimension::Workspace => "wrkspc_",
        Dimension::Key => "apikey_",
        _ => "user_",
    }
}

/// Returns whether the text is an id, which needs no lookup.
fn is_id(text: &str, of: Dimension) -> bool {
    text.strip_prefix(prefix(of)).is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// Returns the ids of all objects with a name, those in use first.
fn find(name: &str, of: Dimension, list: Option<&Named>) -> Result<Vec<String>, Failure> {
    let list = list.ok_or_else(|| {
        Failure::other(
            format!("cannot look up {of} `{}`: the names of {of}s could not be read", escape(name)),
            format!("name it by its id: --{of} {}…", prefix(of)),
        )
    })?;
    let named = || list.iter().filter(|(_, named)| named.name == name);
    let in_use: Vec<String> =
        named().filter(|(_, named)| named.mark.is_none()).map(|(id, _)| id.clone()).collect();
    Ok(if in_use.is_empty() { named().map(|(id, _)| id.clone()).collect() } else { in_use })
}

fn the_one(name: &str, found: &[String], of: Dimension, list: Option<&Named>) -> Result<String, Failure> {
    match found {
        [id] => Ok(id.clone()),
        [] => {
            let help = match of {
                Dimension::Person => {
                    "write the e-mail address of a member, or an id (user_…) for former members"
                }
                _ => "write the name as the Console shows it, or the id if it was deleted",
            };
            Err(Failure::other(format!("there is no {of} `{}`", escape(name)), help))
        }
        [first, ..] => {
            let shown = |id: &String| {
                let mark = list.and_then(|list| list.get(id)?.mark.as_deref());
                mark.map_or_else(|| escape(id), |mark| format!("{} ({})", escape(id), escape(mark)))
            };
            let (name, n) = (escape(name), found.len());
            let ids: Vec<String> = found.iter().map(shown).collect();
            Err(Failure::other(
                format!("`{name}` is ambiguous, it matches {n}: {}", ids.join(", ")),
                format!("name it by its id: --{of} {}", escape(first)),
            ))
        }
    }
}

fn named(user: User) -> (String, NamedObject) {
    (user.id.as_str().to_owned(), NamedObject { name: user.email, mark: None })
}
