//! `bylaws access`

use crate::args::Access;
use crate::exit::{ExitStatus, Failure};
use crate::world::World;

pub(crate) async fn run(_args: &Access, _world: &mut World) -> Result<ExitStatus, Failure> {
    Err(Failure::Other { message: "not built yet".to_owned(), help: "wait".to_owned() })
}
