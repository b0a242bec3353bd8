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

/// The names that were read.
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
    let (workspaces, people, keys) = try_join3(
        allowed(workspaces, collect_all(reader.workspaces(query))),
        allowed(people, collect_all(reader.users(UsersQuery::default()))),
        allowed(keys, collect_all(reader.api_keys(ApiKeysQuery::default()))),
    )
    .await?;
    let mut known = Known::default();
    known.keep(Dimension::Workspace, "workspaces", workspaces, |workspace: Workspace| {
        let mark = workspace.archived_at.map(|_| "archived".to_owned());
        (workspace.id.as_str().to_owned(), NamedObject { name: workspace.name, mark })
    });
    known.keep(Dimension::Person, "people", people, named);
    known.keep(Dimension::Key, "keys", keys, |key: ApiKey| {
        let mark = Some(key.status.as_str().to_owned()).filter(|status| status != "active");
        (key.id.as_str().to_owned(), NamedObject { name: key.name, mark })
    });
    Ok(known)
}

impl Known {
    fn keep<T>(
        &mut self,
        of: Dimension,
        word: &str,
        list: Option<Result<Vec<T>, Error>>,
        named: fn(T) -> (String, NamedObject),
    ) {
        match list {
            None => {}
            Some(Ok(list)) => {
                self.lists.insert(of, list.into_iter().map(named).collect());
            }
            Some(Err(error)) => {
                self.notes
                    .push(format!("names of {word} could not be read, so their ids are shown: {error}"));
            }
        }
    }
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

/// Returns the list, or the error if the credential may not read it; any other error ends the run.
async fn allowed<T>(
    wanted: bool,
    list: impl Future<Output = Result<Vec<T>, Error>>,
) -> Result<Option<Result<Vec<T>, Error>>, Failure> {
    if !wanted {
        return Ok(None);
    }
    match list.await {
        Err(error) if error.kind() != ErrorKind::Permission && !is_of_enterprise(&error) => Err(error.into()),
        other => Ok(Some(other)),
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
    let list = list.ok_or_else(|| Failure::Other {
        message: format!("cannot look up {of} `{}`: the names of {of}s could not be read", escape(name)),
        help: format!("name it by its id: --{of} {}…", prefix(of)),
    })?;
    let named = || list.iter().filter(|(_, named)| named.name == name);
    let in_use: Vec<String> =
        named().filter(|(_, named)| named.mark.is_none()).map(|(id, _)| id.clone()).collect();
    Ok(if in_use.is_empty() { named().map(|(id, _)| id.clone()).collect() } else { in_use })
}

fn the_one(name: &str, found: &[String], of: Dimension, list: Option<&Named>) -> Result<String, Failure> {
    match found {
        [id] => Ok(id.clone()),
        [] => Err(Failure::Usage {
            message: format!("there is no {of} `{}`", escape(name)),
            help: match of {
                Dimension::Person => {
                    "write the e-mail address of a member, or an id (user_…) for former members"
                }
                _ => "write the name as the Console shows it, or the id if it was deleted",
            }
            .to_owned(),
        }),
        [first, ..] => {
            let shown = |id: &String| {
                let mark = list.and_then(|list| list.get(id)?.mark.as_deref());
                mark.map_or_else(|| escape(id), |mark| format!("{} ({})", escape(id), escape(mark)))
            };
            let (name, n) = (escape(name), found.len());
            let ids: Vec<String> = found.iter().map(shown).collect();
            Err(Failure::Usage {
                message: format!("`{name}` is ambiguous, it matches {n}: {}", ids.join(", ")),
                help: format!("name it by its id: --{of} {}", escape(first)),
            })
        }
    }
}

fn named(user: User) -> (String, NamedObject) {
    (user.id.as_str().to_owned(), NamedObject { name: user.email, mark: None })
}
