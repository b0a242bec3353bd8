//! `bylaws report`: figures as tables, one file each; or everything as one page.

mod begin;
mod html;
mod keys;
mod sheet;

use bylaws_reports::ReportKind;

use super::access;
use crate::args::{Report, ReportCommand, TableFormat};
use crate::exit::{ExitStatus, Failure};
use crate::progress::Progress;
use crate::world::World;
use sheet::Options;

pub(crate) async fn run(args: &Report, world: &mut World) -> Result<ExitStatus, Failure> {
    match &args.what {
        Some(ReportCommand::Usage(args)) => table(&Options::usage(args), world).await,
        Some(ReportCommand::Cost(args)) => table(&Options::days(ReportKind::Cost, args), world).await,
        Some(ReportCommand::ClaudeCode(args)) => {
            table(&Options::days(ReportKind::ClaudeCode, args), world).await
        }
        Some(ReportCommand::Keys(args)) => {
            let progress = Progress::new(world);
            print(keys::read(args, &progress, world).await, &progress, args.format, world)
        }
        Some(ReportCommand::Access(args)) => access::run(args, world).await,
        None => html::run(&args.page, world).await,
    }
}

async fn table(options: &Options<'_>, world: &mut World) -> Result<ExitStatus, Failure> {
    let progress = Progress::new(world);
    print(sheet::read(options, &progress, world).await, &progress, options.shape.format, world)
}

/// Prints a report; notes that have no place in CSV go to standard error.
fn print(
    report: Result<impl bylaws_reports::Report, Failure>,
    progress: &Progress,
    format: TableFormat,
    world: &mut World,
) -> Result<ExitStatus, Failure> {
    progress.finish();
    let report = report?;
    match format {
        TableFormat::Text => {
            let text = report.text(world.style, world.width);
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
    Ok(ExitStatus::Done)
}
