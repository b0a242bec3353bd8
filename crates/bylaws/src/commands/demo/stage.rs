//! The environment of the demo: a temporary folder, and variables that name only the emulator.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use bylaws_api::{BaseUrl, Config, Credential, OrganizationRole, UsersQuery, Writer, collect_all, users};
use bylaws_output::document::plan::PlanDocument;
use bylaws_output::document::report::ReportDocument;
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use tempfile::TempDir;

use super::example::FILE;
use super::other;
use crate::exit::{ExitStatus, Failure};
use crate::world::{Streams, World};

/// The emulator accepts any key with this prefix.
const KEY: &str = "sk-ant-admin01-demo-demo-demo-demo";

pub(super) struct Stage {
    folder: TempDir,
    url: String,
}

impl Stage {
    pub(super) fn set(url: &str) -> io::Result<Self> {
        let stage = Self { folder: TempDir::with_prefix("bylaws-demo-")?, url: url.to_owned() };
        std::fs::write(stage.file(), FILE)?;
        Ok(stage)
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("bylaws.yaml")
    }

    /// Replaces texts of the file.
    pub(super) fn edit(&self, edits: [(&str, &str); 2]) -> Result<(), Failure> {
        let text = edits.iter().fold(FILE.to_owned(), |text, (from, to)| text.replace(from, to));
        std::fs::write(self.file(), text).map_err(Failure::io(&self.file(), "write"))
    }

    pub(super) async fn plan(&self, expected: ExitStatus) -> Result<PlanDocument, Failure> {
        self.play(&["plan"], expected).await
    }

    pub(super) async fn apply(&self) -> Result<ReportDocument, Failure> {
        self.play(&["apply", "--auto-approve"], ExitStatus::Done).await
    }

    /// Runs one command as a user would, checks its exit status, and returns its document.
    async fn play<T: DeserializeOwned>(&self, args: &[&str], expected: ExitStatus) -> Result<T, Failure> {
        let output = Buffer::default();
        let streams = Streams {
            input: Box::new(io::empty()),
            output: Box::new(output.clone()),
            errors: Arc::new(Mutex::new(io::sink())),
            input_is_terminal: false,
            output_is_terminal: false,
            errors_is_terminal: false,
        };
        let env = BTreeMap::from([
            ("BYLAWS_API_URL".to_owned(), self.url.clone()),
            ("ANTHROPIC_ADMIN_KEY".to_owned(), KEY.to_owned()),
        ]);
        let mut own = World::new(env, self.folder.path().to_owned(), streams);
        let words = ["bylaws"].iter().chain(args).chain(&["--format", "json"]).copied();
        let status = Box::pin(crate::run(words.map(Into::into), &mut own)).await;
        if status != expected {
            let line = args.join(" ");
            let (code, expected) = (status.code(), expected.code());
            return Err(other(&format!("`bylaws {line}` ended with {code}, not {expected}")));
        }
        serde_json::from_str(&output.text()).map_err(|error| other(&error.to_string()))
    }

    /// Changes a role as the Console would.
    pub(super) async fn move_in_console(&self, email: &str, role: &str) -> Result<(), Failure> {
        let key =
            Credential::admin_key(SecretString::from(KEY)).map_err(|error| other(&error.to_string()))?;
        let url = BaseUrl::parse(&self.url).map_err(|error| other(&error.to_string()))?;
        let console = Writer::new(Config::new(url, key))?;
        let members = collect_all(console.reader().users(UsersQuery::default())).await?;
        let member = members.iter().find(|member| member.email == email);
        let member = member.ok_or_else(|| other(&format!("{email} is not a member")))?;
        console.send(users::set_role(&member.id, &OrganizationRole::from(role))).await?;
        Ok(())
    }
}

/// Output kept in memory.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        self.0.lock().map_or_else(|_| String::new(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Ok(mut kept) = self.0.lock() {
            kept.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
