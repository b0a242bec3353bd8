//! Workspaces at the service.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_api::{self as api, Error, Reader, WorkspacesQuery, collect_all, workspaces};
use bylaws_engine::writer::{Entry, FailureKind, List};
use bylaws_engine::{Action, ExternalKeyId, Fact, Facts, Kind, WorkspaceId, Write};
use futures::future::{BoxFuture, FutureExt, TryFutureExt};

use crate::WORKSPACE;
use crate::call::Call;
use crate::desired::AllowedGeos;
use crate::external_key::{self, WORKSPACE_FIELD};
use crate::live::{LiveWorkspace, LiveWorkspaces};
use crate::remote::{Remote, time};

/// The workspaces of the organization.
pub(crate) struct Workspaces;

impl Remote for Workspaces {
    fn kind(&self) -> &'static Kind {
        &WORKSPACE
    }

    fn call(&self, write: &Write) -> Call {
        let request = match write.target().map(api::WorkspaceId::new) {
            None => workspaces::create(&create(&write.body)),
            Some(id) if write.action == Action::Archive => workspaces::archive(&id),
            Some(id) => workspaces::update(&id, &update(&write.body)),
        };
        let call = Call::new(request, |one| Entry::from(&workspace(&one)));
        let key = write.body.id(WORKSPACE_FIELD);
        call.after(key.and_then(|key| external_key::remote::validation(&key)))
    }

    fn list<'a>(&self, reader: &'a Reader, _: &'a List) -> BoxFuture<'a, Result<Vec<Entry>, Error>> {
        let query = WorkspacesQuery { include_archived: true, include_default: true };
        let entries = |all: Vec<_>| all.iter().map(|one| Entry::from(&workspace(one))).collect();
        collect_all(reader.workspaces(query)).map_ok(entries).boxed()
    }

    /// A workspace may be created without some of its settings (`docs/service-behaviour.md#workspaces`).
    fn failure(&self, write: &Write, error: &Error) -> Option<FailureKind> {
        let id = error.body.workspace_id.as_ref().filter(|_| {
            error.error_code() == Some("workspace_created_incomplete") && write.action == Action::Create
        })?;
        let mut rest = write.body.clone();
        rest.0.remove("name");
        // The geo of stored data is fixed at creation.
        if let Some(Fact::Record(residency)) = rest.0.get_mut("data_residency") {
            residency.remove("workspace_geo");
        }
        Some(FailureKind::Incomplete(Box::new(Write::to(&WORKSPACE, Action::Update, id.as_str(), rest))))
    }
}

fn create(body: &Facts) -> api::WorkspaceCreate {
    let tag = |(key, tag): (&String, &Fact)| match tag {
        Fact::Text(tag) => Some((key.clone(), tag.clone())),
        _ => None,
    };
    api::WorkspaceCreate {
        name: body.text("name").unwrap_or_default().to_owned(),
        display_color: body.text("display_color").map(str::to_owned),
        data_residency: body.record("data_residency").map(residency),
        tags: body.record("tags").into_iter().flatten().filter_map(tag).collect(),
        external_key_id: body.id(WORKSPACE_FIELD),
    }
}

fn update(body: &Facts) -> api::WorkspaceUpdate {
    let tag = |(key, tag): (&String, &Fact)| {
        let tag = if let Fact::Text(tag) = tag { Some(tag.clone()) } else { None };
        (key.clone(), tag)
    };
    let tags: Option<BTreeMap<_, _>> = body.record("tags").map(|tags| tags.iter().map(tag).collect());
    api::WorkspaceUpdate {
        name: body.text("name").map(str::to_owned),
        display_color: body.text("display_color").map(str::to_owned),
        data_residency: body.record("data_residency").map(residency),
        tags: tags.filter(|tags| !tags.is_empty()),
        external_key_id: body.id(WORKSPACE_FIELD),
    }
}

fn residency(wanted: &BTreeMap<String, Fact>) -> api::DataResidencyWrite {
    let text = |field: &str| match wanted.get(field) {
        Some(Fact::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    api::DataResidencyWrite {
        allowed_inference_geos: match wanted.get("allowed_inference_geos") {
            Some(Fact::Set(geos)) => Some(api::AllowedInferenceGeos::List(
                geos.iter().map(|geo| api::InferenceGeo::from(geo.as_str())).collect(),
            )),
            Some(_) => Some(api::AllowedInferenceGeos::Unrestricted),
            None => None,
        },
        default_inference_geo: text("default_inference_geo").map(api::InferenceGeo::from),
        workspace_geo: text("workspace_geo").map(api::WorkspaceGeo::from),
    }
}

/// Converts all workspaces, and the list without the default one.
pub fn workspaces(all: &[api::Workspace], without_default: &[api::Workspace]) -> LiveWorkspaces {
    // Of several candidates none is guessed: a change of the default workspace must not reach another one.
    let default = match only_in(all, without_default).as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    LiveWorkspaces {
        all: all.iter().map(workspace).map(|workspace| (workspace.id.clone(), workspace)).collect(),
        default: default.map(|workspace| WorkspaceId::new(workspace.id.as_str())),
    }
}

/// Returns the open workspaces that are only in the first list: the default one, and those created after the
/// second list was read.
pub fn only_in<'a>(all: &'a [api::Workspace], without_default: &[api::Workspace]) -> Vec<&'a api::Workspace> {
    let plain: BTreeSet<&str> = without_default.iter().map(|w| w.id.as_str()).collect();
    all.iter().filter(|w| !plain.contains(w.id.as_str()) && w.archived_at.is_none()).collect()
}

/// Converts one workspace.
pub fn workspace(workspace: &api::Workspace) -> LiveWorkspace {
    // Older responses lack data residency; these are the defaults at creation.
    let residency = workspace.data_residency.as_ref();
    LiveWorkspace {
        id: WorkspaceId::new(workspace.id.as_str()),
        name: workspace.name.clone(),
        archived: workspace.archived_at.is_some(),
        created_at: time(&workspace.created_at),
        display_color: workspace.display_color.clone(),
        tags: workspace.tags.clone(),
        workspace_geo: residency.map_or("us", |residency| residency.workspace_geo.as_str()).to_owned(),
        allowed_inference_geos: residency
            .map_or(AllowedGeos::Unrestricted, |residency| allowed(&residency.allowed_inference_geos)),
        default_inference_geo: residency
            .map_or("global", |residency| residency.default_inference_geo.as_str())
            .to_owned(),
        external_key_id: workspace.external_key_id.as_deref().map(ExternalKeyId::new),
        user_profile_id: workspace.user_profile_id.clone(),
    }
}

fn allowed(geos: &api::AllowedInferenceGeos) -> AllowedGeos {
    match geos {
        api::AllowedInferenceGeos::Unrestricted => AllowedGeos::Unrestricted,
        api::AllowedInferenceGeos::List(geos) => {
            AllowedGeos::Only(geos.iter().map(|geo| geo.as_str().to_owned()).collect())
        }
        api::AllowedInferenceGeos::Unknown(text) => AllowedGeos::Only([text.clone()].into()),
    }
}
