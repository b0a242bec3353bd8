//! The environment of a command that runs in this process: its streams are kept, there is no terminal, and the real
//! environment is not used.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use bylaws::{Streams, World};

/// The bytes that were written, to be read afterwards.
#[derive(Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<Vec<u8>>>);

/// Returns an environment in `folder` with this service and key, with its standard output and standard error.
pub(crate) fn outside(folder: &Path, url: String, key: &str) -> (World, Kept, Kept) {
    let (output, errors) = (Kept::default(), Kept::default());
    let streams = Streams {
        input: Box::new(io::empty()),
        output: Box::new(output.clone()),
        errors: Arc::new(Mutex::new(errors.clone())),
        input_is_terminal: false,
        output_is_terminal: false,
        errors_is_terminal: false,
    };
    let env = [("BYLAWS_API_URL", url), ("ANTHROPIC_ADMIN_KEY", key.to_owned())];
    let env = BTreeMap::from(env.map(|(name, value)| (name.to_owned(), value)));
    (World::new(env, folder.to_owned(), streams), output, errors)
}

impl Kept {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
