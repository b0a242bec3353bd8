//! Where the demo plays: a folder that goes away, a world that knows only the emulator.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use bylaws_api::{BaseUrl, Config, Credential, OrganizationRole, UsersQuery, Writer, collect_all, users};
use secrecy::SecretString;
use tempfile::TempDir;

use super::other;
use crate::exit::{ExitStatus, Failure};
use crate::render::style::Style;
use crate::world::{Streams, World};

/// The emulator takes any key that looks like one.
const KEY: &str = "sk-ant-admin01-demo-demo-demo-demo";

pub(super) struct Stage {
    folder: TempDir,
    url: String,
    style: Style,
}

impl Stage {
    pub(super) fn set(files: &[(&str, &str)], url: &str, style: Style) -> io::Result<Self> {
        let folder = TempDir::with_prefix("bylaws-demo-")?;
        let acme = folder.path().join("acme");
        for (name, text) in files {
            let path = acme.join(name);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(path, text)?;
        }
        Ok(Self { folder, url: url.to_owned(), style })
    }

    /// Runs one command as a user would, shows it, and insists on how it ends.
    pub(super) async fn play(
        &self,
        world: &mut World,
        args: &[&str],
        expected: ExitStatus,
    ) -> Result<String, Failure> {
        world.print(&format!("{}\n\n", self.style.dim(&format!("$ bylaws {}", args.join(" ")))));
        let output = Buffer::default();
        let streams = Streams {
            input: Box::new(io::empty()),
            output: Box::new(output.clone()),
            errors: Arc::new(Mutex::new(output.clone())),
            input_is_terminal: false,
            output_is_terminal: false,
            errors_is_terminal: false,
        };
        let env = BTreeMap::from([
            ("BYLAWS_API_URL".to_owned(), self.url.clone()),
            ("ANTHROPIC_ADMIN_KEY".to_owned(), KEY.to_owned()),
        ]);
        let mut own = World::new(env, self.folder.path().to_owned(), streams);
        let color = if self.style.is_on() { "--color=always" } else { "--color=never" };
        let words: Vec<_> =
            ["bylaws", color].into_iter().chain(args.iter().copied()).map(Into::into).collect();
        let status = Box::pin(crate::run(words, &mut own)).await;
        let text = output.text();
        world.print(&text);
        if status == expected {
            Ok(text)
        } else {
            Err(other(&format!(
                "`bylaws {}` ended with {}, not {}",
                args.join(" "),
                status.code(),
                expected.code()
            )))
        }
    }

    /// What a click in the Console would do.
    pub(super) async fn move_in_console(&self, email: &str, role: &str) -> Result<(), Failure> {
        let key =
            Credential::admin_key(SecretString::from(KEY)).map_err(|error| other(&error.to_string()))?;
        let url = BaseUrl::parse(&self.url).map_err(|error| other(&error.to_string()))?;
        let console = Writer::new(Config::new(url, key))?;
        let members = collect_all(console.reader().users(UsersQuery::default())).await?;
        let member = members.iter().find(|member| member.email == email);
        let member = member.ok_or_else(|| other(&format!("{email} is no member")))?;
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
