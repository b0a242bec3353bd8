//! D6: files that were made to harm, each before a process of its own: how it ends, how long it takes, and how
//! much memory.

use std::path::Path;
use std::time::Duration;

use crate::dice::Dice;
use crate::world::{ACME, Row, World, all_or, measured};

/// Well above what a file of the most allowed size takes, also in an unoptimized build on a busy machine.
const MOST_TIME: Duration = Duration::from_secs(20);
const MOST_MEMORY: u64 = 1_024;

struct Worst {
    time: Duration,
    memory: u64,
}

#[test]
fn d6_hostile_files_cause_no_panic_and_need_bounded_time_and_memory() {
    let mut row = Row::default();
    let world = World::acme();
    let mut worst = Worst { time: Duration::ZERO, memory: 0 };
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz");
    let read = |name: &str| -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<_> =
            std::fs::read_dir(fuzz.join(name)).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.iter().map(|path| (name(path), std::fs::read(path).unwrap())).collect()
    };
    let found = read("found");
    let corpus = read("corpus");
    let mut all: Vec<(String, Vec<u8>)> = found.iter().cloned().chain(table()).collect();
    // Bytes of the corpus damaged at random; every line of a real file is some way into the loader.
    let mut dice = Dice::new(0xD6);
    for n in 0..all_or(30, 20_000) {
        let (name, mut bytes) = corpus[dice.below(corpus.len())].clone();
        for _ in 0..=dice.below(4) {
            damage(&mut bytes, &mut dice);
        }
        all.push((format!("{name}, damaged ({n})"), bytes));
    }
    for (what, bytes) in &all {
        std::fs::write(world.path("bylaws.yaml"), bytes).unwrap();
        let ran = measured(world.command("validate bylaws.yaml --format json").env_clear(), MOST_TIME);
        worst.time = worst.time.max(ran.took);
        worst.memory = worst.memory.max(ran.memory.unwrap_or_default());
        let holds = matches!(ran.code, 0 | 4)
            && !ran.err.contains("panicked")
            && ran.took < MOST_TIME
            && ran.memory.is_none_or(|memory| memory < MOST_MEMORY);
        row.case(holds, || format!("{what}: {ran}"));
    }
    let (seconds, memory) = (worst.time.as_secs_f64(), worst.memory);
    row.figure(format!("{} found by the fuzzer; at most {seconds:.1} s and {memory} MiB", found.len()));
}

fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    if bytes.is_empty() {
        bytes.push(b':');
    }
    let at = dice.below(bytes.len());
    match dice.below(5) {
        0 => bytes[at] ^= 1 << dice.below(8),
        1 => bytes.truncate(at),
        2 => bytes.insert(
            at,
            *dice.pick(&[b"\0", b"&", b"*", b"[", b"{", b"\t", b"\xff", b"\n", b"|", b"!"]).first().unwrap(),
        ),
        3 => drop(bytes.remove(at)),
        _ => {
            let again = bytes[at..].to_vec();
            bytes.extend(again);
        }
    }
}

/// Made by hand, each for one thing that has brought down some reader of YAML.
fn table() -> Vec<(String, Vec<u8>)> {
    let size = |full: usize| all_or(full / 5, full);
    let head = format!("bylaws: 1\norganization: {{id: {ACME}}}\n");
    let person = |n: usize| format!("  p{n}@acme.com: user\n");
    let many = |n: usize| format!("{head}members:\n{}", lines(n, person));
    let laughs = (1..size(40)).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        format!("{text}a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", "))
    });
    let texts: Vec<(&str, String)> = vec![
        ("nothing", String::new()),
        ("a conflict", format!("{head}<<<<<<< ours\nmembers: {{}}\n=======\nteams: {{}}\n>>>>>>> theirs\n")),
        ("tabs", format!("{head}members:\n\tada@acme.com: user\n")),
        ("billion laughs", laughs),
        (
            "a wide alias",
            format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(size(5_000)), "*a, ".repeat(size(5_000))),
        ),
        ("an alias of itself", "members: &m {ada@acme.com: *m}\n".to_owned()),
        ("one key many times", format!("{head}members:\n{}", "  ada@acme.com: user\n".repeat(size(20_000)))),
        ("100,000 lists in lists", format!("{head}teams: {}", "[".repeat(100_000))),
        ("100,000 objects in objects", format!("{head}teams: {}", "{a: ".repeat(100_000))),
        ("100,000 dashes", "- ".repeat(100_000)),
        ("100,000 question marks", "? ".repeat(100_000)),
        ("100,000 anchors", "&a ".repeat(100_000)),
        ("100,000 tags", "!x ".repeat(100_000)),
        ("steps down", lines(size(2_000), |n| format!("{}teams:\n", " ".repeat(n)))),
        ("3,000 documents", format!("{head}---\n{}", "teams: {}\n---\n".repeat(3_000))),
        ("a key of a megabyte", format!("{head}members:\n  {}: user\n", "x".repeat(1_000_000))),
        ("a value of a megabyte", format!("{head}members:\n  ada@acme.com: {}\n", "x".repeat(1_000_000))),
        ("an open quote before much text", format!("{head}members:\n  \"{}", "x\n".repeat(size(500_000)))),
        ("an open block of text", format!("{head}members: |\n{}", " x\n".repeat(size(200_000)))),
        (
            "problems without number",
            format!("{head}members:\n{}", lines(size(5_000), |n| format!("  p{n}@acme.com: usr\n"))),
        ),
        ("people without number", many(size(50_000))),
        ("a merge key", format!("{head}x: &x {{a: b}}\nmembers: {{<<: *x}}\n")),
        ("carriage returns alone", format!("{head}members:\n  ada@acme.com: user\n").replace('\n', "\r")),
        ("a byte order mark in the middle", format!("{head}\u{feff}members: {{ada@acme.com: user}}\n")),
        ("directives", format!("{}{head}", "%TAG ! tag:x,2026:\n".repeat(10_000))),
        ("escapes", format!("{head}members: {{\"{}\": user}}\n", "\\U0010FFFF".repeat(size(50_000)))),
        (
            "numbers without measure",
            format!("{head}guards: {{access_loss: {{max: {}}}}}\n", "9".repeat(100_000)),
        ),
        (
            "days that are none",
            format!("{head}members: {{ada@acme.com: {{role: user, until: 9999999999-99-99}}}}\n"),
        ),
    ];
    let mut all: Vec<(String, Vec<u8>)> =
        texts.into_iter().map(|(what, text)| (what.to_owned(), text.into_bytes())).collect();
    all.push(("bytes that are no text".to_owned(), vec![0xff; 100_000]));
    all.push((
        "a text of two bytes a letter".to_owned(),
        many(100).encode_utf16().flat_map(u16::to_le_bytes).collect(),
    ));
    all.push(("zeros".to_owned(), vec![0; 1 << 20]));
    // More than is read: told without reading it all.
    all.push(("100 MB of spaces".to_owned(), vec![b' '; 100_000_000]));
    all.push(("100 MB of people".to_owned(), many(1_000).repeat(4_000).into_bytes()));
    all
}

fn lines(n: usize, line: impl Fn(usize) -> String) -> String {
    let all: Vec<String> = (0..n).map(line).collect();
    all.concat()
}
