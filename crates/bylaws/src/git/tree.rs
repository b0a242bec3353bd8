//! The files of a commit, selected as `validate` selects the files of a folder: YAML, nothing hidden, and links
//! followed if they stay within PATH.

use std::collections::BTreeMap;

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

/// What a path of a commit leads to, by its hash.
enum Target {
    File(String),
    Folder(String),
    /// Nothing, or something outside the repository.
    Nothing,
}

/// The maximum size of all files of a commit, in bytes: as many as of a folder.
const MAX_ALL: usize = 64 * 1024 * 1024;

impl Repository {
    /// Returns the files of a commit at PATH, sorted by name; none if PATH does not exist in the commit.
    pub(crate) fn files_of(&self, commit: &str) -> Result<Vec<Found>, Trouble> {
        match self.target(&format!("{commit}:{}", self.place))? {
            Target::File(hash) => {
                let name = self.place.rsplit_once('/').map_or(self.place.as_str(), |(_, name)| name);
                Ok(vec![Found { name: name.to_owned(), content: Ok(self.content(&hash)?) }])
            }
            Target::Folder(hash) => self.folder(commit, &hash),
            Target::Nothing => Ok(Vec::new()),
        }
    }

    /// Returns the bytes of a file of a commit below the folder of the files.
    pub(crate) fn named(&self, commit: &str, name: &str) -> Result<Vec<u8>, NamedError> {
        let git = |trouble: Trouble| NamedError::Unreadable(trouble.reason());
        let folder = self.folder_in(commit).map_err(git)?;
        let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let hash = match self.target(&format!("{commit}:{below}{name}")).map_err(git)? {
            Target::File(hash) => hash,
            Target::Folder(_) => return Err(NamedError::Unreadable("not a regular file".to_owned())),
            Target::Nothing => return Err(NamedError::NotFound),
        };
        let list = self.bytes(&["ls-tree", "-r", "--full-tree", &format!("{commit}:{folder}")], &[]);
        let list = String::from_utf8_lossy(&list.map_err(git)?).into_owned();
        let is_inside = list
            .lines()
            .any(|line| line.split_once('\t').is_some_and(|(about, _)| about.ends_with(&format!(" {hash}"))));
        if is_inside { self.content(&hash).map_err(git) } else { Err(NamedError::Outside) }
    }

    /// Returns the folder of the files in a commit, relative to the top.
    fn folder_in(&self, commit: &str) -> Result<&str, Trouble> {
        Ok(match self.target(&format!("{commit}:{}", self.place))? {
            Target::File(_) => self.place.rsplit_once('/').map_or("", |(folder, _)| folder),
            _ => &self.place,
        })
    }

    fn folder(&self, commit: &str, tree: &str) -> Result<Vec<Found>, Trouble> {
        let list = self.bytes(&["ls-tree", "-r", "-l", "-z", "--full-tree", tree], &[])?;
        let list = String::from_utf8_lossy(&list);
        let below = if self.place.is_empty() { String::new() } else { format!("{}/", self.place) };
        let (mut sizes, mut files) = (BTreeMap::new(), Vec::new());
        let (mut links, mut found) = (Vec::new(), Vec::new());
        // `MODE TYPE HASH SIZE<tab>NAME`, with several spaces before the size
        for (about, name) in list.split('\0').filter_map(|line| line.split_once('\t')) {
            let mut about = about.split_ascii_whitespace();
            let (Some(mode), Some(kind), Some(hash)) = (about.next(), about.next(), about.next()) else {
                continue;
            };
            sizes.insert(hash, about.next().and_then(|size| size.parse().ok()).unwrap_or(0_usize));
            if name.split('/').any(|part| part.starts_with('.')) {
                continue;
            }
            match (mode, kind) {
                (_, "commit") => {
                    found.push(Found { name: as_shown(name), content: Err(NotAFile::Submodule) });
                }
                ("120000", _) => links.push(name),
                (_, "blob") if is_yaml(name) => files.push((name, hash.to_owned())),
                _ => {}
            }
        }
        // git follows a link that is named by its path. What it leads to is read only if it is in the folder.
        let paths: Vec<String> = links.iter().map(|name| format!("{commit}:{below}{name}")).collect();
        for (name, target) in links.into_iter().zip(self.targets(&paths)?) {
            let wrong = match target {
                Target::File(hash) if is_yaml(name) && sizes.contains_key(hash.as_str()) => {
                    files.push((name, hash));
                    continue;
                }
                Target::Folder(_) => NotAFile::LinkToFolder,
                _ if !is_yaml(name) => continue,
                Target::File(_) | Target::Nothing => NotAFile::LinkOutside,
            };
            found.push(Found { name: as_shown(name), content: Err(wrong) });
        }
        let size = |(_, hash): &(&str, String)| sizes.get(hash.as_str()).copied().unwrap_or_default();
        if files.iter().map(size).fold(0, usize::saturating_add) > MAX_ALL {
            return Err(Trouble(format!(
                "the files together are larger than {} MiB",
                MAX_ALL / (1024 * 1024)
            )));
        }
        let hashes: Vec<String> = files.iter().map(|(_, hash)| hash.clone()).collect();
        for ((name, _), content) in files.into_iter().zip(self.contents(&hashes)?) {
            found.push(Found { name: as_shown(name), content: Ok(content) });
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(found)
    }

    /// Returns what these paths of a commit lead to, in their order, without its content.
    fn targets(&self, paths: &[String]) -> Result<Vec<Target>, Trouble> {
        let lines = paths.iter().map(|path| if path.contains('\n') { "" } else { path });
        let input = lines.flat_map(|path| [path, "\n"]).collect::<String>();
        let answer = self.bytes(&["cat-file", "--batch-check", "--follow-symlinks"], input.as_bytes())?;
        let answer = String::from_utf8_lossy(&answer);
        let mut lines = answer.lines();
        let mut targets = Vec::new();
        for _ in paths {
            // `HASH TYPE SIZE`, or `NAME missing`, or `dangling SIZE` and the like, with a line for where it leads.
            let Some(head) = lines.next() else { break };
            let parts: Vec<&str> = head.split(' ').collect();
            targets.push(match parts.as_slice() {
                [hash, "blob", _] => Target::File((*hash).to_owned()),
                [hash, "tree", _] => Target::Folder((*hash).to_owned()),
                ["dangling" | "loop" | "symlink" | "notdir", _] => {
                    lines.next();
                    Target::Nothing
                }
                _ => Target::Nothing,
            });
        }
        targets.resize_with(paths.len(), || Target::Nothing);
        Ok(targets)
    }

    fn target(&self, path: &str) -> Result<Target, Trouble> {
        Ok(self.targets(&[path.to_owned()])?.pop().unwrap_or(Target::Nothing))
    }

    /// Returns the contents of these files, in their order.
    fn contents(&self, hashes: &[String]) -> Result<Vec<Vec<u8>>, Trouble> {
        let input = hashes.iter().flat_map(|hash| [hash.as_str(), "\n"]).collect::<String>();
        let answer = self.bytes(&["cat-file", "--batch"], input.as_bytes())?;
        let mut rest = answer.as_slice();
        let mut contents = Vec::new();
        for hash in hashes {
            let missing = || Trouble(format!("object {hash} is missing; this may be a partial clone"));
            // `HASH TYPE SIZE`, then the content and a line break. Or `HASH missing`.
            let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(missing)?;
            let head = String::from_utf8_lossy(rest.get(..end).unwrap_or_default());
            let size =
                head.rsplit(' ').next().and_then(|size| size.parse::<usize>().ok()).ok_or_else(missing)?;
            rest = rest.get(end + 1..).unwrap_or_default();
            contents.push(rest.get(..size).ok_or_else(missing)?.to_vec());
            rest = rest.get(size + 1..).unwrap_or_default();
        }
        Ok(contents)
    }

    fn content(&self, hash: &str) -> Result<Vec<u8>, Trouble> {
        Ok(self.contents(&[hash.to_owned()])?.pop().unwrap_or_default())
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
