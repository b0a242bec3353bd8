//! The comparison of outputs with snapshots.

use std::fmt;
use std::path::Path;

pub(crate) use crate::world::Ran;

/// Compares with `snapshots/NAME.snap`; a name may contain a folder.
#[track_caller]
pub(crate) fn shown(name: &str, text: impl fmt::Display) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cli/snapshots");
    let (folder, name) = name.rsplit_once('/').map_or((root.clone(), name), |(f, name)| (root.join(f), name));
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    // Every emulator has its own port; times in snapshots come from fixed clocks.
    settings.add_filter(r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:PORT");
    settings.add_filter(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT");
    settings.add_filter(r"\breq_[0-9A-Za-z]+", "req_ID");
    settings.add_filter(r" \(os error \d+\)", "");
    settings.bind(|| insta::assert_snapshot!(name, text.to_string()));
}
