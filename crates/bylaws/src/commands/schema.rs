//! `bylaws schema`: prints a JSON Schema.

use bylaws_output::document::{
    access_schema, audit_schema, drift_schema, plan_schema, pretty, report_schema,
};

use crate::args::SchemaKind;
use crate::exit::ExitStatus;
use crate::world::World;

pub(crate) fn run(kind: SchemaKind, world: &mut World) -> ExitStatus {
    let schema = match kind {
        SchemaKind::Config => bylaws_kinds::config_schema(),
        SchemaKind::Plan => plan_schema(),
        SchemaKind::Report => report_schema(),
        SchemaKind::Seed => bylaws_emulator::seed_schema(),
        SchemaKind::Audit => audit_schema(),
        SchemaKind::Access => access_schema(),
        SchemaKind::Drift => drift_schema(),
    };
    world.print(&pretty(&schema));
    ExitStatus::Done
}
