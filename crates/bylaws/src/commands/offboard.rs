//! `bylaws offboard`

use crate::args::Offboard;
use crate::exit::{ExitStatus, Failure};
use crate::world::World;

pub(crate) async fn run(_args: &Offboard, _world: &mut World) -> Result<ExitStatus, Failure> {
    Err(Failure::Other { message: "not built yet".to_owned(), help: "wait".to_owned() })
}
