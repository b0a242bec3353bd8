//! Paths as GitHub and GitLab show them: relative to the top of the repository, wherever the command runs and however
//! its PATH was written.

use std::path::{Path, PathBuf};

use crate::git::Repository;
use crate::world::World;

/// Finds the path of a file relative to the top of its repository.
pub(crate) struct RepositoryPaths {
    here: PathBuf,
    /// The checkout according to GitHub Actions, for a copy of the files without `.git`.
    workspace: Option<PathBuf>,
}

impl RepositoryPaths {
    pub(crate) fn new(world: &World) -> Self {
        let canonical = |path: PathBuf| path.canonicalize().ok();
        Self {
            here: world.path(Path::new(".")),
            workspace: world.var("GITHUB_WORKSPACE").and_then(|path| canonical(path.into())),
        }
    }

    /// Returns the path from the top of the repository, separated by `/`; returns `shown` if the file is not in a
    /// repository.
    pub(crate) fn of(&self, shown: &str) -> String {
        self.within_repository(Path::new(shown)).unwrap_or_else(|| shown.to_owned())
    }

    fn within_repository(&self, shown: &Path) -> Option<String> {
        let path = self.here.join(shown);
        if let Some(repository) = Repository::around(&path) {
            return Some(repository.place().to_owned());
        }
        let inner = path.canonicalize().ok()?;
        let inner = inner.strip_prefix(self.workspace.as_ref()?).ok()?;
        let parts: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
        Some(parts.join("/"))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::RepositoryPaths;

    /// Creates a repository with `orgs/acme/members.yaml` in a folder of its own; returns both.
    fn repository(git: &str) -> std::io::Result<(tempfile::TempDir, PathBuf)> {
        let outer = tempfile::tempdir()?;
        let top = outer.path().canonicalize()?.join("repository");
        fs::create_dir_all(top.join("orgs/acme"))?;
        fs::write(top.join("orgs/acme/members.yaml"), "")?;
        match git {
            "folder" => fs::create_dir(top.join(".git"))?,
            "file" => fs::write(top.join(".git"), "gitdir: elsewhere\n")?,
            _ => {}
        }
        Ok((outer, top))
    }

    #[test]
    fn a_path_starts_at_the_top_of_the_repository_however_it_is_written() -> std::io::Result<()> {
        // A worktree and a submodule have a file instead of a folder.
        for git in ["folder", "file"] {
            let (_outer, top) = repository(git)?;
            let absolute = top.join("orgs/acme/members.yaml").display().to_string();
            for (here, shown) in [
                ("", "orgs/acme/members.yaml"),
                ("", "./orgs//acme/members.yaml"),
                ("orgs", "acme/members.yaml"),
                ("orgs/acme", "members.yaml"),
                ("orgs/acme", "../acme/members.yaml"),
                ("orgs/acme", "../../orgs/acme/members.yaml"),
                ("..", "repository/orgs/acme/members.yaml"),
                ("orgs", absolute.as_str()),
                // A file that was deleted since.
                ("orgs", "acme/gone.yaml"),
            ] {
                let paths = RepositoryPaths { here: top.join(here), workspace: None };
                let expected =
                    if shown.contains("gone") { "orgs/acme/gone.yaml" } else { "orgs/acme/members.yaml" };
                assert_eq!(paths.of(shown), expected, "{shown} in {here:?}");
            }
        }
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn a_link_resolves_to_the_file_that_git_tracks() -> std::io::Result<()> {
        let (_outer, top) = repository("folder")?;
        std::os::unix::fs::symlink(top.join("orgs/acme"), top.join("current"))?;
        let paths = RepositoryPaths { here: top, workspace: None };
        assert_eq!(paths.of("current/members.yaml"), "orgs/acme/members.yaml");
        Ok(())
    }

    #[test]
    fn without_a_repository_the_workspace_of_the_runner_is_the_top() -> std::io::Result<()> {
        let (_outer, top) = repository("none")?;
        let paths = RepositoryPaths { here: top.join("orgs"), workspace: Some(top.clone()) };
        assert_eq!(paths.of("acme/members.yaml"), "orgs/acme/members.yaml");
        let paths = RepositoryPaths { here: top.join("orgs"), workspace: None };
        assert_eq!(paths.of("acme/members.yaml"), "acme/members.yaml");
        Ok(())
    }
}
