//! Compares the names of workspaces: those that would be the same, and those that look alike.
//! `lower.rs` checks each name by itself.

use std::collections::{BTreeMap, HashMap};

use bylaws_config::position::At;
use bylaws_config::shown::shown;
use bylaws_engine::spelling::{comparable, name_difference, skeleton, twin};
use bylaws_engine::{Line, WorkspaceLabel};

use crate::desired::Workspace;
use crate::files::{Context, rules};

/// A workspace and its visible name.
struct Named<'n> {
    name: &'n str,
    /// Whether the live workspace is found by this name and not by an id.
    by_name: bool,
    /// Whether the name is only a label.
    is_label: bool,
    at: At,
}

/// Compares the names of all open workspaces.
pub(crate) fn report(cx: &mut Context, all: &BTreeMap<WorkspaceLabel, Workspace>) {
    let mut named: Vec<Named<'_>> = all
        .iter()
        .filter(|(_, workspace)| workspace.open().is_some())
        .filter_map(|(label, workspace)| {
            let at = cx.origins.get(&Line::Workspace(label.clone())).copied()?;
            let by_name = workspace.id.is_none();
            let is_label = !by_name && workspace.name.is_none();
            let name = workspace.name.as_deref().unwrap_or(label.as_str());
            Some(Named { name, by_name, is_label, at })
        })
        .collect();
    named.sort_by_key(|named| named.at);
    let mut names: HashMap<&str, &Named<'_>> = HashMap::new();
    let mut looks: HashMap<String, &Named<'_>> = HashMap::new();
    for workspace in &named {
        let first = names.entry(workspace.name).or_insert(workspace);
        if first.at != workspace.at {
            // Ids identify two workspaces with the same name, which the service allows.
            if (first.by_name || workspace.by_name) && !first.is_label && !workspace.is_label {
                same(cx, first, workspace);
            }
            continue;
        }
        let first = looks.entry(skeleton(workspace.name)).or_insert(workspace);
        if first.at != workspace.at {
            alike(cx, first, workspace);
        }
    }
}

fn same(cx: &mut Context, first: &Named<'_>, again: &Named<'_>) {
    let message = format!("two workspaces would be named {}", shown(again.name));
    cx.report(&rules::DUPLICATE_WORKSPACE_NAME, again.at, message)
        .label("this one")
        .also(first.at, "and this one")
        .help("choose another name for one of them, or pin both by their ids");
}

fn alike(cx: &mut Context, first: &Named<'_>, again: &Named<'_>) {
    let disguise = [again, first].into_iter().find_map(|named| {
        let c = named.name.chars().find(|&c| twin(c).is_some())?;
        let (name, sign) = (shown(named.name), shown(c.encode_utf8(&mut [0; 4])));
        Some(format!("the {sign} in {name} on line {} is U+{:04X}; ", named.at.line, u32::from(c)))
    });
    let unseen = (comparable(again.name) == comparable(first.name))
        .then(|| format!("it has {}; ", name_difference(again.name, first.name)));
    let disguise = disguise.or(unseen);
    let message = format!("{} is easily confused with {}", shown(again.name), shown(first.name));
    cx.report(&rules::LOOK_ALIKE_WORKSPACES, again.at, message)
        .label("looks like another")
        .also(first.at, "the other one")
        .help(format!(
            "{}check that these are two workspaces, and give one of them a distinct name",
            disguise.unwrap_or_default()
        ));
}
