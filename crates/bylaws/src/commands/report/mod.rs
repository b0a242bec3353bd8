//! `bylaws report`: figures as tables, one file each; or everything as one page.

mod begin;
mod claude_code;
mod cost;
mod html;
mod keys;
mod usage;

use bylaws_engine::figures::{Dimension, Measure, Table};

use super::access;
use crate::args::{Report, ReportCommand, Shape};
use crate::exit::{ExitStatus, Failure};
use crate::world::World;

pub(crate) async fn run(args: &Report, world: &mut World) -> Result<ExitStatus, Failure> {
    match &args.what {
        Some(ReportCommand::Usage(args)) => usage::run(args, world).await,
        Some(ReportCommand::Cost(args)) => cost::run(args, world).await,
        Some(ReportCommand::ClaudeCode(args)) => claude_code::run(args, world).await,
        Some(ReportCommand::Keys(args)) => keys::run(args, world).await,
        Some(ReportCommand::Access(args)) => access::run(args, world).await,
        None => html::run(&args.page, world).await,
    }
}

/// Removes duplicates from a list of arguments.
fn each_once(by: &[Dimension]) -> Vec<Dimension> {
    let mut once = Vec::new();
    for dimension in by {
        if !once.contains(dimension) {
            once.push(*dimension);
        }
    }
    once
}

/// Cuts a table to the requested number of rows.
fn shaped<M: Measure>(table: Table<M>, shape: &Shape) -> Table<M> {
    match shape.top {
        Some(top) => table.top(top.get()),
        None => table,
    }
}
