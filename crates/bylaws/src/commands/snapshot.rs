//! `bylaws snapshot`: writes live state as one document.

use std::path::Path;

use bylaws_kinds::OBJECTS;
use bylaws_output::render::escape::escape;

use crate::args::Snapshot;
use crate::exit::{ExitStatus, Failure};
use crate::live::read;
use crate::world::World;
use crate::{connect, output_file};

pub(crate) async fn run(args: &Snapshot, world: &mut World) -> Result<ExitStatus, Failure> {
    let (everything, credential, reads) = read::everything(&args.connection, None, world).await?;
    let people = everything.users.len();
    let live = everything.live(None);
    for (section, reason) in OBJECTS.iter().filter_map(|one| Some((one.section(), one.refused(&live)?))) {
        world.error(format!("warning: {section} are not in the snapshot: {}", escape(reason.as_str())));
    }
    if live.workspaces.is_some()
        && let Some(unread) = connect::unread(&credential, world)
    {
        world.error(format!("note: {unread}"));
    }
    let text = everything.into_json();
    if args.out == Path::new("-") {
        world.print(&text);
        return Ok(ExitStatus::Done);
    }
    let path = world.path(&args.out);
    output_file::write_private(&path, &text, "write the snapshot to")?;
    world.error(format!("{}: {people} members, {reads} read requests", args.out.display()));
    Ok(ExitStatus::Done)
}
