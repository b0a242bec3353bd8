//! Finds the operation for a method and a path, and checks what all operations have in common: version,
//! organization type, kind of credential, query and body. Each kind declares its own routes.

use std::sync::LazyLock;

use matchit::Router;
use serde_json::Value;

use crate::envelope::{Answer, Refusal};
use crate::glob;
use crate::kinds::{self, Accepts, Kind};
use crate::object::Object;
use crate::request::{Call, Query, Target, decode};
use crate::state::State;

/// A complete path as in the description of the API, for example `/v1/organizations/users/{user_id}`, and the
/// functions that carry out its operations, one for each method.
pub(crate) type Route = (&'static str, &'static [Run]);

/// A function that carries out an operation. Reads get an earlier state under some faults.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// GET with query parameters, all of which the function has to take.
    List(fn(&State, &Target<'_>, Query) -> Answer),
    /// GET without query parameters.
    Get(fn(&State, &Target<'_>) -> Answer),
    /// POST with a JSON object.
    Post(fn(&mut State, &Target<'_>, Object) -> Answer),
    /// POST without a body, such as an archive.
    Act(fn(&mut State, &Target<'_>) -> Answer),
    /// DELETE, without a body.
    Delete(fn(&mut State, &Target<'_>) -> Answer),
}

impl Run {
    const fn method(self) -> &'static str {
        match self {
            Self::List(_) | Self::Get(_) => "GET",
            Self::Post(_) | Self::Act(_) => "POST",
            Self::Delete(_) => "DELETE",
        }
    }
}

/// Answers a read from the present state or, under a fault, from an earlier one.
pub(crate) fn read(state: &State, call: &Call) -> Answer {
    let (kind, run, target) = find(state, call)?;
    call.no_body()?;
    let query = Query::parse(&call.query)?;
    let answer = match run {
        Run::List(run) => run(state, &target, query),
        Run::Get(run) => query.finish().and_then(|()| run(state, &target)),
        Run::Post(_) | Run::Act(_) | Run::Delete(_) => Err(Refusal::method_not_allowed(&call.method)),
    };
    Ok(shown(kind, call, answer?))
}

/// Answers a write, or any unknown method.
pub(crate) fn write(state: &mut State, call: &Call) -> Answer {
    let (kind, run, target) = find(state, call)?;
    Query::parse(&call.query)?.finish()?;
    let answer = match run {
        Run::Post(run) => run(state, &target, call.object()?),
        Run::Act(run) | Run::Delete(run) => call.no_body().and_then(|()| run(state, &target)),
        Run::List(_) | Run::Get(_) => Err(Refusal::method_not_allowed(&call.method)),
    };
    Ok(shown(kind, call, answer?))
}

/// Removes the field whose beta the request does not ask for.
fn shown(kind: &Kind, call: &Call, mut answer: Value) -> Value {
    if let Some((beta, field)) = kind.beta_field
        && !call.has_beta(beta)
    {
        let hide = |object: &mut Value| drop(object.as_object_mut().map(|object| object.shift_remove(field)));
        hide(&mut answer);
        answer.get_mut("data").and_then(Value::as_array_mut).into_iter().flatten().for_each(hide);
    }
    answer
}

/// Returns whether the request removes a member of the organization.
pub(crate) fn removes_member(call: &Call) -> bool {
    call.method == "DELETE" && glob::matches("/v1/organizations/users/*", &call.path)
}

fn find<'a>(state: &State, call: &'a Call) -> Result<(&'static Kind, Run, Target<'a>), Refusal> {
    let version = call.version()?;
    let unknown = || Refusal::not_found("Resource");
    let found = ROUTER.at(&call.path).map_err(|_| unknown())?;
    let id = |(name, text): (&str, &str)| Some((name.to_owned(), decode(text, false)?));
    let ids = found.params.iter().map(id).collect::<Option<_>>().ok_or_else(unknown)?;
    let (kind, runs) = found.value;
    if !kind.in_every_organization {
        state.rest.kind.require_console()?;
    }
    match (kind.accepts, call.token()) {
        (Accepts::Tokens, None) => {
            return Err(Refusal::forbidden("This operation needs an OAuth token with the scope org:admin."));
        }
        (Accepts::Keys, Some(_)) => {
            return Err(Refusal::forbidden("This operation needs an API key, not an OAuth token."));
        }
        _ => {}
    }
    let run = runs.iter().find(|run| run.method() == call.method);
    let run = run.ok_or_else(|| Refusal::method_not_allowed(&call.method))?;
    Ok((kind, *run, Target { call, version, ids }))
}

/// The operations of all kinds by path.
static ROUTER: LazyLock<Router<(&Kind, &[Run])>> = LazyLock::new(|| {
    let mut router = Router::new();
    for (kind, (path, runs)) in all() {
        if let Err(error) = router.insert(*path, (kind, *runs)) {
            // A test inserts every path, so this is never reached.
            tracing::error!(path, %error, "a path is not served");
        }
    }
    router
});

fn all() -> impl Iterator<Item = (&'static Kind, &'static Route)> {
    kinds::ALL.iter().flat_map(|kind| kind.routes.iter().map(move |route| (*kind, route)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_found_by_its_own_path_and_method() {
        for (_, (path, runs)) in all() {
            assert_eq!(ROUTER.at(path).unwrap().value.1.len(), runs.len(), "{path}");
            let mut methods: Vec<&str> = runs.iter().map(|run| run.method()).collect();
            methods.sort_unstable();
            methods.dedup();
            assert_eq!(methods.len(), runs.len(), "{path}: one route for each method");
        }
    }
}
