//! The request of a change as documents show it.

use bylaws_engine::{Change, Write};
use bylaws_kinds::remote;
use bylaws_output::document::plan::{ChangeDocument, RequestDocument};

/// Returns method, path and body of a write. The id of a workspace that is still to be created is shown as
/// `{workspace/production}`.
pub(crate) fn request(write: &Write) -> RequestDocument {
    let call = remote(write.kind).map(|remote| remote.call(write));
    call.map_or_else(
        || RequestDocument { method: String::new(), path: String::new(), body: None, check: None },
        |call| RequestDocument {
            method: call.method.to_owned(),
            path: call.path,
            body: call.body,
            check: call.check.map(|check| check.request),
        },
    )
}

/// Returns a change as documents show it, without its line in the files.
pub(crate) fn document(change: &Change) -> ChangeDocument {
    ChangeDocument::bare(change, request(&change.write))
}
