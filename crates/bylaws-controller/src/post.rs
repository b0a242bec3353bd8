//! Posts notifications. The URL is read from its file each time, and is in no message.

use std::path::Path;
use std::time::Duration;

use bylaws_api::{BaseUrl, http};
use reqwest::Url;
use reqwest::header::HeaderMap;
use serde_json::Value;

const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest URL.
const LONGEST: usize = 4096;

/// Posts a document to the URL in a file. Returns why it could not.
pub(crate) async fn post(url_file: &Path, document: &Value) -> Result<(), String> {
    let name = url_file.display();
    let text = std::fs::read_to_string(url_file).map_err(|error| format!("cannot read {name}: {error}"))?;
    let wrong = || format!("{name} does not contain an https:// URL");
    let url = Url::parse(text.trim()).ok().filter(|_| text.len() <= LONGEST).ok_or_else(wrong)?;
    // Only the origin decides how to connect: webhooks have any path and query.
    let base = BaseUrl::parse(&url.origin().ascii_serialization()).map_err(|_| wrong())?;
    let client = http::builder(&base, HeaderMap::new()).timeout(TIMEOUT).build().map_err(http::chain)?;
    let response = client.post(url).json(document).send().await.map_err(http::chain)?;
    let status = response.status();
    if status.is_success() { Ok(()) } else { Err(format!("the receiver in {name} answered {status}")) }
}
