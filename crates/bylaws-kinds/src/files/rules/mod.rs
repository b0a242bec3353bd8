//! The rules of the files, by name. Codes are grouped by hundreds.
//! The rules of a kind are in its folder, those of YAML in `bylaws-config`.

mod audit;
mod guards;
mod sections;

use bylaws_config::Rule;

use crate::{member, workspace, workspace_member};

pub(crate) use audit::*;
pub(crate) use bylaws_config::rules::*;
pub(crate) use guards::*;
pub(crate) use member::rules::*;
pub(crate) use sections::*;
pub(crate) use workspace::rules::*;
pub(crate) use workspace_member::rules::*;

/// All rules, except those of the kinds in [`OBJECTS`](crate::objects::OBJECTS).
pub(super) static LISTS: [&[&Rule]; 7] = [
    bylaws_config::rules::LIST,
    sections::LIST,
    member::rules::LIST,
    workspace::rules::LIST,
    workspace_member::rules::LIST,
    guards::LIST,
    audit::LIST,
];
