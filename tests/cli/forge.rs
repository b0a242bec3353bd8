//! A fake of GitHub and GitLab for `bylaws comment`: paged lists, comments and issues that are kept, and faults on
//! request. Shares no code with the client.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// The number of items per page, whatever is requested: the real services use 100, and tests must be short.
const PAGE: usize = 4;

/// A fault for one request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// This status with this body, and a `retry-after` of this many seconds.
    Status(u16, &'static str, Option<u64>),
    /// The request takes effect, but the connection is closed before the response.
    DropAfter,
    /// The connection is closed before the request takes effect.
    DropBefore,
    /// This complete response.
    Raw(String),
}

/// One received request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Value,
}

struct State {
    url: String,
    /// Comments or notes by the number of their request, and issues under 0.
    posts: BTreeMap<u64, Vec<Value>>,
    faults: Vec<(&'static str, Fault)>,
    asked: Vec<Asked>,
    next: u64,
    /// Whether the token belongs to an app, which has no user.
    app: bool,
}

/// Both services at one URL: `/github` and `/gitlab/api/v4`. Listens until the test program ends.
pub(crate) struct Forge {
    state: Arc<Mutex<State>>,
}

impl Forge {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state =
            State { url, posts: BTreeMap::new(), faults: vec![], asked: vec![], next: 100, app: false };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream, &shared));
            }
        });
        Self { state }
    }

    pub(crate) fn url(&self) -> String {
        self.state.lock().unwrap().url.clone()
    }

    /// Makes the token one of GitHub Actions.
    pub(crate) fn of_an_app(self) -> Self {
        self.state.lock().unwrap().app = true;
        self
    }

    /// Adds a comment by another author to a request, or (0) opens an issue.
    pub(crate) fn says(&self, number: u64, author: u64, body: &str) -> u64 {
        self.state.lock().unwrap().add(number, author, "", body)
    }

    /// Causes this fault for the next request with this method (and these words in its target).
    pub(crate) fn fault(&self, on: &'static str, fault: Fault) {
        self.state.lock().unwrap().faults.push((on, fault));
    }

    /// Returns the id, author, state and text of each post.
    pub(crate) fn shown(&self, number: u64) -> String {
        let state = self.state.lock().unwrap();
        let posts = state.posts.get(&number).map_or(&[][..], Vec::as_slice);
        let line = |post: &Value| {
            let state = post["state"].as_str().map(|state| format!(" {state}")).unwrap_or_default();
            format!("{} by {}{state}: {:?}\n", post["id"], post["user"]["id"], post["body"].as_str().unwrap())
        };
        posts.iter().map(line).collect()
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state.lock().unwrap().asked.clone()
    }

    /// Returns method and path of all requests other than reads.
    pub(crate) fn writes(&self) -> Vec<String> {
        let writes = self.asked().into_iter().filter(|asked| asked.method != "GET");
        writes.map(|asked| format!("{} {}", asked.method, asked.target)).collect()
    }
}

impl State {
    fn add(&mut self, number: u64, author: u64, title: &str, body: &str) -> u64 {
        self.next += 1;
        let login =
            if self.app && author == 7 { "github-actions[bot]".to_owned() } else { format!("u{author}") };
        let user = json!({"id": author, "login": login, "username": login});
        let mut post = json!({
            "id": self.next, "number": self.next, "iid": self.next, "body": body, "description": body,
            "user": user, "author": user, "html_url": format!("https://forge.example/{number}#{}", self.next),
            "web_url": format!("https://forge.example/{number}#{}", self.next), "title": title,
        });
        if number == 0 {
            post["state"] = json!("open");
        }
        self.posts.entry(number).or_default().push(post);
        self.next
    }

    fn answer(&mut self, asked: &Asked) -> (u16, String, Value) {
        let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
        let github = path.starts_with("/github/");
        let secret =
            if github { asked.headers.get("authorization") } else { asked.headers.get("private-token") };
        if !secret.is_some_and(|secret| secret.contains("CANARY")) {
            return (401, String::new(), json!({"message": "Bad credentials"}));
        }
        let base = if github { "/github" } else { "/gitlab/api/v4" };
        let parts: Vec<&str> = path.strip_prefix(base).unwrap_or(path).split('/').skip(1).collect();
        let inner = if github { &parts[parts.len().min(3)..] } else { &parts[parts.len().min(2)..] };
        match (asked.method.as_str(), parts[0], inner) {
            ("GET", "user", _) if self.app => {
                (403, String::new(), json!({"message": "Resource not accessible by integration"}))
            }
            ("GET", "user", _) => (200, String::new(), json!({"id": 7, "login": "u7", "username": "u7"})),
            ("POST", "graphql", _) => {
                (200, String::new(), json!({"data": {"viewer": {"login": "github-actions[bot]"}}}))
            }
            ("GET", _, ["commits", "abc1234", "pulls"]) => {
                let (one, two) =
                    (json!({"number": 5, "merged_at": "2026"}), json!({"number": 6, "merged_at": null}));
                (200, String::new(), json!([one, two]))
            }
            ("GET", _, ["repository", "commits", "abc1234", "merge_requests"]) => {
                (200, String::new(), json!([{"iid": 5, "state": "merged"}, {"iid": 6, "state": "opened"}]))
            }
            ("GET", _, ["commits", _, "pulls"] | ["repository", "commits", _, "merge_requests"]) => {
                (200, String::new(), json!([]))
            }
            (_, _, ["issues", "comments", id] | ["merge_requests", _, "notes", id] | ["issues", id]) => {
                self.edit(id, &asked.body)
            }
            (_, _, ["issues" | "merge_requests", number, "comments" | "notes"]) => {
                self.all(asked, query, number.parse().unwrap(), path)
            }
            (_, _, ["issues"]) => self.all(asked, query, 0, path),
            _ => (404, String::new(), json!({"message": "Not Found"})),
        }
    }

    /// Returns a page of a list, or an item of it.
    fn all(&mut self, asked: &Asked, query: &str, number: u64, path: &str) -> (u16, String, Value) {
        if asked.method == "POST" {
            let text = asked.body.get("body").or(asked.body.get("description")).and_then(Value::as_str);
            let title = asked.body["title"].as_str().unwrap_or_default().to_owned();
            let id = self.add(number, 7, &title, text.unwrap());
            let made = self.posts[&number].iter().find(|post| post["id"] == id).cloned();
            return (201, String::new(), made.unwrap());
        }
        let open = |post: &&Value| !query.contains("state=open") || post["state"] == "open";
        let posts: Vec<Value> = self.posts.get(&number).into_iter().flatten().filter(open).cloned().collect();
        let page = query.split('&').find_map(|part| part.strip_prefix("page=")).unwrap_or("1");
        let page: usize = page.parse().unwrap();
        let from = (page - 1) * PAGE;
        let items: Vec<Value> = posts.iter().skip(from).take(PAGE).cloned().collect();
        let more = posts.len() > from + PAGE;
        let headers = match (more, path.starts_with("/github/")) {
            (true, true) => {
                let rest: Vec<&str> = query.split('&').filter(|part| !part.starts_with("page=")).collect();
                let next = format!("{}{path}?{}&page={}", self.url, rest.join("&"), page + 1);
                format!("link: <{next}>; rel=\"next\", <{next}>; rel=\"last\"\r\n")
            }
            (true, false) => format!("x-next-page: {}\r\n", page + 1),
            (false, true) => String::new(),
            (false, false) => "x-next-page: \r\n".to_owned(),
        };
        (200, headers, Value::Array(items))
    }

    fn edit(&mut self, id: &str, change: &Value) -> (u16, String, Value) {
        let id: u64 = id.parse().unwrap();
        let posts = self.posts.values_mut().flatten();
        let Some(post) = posts.into_iter().find(|post| post["id"] == id) else {
            return (404, String::new(), json!({"message": "Not Found"}));
        };
        if let Some(body) = change.get("body").or(change.get("description")) {
            post["body"] = body.clone();
            post["description"] = body.clone();
        }
        if change.get("state") == Some(&json!("closed")) || change.get("state_event") == Some(&json!("close"))
        {
            post["state"] = json!("closed");
        }
        (200, String::new(), post.clone())
    }
}

fn serve(stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream);
    let Some(asked) = read(&mut reader) else { return };
    let mut state = state.lock().unwrap();
    state.asked.push(asked.clone());
    let said = format!("{} {}", asked.method, asked.target);
    let fault = state.faults.iter().position(|(on, _)| on.split(' ').all(|word| said.contains(word)));
    let fault = fault.map(|at| state.faults.remove(at).1);
    let raw = match fault {
        Some(Fault::DropBefore) => return,
        Some(Fault::DropAfter) => {
            state.answer(&asked);
            return;
        }
        Some(Fault::Raw(raw)) => raw,
        Some(Fault::Status(status, body, wait)) => {
            let wait = wait.map(|wait| format!("retry-after: {wait}\r\n")).unwrap_or_default();
            whole(status, &wait, body)
        }
        None => {
            let (status, headers, body) = state.answer(&asked);
            whole(status, &headers, &body.to_string())
        }
    };
    drop(state);
    let _ = reader.get_mut().write_all(raw.as_bytes());
}

/// Returns a complete response.
pub(crate) fn whole(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { method, target, headers, body: serde_json::from_slice(&body).unwrap_or_default() })
}
