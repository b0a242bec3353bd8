//! A service whose pages of members make no sense together: answers by hand, as the emulator never gives them.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};

use crate::organization::ID;
use crate::world::{Ran, World};

/// What comes after how many members: ids of a page, whether more follow, and after which.
type Page = (&'static [&'static str], bool, Option<&'static str>);

/// Lists that must not be believed: what is wrong, and the page for each cursor, the first for none.
pub(crate) const ODD: [(&str, &[(&str, Page)]); 6] = [
    (
        "the same page for ever",
        &[("", (&["a", "b"], true, Some("b"))), ("b", (&["a", "b"], true, Some("b")))],
    ),
    (
        "two pages in a circle",
        &[
            ("", (&["a"], true, Some("a"))),
            ("a", (&["b"], true, Some("b"))),
            ("b", (&["a"], true, Some("a"))),
        ],
    ),
    ("more behind an empty page", &[("", (&["a"], true, Some("a"))), ("a", (&[], true, None))]),
    ("more, but not after which", &[("", (&["a"], true, None))]),
    (
        "a cursor that is not the last",
        &[("", (&["a", "b"], true, Some("a"))), ("a", (&["b"], false, Some("b")))],
    ),
    ("one member twice on a page", &[("", (&["a", "a"], false, Some("a")))]),
];

/// Plans with the real command against such a service.
pub(crate) fn plan(pages: &'static [(&str, Page)]) -> Ran {
    let files = format!("bylaws: 1\norganization: {{id: {ID}}}\nmembers: {{a@acme.com: user}}\n");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // Ends with the process; each answer closes its connection.
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = answer(stream, pages);
        }
    });
    let world = World::live(crate::organization::empty()).file("bylaws.yaml", &files);
    world.env("BYLAWS_API_URL", &url).run("plan")
}

fn answer(mut stream: TcpStream, pages: &[(&str, Page)]) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let target = first.split(' ').nth(1).unwrap_or_default();
    let cursor = target.split(['?', '&']).find_map(|part| part.strip_prefix("after_id=user_")).unwrap_or("");
    let body = if target.starts_with("/v1/organizations/me") {
        json!({ "type": "organization", "id": ID, "name": "Acme" })
    } else if target.starts_with("/v1/organizations/users") {
        let page = pages.iter().find(|(after, _)| *after == cursor);
        page.map_or_else(|| members(&(&[], false, None)), |(_, page)| members(page))
    } else {
        json!({ "data": [], "has_more": false, "first_id": null, "last_id": null })
    };
    let body = body.to_string();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ndate: Sat, 21 Nov 2026 09:00:00 GMT\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn members((ids, has_more, last): &Page) -> Value {
    let user = |id: &&str| json!({ "type": "user", "id": format!("user_{id}"), "email": format!("{id}@acme.com"), "name": id, "role": "user", "added_at": "2026-01-01T00:00:00Z" });
    json!({
        "data": ids.iter().map(user).collect::<Vec<_>>(),
        "has_more": has_more,
        "first_id": ids.first().map(|id| format!("user_{id}")),
        "last_id": last.map(|id| format!("user_{id}")),
    })
}
