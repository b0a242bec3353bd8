//! `bylaws report claude-code`

use crate::args::ReportClaudeCode;
use crate::exit::{ExitStatus, Failure};
use crate::world::World;

pub(super) async fn run(_args: &ReportClaudeCode, _world: &mut World) -> Result<ExitStatus, Failure> {
    Err(Failure::Other { message: "not built yet".to_owned(), help: "wait".to_owned() })
}
