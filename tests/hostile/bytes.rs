//! G12, G14: answers that no service gives: redirects to elsewhere, and bodies without end. In real time, the
//! program before servers that speak bytes.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bylaws_emulator::{Options, Seed};
use serde_json::json;

use crate::world::{ACME, KEY, Ran, Row, World, all_or, fixed_clock, is_full, live, measured};

/// Listens until the program ends, and hands every connection over.
fn listen(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            std::thread::spawn(move || serve(stream));
        }
    });
    address
}

/// The head and body of one request, as they stood on the wire; none where the connection ended.
fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        bytes.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:").map(str::to_owned));
    let length: usize = length.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(head + &String::from_utf8_lossy(&body))
}

/// The other host: what it is asked is kept.
#[derive(Clone, Default)]
struct Elsewhere(Arc<Mutex<Vec<String>>>);

impl Elsewhere {
    fn listen(&self) -> String {
        let asked = self.clone();
        listen(move |mut stream| {
            // A connection alone is one too many.
            asked.0.lock().unwrap().push(String::new());
            if let Some(request) = request(&mut stream) {
                asked.0.lock().unwrap().push(request);
                let _ =
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
            }
        })
    }
}

/// Passes every request on to the emulator, but for one, which is sent elsewhere.
struct Door {
    url: String,
    seen: Arc<AtomicU64>,
    rule: Arc<Mutex<(u64, String)>>,
}

impl Door {
    fn before(emulator: &str) -> Self {
        let emulator = emulator.trim_start_matches("http://").to_owned();
        let (seen, rule) = (Arc::new(AtomicU64::new(0)), Arc::new(Mutex::new((0, String::new()))));
        let (count, turned) = (Arc::clone(&seen), Arc::clone(&rule));
        let address = listen(move |mut stream| {
            while let Some(request) = request(&mut stream) {
                let number = count.fetch_add(1, Ordering::SeqCst) + 1;
                let (nth, answer) = turned.lock().unwrap().clone();
                if number == nth {
                    let path = request.split(' ').nth(1).unwrap_or("/").to_owned();
                    let _ = stream.write_all(answer.replace("{path}", &path).as_bytes());
                    let _ = stream.shutdown(Shutdown::Write);
                    return;
                }
                let Ok(mut behind) = TcpStream::connect(&emulator) else { return };
                let once = request.replacen("\r\n", "\r\nconnection: close\r\n", 1);
                let mut answer = Vec::new();
                let passed = behind.write_all(once.as_bytes()).and_then(|()| behind.read_to_end(&mut answer));
                if passed.is_err() || stream.write_all(&answer).is_err() {
                    return;
                }
                // The emulator closes, as it was asked to; so does this.
                let _ = stream.shutdown(Shutdown::Write);
            }
        });
        Self { url: format!("http://{address}"), seen, rule }
    }

    fn turn(&self, nth: u64, answer: String) {
        *self.rule.lock().unwrap() = (nth, answer);
        self.seen.store(0, Ordering::SeqCst);
    }
}

fn run(world: &World, url: &str, line: &str) -> Ran {
    measured(world.command(line).env("BYLAWS_API_URL", url), Duration::from_mins(1))
}

#[test]
fn g12_the_credential_goes_to_no_other_host() {
    let mut row = Row::default();
    let seed = live("acme");
    let world = World::example("acme");
    let door = Door::before(&world.emulator.url());
    let whole = run(&world, &door.url, "apply --auto-approve");
    assert_eq!(whole.code, 0, "{whole}");
    let complete = world.state();
    let requests = door.seen.load(Ordering::SeqCst);
    let elsewhere = Elsewhere::default();
    let host = elsewhere.listen();
    let port = host.rsplit(':').next().unwrap_or_default().to_owned();
    let targets = [
        format!("http://{host}{{path}}"),
        format!("//{host}{{path}}"),
        format!("http://localhost:{port}{{path}}"),
        format!("http://api.anthropic.com@{host}{{path}}"),
        format!("https://{host}{{path}}"),
    ];
    let step = all_or(12, 1);
    for (n, status) in [301, 302, 303, 307, 308].into_iter().enumerate() {
        for nth in (1 + u64::try_from(n).unwrap()..=requests).step_by(step) {
            let target = &targets[usize::try_from(nth).unwrap() % targets.len()];
            world.reset(&seed);
            door.turn(nth, format!("HTTP/1.1 {status} Moved\r\nlocation: {target}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
            let ran = run(&world, &door.url, "apply --auto-approve");
            let asked = elsewhere.0.lock().unwrap().len();
            let told = format!("{}{}", ran.out, ran.err);
            // One look is courtesy: without its answer the run goes on, and ends as any other.
            let refused = matches!(ran.code, 1 | 5) && told.contains("redirect");
            let ended = refused || ran.code == 0 && world.state() == complete;
            let holds = asked == 0 && ended && !told.contains(KEY);
            row.case(holds, || format!("{status} to {target} at request {nth}, {asked} there: {ran}"));
        }
    }
    row.figure(format!("{requests} requests"));
    // Ids and cursors that look like addresses become a part of the path, or of the query, and no more.
    for id in [
        format!("http://{host}/"),
        format!("//{host}/x"),
        format!("@{host}/"),
        format!("user_a@{host}/"),
        format!("../../../../{host}/"),
        format!("\\\\{host}\\x"),
        format!("x?after_id=http://{host}/#"),
        format!("x\r\nhost: {host}"),
    ] {
        let people: Vec<_> = (0..1_001)
            .map(|n| json!({ "id": format!("user_{n}"), "email": format!("p{n}@acme.com"), "role": "user" }))
            .collect();
        // The hostile id stands last on a page, so that the next page is asked for after it.
        let seed = json!({ "organization": { "id": ACME, "name": "Acme" }, "users": people });
        let mut seed = Seed::from_value(fixed_clock(seed)).unwrap();
        seed.users.get_mut(999).unwrap().id.clone_from(&id);
        let world = World::with(Options { state: seed, ..Options::default() });
        let text: Vec<String> = (0..1_001)
            .map(|n| format!("  p{n}@acme.com: {}\n", if n == 999 { "developer" } else { "user" }))
            .collect();
        world.write(
            "bylaws.yaml",
            &format!("bylaws: 1\norganization: {{id: {ACME}}}\nmembers:\n{}", text.concat()),
        );
        let ran = run(&world, &world.emulator.url(), "apply --auto-approve");
        let asked = elsewhere.0.lock().unwrap().len();
        let others = world.written().len();
        row.case(asked == 0 && others <= 1 && ran.code >= 0, || format!("{id:?}: {asked} there: {ran}"));
    }
}

/// What a body is made of: its head, then this, so many times.
struct Bomb {
    what: &'static str,
    head: &'static str,
    first: Vec<u8>,
    again: Vec<u8>,
    times: u64,
    last: Vec<u8>,
}

const MIB: u64 = 1 << 20;
const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\
                  date: Sat, 21 Nov 2026 09:00:00 GMT\r\n";

fn bombs() -> Vec<Bomb> {
    let block = vec![b' '; 64 * 1_024];
    let bomb = |what, head, first: &[u8], again: &[u8], times, last: &[u8]| Bomb {
        what,
        head,
        first: first.to_vec(),
        again: again.to_vec(),
        times,
        last: last.to_vec(),
    };
    let mut bombs = vec![
        bomb("a gigabyte of text", "content-length: 1073741826\r\n", b"\"", &block, 16_384, b"\""),
        bomb("a body without an end", "", b"{\"data\": [", &block, u64::MAX, b""),
        bomb(
            "a gigabyte, compressed to seven million bytes",
            "content-encoding: gzip\r\n",
            &GZIP,
            &repeated(),
            40_000,
            b"",
        ),
        bomb("100,000 lists in lists", "", b"", b"[", 100_000, &[b']'; 100_000]),
        bomb(
            "100,000 objects in objects",
            "",
            b"{\"data\": ",
            b"{\"a\": ",
            100_000,
            format!("1{}", "}".repeat(100_001)).as_bytes(),
        ),
    ];
    if is_full() {
        // Looks like a lost answer, and is tried as often, with all the waits.
        bombs.push(bomb("a header of 16 MiB", "x-long: ", b"", &block, 256, b"\r\n\r\n{}"));
    }
    bombs
}

/// The head of a gzip file; a block of the fixed code begins, with the letter `a` in it.
const GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];

/// Compressed blocks, each of them whole: the letter `a`, and 1,000 times 258 more of what was before.
fn repeated() -> Vec<u8> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    let mut push = |value: u32, count: u32| {
        for bit in (0..count).rev() {
            bits |= (value >> bit & 1) << held;
            held += 1;
            if held == 8 {
                bytes.push(u8::try_from(bits).unwrap());
                (bits, held) = (0, 0);
            }
        }
    };
    // Eight blocks end on a whole byte, whatever one of them takes.
    for _ in 0..8 {
        push(0b010, 3); // not the last block; the fixed code
        push(0b1001_0001, 8); // the letter `a`
        for _ in 0..12 {
            push(0b1100_0101, 8); // 258 bytes
            push(0, 5); // from one byte before
        }
        push(0, 7); // the end of the block
    }
    bytes
}

#[test]
fn g14_responses_without_an_end_need_bounded_memory_and_are_errors() {
    let mut row = Row::default();
    let world = World::example("minimal");
    let files = world.read("bylaws/bylaws.yaml");
    let id =
        files.split("id: ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap_or(ACME).to_owned();
    let mut most = 0;
    for at in ["/v1/organizations/me", "/v1/organizations/users"] {
        for status in ["200 OK", "400 Bad Request"] {
            for bomb in bombs() {
                let taken = Arc::new(AtomicU64::new(0));
                let (sent, what) = (Arc::clone(&taken), bomb.what);
                let body = format!(r#"{{"id":"{id}","type":"organization","name":"Acme"}}"#);
                let host = listen(move |mut stream| {
                    let Some(request) = request(&mut stream) else { return };
                    if request.split([' ', '?']).nth(1) == Some(at) {
                        let _ = explode(&mut stream, &bomb, status, &sent);
                    } else if request.contains("/me ") {
                        let _ = stream.write_all(
                            format!("{OK}content-length: {}\r\n\r\n{body}", body.len()).as_bytes(),
                        );
                    } else {
                        let empty = r#"{"data":[],"has_more":false,"first_id":null,"last_id":null}"#;
                        let _ = stream.write_all(
                            format!("{OK}content-length: {}\r\n\r\n{empty}", empty.len()).as_bytes(),
                        );
                    }
                });
                let ran = run(&world, &format!("http://{host}"), "plan");
                let bytes = taken.load(Ordering::SeqCst);
                most = most.max(ran.memory.unwrap_or_default());
                // Some of what was sent still lies in the system's buffers.
                let holds = ran.code == 1
                    && ran.err.contains("error:")
                    && ran.err.contains(at)
                    && !ran.err.contains("panicked")
                    && bytes < 160 * MIB
                    && ran.memory.is_none_or(|memory| memory < 300)
                    && ran.took < Duration::from_secs(40);
                row.case(holds, || format!("{what}, {status}, at {at}: {} MiB taken: {}", bytes / MIB, ran));
            }
        }
    }
    row.figure(format!("at most {most} MiB of memory"));
}

fn explode(stream: &mut TcpStream, bomb: &Bomb, status: &str, sent: &AtomicU64) -> std::io::Result<()> {
    let head = OK.replace("200 OK", status);
    let end = if bomb.head.ends_with(": ") { "" } else { "\r\n" };
    stream.write_all(format!("{head}{}{end}", bomb.head).as_bytes())?;
    stream.write_all(&bomb.first)?;
    // In pieces of some size: the other side should be the one that ends it.
    let together = (64 * 1_024 / bomb.again.len()).max(1);
    let piece = bomb.again.repeat(together);
    let mut left = bomb.times;
    while left > 0 {
        let now = left.min(u64::try_from(together).unwrap());
        let part = &piece[..usize::try_from(now).unwrap() * bomb.again.len()];
        stream.write_all(part)?;
        sent.fetch_add(u64::try_from(part.len()).unwrap(), Ordering::SeqCst);
        left -= now;
    }
    stream.write_all(&bomb.last)
}
