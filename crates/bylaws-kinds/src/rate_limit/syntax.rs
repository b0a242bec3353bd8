//! The section `rate_limits` of a workspace: limits by model or feature, then by limiter.

use std::collections::BTreeMap;

use bylaws_config::Rule;
use bylaws_config::digest::Form;
use bylaws_config::fields::{map, unknown_word};
use bylaws_config::node::{Entry, Node, Value};
use bylaws_config::page::{Page, flow};
use bylaws_config::quote::scalar;
use bylaws_config::shown::{listed, shown};
use bylaws_engine::{Action, Kind, Line, ObjectName};
use schemars::{Schema, SchemaGenerator, json_schema};

use super::objects::RateLimits;
use super::plan::RATE_LIMIT;
use super::{INHERIT, Limiter, RateLimits as Limits, Wanted, rules};
use crate::desired::{Desired, Policy};
use crate::files::schema::text::VisibleName;
use crate::files::{Context, scalars};
use crate::objects;
use crate::syntax::{self, Place, Scope, Syntax, Target};

/// The greatest limit that the service accepts: 2^53 − 1.
const GREATEST: u64 = 9_007_199_254_740_991;

impl Syntax for RateLimits {
    fn kind(&self) -> &'static Kind {
        &RATE_LIMIT
    }

    fn section(&self) -> &'static str {
        "rate_limits"
    }

    fn places(&self) -> &'static [Place] {
        &[Place::Workspace]
    }

    fn rules(&self) -> &'static [&'static Rule] {
        rules::LIST
    }

    fn lower(&self, cx: &mut Context, sections: &[&Node], target: Target<'_>) {
        let Target::Workspace(label, open) = target else { return };
        let limits = open.rate_limits.get_or_insert_default();
        for section in sections {
            for entry in map(&mut cx.problems, section, self.section()).unwrap_or_default() {
                if !scalars::visible_name(&mut cx.problems, &entry.key, entry.at, "a model or feature") {
                    continue;
                }
                let name = ObjectName::new(entry.key.as_str());
                let line = Line::of_object(Some(label), self.kind().object(), name.clone());
                if cx.once(line, entry.at, "rate limit", &entry.key) {
                    limits.insert(name, limiters(cx, entry));
                }
            }
        }
    }

    fn schema(&self, generator: &mut SchemaGenerator, _: Place) -> Schema {
        let limits = Limiter::ALL.map(|limiter| {
            let limit = json_schema!({"anyOf": [
                {"type": "integer", "minimum": 0, "maximum": GREATEST}, {"const": INHERIT}
            ]});
            (limiter.as_str().to_owned(), limit.to_value())
        });
        let limits: serde_json::Map<_, _> = limits.into_iter().collect();
        json_schema!({
            "type": "object",
            "title": "Rate limits",
            "description": "Rate limits of this workspace, by model id, alias or feature, then by limiter. `inherit` \
                removes a limit of the workspace.\n\n```yaml\nrate_limits:\n  claude-sonnet-4-5: {requests_per_minute: \
                2000}\n```",
            "propertyNames": generator.subschema_for::<VisibleName>(),
            "additionalProperties": {
                "type": "object", "properties": limits, "additionalProperties": false
            }
        })
    }

    fn entries(&self, scope: Scope<'_>) -> Option<BTreeMap<ObjectName, objects::Line>> {
        let line = |limits: &BTreeMap<Limiter, Wanted>| {
            let fields = limits.iter().map(|(limiter, wanted)| (limiter.as_str(), word(*wanted)));
            objects::Line { id: None, fields: fields.collect() }
        };
        Some(limits(scope)?.iter().map(|(name, limits)| (name.clone(), line(limits))).collect())
    }

    fn write(&self, page: &mut Page<'_>, scope: Scope<'_>) {
        let Some(limits) = limits(scope) else { return };
        let indent = syntax::heading(page, scope, self.section(), limits.is_empty());
        for (name, limits) in limits {
            let fields: Vec<_> =
                limits.iter().map(|(limiter, wanted)| (limiter.as_str(), Some(word(*wanted)))).collect();
            let line = Line::of_object(scope.workspace(), self.kind().object(), name.clone());
            page.noted(indent, &line, &scalar(name.as_str()), &flow(&fields));
        }
    }

    fn digest(&self, form: &mut Form, scope: Scope<'_>) {
        let Some(limits) = limits(scope) else { return };
        form.word(self.section());
        form.section(Some(limits), |form, (name, limits)| {
            form.word(name.as_str());
            form.section(Some(limits), |form, (limiter, wanted)| {
                form.word(limiter.as_str());
                form.word(&word(*wanted));
            });
        });
    }

    fn may_list(&self, scope: Scope<'_>, _: &ObjectName) -> bool {
        // Several names lead to the same limits, and only a plan knows which.
        limits(scope).is_some_and(|limits| !limits.is_empty())
    }

    fn never(&self, desired: &Desired, action: Action, name: &ObjectName, is_listed: bool) -> Option<String> {
        if action != Action::Update {
            return Some("a rate limit can only be changed (`update`)".to_owned());
        }
        let is_removed = desired.unlisted.of(self.section()) == Policy::Remove;
        (!is_listed && !is_removed).then(|| format!("no rate limit for {} is listed", shown(name.as_str())))
    }
}

fn limits(scope: Scope<'_>) -> Option<&Limits> {
    match scope {
        Scope::Organization(_) => None,
        Scope::Workspace(_, open) => open.rate_limits.as_ref(),
    }
}

fn word(wanted: Wanted) -> String {
    match wanted {
        Wanted::Value(value) => value.to_string(),
        Wanted::Inherit => INHERIT.to_owned(),
    }
}

fn limiters(cx: &mut Context, entry: &Entry) -> BTreeMap<Limiter, Wanted> {
    let mut limits = BTreeMap::new();
    for line in map(&mut cx.problems, &entry.value, &entry.key).unwrap_or_default() {
        let limiter = limiter(cx, line);
        let wanted = wanted(cx, line);
        limits.extend(limiter.zip(wanted));
    }
    limits
}

fn limiter(cx: &mut Context, line: &Entry) -> Option<Limiter> {
    let limiter = Limiter::parse(&line.key);
    let known = Limiter::ALL.map(Limiter::as_str);
    if limiter.is_none() && line.key == "enqueued_batch_requests" {
        cx.report(&rules::UNKNOWN_LIMITER, line.at, "`enqueued_batch_requests` cannot be set")
            .label("cannot be set")
            .help(format!("delete it; valid here: {}", listed(known)));
    } else if limiter.is_none() {
        let noun = ("limiter", &rules::UNKNOWN_LIMITER, &[][..]);
        unknown_word(&mut cx.problems, line.at, noun, &line.key, known.into_iter());
    }
    limiter
}

fn wanted(cx: &mut Context, line: &Entry) -> Option<Wanted> {
    let value = match &line.value.value {
        Value::Number(source) => scalars::whole(source).filter(|value| *value <= GREATEST).map(Wanted::Value),
        Value::Text(word) if word == INHERIT => Some(Wanted::Inherit),
        _ => None,
    };
    if value.is_none() {
        let found = line.value.value.described();
        let is_large = matches!(&line.value.value, Value::Number(source) if scalars::is_whole(source));
        let message = if is_large {
            format!("{} is too large: {found}", shown(&line.key))
        } else {
            format!("{} must be a whole number or `inherit`, not {found}", shown(&line.key))
        };
        cx.report(&rules::BAD_LIMIT, line.value.at, message)
            .label("not a limit")
            .help(format!("write a number from 0 to {GREATEST}, without quotes, or `inherit`"));
    }
    value
}
