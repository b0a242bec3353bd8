//! The files of a commit, selected as `validate` selects the files of a folder: YAML, nothing hidden, and links
//! followed
//! if they stay within PATH.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Repository, Trouble, checkout};

/// The maximum length of a chain of links; a longer one is a cycle.
const MOST_LINKS: usize = 40;

/// The full hash of the commit.
#[derive(Clone, Debug)]
pub(crate) struct Commit {
    pub(crate) hash: String,
    /// The date of the commit in UTC.
    pub(crate) day: Date,
}

/// A file of a commit at PATH: its name below PATH, and its text or what is wrong with it.
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) content: Result<Vec<u8>, &'static str>,
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

struct Entry {
    is_link: bool,
    is_folder: bool,
    object: String,
}

impl Repository {
    /// Returns the files of a commit at PATH, sorted by name; none if PATH does not exist in the commit.
    pub(crate) fn files_of(&self, commit: &str, is_folder: bool) -> Result<Vec<Found>, Trouble> {
        let Some((place, entry)) = self.place_in(commit)? else { return Ok(Vec::new()) };
        if entry.as_ref().is_none_or(|entry| entry.is_folder) != is_folder {
            return Ok(Vec::new());
        }
        match entry {
            Some(entry) if !entry.is_folder => {
                let name = self.place.rsplit_once('/').map_or(self.place.as_str(), |(_, name)| name);
                let content = self.blobs(&[&entry.object])?.pop().unwrap_or_default();
                Ok(vec![Found { name: name.to_owned(), content: Ok(content) }])
            }
            _ => self.folder(commit, &place),
        }
    }

    /// PATH in the commit after following links, with its entry; no entry for the top.
    fn place_in(&self, commit: &str) -> Result<Option<(String, Option<Entry>)>, Trouble> {
        let mut place = self.place.clone();
        for _ in 0..MOST_LINKS {
            if place.is_empty() {
                return Ok(Some((place, None)));
            }
            let Some((_, entry)) = self.list(commit, &["--", &place])?.pop_first() else { return Ok(None) };
            if !entry.is_link {
                return Ok(Some((place, Some(entry))));
            }
            let target = self.blobs(&[&entry.object])?.pop().unwrap_or_default();
            let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
            match join(folder, &String::from_utf8_lossy(&target)) {
                Some(next) => place = next,
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    fn folder(&self, commit: &str, place: &str) -> Result<Vec<Found>, Trouble> {
        let below = if place.is_empty() { String::new() } else { format!("{place}/") };
        let entries = if place.is_empty() {
            self.list(commit, &["-r"])?
        } else {
            self.list(commit, &["-r", "--", &below])?
        };
        let tree = Tree::of(self, entries)?;
        let mut found = Vec::new();
        let mut objects = Vec::new();
        for (path, entry) in &tree.entries {
            let Some(name) = path.strip_prefix(&below).filter(|name| !is_hidden(name)) else { continue };
            let object = if entry.is_link {
                match tree.follow(path) {
                    Target::Folder => Err("a link to a folder, which is not followed"),
                    _ if !is_yaml(name) => continue,
                    Target::File(path, object) if path.starts_with(&below) => Ok(object),
                    Target::File(..) | Target::Nothing => {
                        Err("a link that leads nowhere, or out of the folder")
                    }
                }
            } else if is_yaml(name) {
                Ok(entry.object.clone())
            } else {
                continue;
            };
            // As for a folder, so that a name is the same text in both.
            let name = name
                .chars()
                .map(|c| if c != '/' && bylaws_engine::spelling::is_hidden(c) { '\u{FFFD}' } else { c });
            found.push((name.collect::<String>(), object.as_ref().err().copied()));
            objects.extend(object);
        }
        let objects: Vec<&str> = objects.iter().map(String::as_str).collect();
        let mut contents = self.blobs(&objects)?.into_iter();
        let found = found.into_iter().map(|(name, wrong)| {
            let content = wrong.map_or_else(|| Ok(contents.next().unwrap_or_default()), Err);
            Found { name, content }
        });
        Ok(found.collect())
    }

    /// Returns the entries of a commit by their paths from the top.
    fn list(&self, commit: &str, args: &[&str]) -> Result<BTreeMap<String, Entry>, Trouble> {
        let mut all = vec!["ls-tree", "-z", "--full-tree"];
        let (options, paths): (Vec<&str>, Vec<&str>) = args.iter().partition(|arg| **arg == "-r");
        all.extend(options);
        all.push(commit);
        all.extend(paths);
        let list = self.bytes(&all, &[])?;
        let list = String::from_utf8_lossy(&list);
        // `MODE TYPE OBJECT<tab>PATH`
        let entries = list.split('\0').filter_map(|line| {
            let (about, path) = line.split_once('\t')?;
            let mut about = about.split(' ');
            let (mode, kind, object) = (about.next()?, about.next()?, about.next()?);
            let entry =
                Entry { is_link: mode == "120000", is_folder: kind == "tree", object: object.to_owned() };
            // A submodule has no files here.
            (kind != "commit").then(|| (path.to_owned(), entry))
        });
        Ok(entries.collect())
    }

    /// Returns the contents of these objects, in the given order.
    fn blobs(&self, objects: &[&str]) -> Result<Vec<Vec<u8>>, Trouble> {
        if objects.is_empty() {
            return Ok(Vec::new());
        }
        let answer = self.bytes(&["cat-file", "--batch"], (objects.join("\n") + "\n").as_bytes())?;
        let mut rest = answer.as_slice();
        let mut blobs = Vec::new();
        for object in objects {
            // `OBJECT blob SIZE`, a line break, the content, a line break.
            let missing = || Trouble(format!("object {object} is missing; this may be a partial clone"));
            let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(missing)?;
            let (head, content) = rest.split_at(end);
            let size = String::from_utf8_lossy(head).rsplit(' ').next().and_then(|size| size.parse().ok());
            let size: usize = size.ok_or_else(missing)?;
            let content = content.get(1..).unwrap_or_default();
            blobs.push(content.get(..size).ok_or_else(missing)?.to_vec());
            rest = content.get(size + 1..).unwrap_or_default();
        }
        Ok(blobs)
    }
}

/// The entries of a folder, including links between them.
struct Tree {
    entries: BTreeMap<String, Entry>,
    links: BTreeMap<String, String>,
    folders: BTreeSet<String>,
}

enum Target {
    File(String, String),
    Folder,
    Nothing,
}

impl Tree {
    fn of(repository: &Repository, entries: BTreeMap<String, Entry>) -> Result<Self, Trouble> {
        let links = entries.iter().filter(|(_, entry)| entry.is_link);
        let (paths, objects): (Vec<&String>, Vec<&str>) =
            links.map(|(path, entry)| (path, entry.object.as_str())).unzip();
        let targets = repository.blobs(&objects)?;
        let targets = targets.iter().map(|target| String::from_utf8_lossy(target).into_owned());
        let links = paths.into_iter().cloned().zip(targets).collect();
        let mut folders = BTreeSet::new();
        for path in entries.keys() {
            let ends = path.match_indices('/').map(|(end, _)| path.get(..end).unwrap_or_default());
            folders.extend(ends.map(str::to_owned));
        }
        Ok(Self { entries, links, folders })
    }

    /// Returns the target of a path after following every link on the way.
    fn follow(&self, path: &str) -> Target {
        let mut path = path.to_owned();
        for _ in 0..MOST_LINKS {
            let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
            let link = ends.into_iter().find_map(|end| {
                let target = self.links.get(path.get(..end)?)?;
                let folder = path.get(..end)?.rsplit_once('/').map_or("", |(folder, _)| folder);
                Some((folder.to_owned(), format!("{target}{}", path.get(end..)?)))
            });
            let Some((folder, target)) = link else {
                return match self.entries.get(&path) {
                    Some(entry) => Target::File(path, entry.object.clone()),
                    None if self.folders.contains(&path) => Target::Folder,
                    None => Target::Nothing,
                };
            };
            match join(&folder, &target) {
                Some(next) => path = next,
                None => return Target::Nothing,
            }
        }
        Target::Nothing
    }
}

/// Returns a link's target as a path from the top; `None` if it leaves the repository.
fn join(folder: &str, target: &str) -> Option<String> {
    if target.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.'))
}

fn is_yaml(name: &str) -> bool {
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    end.is_some_and(|end| end == "yaml" || end == "yml")
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn the_target_of_a_link_stays_within_the_repository() {
        for (folder, target, path) in [
            ("bylaws", "teams/people.txt", Some("bylaws/teams/people.txt")),
            ("bylaws", "../people.txt", Some("people.txt")),
            ("bylaws/a", "./..//b/c.yaml", Some("bylaws/b/c.yaml")),
            ("", "people.txt", Some("people.txt")),
            ("bylaws", "../../people.txt", None),
            ("", "../people.txt", None),
            ("bylaws", "/etc/passwd", None),
        ] {
            assert_eq!(join(folder, target).as_deref(), path, "{folder} {target}");
        }
    }
}
