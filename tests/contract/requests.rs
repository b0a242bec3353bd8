//! Checks whether a request conforms to the document: path, query, headers, body.

use serde_json::{Map, Value, json};

use crate::http::{Ask, decode};
use crate::openapi::{Contract, Operation, Shape};

/// How much of a request can be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It was built but not sent, so it has no headers.
    Built,
    /// It was sent.
    Sent,
}

impl Contract {
    /// Returns the operation of a request, and everything that is wrong with the request.
    pub(crate) fn check_request(&self, ask: &Ask, seen: Seen) -> (Option<&Operation>, Vec<String>) {
        let Some(operation) = self.find(&ask.method, ask.path()) else {
            return (None, vec![format!("no operation {} {}", ask.method, ask.path())]);
        };
        let mut problems = self.check_parameters(operation, ask, seen);
        problems.extend(self.check_body(operation, ask, seen));
        if seen == Seen::Sent && !self.has_credential(ask) {
            problems.push("no credential".to_owned());
        }
        (Some(operation), problems)
    }

    fn check_parameters(&self, operation: &Operation, ask: &Ask, seen: Seen) -> Vec<String> {
        let mut problems = Vec::new();
        let mut query = ask.query();
        let path = operation.path_parameters(ask.path());
        let listed = self.document.pointer(&operation.pointer).unwrap()["parameters"].as_array().unwrap();
        for at in 0..listed.len() {
            let pointer = self.resolved(&format!("{}/parameters/{at}", operation.pointer));
            let parameter = self.at(&pointer).unwrap();
            let name = parameter["name"].as_str().unwrap();
            let texts: Vec<String> = match parameter["in"].as_str().unwrap() {
                "query" => query.extract_if(.., |(key, _)| key == name).map(|(_, value)| value).collect(),
                "path" => path.iter().filter(|(key, _)| *key == name).map(|(_, id)| id.clone()).collect(),
                "header" if seen == Seen::Sent => ask.header(name).map(str::to_owned).into_iter().collect(),
                _ => continue,
            };
            let required = parameter["required"] == true;
            problems.extend(self.check_texts(&format!("{pointer}/schema"), name, &texts, required));
        }
        problems.extend(query.into_iter().map(|(name, _)| format!("{name}: not a parameter")));
        problems
    }

    /// Checks all values of one parameter.
    fn check_texts(&self, schema: &str, name: &str, texts: &[String], required: bool) -> Vec<String> {
        let value = match (self.kind(schema), texts) {
            (_, []) if required => return vec![format!("{name}: missing")],
            (_, []) => return Vec::new(),
            ("array", texts) => {
                let kind = self.kind(&format!("{}/items", self.resolved(schema))).to_owned();
                texts.iter().map(|text| typed(&kind, text)).collect()
            }
            (kind, [text]) => typed(kind, text),
            (_, [..]) => return vec![format!("{name}: given more than once")],
        };
        let problems = self.problems(Shape::AsWritten, schema, &value);
        problems.into_iter().map(|problem| format!("{name}: {problem}")).collect()
    }

    fn kind(&self, schema: &str) -> &str {
        self.at(schema).unwrap()["type"].as_str().unwrap()
    }

    fn check_body(&self, operation: &Operation, ask: &Ask, seen: Seen) -> Vec<String> {
        let content = format!("{}/requestBody/content", operation.pointer);
        let Some(types) = self.at(&content).and_then(Value::as_object) else {
            return if ask.body.is_empty() { Vec::new() } else { vec!["body: none is taken".to_owned()] };
        };
        if ask.body.is_empty() {
            return vec!["body: missing".to_owned()];
        }
        let mut problems = Vec::new();
        if seen == Seen::Sent && !ask.header("content-type").is_some_and(|media| types.contains_key(media)) {
            problems.push("content-type: not one of this operation".to_owned());
        }
        match serde_json::from_slice(&ask.body) {
            Ok(body) => {
                problems.extend(self.problems(
                    Shape::AsWritten,
                    &format!("{content}/application~1json/schema"),
                    &body,
                ));
            }
            Err(_) => problems.push("body: not JSON".to_owned()),
        }
        problems
    }

    /// Returns whether one of the documented credentials was sent.
    fn has_credential(&self, ask: &Ask) -> bool {
        let schemes: &Map<String, Value> =
            self.document["components"]["securitySchemes"].as_object().unwrap();
        let used = |scheme: &Value| match scheme["type"].as_str().unwrap() {
            "apiKey" => ask.header(scheme["name"].as_str().unwrap()).is_some(),
            _ => ask.header("authorization").is_some_and(|text| text.starts_with("Bearer ")),
        };
        let ways = self.document["security"].as_array().unwrap().iter();
        ways.flat_map(|way| way.as_object().unwrap().keys()).any(|name| used(&schemes[name]))
    }
}

/// Returns the JSON value of a query text, or the text itself if it has none.
fn typed(kind: &str, text: &str) -> Value {
    let number = || text.parse::<i64>().ok().filter(|number| number.to_string() == text);
    match (kind, text) {
        ("integer", _) => number().map_or_else(|| json!(text), |number| json!(number)),
        ("boolean", "true") => json!(true),
        ("boolean", "false") => json!(false),
        _ => json!(text),
    }
}

impl Ask {
    /// Returns the decoded query.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let pair = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(&name.replace('+', " ")), decode(&value.replace('+', " ")))
        };
        query.split('&').filter(|part| !part.is_empty()).map(pair).collect()
    }
}
