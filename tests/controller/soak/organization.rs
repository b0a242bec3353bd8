//! One organization of the soak: what its files ask for, what people did in the Console, and what must hold at the end.
//!
//! Commits and people in the Console change different objects. So every write to an object of the Console that was not
//! made here undoes an emergency.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::random::Random;
use crate::world::{KEY, World, doubled};

const PEOPLE: u64 = 5;
/// The most people who are invited, workspaces that are created and strangers, each.
const MOST: u64 = 20;
const ROLES: [&str; 3] = ["user", "developer", "claude_code_user"];
const WORKSPACE_ROLES: [&str; 2] = ["workspace_user", "workspace_developer"];
const LAB: &str = "/workspaces/wrkspc_lab/members";

#[derive(Default)]
pub(super) struct Organization {
    pub(super) name: String,
    id: String,
    /// The roles of the people that commits change, in the organization and in `lab`.
    roles: BTreeMap<u64, usize>,
    members: BTreeMap<u64, usize>,
    invited: u64,
    workspaces: u64,
    /// What people did in the Console: the roles of others, who of them is in `lab`, the state of the key.
    console_roles: BTreeMap<u64, usize>,
    console_members: BTreeSet<u64>,
    is_key_on: bool,
    strangers: u64,
    /// How many writes people made in the Console.
    edits: usize,
    faults: Value,
    /// When it was suspended.
    suspended: Option<Instant>,
    /// The writes of a suspended organization, once those in flight had ended.
    quiet: Option<usize>,
}

fn pick(random: &mut Random, most: usize) -> usize {
    usize::try_from(random.below(most as u64)).unwrap()
}

impl Organization {
    pub(super) fn new(name: &str, number: usize) -> Self {
        let everybody = || (0..PEOPLE).map(|n| (n, 0));
        Self {
            name: name.to_owned(),
            id: format!("6a1f0c7e-0b1d-4e8e-9a55-{number:012}"),
            roles: everybody().collect(),
            members: everybody().collect(),
            console_roles: everybody().collect(),
            console_members: (0..PEOPLE).collect(),
            is_key_on: true,
            faults: json!([]),
            ..Self::default()
        }
    }

    pub(super) fn path(&self) -> String {
        format!("remote/{}/bylaws.yaml", self.name)
    }

    /// Returns the organization before the soak. Commits change the people `c…`, the Console changes the people `e…`.
    pub(super) fn seed(&self) -> Value {
        let mut users = vec![json!({"id": "user_ada", "email": "ada@acme.com", "role": "admin"})];
        let mut members = Vec::new();
        for n in 0..PEOPLE {
            for kind in ["c", "e"] {
                let id = format!("user_{kind}{n}");
                users.push(json!({"id": id, "email": format!("{kind}{n}@acme.com"), "role": ROLES[0]}));
                members.push(json!({"workspace_id": "wrkspc_lab", "user_id": id, "workspace_role": WORKSPACE_ROLES[0]}));
            }
        }
        json!({"organization": {"id": self.id, "name": self.name}, "users": users,
            "workspaces": [{"id": "wrkspc_lab", "name": "lab"}], "workspace_members": members,
            "api_keys": [{"id": "apikey_ci", "name": "ci", "workspace_id": "wrkspc_lab"}]})
    }

    /// Returns the files. What they say about the people of the Console never changes.
    pub(super) fn files(&self) -> String {
        let mut people = "  ada@acme.com: admin\n".to_owned();
        let mut members = String::new();
        for n in 0..PEOPLE {
            people += &format!("  c{n}@acme.com: {}\n  e{n}@acme.com: {}\n", ROLES[self.roles[&n]], ROLES[0]);
            members += &format!("      e{n}@acme.com: {}\n", WORKSPACE_ROLES[0]);
        }
        for (n, role) in &self.members {
            members += &format!("      c{n}@acme.com: {}\n", WORKSPACE_ROLES[*role]);
        }
        for n in 0..self.invited {
            people += &format!("  n{n}@acme.com: user\n");
            members += &format!("      n{n}@acme.com: workspace_user\n");
        }
        let more: String = (0..self.workspaces).map(|n| format!("  w{n}: {{}}\n")).collect();
        format!(
            "bylaws: 1\norganization: {{id: {}}}\nmembers:\n{people}workspaces:\n{more}  lab:\n    members:\n{members}    \
             api_keys: {{ci: active}}\nunlisted: {{members: remove, workspace_members: remove}}\nguards: {{access_loss: \
             {{max: 1000, share: 100%}}, invites: {{max: 1000}}}}\n",
            self.id
        )
    }

    /// Changes what the files ask for.
    pub(super) fn commit(&mut self, random: &mut Random) {
        let person = random.below(PEOPLE);
        match random.below(6) {
            0 if self.invited < MOST => self.invited += 1,
            1 if self.workspaces < MOST => self.workspaces += 1,
            2 => drop(self.members.remove(&person)),
            3 => drop(self.members.insert(person, pick(random, WORKSPACE_ROLES.len()))),
            _ => drop(self.roles.insert(person, pick(random, ROLES.len()))),
        }
    }

    /// Somebody changes something in the Console. Returns what.
    pub(super) fn console(&mut self, service: &World, random: &mut Random) -> &'static str {
        if self.suspended.is_some() {
            return "nothing";
        }
        // The Console has no faults.
        service.faults(&json!([]));
        let person = random.below(PEOPLE);
        let user = format!("user_e{person}");
        let (what, answer) = match random.below(5) {
            0 => {
                self.is_key_on = !self.is_key_on;
                let body = json!({"status": if self.is_key_on { "active" } else { "inactive" }});
                ("Console: key", request(service, "POST", "/api_keys/apikey_ci", &body))
            }
            1 if self.console_members.remove(&person) => (
                "Console: membership removed",
                request(service, "DELETE", &format!("{LAB}/{user}"), &Value::Null),
            ),
            1 => {
                self.console_members.insert(person);
                let body = json!({"user_id": user, "workspace_role": WORKSPACE_ROLES[0]});
                ("Console: membership added", request(service, "POST", LAB, &body))
            }
            2 if self.strangers < MOST => {
                self.strangers += 1;
                let body = json!({"email": format!("s{}@acme.com", self.strangers), "role": "user"});
                ("Console: stranger invited", request(service, "POST", "/invites", &body))
            }
            _ => {
                let role = pick(random, ROLES.len());
                self.console_roles.insert(person, role);
                let body = json!({"role": ROLES[role]});
                ("Console: role", request(service, "POST", &format!("/users/{user}"), &body))
            }
        };
        assert!(answer.starts_with("HTTP/1.1 200"), "{what}: {answer}");
        self.edits += 1;
        service.faults(&self.faults);
        what
    }

    /// Somebody accepts an invite of the files.
    pub(super) fn accept(service: &World) -> &'static str {
        let invites = service.emulator.state().invites;
        let invite =
            invites.iter().find(|invite| invite.email.starts_with('n') && invite.status == "pending");
        match invite.map(|invite| service.emulator.accept_invite(&invite.id).is_ok()) {
            Some(true) => "invite accepted",
            _ => "nothing",
        }
    }

    pub(super) fn fault(&mut self, service: &World, random: &mut Random) -> &'static str {
        let (what, faults) = match random.below(6) {
            0 => (
                "fault: 429",
                json!([{"path": "**", "every": 5, "then": {"status": 429, "headers": {"retry-after": "1"}}}]),
            ),
            1 => ("fault: 503", json!([{"path": "**", "every": 4, "then": {"status": 503}}])),
            2 => ("fault: request lost", json!([{"path": "**", "every": 5, "then": "drop_before"}])),
            3 => (
                "fault: answer lost",
                json!([{"method": "POST", "path": "**", "every": 2, "then": "drop_after"}]),
            ),
            4 => ("fault: answer cut", json!([{"path": "**", "every": 4, "then": "truncate"}])),
            _ => ("fault: slow", json!([{"path": "**", "every": 1, "then": {"latency_ms": 200}}])),
        };
        self.faults = faults;
        service.faults(&self.faults);
        what
    }

    pub(super) fn no_faults(&mut self, service: &World) -> &'static str {
        self.faults = json!([]);
        service.faults(&self.faults);
        "no faults"
    }

    pub(super) fn is_suspended(&self) -> bool {
        self.suspended.is_some()
    }

    /// Suspends the organization, or resumes it some time later.
    pub(super) fn suspend_or_resume(&mut self, host: &World, service: &World) -> &'static str {
        match (self.suspended, self.quiet) {
            (None, _) => {
                host.run(&format!("controller suspend {} --reason soak", self.name)).ended(0);
                self.suspended = Some(Instant::now());
                "suspend"
            }
            (Some(at), None) if at.elapsed() > Duration::from_secs(5) => {
                self.quiet = Some(service.written().len());
                "suspended: writes in flight have ended"
            }
            (Some(_), None) => "nothing",
            (Some(_), Some(_)) => {
                self.resume(host, service);
                "resume"
            }
        }
    }

    pub(super) fn resume(&mut self, host: &World, service: &World) {
        if let Some(quiet) = self.quiet.take() {
            assert_eq!(service.written().len(), quiet, "{} was written while it was suspended", self.name);
        }
        if self.suspended.take().is_some() {
            host.run(&format!("controller resume {}", self.name)).ended(0);
        }
    }

    /// Checks the requests: no write to an object of the Console but those that were made there, no write twice. Returns
    /// the number of writes of the controller.
    pub(super) fn check_requests(&self, service: &World) -> u64 {
        let strangers: Vec<String> = service
            .emulator
            .state()
            .invites
            .into_iter()
            .filter(|invite| invite.email.starts_with('s'))
            .map(|invite| invite.id)
            .collect();
        let (mut edits, mut writes) = (0, 0);
        let mut last: BTreeMap<String, String> = BTreeMap::new();
        let mut created = BTreeSet::new();
        let done =
            service.written().into_iter().filter(|entry| entry.status.is_some_and(|status| status < 300));
        for entry in done {
            let path = entry.path.trim_start_matches("/v1/organizations").to_owned();
            let text = |key: &str| entry.body[key].as_str().unwrap_or_default().to_owned();
            let subject = format!("{path} {} {}", text("user_id"), text("email"));
            let is_of_console = subject.contains("user_e")
                || subject.contains("apikey_ci")
                || subject.contains(" s")
                || strangers.iter().any(|id| path.ends_with(id.as_str()));
            if is_of_console {
                edits += 1;
                continue;
            }
            writes += 1;
            let operation = format!("{} {}", entry.method, entry.body);
            if path == "/invites" || path == "/workspaces" {
                let what = format!("{path} {}{}", text("email"), text("name"));
                assert!(created.insert(what.clone()), "{}: created twice: {what}", self.name);
                continue;
            }
            let object =
                if path.ends_with("/members") { format!("{path}/{}", text("user_id")) } else { path };
            let before = last.insert(object.clone(), operation.clone());
            assert_ne!(before.as_ref(), Some(&operation), "{}: written twice: {object}", self.name);
        }
        assert_eq!(edits, self.edits, "{}: an object of the Console was written", self.name);
        writes
    }

    /// Checks live state: as the Console left it, and as the files ask for except for what is held.
    pub(super) fn check_live(&self, service: &World, status: &Value) {
        let state = service.state();
        assert_eq!(doubled(&state), Vec::<&String>::new(), "{}", self.name);
        let has = |line: &String| assert!(state.contains(line), "{}: {line}\n{state:#?}", self.name);
        let hasnt = |start: &str| {
            assert!(!state.iter().any(|line| line.starts_with(start)), "{}: {start}", self.name);
        };
        for n in 0..PEOPLE {
            has(&format!("e{n}@acme.com {}", ROLES[self.console_roles[&n]]));
            if self.console_members.contains(&n) {
                has(&format!("membership lab e{n}@acme.com {}", WORKSPACE_ROLES[0]));
            } else {
                hasnt(&format!("membership lab e{n}@acme.com"));
            }
        }
        has(&format!("key ci {}", if self.is_key_on { "active" } else { "inactive" }));
        (1..=self.strangers).for_each(|n| has(&format!("invite s{n}@acme.com user")));
        let held: Vec<&str> =
            status["held"].as_array().unwrap().iter().filter_map(|held| held["change"].as_str()).collect();
        let is_held = |object: &str| held.iter().any(|change| change.ends_with(object));
        for n in 0..PEOPLE {
            if !is_held(&format!(" member/c{n}@acme.com")) {
                has(&format!("c{n}@acme.com {}", ROLES[self.roles[&n]]));
            }
            if is_held(&format!("workspace/lab/member/c{n}@acme.com")) {
                continue;
            }
            match self.members.get(&n) {
                Some(role) => has(&format!("membership lab c{n}@acme.com {}", WORKSPACE_ROLES[*role])),
                None => hasnt(&format!("membership lab c{n}@acme.com")),
            }
        }
        (0..self.workspaces)
            .for_each(|n| assert!(state.iter().any(|line| line.starts_with(&format!("workspace w{n} ")))));
    }
}

/// Sends a request of the Console, and returns the answer.
fn request(service: &World, method: &str, path: &str, body: &Value) -> String {
    let mut stream = TcpStream::connect(service.emulator.address()).unwrap();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    write!(
        stream,
        "{method} /v1/organizations{path} HTTP/1.1\r\nHost: localhost\r\nx-api-key: {KEY}\r\nanthropic-version: 2023-06-01\r\n\
         Content-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
