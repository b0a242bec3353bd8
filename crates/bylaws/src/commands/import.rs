//! `bylaws import`: writes the live organization as files.

use std::io::Write;
use std::path::{Path, PathBuf};

use bylaws_config::{LoadError, Severity, SourceFile};
use bylaws_engine::sentence::plural;
use bylaws_kinds::{write_files, write_single};
use bylaws_output::document::pretty;
use bylaws_output::render::escape::escape;

use crate::args::Import;
use crate::connect;
use crate::exit::{ExitStatus, Failure};
use crate::live::imported::{self, Imported};
use crate::live::read;
use crate::world::World;

/// The schema file; editors find it next to the configuration, whatever the installed version.
const SCHEMA: &str = "bylaws.schema.json";

pub(crate) async fn run(args: &Import, world: &mut World) -> Result<ExitStatus, Failure> {
    refuse_what_is_there(args, world)?;
    let (everything, credential, reads) = read::everything(&args.connection, None, world).await?;
    let imported = imported::import(&everything.live(None));
    let (root, files) = files(args, &imported);
    check(&files)?;
    for name in write(&world.path(&root), &files)? {
        world.print(&format!("{}\n", root.join(name).display()));
    }
    say(args, &imported, reads, world);
    if imported.desired.workspaces.is_some()
        && let Some(unread) = connect::unread(&credential, world)
    {
        world.error(format!("note: {unread}"));
    }
    Ok(ExitStatus::Done)
}

/// The folder, and the files to write into it.
fn files(args: &Import, imported: &Imported) -> (PathBuf, Vec<SourceFile>) {
    let Imported { desired, notes, .. } = imported;
    match &args.single {
        Some(file) => {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let text = write_single(desired, notes);
            (file.parent().map(Path::to_owned).unwrap_or_default(), vec![SourceFile { name, text }])
        }
        None => (args.dir.clone(), write_files(desired, notes)),
    }
}

/// Fails before the first request if the target exists, or if other files would be merged with the written ones.
fn refuse_what_is_there(args: &Import, world: &World) -> Result<(), Failure> {
    if let Some(file) = &args.single {
        if world.path(file).exists() {
            return Err(Failure::other(
                format!("{} already exists", file.display()),
                "name another file; `bylaws adopt` edits existing files to say what is live",
            ));
        }
        return Ok(());
    }
    let dir = args.dir.display();
    if world.path(&args.dir).is_file() {
        return Err(Failure::other(
            format!("{dir} is a file, but import writes a folder"),
            "name a folder, or write one file with --single FILE",
        ));
    }
    if let Some(first) = yaml_in(&args.dir, world)? {
        return Err(Failure::other(
            format!(
                "{dir} already contains YAML files, such as {first}, and all files of a folder are read together"
            ),
            format!(
                "name another folder, or write one file with --single FILE; to edit these files to say what is live, \
                 run `bylaws adopt --path {dir}`"
            ),
        ));
    }
    Ok(())
}

/// Returns the first YAML file of a folder, found as every other command finds it.
fn yaml_in(dir: &Path, world: &World) -> Result<Option<String>, Failure> {
    match bylaws_kinds::load(&world.path(dir)) {
        Ok(loaded) => Ok(loaded.files.first().map(|file| escape(&file.name))),
        Err(LoadError::NotFound { .. } | LoadError::NoFiles { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Checks that the other commands accept the written files.
fn check(files: &[SourceFile]) -> Result<(), Failure> {
    let problems = bylaws_kinds::parse(files.to_vec()).problems;
    let first = problems.iter().find(|problem| problem.severity == Severity::Error);
    first.map_or(Ok(()), |problem| {
        Err(Failure::other(
            format!("the organization contains something that files cannot express: {}", problem.message),
            "nothing was written; please report it",
        ))
    })
}

/// Writes all of the files or none, and returns their names.
fn write(folder: &Path, files: &[SourceFile]) -> Result<Vec<String>, Failure> {
    let mut written: Vec<String> = Vec::new();
    let mut create = |name: &str, text: &str| {
        let mut target = std::fs::File::create_new(folder.join(name))?;
        written.push(name.to_owned());
        target.write_all(text.as_bytes())
    };
    let mut all = || {
        std::fs::create_dir_all(folder)?;
        files.iter().try_for_each(|file| create(&file.name, &file.text))?;
        // The schema of another version may exist; replacing it is up to the user.
        if folder.join(SCHEMA).exists() {
            return Ok(());
        }
        create(SCHEMA, &pretty(&bylaws_kinds::config_schema()))
    };
    match all() {
        Ok(()) => Ok(written),
        Err(error) => {
            for name in written {
                // The next import reports files that cannot be removed here.
                let _ = std::fs::remove_file(folder.join(name));
            }
            Err(Failure::io(folder, "write to")(error))
        }
    }
}

/// Prints the counts, what was left out, and the next step.
fn say(args: &Import, imported: &Imported, reads: u64, world: &World) {
    for line in &imported.left_out {
        world.error(format!("left out: {}", escape(line)));
    }
    let Imported { desired, invited, .. } = imported;
    let invited = if *invited > 0 { format!(" ({invited} of them invited)") } else { String::new() };
    let path = args.single.as_ref().unwrap_or(&args.dir).display();
    world.error(format!(
        "{}{invited}, {}, {}; `bylaws plan {path}` now finds no changes",
        plural(desired.members.as_ref().map_or(0, std::collections::BTreeMap::len), "member"),
        plural(desired.workspaces.as_ref().map_or(0, std::collections::BTreeMap::len), "workspace"),
        plural(reads, "read request"),
    ));
    world.error("next: review the files, commit them to git, then change a line and plan again");
    if let Some(file) = &args.single
        && let Some(other) = yaml_beside(file, world)
    {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).display();
        world.error(format!(
            "note: {other} is in the same folder; a plan of {folder} reads both, and reports an error for anything that \
             both list"
        ));
    }
}

/// Returns another YAML file in the folder of this one.
fn yaml_beside(file: &Path, world: &World) -> Option<String> {
    let own = file.file_name()?;
    let folder = world.path(file.parent()?);
    let mut names: Vec<_> =
        std::fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.file_name())).collect();
    names.sort();
    let yaml = |name: &Path| name.extension().is_some_and(|end| end == "yaml" || end == "yml");
    names
        .into_iter()
        .find(|name| name != own && yaml(Path::new(name)) && !name.to_string_lossy().starts_with('.'))
        .map(|name| escape(&name.to_string_lossy()))
}
