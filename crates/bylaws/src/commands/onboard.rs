//! `bylaws onboard`

use crate::args::Onboard;
use crate::exit::{ExitStatus, Failure};
use crate::world::World;

pub(crate) fn run(_args: &Onboard, _world: &mut World) -> Result<ExitStatus, Failure> {
    Err(Failure::Other { message: "not built yet".to_owned(), help: "wait".to_owned() })
}
