//! Many organizations: one that fails stops no other, and the exit code is the strongest.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bylaws_controller::config::load;
use bylaws_controller::reason::Ending;
use bylaws_controller::{Clock, Controller, Host, Limits, Log};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::killed::{children, kill_children};
use crate::world::{ACME, FILES, KEY, World, acme, examples};

/// A host with a controller of many organizations in one repository, each with its own service.
pub(crate) struct Fleet {
    pub(crate) host: World,
    pub(crate) services: BTreeMap<String, World>,
}

/// Returns a text with another organization id for each number.
fn own(text: &str, number: usize) -> String {
    text.replace(ACME, &format!("6a1f0c7e-0b1d-4e8e-9a55-{number:012}"))
}

impl Fleet {
    pub(crate) fn new(names: &[String]) -> Self {
        let host = World::live(acme()).without("ANTHROPIC_ADMIN_KEY");
        let remote = host.path("remote").display().to_string();
        let mut text = "bylaws-controller: 1\nstate: state\norganizations:\n".to_owned();
        let mut services = BTreeMap::new();
        for (number, name) in names.iter().enumerate() {
            let live: Value = serde_json::from_str(&own(&acme().to_string(), number)).unwrap();
            let service = World::live(live);
            host.write(&format!("remote/{name}/bylaws.yaml"), &own(FILES, number));
            let key = format!("{name}.key");
            host.write(&key, KEY);
            let private = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(host.path(&key), private).unwrap();
            text += &format!(
                "  {name}:\n    source: {{git: \"{remote}\", path: {name}}}\n    credential_file: {key}\n    \
                 mode: apply\n    api_url: {}\n",
                service.emulator.url()
            );
            services.insert(name.clone(), service);
        }
        host.write("controller.yaml", &text);
        host.git("-C remote init --quiet --initial-branch main .");
        let fleet = Self { host, services };
        fleet.commit();
        fleet
    }

    pub(crate) fn commit(&self) {
        self.host.git("-C remote add --all");
        self.host.git("-C remote commit --quiet --allow-empty --message change");
    }

    pub(crate) fn reasons(&self) -> BTreeMap<String, String> {
        let status = self.host.run("controller status --format json").json();
        let one = |one: &Value| {
            let text = |key: &str| one[key].as_str().unwrap().to_owned();
            (text("name"), text("reason"))
        };
        status["organizations"].as_array().unwrap().iter().map(one).collect()
    }
}

/// The organization of an example: Ada and Dev, and a workspace without members.
fn example(name: &str, number: usize) -> Value {
    let address = |person: &str| format!("{person}@{name}.example");
    json!({
        "organization": {"id": format!("6a1f0c7e-0b1d-4e8e-9a55-{number:012}"), "name": name},
        "users": [
            {"id": "user_ada", "email": address("ada"), "role": "admin"},
            {"id": "user_dev", "email": address("dev"), "role": "developer"},
        ],
        "workspaces": [{"id": "wrkspc_lab", "name": "lab"}],
        "workspace_members":
            [{"workspace_id": "wrkspc_lab", "user_id": "user_dev", "workspace_role": "workspace_developer"}],
    })
}

#[test]
fn a_broken_organization_of_the_example_stops_no_other() {
    let host = World::live(acme()).without("ANTHROPIC_ADMIN_KEY");
    let mut text = std::fs::read_to_string(examples().join("many/controller.yaml")).unwrap();
    let mut services = Vec::new();
    for (number, name) in [(1, "north"), (2, "south"), (3, "west")] {
        let service = World::live(example(name, number));
        let files = std::fs::read_to_string(examples().join(format!("many/{name}/bylaws.yaml"))).unwrap();
        host.write(&format!("{name}/bylaws.yaml"), &files);
        host.write(&format!("{name}.key"), KEY);
        let key = format!("credential_file: {name}.key\n");
        text = text.replace(&key, &format!("{key}    api_url: {}\n", service.emulator.url()));
        services.push(service);
    }
    host.write("controller.yaml", &text);
    let ran = host.run("controller --once").ended(4);
    let status = host.run("controller status --format json").json();
    let reasons: Vec<&Value> =
        status["organizations"].as_array().unwrap().iter().map(|one| &one["reason"]).collect();
    assert_eq!(reasons, ["InSync", "InSync", "InvalidFiles"], "{ran}");
    assert!(ran.out.contains("unknown role `develper`"), "{ran}");
}

#[test]
fn organizations_of_one_repository_are_fetched_once_and_fail_on_their_own() {
    let fleet = Fleet::new(&["north", "south", "west"].map(str::to_owned));
    fleet.host.edit_file("remote/south/bylaws.yaml", ": user", ": usr");
    fleet.commit();
    let ran = fleet.host.run("controller --once").ended(4);
    let reasons: Vec<String> = fleet.reasons().into_values().collect();
    assert_eq!(reasons, ["InSync", "InvalidFiles", "InSync"], "{ran}");
    assert_eq!(fleet.host.list("state/mirrors").len(), 1);
}

/// The clock of this machine.
struct Now;

impl Clock for Now {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Runs one round for each organization in this process, with a short time limit for each child.
fn once_within(fleet: &Fleet, time: Duration) -> Ending {
    let host = Host {
        program: env!("CARGO_BIN_EXE_bylaws").into(),
        env: BTreeMap::new(),
        limits: Limits { time, grace: Duration::from_secs(2), ..Limits::default() },
        clock: Arc::new(Now),
        log: Log::new(Arc::new(Mutex::new(std::io::sink()))),
    };
    let config = load(&fleet.host.path("controller.yaml"), &|_| Ok(()))
        .unwrap()
        .config
        .expect("a valid configuration");
    let controller = Controller::open(config, host).unwrap();
    Runtime::new().unwrap().block_on(controller.once())
}

#[test]
fn six_of_twenty_organizations_fail_and_the_others_are_in_sync_within_two_rounds() {
    let names: Vec<String> = (0..20).map(|n| format!("org-{n:02}")).collect();
    let fleet = Fleet::new(&names);
    fleet.host.run("controller --once").ended(0);
    for name in &names {
        fleet.host.edit_file(
            &format!("remote/{name}/bylaws.yaml"),
            "uma@acme.com: user",
            "uma@acme.com: developer",
        );
    }
    // Broken files, a bad key, a wrong organization id, an endless answer, a service that hangs, and a child that is
    // killed while its service is slow.
    fleet.host.edit_file("remote/org-03/bylaws.yaml", "eve@acme.com: developer", "eve@acme.com: dev");
    fleet.host.write("org-04.key", "sk-ant-api03-CANARY-not-an-admin-key");
    fleet.host.edit_file("remote/org-05/bylaws.yaml", "-000000000005", "-000000000099");
    let (hanging, slow) = (hanging(), fleet.services["org-08"].emulator.url());
    let text = fleet.host.read("controller.yaml");
    let text = text.replace(&fleet.services["org-06"].emulator.url(), &endless());
    let text = text.replace(&fleet.services["org-07"].emulator.url(), &hanging);
    fleet.host.write("controller.yaml", &text);
    let slowly = json!([{"method": "GET", "path": "**", "every": 1, "then": {"latency_ms": 5000}}]);
    fleet.services["org-08"].faults(&slowly);
    fleet.commit();
    let controller = std::process::id();
    for _ in 0..2 {
        let slow = slow.clone();
        let killer = std::thread::spawn(move || wait_for(|| kill_children(controller, &slow)));
        assert_eq!(once_within(&fleet, Duration::from_secs(20)), Ending::Files);
        assert!(killer.join().unwrap());
    }
    let reasons = fleet.reasons();
    let fine = reasons.values().filter(|reason| ["InSync", "Applied"].contains(&reason.as_str())).count();
    assert_eq!(fine, 14, "{reasons:#?}");
    for (name, reason) in [
        ("org-03", "InvalidFiles"),
        ("org-04", "Unauthorized"),
        ("org-05", "WrongOrganization"),
        ("org-06", "ServiceUnavailable"),
        ("org-07", "ServiceUnavailable"),
        ("org-08", "RoundFailed"),
    ] {
        assert_eq!(reasons[name], reason, "{reasons:#?}");
    }
    for name in ["org-03", "org-04", "org-05", "org-06", "org-07", "org-08"] {
        assert_eq!(fleet.services[name].writes(), "", "{name}");
    }
    assert!(!children(controller).iter().any(|(_, line)| line.contains(&hanging)), "no child is left");
}

/// Returns the URL of a service that accepts requests and never answers.
fn hanging() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in listener.incoming().map_while(Result::ok) {
            kept.push(stream);
        }
    });
    url
}

/// Waits up to a minute until something holds.
fn wait_for(mut holds: impl FnMut() -> bool) -> bool {
    (0..6000).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        holds()
    })
}

/// Returns the URL of a service whose answers do not end.
fn endless() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                let spaces = vec![b' '; 65_536];
                let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{";
                let _ = stream.read(&mut [0; 4096]);
                let mut sent = stream.write_all(head);
                while sent.is_ok() {
                    sent = stream.write_all(&spaces);
                }
            });
        }
    });
    url
}

#[test]
fn one_organization_under_two_names_is_written_under_one() {
    let fleet = Fleet::new(&["north", "south"].map(str::to_owned));
    // Somebody copies the files and the key of the one to the other.
    let (files, url) = (fleet.host.read("remote/north/bylaws.yaml"), fleet.services["north"].emulator.url());
    fleet
        .host
        .write("remote/south/bylaws.yaml", &files.replace("uma@acme.com: user", "uma@acme.com: developer"));
    let text = fleet.host.read("controller.yaml").replace(&fleet.services["south"].emulator.url(), &url);
    fleet.host.write("controller.yaml", &text);
    fleet.commit();
    fleet.host.run("controller --once").ended(0);
    assert_eq!(fleet.reasons()["south"], "Held");
    let status = fleet.host.run("controller status --format json").json();
    let fingerprint = status["organizations"][1]["fingerprint"].as_str().unwrap();
    fleet.host.run(&format!("controller approve south {fingerprint}")).ended(0);
    fleet.host.run("controller --once").ended(1);
    assert_eq!(fleet.reasons()["south"], "WrongOrganization");
    fleet.services["north"].untouched();
}
