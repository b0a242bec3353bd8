//! `bylaws report`: figures as tables, one file each; or everything as one page.

mod claude_code;
mod cost;
mod html;
mod keys;
mod usage;

use crate::args::{Report, ReportCommand};
use crate::exit::{ExitStatus, Failure};
use crate::world::World;

pub(crate) async fn run(args: &Report, world: &mut World) -> Result<ExitStatus, Failure> {
    match &args.what {
        Some(ReportCommand::Usage(args)) => usage::run(args, world).await,
        Some(ReportCommand::Cost(args)) => cost::run(args, world).await,
        Some(ReportCommand::ClaudeCode(args)) => claude_code::run(args, world).await,
        Some(ReportCommand::Keys(args)) => keys::run(args, world).await,
        None => html::run(&args.page, world).await,
    }
}
