//! `bylaws import`: the live organization as files.

use std::path::{Path, PathBuf};

use bylaws_config::{SourceFile, write_files, write_single};

use crate::args::Import;
use crate::connect;
use crate::document::pretty;
use crate::exit::{ExitStatus, Failure};
use crate::live::{imported, read};
use crate::progress::Progress;
use crate::render::plan::plural;
use crate::world::World;

/// Editors find it beside the files.
const SCHEMA: &str = "bylaws.schema.json";

pub(crate) async fn run(args: &Import, world: &mut World) -> Result<ExitStatus, Failure> {
    let progress = Progress::new(world);
    let (reader, _) = connect::reader(&args.connection, &progress, world)?;
    let everything = read::everything(&reader, None, &progress).await;
    progress.finish();
    let live = everything?.live(None);
    let imported::Imported { desired, notes, left_out } = imported::import(&live);
    let (root, files): (PathBuf, Vec<SourceFile>) = match &args.single {
        Some(file) => (
            file.parent().map(Path::to_owned).unwrap_or_default(),
            vec![SourceFile {
                name: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                text: write_single(&desired, &notes),
            }],
        ),
        None => {
            let mut files = write_files(&desired, &notes);
            // Editors find it beside the files, whatever the version installed.
            let schema = pretty(&bylaws_config::config_schema());
            files.push(SourceFile { name: SCHEMA.to_owned(), text: schema });
            (args.dir.clone(), files)
        }
    };
    check(&files)?;
    let folder = world.path(&root);
    let taken = files.iter().find(|file| folder.join(&file.name).exists());
    if let Some(file) = taken {
        return Err(Failure::Usage {
            message: format!("{} is there already", root.join(&file.name).display()),
            help: "name another folder, or move the file away; import never overwrites".to_owned(),
        });
    }
    write(&folder, &files)?;
    for file in &files {
        world.print(&format!("{}\n", root.join(&file.name).display()));
    }
    for reason in &left_out {
        world.error(&format!("left out: {}", crate::render::inert::inert(reason)));
    }
    world.error(&format!(
        "{}, {}, {}; `bylaws plan {}` finds no changes now",
        plural(desired.members.as_ref().map_or(0, std::collections::BTreeMap::len), "member"),
        plural(desired.workspaces.as_ref().map_or(0, std::collections::BTreeMap::len), "workspace"),
        plural(usize::try_from(reader.counts().reads).unwrap_or(usize::MAX), "read request"),
        args.single.as_ref().unwrap_or(&args.dir).display(),
    ));
    Ok(ExitStatus::Done)
}

/// What is written must be what the other commands take.
fn check(files: &[SourceFile]) -> Result<(), Failure> {
    let problems =
        bylaws_config::parse(files.iter().filter(|file| file.name != SCHEMA).cloned().collect()).problems;
    let first = problems.iter().find(|problem| problem.rule.severity == bylaws_config::Severity::Error);
    first.map_or(Ok(()), |problem| {
        Err(Failure::Other {
            message: format!("the organization holds what files cannot say: {}", problem.message),
            help: "nothing was written; please report it".to_owned(),
        })
    })
}

fn write(folder: &Path, files: &[SourceFile]) -> Result<(), Failure> {
    let failed = |error| Failure::Io { path: folder.to_owned(), what: "write to", error };
    std::fs::create_dir_all(folder).map_err(failed)?;
    for file in files {
        use std::io::Write;
        let mut target = std::fs::File::create_new(folder.join(&file.name)).map_err(failed)?;
        target.write_all(file.text.as_bytes()).map_err(failed)?;
    }
    Ok(())
}
