//! `bylaws schema`: prints a JSON Schema.

use bylaws_output::document::access::AccessDocument;
use bylaws_output::document::audit::AuditDocument;
use bylaws_output::document::drift::DriftDocument;
use bylaws_output::document::plan::PlanDocument;
use bylaws_output::document::report::ReportDocument;
use bylaws_output::document::{pretty, schema};

use crate::args::SchemaKind;
use crate::exit::ExitStatus;
use crate::world::World;

pub(crate) fn run(kind: SchemaKind, world: &mut World) -> ExitStatus {
    let schema = match kind {
        SchemaKind::Config => bylaws_kinds::config_schema(),
        SchemaKind::Plan => schema::<PlanDocument>("Bylaws plan"),
        SchemaKind::Report => schema::<ReportDocument>("Bylaws report"),
        SchemaKind::Seed => bylaws_emulator::seed_schema(),
        SchemaKind::Audit => schema::<AuditDocument>("Bylaws audit"),
        SchemaKind::Access => schema::<AccessDocument>("Bylaws access"),
        SchemaKind::Drift => schema::<DriftDocument>("Bylaws drift"),
    };
    world.print(&pretty(&schema));
    ExitStatus::Done
}
