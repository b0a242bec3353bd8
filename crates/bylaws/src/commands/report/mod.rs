//! `bylaws report`: figures as tables, one file each; or everything as one page.

mod begin;
mod claude_code;
mod cost;
mod html;
mod keys;
mod usage;

use bylaws_reports::figures::{Dimension, Measure, Table};

use super::access;
use crate::args::{Report, ReportCommand, Shape, TableFormat};
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

/// Prints a report; notes that have no place in CSV go to standard error.
fn print(report: &impl bylaws_reports::sheet::Report, format: TableFormat, world: &mut World) {
    match format {
        TableFormat::Text => {
            let text = report.text(world.style(), world.width());
            world.show(&text);
        }
        TableFormat::Json => world.print(&report.json()),
        TableFormat::Markdown => world.print(&report.markdown()),
        TableFormat::Csv => {
            world.print(&report.csv());
            for line in report.about().beside_csv() {
                world.error(line);
            }
        }
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
