//! The description of the service: the operations that the project serves and a validator for every schema in it.
//! `requests` and `answers` define what is checked.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

use crate::closed::{self, Version};
use crate::http::decode;

/// Parsed once for all tests.
pub(crate) static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let file = |name: &str| {
        let path = format!("{}/../../schemas/{name}.openapi.yaml", env!("CARGO_MANIFEST_DIR"));
        load(&std::fs::read_to_string(path).unwrap())
    };
    let (mut document, feed) = (file("admin-api"), file("activity-feed"));
    for part in ["/paths", "/components/schemas"] {
        let into = document.pointer_mut(part).unwrap().as_object_mut().unwrap();
        for (name, item) in feed.pointer(part).unwrap().as_object().unwrap() {
            assert!(into.insert(name.clone(), item.clone()).is_none(), "{part}/{name} is in both documents");
        }
    }
    Contract::new(document)
});

pub(crate) struct Contract {
    pub(crate) document: Value,
    pub(crate) operations: Vec<Operation>,
    registry: Registry<'static>,
    validators: Mutex<HashMap<(Shape, String), Arc<Validator>>>,
}

/// One operation of the service.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The id, such as `listUsers`.
    pub(crate) id: String,
    method: String,
    template: Vec<String>,
    /// The JSON pointer to it in the document.
    pub(crate) pointer: String,
}

/// How strictly a schema is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    /// As written: objects in answers may have undescribed fields.
    AsWritten,
    /// Only the described fields, those of one version.
    Closed(Version),
}

impl Shape {
    const ALL: [Self; 3] = [Self::AsWritten, Self::Closed(Version::Old), Self::Closed(Version::Current)];

    fn uri(self) -> &'static str {
        match self {
            Self::AsWritten => "urn:contract:as-written",
            Self::Closed(Version::Old) => "urn:contract:closed-old",
            Self::Closed(Version::Current) => "urn:contract:closed-current",
        }
    }
}

/// The tags of further operations that the project serves, beside the first tier.
const SERVED: &[&str] = &[
    "compliance_activities",
    "compliance_settings",
    "external_keys",
    "federation_issuers",
    "federation_rules",
    "rate_limits",
    "service_accounts",
];

/// The operations that it serves of a tag with others.
const SERVED_OF_A_TAG: &[&str] = &["deleteSpendLimit", "getSpendLimit", "listSpendLimits", "setSpendLimit"];

/// Returns whether the project serves an operation of the document.
pub(crate) fn is_served(operation: &Value) -> bool {
    let [tag, id] = ["/tags/0", "/operationId"]
        .map(|at| operation.pointer(at).and_then(Value::as_str).unwrap_or_default());
    operation["x-tier"] == 1 || SERVED.contains(&tag) || SERVED_OF_A_TAG.contains(&id)
}

impl Contract {
    pub(crate) fn new(document: Value) -> Self {
        let mut registry = Registry::new().draft(Draft::Draft202012);
        for shape in Shape::ALL {
            let reading = match shape {
                Shape::AsWritten => document.clone(),
                Shape::Closed(version) => closed::for_version(&document, version),
            };
            registry = registry.add(shape.uri(), reading).unwrap();
        }
        let registry = registry.prepare().unwrap();
        Self { operations: operations(&document), document, registry, validators: Mutex::default() }
    }

    /// Returns the operation of a request, by its method and its path without the query.
    pub(crate) fn find(&self, method: &str, path: &str) -> Option<&Operation> {
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let fits = |operation: &&Operation| {
            operation.method == method
                && operation.template.len() == segments.len()
                && operation.template.iter().zip(&segments).all(|(part, segment)| {
                    if is_placeholder(part) { !segment.is_empty() } else { part == segment }
                })
        };
        // A fixed path takes precedence over a template.
        self.operations
            .iter()
            .filter(fits)
            .min_by_key(|operation| operation.template.iter().filter(|part| is_placeholder(part)).count())
    }

    /// Returns the pointer after following `$ref`.
    pub(crate) fn resolved(&self, pointer: &str) -> String {
        match self.document.pointer(pointer).and_then(|value| value.get("$ref")).and_then(Value::as_str) {
            Some(reference) => self.resolved(reference.trim_start_matches('#')),
            None => pointer.to_owned(),
        }
    }

    /// Returns the value at a pointer, following references.
    pub(crate) fn at(&self, pointer: &str) -> Option<&Value> {
        self.document.pointer(&self.resolved(pointer))
    }

    /// Returns everything that is wrong with a value by the schema at a pointer.
    pub(crate) fn problems(&self, shape: Shape, pointer: &str, value: &Value) -> Vec<String> {
        let validator = self.validator(shape, pointer);
        let told = |error: jsonschema::ValidationError<'_>| {
            let place = error.instance_path().to_string();
            format!("{}: {error}", if place.is_empty() { "value" } else { &place })
        };
        validator.iter_errors(value).map(told).collect()
    }

    fn validator(&self, shape: Shape, pointer: &str) -> Arc<Validator> {
        let pointer = self.resolved(pointer);
        let mut validators = self.validators.lock().unwrap();
        let build = || {
            let fragment = pointer.replace('{', "%7B").replace('}', "%7D");
            let schema = json!({"$ref": format!("{}#{fragment}", shape.uri())});
            let options = jsonschema::options().with_draft(Draft::Draft202012).with_registry(&self.registry);
            // An unknown format must not pass unchecked.
            let options = options.should_validate_formats(true).should_ignore_unknown_formats(false);
            // `email` is ASCII-only in JSON Schema; the service stores addresses in other scripts as well.
            let options = options.with_format("email", is_email);
            Arc::new(options.build(&schema).unwrap())
        };
        Arc::clone(validators.entry((shape, pointer.clone())).or_insert_with(build))
    }
}

impl Operation {
    /// Returns the ids in a path, by the names in the template.
    pub(crate) fn path_parameters(&self, path: &str) -> Vec<(&str, String)> {
        let segments = path.trim_start_matches('/').split('/');
        let named = self.template.iter().zip(segments).filter(|(part, _)| is_placeholder(part));
        named.map(|(part, segment)| (part.trim_matches(['{', '}']), decode(segment))).collect()
    }
}

fn is_placeholder(part: &str) -> bool {
    part.starts_with('{')
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if is_served(operation) {
                all.push(Operation {
                    id: operation["operationId"].as_str().unwrap().to_owned(),
                    method: method.to_uppercase(),
                    template: path.trim_start_matches('/').split('/').map(str::to_owned).collect(),
                    pointer: format!("/paths/{}/{method}", path.replace('~', "~0").replace('/', "~1")),
                });
            }
        }
    }
    all
}

fn load(text: &str) -> Value {
    let options = serde_saphyr::options! {
        with_snippet: false,
        // The project's own file, larger than usual limits.
        budget: serde_saphyr::budget! {
            max_nodes: 1_000_000,
            max_events: 1_000_000,
            simple_key_max_lookahead: 8_192,
            max_buffered_comment_events: 1_000_000,
        },
    };
    serde_saphyr::from_str_with_options(text, options).unwrap()
}

/// Returns whether there is text before and after the last `@`.
fn is_email(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}
