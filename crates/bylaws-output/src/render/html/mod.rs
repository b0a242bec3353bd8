//! One page for a browser: style, script and data in one text that asks the network for nothing.
//!
//! The page's policy lets run exactly this script and apply exactly this style, by their hashes, and nothing else:
//! whatever a name holds, it stays text. Names are made inert before they are embedded.

mod embed;
mod escape;
mod essentials;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::document::page::PageDocument;
use escape::escape;

/// What stands around the data; `{name}` is filled in.
const SKELETON: &str = include_str!("skeleton.html");

const STYLE: &str = concat!(
    include_str!("style/palette.css"),
    include_str!("style/page.css"),
    include_str!("style/access.css"),
    include_str!("style/print.css")
);

/// In one function, so that none of its names is the window's.
const SCRIPT: &str = concat!(
    "(() => {\n",
    include_str!("script/page.js"),
    include_str!("script/number.js"),
    include_str!("script/access.js"),
    include_str!("script/state.js"),
    include_str!("script/overview.js"),
    include_str!("script/details.js"),
    include_str!("script/cells.js"),
    include_str!("script/grid.js"),
    include_str!("script/keyboard.js"),
    include_str!("script/list.js"),
    include_str!("script/filters.js"),
    include_str!("script/findings.js"),
    include_str!("script/chart.js"),
    include_str!("script/figures.js"),
    include_str!("script/drift.js"),
    include_str!("script/print.js"),
    include_str!("script/start.js"),
    "})();\n"
);

/// The whole page.
pub fn page(document: &PageDocument) -> String {
    let data = embed::inert_value(document);
    let name = data["organization"]["name"].as_str().unwrap_or_default().to_owned();
    filled(SKELETON, |field| match field {
        "policy" => policy(),
        "organization" => escape(&name),
        "style" => STYLE.to_owned(),
        "essentials" => essentials::essentials(document),
        "data" => embed::json(&data),
        "script" => SCRIPT.to_owned(),
        _ => String::new(),
    })
}

/// A page made of a document as JSON: how tests make pages of organizations that nobody has.
pub fn page_of_json(document: &str) -> Result<String, serde_json::Error> {
    serde_json::from_str(document).map(|document| page(&document))
}

/// What the browser may do with this page. Trusted types leave no way from text to markup at all.
fn policy() -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}

/// The template with every `{name}` replaced, in one pass: what was filled in is not looked at again.
fn filled(template: &str, field: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        out.push_str(&field(name));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
