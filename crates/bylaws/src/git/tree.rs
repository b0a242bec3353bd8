//! The files of a commit, selected as `validate` selects the files of a folder: YAML, nothing hidden, and links
//! followed if they stay within PATH.

use std::collections::BTreeSet;

use bylaws_config::NamedError;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::found::{Found, NotAFile};
use super::{Repository, Trouble, checkout};

/// The full hash of the commit.
#[derive(Clone, Debug)]
pub(crate) struct Commit {
    pub(crate) hash: String,
    /// The date of the commit in UTC.
    pub(crate) day: Date,
}

/// Returns the commit of a revision; `None` if the repository does not contain it.
pub(crate) fn commit_at(repository: &Repository, revision: &str) -> Result<Option<Commit>, Trouble> {
    // A separate call, so that a repository that git refuses is not reported as an unknown revision.
    repository.text(&["rev-parse", "--git-dir"])?;
    let commit = format!("{revision}^{{commit}}");
    // The author of a pull request may have chosen the revision; it must not become an option.
    let hash = repository.text(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]);
    let Ok(hash) = hash else {
        // If the checked-out commit can be read, it is this revision that is missing.
        checkout::head(repository)?;
        return Ok(None);
    };
    let time = repository.text(&["show", "--no-patch", "--format=%cI", &hash])?;
    let time: Timestamp =
        time.parse().map_err(|_| Trouble(format!("cannot parse the time of {hash}: {time}")))?;
    Ok(Some(Commit { hash, day: time.to_zoned(TimeZone::UTC).date() }))
}

/// What git finds in a commit after following links.
enum Object {
    File {
        hash: String,
        content: Vec<u8>,
    },
    Folder {
        hash: String,
    },
    /// Nothing, or something outside the repository.
    Nothing,
}

impl Repository {
    /// Returns the files of a commit at PATH, sorted by name; none if PATH does not exist in the commit.
    pub(crate) fn files_of(&self, commit: &str) -> Result<Vec<Found>, Trouble> {
        match self.objects(&[format!("{commit}:{}", self.place)])?.pop() {
            Some(Object::File { content, .. }) => {
                let name = self.place.rsplit_once('/').map_or(self.place.as_str(), |(_, name)| name);
                Ok(vec![Found { name: name.to_owned(), content: Ok(content) }])
            }
            Some(Object::Folder { hash }) => self.folder(commit, &hash),
            Some(Object::Nothing) | None => Ok(Vec::new()),
        }
    }

    /// Returns the bytes of a file of a commit below the folder of the files.
    pub(crate) fn named(&self, commit: &str, name: &str) -> Result<Vec<u8>, NamedError> {
        let git = |trouble: Trouble| NamedError::Unreadable(trouble.reason());
        let folder = self.folder_in(commit).map_err(git)?;
        let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        match self.objects(&[format!("{commit}:{below}{name}")]).map_err(git)?.pop() {
            Some(Object::File { hash, content }) => {
                let list = self.bytes(&["ls-tree", "-r", "--full-tree", &format!("{commit}:{folder}")], &[]);
                let list = String::from_utf8_lossy(&list.map_err(git)?).into_owned();
                let is_inside = list.lines().any(|line| {
                    line.split_once('\t').is_some_and(|(about, _)| about.ends_with(&format!(" {hash}")))
                });
                if is_inside { Ok(content) } else { Err(NamedError::Outside) }
            }
            Some(Object::Folder { .. }) => Err(NamedError::Unreadable("not a regular file".to_owned())),
            Some(Object::Nothing) | None => Err(NamedError::NotFound),
        }
    }

    /// Returns the folder of the files in a commit, relative to the top.
    fn folder_in(&self, commit: &str) -> Result<&str, Trouble> {
        Ok(match self.objects(&[format!("{commit}:{}", self.place)])?.pop() {
            Some(Object::File { .. }) => self.place.rsplit_once('/').map_or("", |(folder, _)| folder),
            _ => &self.place,
        })
    }

    fn folder(&self, commit: &str, tree: &str) -> Result<Vec<Found>, Trouble> {
        let list = self.bytes(&["ls-tree", "-r", "-z", "--full-tree", tree], &[])?;
        let list = String::from_utf8_lossy(&list);
        let below = if self.place.is_empty() { String::new() } else { format!("{}/", self.place) };
        let (mut hashes, mut selected, mut found) = (BTreeSet::new(), Vec::new(), Vec::new());
        // `MODE TYPE HASH<tab>NAME`
        for (about, name) in list.split('\0').filter_map(|line| line.split_once('\t')) {
            let Some((kind, hash)) = about.rsplit_once(' ') else { continue };
            hashes.insert(hash);
            let is_link = kind.starts_with("120000");
            let is_file = is_yaml(name) && kind.ends_with("blob");
            if name.split('/').any(|part| part.starts_with('.')) {
                continue;
            }
            if kind.ends_with("commit") {
                found.push(Found { name: as_shown(name), content: Err(NotAFile::Submodule) });
            } else if is_link || is_file {
                // git follows a link that is named by its path.
                let object = if is_link { format!("{commit}:{below}{name}") } else { hash.to_owned() };
                selected.push((name, object));
            }
        }
        selected.sort();
        let (names, objects): (Vec<&str>, Vec<String>) = selected.into_iter().unzip();
        for (name, object) in names.into_iter().zip(self.objects(&objects)?) {
            let content = match object {
                Object::Folder { .. } => Err(NotAFile::LinkToFolder),
                _ if !is_yaml(name) => continue,
                Object::File { hash, content } if hashes.contains(hash.as_str()) => Ok(content),
                Object::File { .. } | Object::Nothing => Err(NotAFile::LinkOutside),
            };
            found.push(Found { name: as_shown(name), content });
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(found)
    }

    /// Returns these objects in the given order, each named by its hash or by its path in a commit.
    fn objects(&self, names: &[String]) -> Result<Vec<Object>, Trouble> {
        // One line per name: a path with a line break cannot be asked for.
        let lines = names.iter().map(|name| if name.contains('\n') { "" } else { name });
        let input = lines.flat_map(|name| [name, "\n"]).collect::<String>();
        let answer = self.bytes(&["cat-file", "--batch", "--follow-symlinks"], input.as_bytes())?;
        let mut rest = answer.as_slice();
        let mut objects = Vec::new();
        for name in names {
            let missing = || Trouble(format!("object {name} is missing; this may be a partial clone"));
            // `HASH TYPE SIZE`, or `dangling SIZE` and the like; then the content and a line break. Or `NAME missing`.
            let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(missing)?;
            let head = String::from_utf8_lossy(rest.get(..end).unwrap_or_default()).into_owned();
            rest = rest.get(end + 1..).unwrap_or_default();
            if head.ends_with(" missing") {
                if !name.contains(':') {
                    return Err(missing());
                }
                objects.push(Object::Nothing);
                continue;
            }
            let (about, size) = head.rsplit_once(' ').ok_or_else(missing)?;
            let size: usize = size.parse().map_err(|_| missing())?;
            let content = rest.get(..size).ok_or_else(missing)?.to_vec();
            rest = rest.get(size + 1..).unwrap_or_default();
            objects.push(match about.split_once(' ') {
                Some((hash, "blob")) => Object::File { hash: hash.to_owned(), content },
                Some((hash, "tree")) => Object::Folder { hash: hash.to_owned() },
                _ => Object::Nothing,
            });
        }
        Ok(objects)
    }
}

/// Returns a name as that of a file in a folder is shown, so that it is the same text in both.
fn as_shown(name: &str) -> String {
    let shown = |c| if c != '/' && bylaws_engine::spelling::is_hidden(c) { '\u{FFFD}' } else { c };
    name.chars().map(shown).collect()
}

fn is_yaml(name: &str) -> bool {
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    end.is_some_and(|end| end == "yaml" || end == "yml")
}
