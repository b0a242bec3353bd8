//! The loop: rounds without anybody asking, the port, notifications, signals.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::killed::children;
use crate::site::Site;
use crate::world::wait;

/// A running controller. Dropping it kills it.
pub(crate) struct Looping {
    pub(crate) child: Child,
    pub(crate) address: String,
    lines: Receiver<Value>,
    /// Everything that it logged.
    logged: Arc<Mutex<String>>,
}

impl Looping {
    /// Starts the controller of a site, and waits for its port.
    pub(crate) fn start(site: &Site) -> Self {
        Self::of(site.world.command("controller --listen 127.0.0.1:0"))
    }

    /// Starts a controller, and waits for its port.
    pub(crate) fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = channel();
        let logged = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&logged);
        std::thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                *kept.lock().unwrap() += &line;
                let line: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON: {line}"));
                let _ = sender.send(line);
            }
        });
        let mut looping = Self { child, address: String::new(), lines, logged };
        let listening = looping.event("listening");
        listening["address"].as_str().unwrap().clone_into(&mut looping.address);
        looping
    }

    /// Waits for the next event with this name.
    pub(crate) fn event(&self, name: &str) -> Value {
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(90)).expect("an event");
            if line["event"] == name {
                return line;
            }
        }
    }

    /// Returns the events since the last call.
    pub(crate) fn events(&self) -> Vec<Value> {
        self.lines.try_iter().collect()
    }

    /// Returns everything that it logged so far.
    pub(crate) fn logged(&self) -> String {
        self.logged.lock().unwrap().clone()
    }

    /// Sends a request, and returns the status and the body.
    pub(crate) fn request(&self, method: &str, path: &str, headers: &str) -> (u16, String) {
        let (status, _, body) = self.exchange(method, path, &format!("Host: {}\r\n{headers}", self.address));
        (status, body)
    }

    /// Sends a request with exactly these headers, and returns the status, the head in lower case and the body.
    pub(crate) fn exchange(&self, method: &str, path: &str, headers: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nConnection: close\r\n{headers}Content-Length: 0\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (status, head.to_ascii_lowercase(), body.to_owned())
    }

    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([format!("-{signal}"), self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Looping {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !std::thread::panicking() {
            let logged = self.logged();
            assert!(!logged.contains("CANARY") && !logged.contains("panicked"), "{logged}");
        }
    }
}

#[test]
fn a_running_controller_applies_commits_and_obeys_decisions() {
    let site = Site::acme("mode: apply");
    let looping = Looping::start(&site);
    assert_eq!(looping.event("round")["reason"], "InSync");
    assert!(wait(|| site.status()["next_round"].is_string()), "{:#}", site.status());
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    site.world.run("controller run acme").ended(0);
    assert_eq!(looping.event("write")["outcome"], "done");
    assert_eq!(looping.event("round")["reason"], "Applied");
    // Somebody takes it back in the Console.
    site.console_role("user");
    site.world.run("controller run acme").ended(0);
    assert_eq!(looping.event("round")["reason"], "Held");
    site.approve();
    assert_eq!(looping.event("round")["reason"], "Applied");
    site.world.run("controller suspend acme --reason incident").ended(0);
    site.world.run("controller run acme").ended(0);
    assert_eq!(looping.event("round")["reason"], "Suspended");
    // Only one controller uses the folder.
    assert!(site.once().ended(1).err.contains("another controller"));
}

#[test]
fn the_first_signal_finishes_the_requests_in_flight() {
    let site = Site::settled("mode: apply");
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    site.world.faults(&json!([{"method": "POST", "path": "**", "every": 1, "then": {"latency_ms": 1000}}]));
    // The round is due in minutes.
    site.world.run("controller run acme").ended(0);
    let mut looping = Looping::start(&site);
    assert!(wait(|| !site.world.written().is_empty()));
    looping.signal("TERM");
    assert!(looping.child.wait().unwrap().success());
    assert_eq!(site.world.written().len(), 1);
    site.world.faults(&json!([]));
    assert!(
        site.world
            .run("journal verify state/organizations/acme/journal.jsonl")
            .ended(0)
            .out
            .contains("1 write,")
    );
    site.writes_nothing("InSync");
}

#[test]
fn the_port_shows_metrics_and_health_and_the_hook_needs_its_token() {
    let site = Site::acme("mode: apply");
    site.world.write("token", "open sesame\n");
    let text = site.world.read("controller.yaml") + "hook: {token_file: token}\n";
    site.world.write("controller.yaml", &text);
    let looping = Looping::start(&site);
    looping.event("round");
    for path in ["/livez", "/readyz", "/metrics"] {
        assert_eq!(looping.request("GET", path, "").0, 200, "{path}");
    }
    for headers in
        ["", "Authorization: Bearer wrong\r\n", "Authorization: Bearer \r\n", "Authorization: Basic x\r\n"]
    {
        assert_eq!(looping.request("POST", "/hook", headers).0, 401, "{headers}");
    }
    assert_eq!(looping.request("GET", "/hook", "").0, 405);
    for _ in 0..100 {
        assert_eq!(looping.request("POST", "/hook", "Authorization: Bearer open sesame\r\n").0, 202);
    }
    looping.event("round");
    std::thread::sleep(Duration::from_secs(3));
    let metrics = looping.request("GET", "/metrics", "").1;
    assert!(
        metrics.contains("bylaws_rounds_total{organization=\"acme\",result=\"InSync\"} 2\n"),
        "{metrics}"
    );
    // A new token needs no restart.
    site.world.write("token", "another\n");
    assert_eq!(looping.request("POST", "/hook", "Authorization: Bearer open sesame\r\n").0, 401);
}

#[test]
fn metrics_contain_every_series_from_the_start_and_no_names() {
    let site = Site::acme("mode: apply");
    site.world.drift(|live| live.users.retain(|user| user.id != "user_uma"));
    let looping = Looping::start(&site);
    let first = looping.request("GET", "/metrics", "").1;
    let metrics = || looping.request("GET", "/metrics", "").1;
    assert!(wait(|| metrics().contains("result=\"Held\"} 1\n")));
    let second = metrics();
    let series = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let mut series: Vec<String> = lines.map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect();
        series.sort();
        series
    };
    assert_eq!(series(&first), series(&second));
    assert!(second.ends_with("# EOF\n"));
    let allowed = [
        "organization",
        "kind",
        "class",
        "action",
        "outcome",
        "reason",
        "cause",
        "result",
        "type",
        "method",
        "status",
        "state",
        "guard",
        "le",
        "version",
    ];
    for line in series(&second) {
        let Some((_, labels)) = line.split_once('{') else { continue };
        for label in labels.trim_end_matches('}').split("\",") {
            let (name, value) = label.split_once("=\"").unwrap();
            assert!(allowed.contains(&name), "{line}");
            assert!(!value.contains('@') && value != "lab", "{line}");
        }
    }
    for name in [
        "bylaws_build_info",
        "bylaws_rounds_total",
        "bylaws_round_duration_seconds_count",
        "bylaws_last_round_timestamp_seconds",
        "bylaws_last_success_timestamp_seconds",
        "bylaws_condition",
        "bylaws_changes",
        "bylaws_entries",
        "bylaws_writes_total",
        "bylaws_suspended",
        "bylaws_requests_total",
        "bylaws_paused_seconds_total",
        "bylaws_guard_window",
        "bylaws_guard_limit",
    ] {
        assert!(second.lines().any(|line| line.starts_with(&format!("{name}{{"))), "{name}");
    }
    assert!(
        second.contains("bylaws_condition{organization=\"acme\",type=\"InSync\",status=\"False\"} 1\n"),
        "{second}"
    );
    assert!(
        second.contains(
            "bylaws_changes{organization=\"acme\",class=\"grant\",cause=\"drift\",state=\"held\"} 1\n"
        ),
        "{second}"
    );
}

/// Receives notifications.
pub(crate) fn receiver() -> (String, Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook/SECRET-PATH?x=1", listener.local_addr().unwrap());
    let (sender, received) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut stream = BufReader::new(stream);
            let (mut length, mut line) = (0, String::new());
            while stream.read_line(&mut line).unwrap() > 2 {
                if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = text.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            stream
                .get_mut()
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .unwrap();
            let _ = sender.send(serde_json::from_slice(&body).unwrap());
        }
    });
    (url, received)
}

#[test]
fn a_state_is_posted_once_and_names_nobody() {
    let site = Site::settled("mode: apply");
    let (url, received) = receiver();
    let text = site.world.read("controller.yaml") + "notify: [{url_file: url}]\n";
    site.world.write("controller.yaml", &text);
    site.world.drift(|live| live.workspace_members.retain(|member| member.user_id != "user_eve"));
    // The receiver is known later: what could not be posted is posted then.
    let ran = site.once().ended(0);
    assert!(ran.err.contains("notification_failed"), "{ran}");
    site.world.write("url", &url);
    for _ in 0..5 {
        let ran = site.once().ended(0);
        assert!(!ran.all().contains("SECRET-PATH"), "{ran}");
    }
    site.world.drift(|live| {
        *live = bylaws_emulator::Seed::from_value(crate::world::fixed_clock(crate::world::acme())).unwrap();
    });
    site.once().ended(0);
    site.once().ended(0);
    let documents: Vec<Value> = received.try_iter().collect();
    let events: Vec<&Value> = documents.iter().map(|document| &document["event"]).collect();
    assert_eq!(events, ["held", "recovered"], "{documents:#?}");
    assert!(!documents.iter().any(|document| document.to_string().contains('@')), "{documents:#?}");
    assert_eq!(
        documents[0]["text"],
        "acme: waiting for a person: 1 change; `bylaws controller status acme` shows more"
    );
}

#[test]
fn who_was_told_is_not_told_again_because_another_receiver_fails() {
    let site = Site::settled("mode: apply");
    let (url, received) = receiver();
    site.world.write("url", &url);
    let text = site.world.read("controller.yaml") + "notify: [{url_file: url}, {url_file: other}]\n";
    site.world.write("controller.yaml", &text);
    site.console_role("developer");
    for _ in 0..3 {
        let ran = site.once();
        assert!(ran.err.contains("notification_failed"), "{ran}");
    }
    assert_eq!(received.try_iter().count(), 1);
    let (other, late) = receiver();
    site.world.write("other", &other);
    for _ in 0..3 {
        site.once();
    }
    let late: Vec<Value> = late.try_iter().collect();
    assert_eq!((received.try_iter().count(), late.len()), (0, 1));
    assert_eq!(late[0]["reminder"], false, "{late:#?}");
}

#[test]
fn an_unchanged_state_is_posted_again_after_a_day() {
    let site = Site::settled("mode: apply");
    let (url, received) = receiver();
    let text = site.world.read("controller.yaml") + "notify: [{url_file: url}]\n";
    site.world.write("controller.yaml", &text);
    site.world.write("url", &url);
    site.console_role("developer");
    let hours_ago = |hours: i64| {
        let file = "state/organizations/acme/memory.json";
        let mut memory: Value = serde_json::from_str(&site.world.read(file)).unwrap();
        memory["notified"]["at"] =
            (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(hours)).to_string().into();
        site.world.write(file, &memory.to_string());
    };
    for (ago, reminders) in [(0, 0), (23, 0), (25, 1), (1, 0)] {
        if ago > 0 {
            hours_ago(ago);
        }
        site.writes_nothing("Held");
        let posted: Vec<Value> = received.try_iter().collect();
        let count = posted.iter().filter(|document| document["reminder"] == true).count();
        assert_eq!(
            (posted.len(), count),
            (reminders.max(usize::from(ago == 0)), reminders),
            "{ago}: {posted:#?}"
        );
    }
}

#[test]
fn the_port_answers_while_the_service_hangs() {
    let site = Site::acme("mode: apply");
    site.world.write("token", "open sesame");
    let text = site.world.read("controller.yaml") + "hook: {token_file: token}\n";
    site.world.write("controller.yaml", &text);
    site.world.faults(&json!([{"path": "**", "then": {"latency_ms": 600_000}}]));
    let looping = Looping::start(&site);
    let first = wait(|| !children(looping.child.id()).is_empty());
    assert!(first, "a round hangs");
    for _ in 0..20 {
        for path in ["/livez", "/readyz", "/metrics", "/"] {
            assert_eq!(looping.request("GET", path, "").0, 200, "{path}");
        }
        assert_eq!(looping.request("POST", "/hook", "").0, 401);
        assert_eq!(looping.request("POST", "/hook", "Authorization: Bearer open sesame\r\n").0, 202);
        std::thread::sleep(Duration::from_millis(250));
    }
    assert_eq!(children(looping.child.id()).len(), 1, "one round of one organization at a time");
    assert_eq!(site.status()["reason"], "NotYet");
}

#[test]
fn a_source_that_is_back_is_used_in_the_next_round() {
    let site = Site::settled("mode: apply");
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    std::fs::rename(site.world.path("remote"), site.world.path("away")).unwrap();
    let looping = Looping::start(&site);
    assert_eq!(looping.event("round")["reason"], "SourceUnavailable");
    std::fs::rename(site.world.path("away"), site.world.path("remote")).unwrap();
    // After half a minute, without anybody asking: the failure of the first fetch is not used again.
    assert_eq!(looping.event("round")["reason"], "Applied");
}
