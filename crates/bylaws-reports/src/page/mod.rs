//! The HTML page: style, script and data in one file that makes no network requests.
//!
//! The content security policy allows exactly this script and this style, by their hashes: names remain text whatever
//! they contain. They are escaped before they are embedded.

mod access;
mod chart;
pub mod document;
mod drift;
mod embed;
mod essentials;
mod external_keys;
mod federation;
mod findings;
mod limits;
mod names;
mod service_accounts;

use bylaws_output::render::html::{BASE, PALETTE, escape_html, policy_source};

use document::PageDocument;

pub use access::access;
pub use chart::chart;
pub use drift::drift;
pub use external_keys::external_keys;
pub use federation::federation;
pub use findings::findings;
pub use limits::limits;
pub use service_accounts::service_accounts;

/// The style of this page, after what all pages of Bylaws share.
const STYLE: &str = concat!(
    include_str!("style/page.css"),
    include_str!("style/access.css"),
    include_str!("style/print.css")
);

/// The scripts, in one function so that they define no globals.
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
    include_str!("script/programs.js"),
    include_str!("script/limits.js"),
    include_str!("script/findings.js"),
    include_str!("script/chart.js"),
    include_str!("script/figures.js"),
    include_str!("script/drift.js"),
    include_str!("script/print.js"),
    include_str!("script/start.js"),
    "})();\n"
);

/// Returns the whole page.
pub fn page(document: &PageDocument) -> String {
    let data = embed::escaped_value(document);
    let name = data["organization"]["name"].as_str().unwrap_or_default();
    let style = style();
    format!(
        include_str!("skeleton.html"),
        policy = policy(&style),
        organization = escape_html(name),
        style = style,
        essentials = essentials::essentials(document),
        data = embed::json(&data),
        script = SCRIPT,
    )
}

/// Returns a page from a JSON document, so that tests can render artificial organizations.
pub fn page_of_json(document: &str) -> Result<String, serde_json::Error> {
    serde_json::from_str(document).map(|document| page(&document))
}

fn style() -> String {
    [PALETTE, BASE, STYLE].concat()
}

/// Returns the content security policy of the page. Trusted types rule out converting text to markup.
fn policy(style: &str) -> String {
    format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        policy_source(SCRIPT),
        policy_source(style)
    )
}

#[cfg(test)]
mod tests;
