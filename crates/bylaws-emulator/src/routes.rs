//! Finds the operation for a method and a path, and checks what all operations have in common: version,
//! organization type, query and body. Each kind declares its own routes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use matchit::Router;
use serde_json::Value;

use crate::envelope::{Answer, Refusal};
use crate::glob;
use crate::kinds;
use crate::object::Object;
use crate::request::{Call, Query, Target, decode};
use crate::state::State;

/// One operation: its method and path, and the function that carries it out.
pub(crate) struct Route {
    method: &'static str,
    /// The complete path as in the description of the API, for example
    /// `/v1/organizations/users/{user_id}`. Routes that differ only by method have the same text.
    path: &'static str,
    run: Run,
    console_only: bool,
    /// Fields that only requests with this `anthropic-beta` value see: the beta, then the field.
    beta_field: Option<(&'static str, &'static str)>,
}

/// A function that carries out an operation. Reads get an earlier state under some faults.
#[derive(Clone, Copy)]
enum Run {
    List(fn(&State, &Target<'_>, Query) -> Answer),
    Get(fn(&State, &Target<'_>) -> Answer),
    Post(fn(&mut State, &Target<'_>, Object) -> Answer),
    Bare(fn(&mut State, &Target<'_>) -> Answer),
}

impl Route {
    const fn new(method: &'static str, path: &'static str, run: Run) -> Self {
        Self { method, path, run, console_only: true, beta_field: None }
    }

    /// GET with query parameters, all of which the function has to take.
    pub(crate) const fn list(path: &'static str, run: fn(&State, &Target<'_>, Query) -> Answer) -> Self {
        Self::new("GET", path, Run::List(run))
    }

    /// GET without query parameters.
    pub(crate) const fn get(path: &'static str, run: fn(&State, &Target<'_>) -> Answer) -> Self {
        Self::new("GET", path, Run::Get(run))
    }

    /// POST with a JSON object.
    pub(crate) const fn post(path: &'static str, run: fn(&mut State, &Target<'_>, Object) -> Answer) -> Self {
        Self::new("POST", path, Run::Post(run))
    }

    /// POST without a body, such as an archive.
    pub(crate) const fn act(path: &'static str, run: fn(&mut State, &Target<'_>) -> Answer) -> Self {
        Self::new("POST", path, Run::Bare(run))
    }

    /// DELETE, without a body.
    pub(crate) const fn delete(path: &'static str, run: fn(&mut State, &Target<'_>) -> Answer) -> Self {
        Self::new("DELETE", path, Run::Bare(run))
    }

    /// Serves the operation to organizations of every kind. Without this, only Console organizations have
    /// it (`docs/service-behaviour.md#organization-types`).
    pub(crate) const fn in_every_organization(self) -> Self {
        Self { console_only: false, ..self }
    }

    /// Removes `field` from the answers to requests without the beta header `beta`.
    pub(crate) const fn with_beta_field(self, beta: &'static str, field: &'static str) -> Self {
        Self { beta_field: Some((beta, field)), ..self }
    }

    /// Removes the field whose beta the request does not ask for.
    fn shown(&self, call: &Call, mut answer: Value) -> Value {
        if let Some((beta, field)) = self.beta_field
            && !call.has_beta(beta)
        {
            let listed = answer.get_mut("data").and_then(Value::as_array_mut);
            for object in listed.into_iter().flatten().filter_map(Value::as_object_mut) {
                object.shift_remove(field);
            }
            if let Some(object) = answer.as_object_mut() {
                object.shift_remove(field);
            }
        }
        answer
    }
}

/// Answers a read from the present state or, under a fault, from an earlier one.
pub(crate) fn read(state: &State, call: &Call) -> Answer {
    let (route, target) = find(state, call)?;
    call.no_body()?;
    let query = call.query()?;
    let answer = match route.run {
        Run::List(run) => run(state, &target, query),
        Run::Get(run) => {
            query.finish()?;
            run(state, &target)
        }
        Run::Post(_) | Run::Bare(_) => Err(Refusal::method_not_allowed(&call.method)),
    };
    Ok(route.shown(call, answer?))
}

/// Answers a write, or any unknown method.
pub(crate) fn write(state: &mut State, call: &Call) -> Answer {
    let (route, target) = find(state, call)?;
    call.query()?.finish()?;
    let answer = match route.run {
        Run::Post(run) => run(state, &target, call.object()?),
        Run::Bare(run) => {
            call.no_body()?;
            run(state, &target)
        }
        Run::List(_) | Run::Get(_) => Err(Refusal::method_not_allowed(&call.method)),
    };
    Ok(route.shown(call, answer?))
}

/// Returns whether the request removes a member of the organization.
pub(crate) fn removes_member(call: &Call) -> bool {
    call.method == "DELETE" && glob::matches("/v1/organizations/users/*", &call.path)
}

fn find<'a>(state: &State, call: &'a Call) -> Result<(&'static Route, Target<'a>), Refusal> {
    let version = call.version()?;
    let unknown = || Refusal::not_found("Resource");
    let found = ROUTER.at(&call.path).map_err(|_| unknown())?;
    let id = |(name, text): (&str, &str)| Some((name.to_owned(), decode(text, false)?));
    let ids = found.params.iter().map(id).collect::<Option<_>>().ok_or_else(unknown)?;
    if found.value.iter().all(|route| route.console_only) {
        state.rest.kind.require_console()?;
    }
    let route = found.value.iter().find(|route| route.method == call.method);
    let route = route.ok_or_else(|| Refusal::method_not_allowed(&call.method))?;
    Ok((*route, Target::new(call, version, ids)))
}

/// The routes of all kinds by path.
static ROUTER: LazyLock<Router<Vec<&'static Route>>> = LazyLock::new(|| {
    let mut router = Router::new();
    for (path, routes) in by_path() {
        if let Err(error) = router.insert(path, routes) {
            // A test inserts every path, so this is never reached.
            tracing::error!(path, %error, "a path is not served");
        }
    }
    router
});

fn by_path() -> BTreeMap<&'static str, Vec<&'static Route>> {
    let mut paths: BTreeMap<&str, Vec<&Route>> = BTreeMap::new();
    for route in kinds::ALL.iter().flat_map(|kind| kind.routes) {
        paths.entry(route.path).or_default().push(route);
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_found_by_its_own_path_and_method() {
        for (path, routes) in by_path() {
            let found = ROUTER.at(path).unwrap();
            assert_eq!(found.value.len(), routes.len(), "{path}");
            assert!(found.value.iter().all(|route| route.path == path), "{path}");
            let mut methods: Vec<&str> = routes.iter().map(|route| route.method).collect();
            methods.sort_unstable();
            methods.dedup();
            assert_eq!(methods.len(), routes.len(), "{path}: one route for each method");
        }
    }
}
