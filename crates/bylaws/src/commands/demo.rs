//! Stub.
use crate::exit::{ExitStatus, Failure};
use crate::world::World;

pub(crate) async fn run(_world: &mut World) -> Result<ExitStatus, Failure> {
    Ok(ExitStatus::Done)
}
