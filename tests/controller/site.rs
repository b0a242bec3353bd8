//! A host with a controller, a git remote and one organization.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::world::{FILES, KEY, Ran, World, acme};

/// The file of the organization in the remote.
pub(crate) const FILE: &str = "remote/bylaws/bylaws.yaml";

/// A host with a controller of one organization, whose files are in a repository.
pub(crate) struct Site {
    pub(crate) world: World,
}

impl Site {
    /// Returns a host with the organization of [`acme`] in sync, and these lines more in its configuration.
    pub(crate) fn acme(lines: &str) -> Self {
        Self::of(acme(), FILES, lines)
    }

    /// Returns a host with this organization and its files.
    pub(crate) fn of(live: Value, files: &str, lines: &str) -> Self {
        let world = World::live(live).without("ANTHROPIC_ADMIN_KEY").file(FILE, files).file("key", KEY);
        let world = world.file("guards.yaml", "bylaws: 1\nguards: {}\n");
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(world.path("key"), private).unwrap();
        let site = Self { world };
        site.configure(lines);
        site.world.git("-C remote init --quiet --initial-branch main .");
        site.commit();
        site
    }

    /// Writes the configuration, with these lines more for the organization.
    pub(crate) fn configure(&self, lines: &str) {
        let remote = self.world.path("remote").display().to_string();
        let lines: String = lines.lines().map(|line| format!("    {line}\n")).collect();
        let text = format!(
            "bylaws-controller: 1\nstate: state\norganizations:\n  acme:\n    source: {{git: \"{remote}\"}}\n    \
             credential_file: key\n{lines}"
        );
        self.world.write("controller.yaml", &text);
    }

    /// Returns a host that has applied its files, and so has a baseline.
    pub(crate) fn settled(lines: &str) -> Self {
        let site = Self::acme(lines);
        site.once().ended(0);
        assert_eq!(site.reason(), "InSync");
        site.world.emulator.clear_ledger();
        site
    }

    /// Commits everything in the remote.
    pub(crate) fn commit(&self) {
        self.world.git("-C remote add --all");
        self.world.git("-C remote commit --quiet --allow-empty --message change");
    }

    /// Commits one edit of the files.
    #[track_caller]
    pub(crate) fn edit(&self, from: &str, to: &str) {
        self.world.edit_file(FILE, from, to);
        self.commit();
    }

    /// Gives Uma another role in the Console.
    pub(crate) fn console_role(&self, role: &str) {
        self.world.drift(|live| {
            let uma = live.users.iter_mut().find(|user| user.id == "user_uma").unwrap();
            role.clone_into(&mut uma.role);
        });
    }

    /// Runs one round for each organization.
    pub(crate) fn once(&self) -> Ran {
        self.world.run("controller --once")
    }

    /// Returns the status of the organization.
    pub(crate) fn status(&self) -> Value {
        self.world.run("controller status --format json").ended(0).json()["organizations"][0].clone()
    }

    pub(crate) fn reason(&self) -> String {
        self.status()["reason"].as_str().unwrap().to_owned()
    }

    /// Runs one round, and checks its reason and that nothing was written in it.
    #[track_caller]
    pub(crate) fn writes_nothing(&self, reason: &str) -> Ran {
        self.world.emulator.clear_ledger();
        let ran = self.once();
        assert_eq!(self.reason(), reason, "{ran}\n{:#}", self.status());
        self.world.untouched();
        ran
    }

    /// Approves the plan that the status shows.
    #[track_caller]
    pub(crate) fn approve(&self) {
        let status = self.status();
        let fingerprint = status["fingerprint"].as_str().unwrap();
        self.world.run(&format!("controller approve acme {fingerprint}")).ended(0);
    }

    /// Returns the held changes with what holds them, one per line.
    pub(crate) fn held(&self) -> String {
        let status = self.status();
        let held = status["held"].as_array().unwrap().iter();
        held.map(|held| format!("{} ({})\n", held["change"].as_str().unwrap(), held["by"].as_str().unwrap()))
            .collect()
    }
}
