//! The service of an environment: its state, its request log, its faults and its clock.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use bylaws_emulator::{FaultRule, LedgerEntry, Seed};
use serde_json::Value;

use super::{World, fixed_clock};

impl World {
    /// Sends a control request to the emulator, and returns the body of the answer.
    pub(crate) fn control(&self, method: &str, path: &str, body: &str) -> String {
        let url = self.emulator.url();
        let address = url.trim_start_matches("http://").to_owned();
        let head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
        let length =
            format!("content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let asked = std::thread::spawn(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(format!("{head}{length}").as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        });
        // An emulator in this thread answers only while something waits for it.
        while !asked.is_finished() {
            self.sleep(Duration::from_millis(1));
        }
        let answer = asked.join().unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// Starts a case: this organization, an empty request log, no faults, an empty folder.
    pub(crate) fn begin(&self, seed: &Value) -> Result<(), String> {
        let seed = Seed::from_value(fixed_clock(seed.clone())).map_err(|error| error.to_string())?;
        self.emulator.set_state(seed).map_err(|error| error.to_string())?;
        self.emulator.set_faults(Vec::new());
        self.emulator.clear_ledger();
        for path in self.list(".") {
            if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }.unwrap();
        }
        Ok(())
    }

    /// Replaces the organization; removes requests and faults. The files stay.
    pub(crate) fn reset(&self, seed: &Value) {
        self.emulator.set_faults(Vec::new());
        self.emulator.set_state(Seed::from_value(fixed_clock(seed.clone())).unwrap()).unwrap();
        self.emulator.clear_ledger();
    }

    pub(crate) fn ledger(&self) -> Vec<LedgerEntry> {
        self.emulator.ledger()
    }

    /// Returns the requests since the last call, in order.
    pub(crate) fn take_ledger(&self) -> Vec<LedgerEntry> {
        let entries = self.emulator.ledger();
        self.emulator.clear_ledger();
        entries
    }

    /// Returns every write so far, in order.
    pub(crate) fn written(&self) -> Vec<LedgerEntry> {
        self.ledger().into_iter().filter(|entry| entry.method != "GET").collect()
    }

    /// Returns every write so far, one per line, as it was sent.
    pub(crate) fn writes(&self) -> String {
        let line = |entry: LedgerEntry| {
            let body = if entry.body.is_null() { String::new() } else { format!(" {}", entry.body) };
            format!("{} {}{body}\n", entry.method, entry.path)
        };
        self.written().into_iter().map(line).collect()
    }

    pub(crate) fn reads(&self) -> usize {
        self.ledger().iter().filter(|entry| entry.method == "GET").count()
    }

    /// Checks that nothing was written since the request log was last cleared.
    #[track_caller]
    pub(crate) fn untouched(&self) {
        assert_eq!(self.writes(), "");
    }

    /// Replaces the fault rules.
    pub(crate) fn faults(&self, rules: &Value) {
        self.emulator.set_faults(FaultRule::list_from_json(&rules.to_string()).unwrap());
    }

    /// Advances the clock by this many hours.
    pub(crate) fn hours(&self, hours: u64) {
        self.emulator.advance(Duration::from_secs(hours * 3600)).unwrap();
    }

    /// Accepts the invite.
    #[track_caller]
    pub(crate) fn accept(&self, email: &str) {
        let state = self.emulator.state();
        let invite = state.invites.iter().find(|invite| invite.email == email && invite.status == "pending");
        self.emulator.accept_invite(&invite.expect("a pending invite").id).unwrap();
    }

    /// Changes live state behind the back of the files.
    pub(crate) fn drift(&self, change: impl FnOnce(&mut Seed)) {
        let mut state = self.emulator.state();
        change(&mut state);
        self.emulator.set_state(state).unwrap();
    }

    /// Changes live state in somebody's name, which the Activity Feed then has.
    pub(crate) fn drift_as(&self, actor: &str, change: impl FnOnce(&mut Seed)) {
        let mut state = self.emulator.state();
        change(&mut state);
        self.emulator.set_state_as(state, actor).unwrap();
    }

    /// Changes live state as JSON.
    pub(crate) fn drift_json(&self, change: impl FnOnce(&mut Value)) {
        let mut state = self.state_json();
        change(&mut state);
        self.emulator.set_state(Seed::from_value(state).unwrap()).unwrap();
    }

    /// Returns the state of the service, from its control interface.
    pub(crate) fn state_json(&self) -> Value {
        serde_json::from_str(&self.emulator.state().to_json()).unwrap()
    }

    /// Returns everything that the files describe, one line each, sorted, without ids and times. Duplicates stay.
    pub(crate) fn state(&self) -> Vec<String> {
        let live = self.emulator.state();
        let workspace = |id: &str| live.workspaces.iter().find(|w| w.id == id).map_or("?", |w| &w.name);
        let person = |id: &str| live.users.iter().find(|user| user.id == id).map_or("?", |user| &user.email);
        let key = |id: &str| {
            let key = live.external_keys.iter().find(|key| key.id == id);
            key.map(|key| serde_json::to_string(&key.provider_config).unwrap())
        };
        let users = live.users.iter().map(|user| format!("{} {}", user.email, user.role));
        let pending = live.invites.iter().filter(|invite| invite.status == "pending");
        let invites = pending.map(|invite| format!("invite {} {}", invite.email, invite.role));
        let workspaces = live.workspaces.iter().map(|w| {
            let key = w.external_key_id.as_deref().map(key);
            format!(
                "workspace {} {} {} {:?} {key:?}",
                w.name,
                w.display_color,
                w.archived_at.is_some(),
                w.tags
            )
        });
        let memberships = live.workspace_members.iter().map(|membership| {
            format!(
                "membership {} {} {}",
                workspace(&membership.workspace_id),
                person(&membership.user_id),
                membership.workspace_role
            )
        });
        let keys = live.api_keys.iter().map(|key| format!("key {} {}", key.name, key.status));
        let rate_limits = live.workspace_rate_limits.iter().flat_map(|own| {
            let of = (workspace(&own.workspace_id), &own.rate_limit_id);
            own.limits
                .iter()
                .map(move |one| format!("rate limit {} {} {} {}", of.0, of.1, one.kind, one.value))
        });
        let spend_limits = live.spend_limits.iter().flatten().map(|limit| {
            let of = limit.scope.workspace_id.as_deref().map_or("organization", workspace);
            format!("spend limit {of} {:?}", limit.amount)
        });
        let external_keys = live
            .external_keys
            .iter()
            .map(|own| format!("external key {:?} {:?}", own.display_name, key(&own.id)));
        let issuers = live.federation_issuers.iter().map(|one| {
            let archived = one.lifecycle.archived_at.is_some();
            format!("issuer {} {} {} {archived}", one.name, one.issuer_url, one.max_jwt_lifetime_seconds)
        });
        let rules = live.federation_rules.iter().map(|one| {
            let places: BTreeSet<&str> = one.workspace_ids.iter().map(|id| workspace(id)).collect();
            format!(
                "rule {} {} {:?} {} {places:?} {}",
                one.name,
                one.token_lifetime_seconds,
                one.matching.subject_prefix,
                one.applies_to_all_workspaces,
                one.lifecycle.archived_at.is_some()
            )
        });
        let people = users.chain(invites).chain(workspaces).chain(memberships);
        let limits = rate_limits.chain(spend_limits);
        let mut all: Vec<String> =
            people.chain(keys).chain(limits).chain(external_keys).chain(issuers).chain(rules).collect();
        all.sort();
        all
    }
}

/// Returns the lines of [`World::state`] that occur more than once.
pub(crate) fn doubled(state: &[String]) -> Vec<&String> {
    let mut seen = BTreeSet::new();
    state.iter().filter(|line| !seen.insert(*line)).collect()
}
