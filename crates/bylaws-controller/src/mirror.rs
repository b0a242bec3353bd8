//! A mirror of one source: a repository of the controller, without a work tree.

use std::path::{Path, PathBuf};

use bylaws_output::document::canonical::sha256;
use jiff::{SignedDuration, Timestamp};

use crate::config::Source;
use crate::git::{Git, Trouble};
use crate::refusal::Refusal;

/// The largest file that the command reads, and the most of all files, in bytes.
const MAX_FILE: u64 = 16 * 1024 * 1024;
const MAX_ALL: u64 = 64 * 1024 * 1024;

/// A lock file of this age belongs to a git that was killed: no git runs longer than 6 minutes.
const STALE: SignedDuration = SignedDuration::from_mins(10);

/// Returns the name of the folder of a mirror: all organizations of one repository share it.
pub(crate) fn name(source: &Source) -> String {
    let of = match source {
        Source::Git { url, .. } => format!("git {url}"),
        Source::Folder(folder) => format!("folder {}", folder.display()),
    };
    sha256(&of).chars().take(16).collect()
}

/// Fetches a source and returns its tip.
pub(crate) async fn fetch(git: &Git<'_>, source: &Source) -> Result<String, Refusal> {
    if !git.top.join(".git").exists() {
        git.run(&["init", "--quiet", "--template=", "."]).await.map_err(Refusal::of("make the mirror"))?;
    }
    remove_leftovers(&git.top.join(".git"), git.host.clock.now());
    match source {
        Source::Git { url, branch, token_file, .. } => {
            let tip = format!("refs/bylaws/tip/{}", sha256(branch));
            let refspec = format!("+refs/heads/{branch}:{tip}");
            let fetch = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"];
            let args: Vec<&str> = fetch.into_iter().chain(["--", url, &refspec]).collect();
            let fetched = git.with(&args, &[], token_file.as_deref()).await;
            fetched.map_err(Refusal::of("fetch the source"))?;
            commit(git, &tip).await
        }
        Source::Folder(folder) => record(git, folder).await,
    }
}

/// Removes the locks of a git that was killed, and the packs that a failed fetch did not finish: locks make every later
/// fetch fail, and packs fill the disk.
fn remove_leftovers(folder: &Path, now: Timestamp) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let Ok(about) = entry.metadata() else { continue };
        let path = entry.path();
        let name = entry.file_name();
        let is_left =
            path.extension().is_some_and(|end| end == "lock") || name.as_encoded_bytes().starts_with(b"tmp_");
        let at = about.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
        let is_stale = at.is_some_and(|at| now.duration_since(at) > STALE);
        if about.is_dir() {
            remove_leftovers(&path, now);
        } else if about.is_file() && is_left && is_stale {
            // If that fails, git says so.
            let _ = std::fs::remove_file(&path);
        }
    }
}

/// Returns a repository inside a folder. git looks into it, with its own settings, each time it records the folder.
fn nested(folder: &Path) -> Option<PathBuf> {
    let entries = |path: &Path| std::fs::read_dir(path).into_iter().flatten().flatten();
    let is_git = |entry: &std::fs::DirEntry| entry.file_name().eq_ignore_ascii_case(".git");
    let is_folder = |entry: &std::fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    // git leaves out the repository of the folder itself.
    let folders = entries(folder).filter(|entry| is_folder(entry) && !is_git(entry));
    folders.map(|entry| entry.path()).find_map(|path| {
        let is_repository = entries(&path).any(|entry| is_git(&entry));
        if is_repository { Some(path) } else { nested(&path) }
    })
}

async fn commit(git: &Git<'_>, revision: &str) -> Result<String, Refusal> {
    let revision = format!("{revision}^{{commit}}");
    git.run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &revision])
        .await
        .map_err(Refusal::of("read the tip of the source"))
}

/// Records the files of a folder as a commit, so that a folder has revisions too.
async fn record(git: &Git<'_>, folder: &Path) -> Result<String, Refusal> {
    const TIP: &str = "refs/bylaws/tip/folder";
    if !folder.is_dir() {
        return Err(Refusal::unavailable(format!("{} is not a folder", shown(folder))));
    }
    if let Some(nested) = nested(folder) {
        let nested = shown(&nested);
        return Err(Refusal::refused(format!(
            "{nested} is a repository inside the folder; git would run its filters"
        )));
    }
    let failed = Refusal::of("record the folder");
    // Attributes of the folder must not change what is recorded.
    let info = git.top.join(".git/info");
    let written = std::fs::create_dir_all(&info).and_then(|()| {
        std::fs::write(info.join("attributes"), "* -text -filter -ident -working-tree-encoding\n")
    });
    written.map_err(|error| Refusal::unavailable(format!("cannot write the mirror: {error}")))?;
    let (repository, tree) = (git.top.join(".git"), format!("--work-tree={}", folder.display()));
    let repository = format!("--git-dir={}", repository.display());
    // Git leaves out `.git`, and records a repository inside as a link to it.
    let add = [&repository, &tree, "add", "--all", "--force", "--", &*folder.to_string_lossy()];
    git.run(&add.map(|word| word as &str)).await.map_err(&failed)?;
    let tree = git.run(&["write-tree"]).await.map_err(&failed)?;
    let tip = commit(git, TIP).await.ok();
    if let Some(tip) = &tip {
        let same = git.run(&["rev-parse", &format!("{tip}^{{tree}}")]).await.map_err(&failed)?;
        if same == tree {
            return Ok(tip.clone());
        }
    }
    let identity = ["user.name=bylaws".to_owned(), "user.email=bylaws@localhost".to_owned()];
    let mut args = vec!["commit-tree", "-m", "folder", &tree];
    args.extend(tip.iter().flat_map(|tip| ["-p", tip]));
    let new = git.with(&args, &identity, None).await.map_err(&failed)?;
    git.run(&["update-ref", TIP, &new]).await.map_err(&failed)?;
    Ok(new)
}

/// Checks that a commit may be read: the size of its files, and that it contains the commit that was applied last.
pub(crate) async fn check(
    git: &Git<'_>,
    tip: &str,
    path: &str,
    baseline: Option<&str>,
) -> Result<(), Refusal> {
    let mut args = vec!["ls-tree", "-r", "-l", "-z", "--full-tree", tip];
    args.extend(Some(path).filter(|path| !path.is_empty()).into_iter().flat_map(|path| ["--", path]));
    let list = git.run(&args).await.map_err(Refusal::of("read the source"))?;
    let mut all = 0;
    // `MODE TYPE HASH SIZE<tab>NAME`
    for (about, name) in list.split('\0').filter_map(|line| line.split_once('\t')) {
        let size: u64 = about.rsplit(' ').next().and_then(|size| size.parse().ok()).unwrap_or_default();
        let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
        if !end.is_some_and(|end| end == "yaml" || end == "yml") && size <= MAX_FILE {
            continue;
        }
        all += size;
        if size > MAX_FILE {
            let name = bylaws_output::render::escape::escape(name);
            return Err(Refusal::refused(format!("`{name}` is larger than 16 MiB")));
        }
    }
    if all > MAX_ALL {
        return Err(Refusal::refused("the files are larger than 64 MiB together".to_owned()));
    }
    let Some(baseline) = baseline else { return Ok(()) };
    match git.run(&["merge-base", "--is-ancestor", baseline, tip]).await {
        Ok(_) => Ok(()),
        Err(Trouble { code: Some(1), .. }) => Err(Refusal::refused(format!(
            "the tip {} does not contain {}, which was applied last: the history was rewritten; if that is right, remove \
             memory.json of this organization in the state folder: the next round is a first start",
            short(tip),
            short(baseline)
        ))),
        Err(trouble) => Err(Refusal::refused(format!("cannot compare the history: {}", trouble.message))),
    }
}

/// Checks that one of the allowed signers signed a commit.
pub(crate) async fn verify(git: &Git<'_>, tip: &str, signers: &Path) -> Result<(), Refusal> {
    if !signers.is_file() {
        return Err(Refusal::refused(format!("the file of signers {} does not exist", shown(signers))));
    }
    // The author of a commit chooses the kind of its signature: all but SSH are refused, because other programs would
    // look into the keys of this user.
    let settings = [
        format!("gpg.ssh.allowedSignersFile={}", signers.display()),
        "gpg.ssh.program=ssh-keygen".to_owned(),
        "gpg.ssh.revocationFile=".to_owned(),
        "gpg.program=false".to_owned(),
        "gpg.openpgp.program=false".to_owned(),
        "gpg.x509.program=false".to_owned(),
        "gpg.minTrustLevel=fully".to_owned(),
    ];
    let verified = git.with(&["verify-commit", tip], &settings, None).await;
    verified.map(drop).map_err(|trouble| {
        let tip = short(tip);
        // git says nothing about a commit without a signature.
        let why = if trouble.is_silent { "it has no signature" } else { trouble.message.as_str() };
        Refusal::refused(format!("no allowed signer signed the tip {tip}: {why}"))
    })
}

/// Keeps a commit in the mirror, whatever happens to the branch.
pub(crate) async fn keep(git: &Git<'_>, name: &str, commit: &str) -> Result<(), Trouble> {
    git.run(&["update-ref", &format!("refs/bylaws/baseline/{name}"), commit]).await.map(drop)
}

fn short(commit: &str) -> &str {
    bylaws_output::document::canonical::short(commit)
}

fn shown(path: &Path) -> String {
    bylaws_output::render::escape::escape(&path.display().to_string())
}

/// Returns where the command finds the files of a source, from the top of the mirror: as people know it.
pub(crate) fn place(source: &Source) -> &str {
    match source {
        Source::Git { path, .. } if !path.is_empty() => path,
        _ => ".",
    }
}
