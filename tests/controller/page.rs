//! The page at `/`: its content, who can read it, and its headers.

use crate::looping::Looping;
use crate::site::Site;
use crate::world::wait;

/// A controller with changes that wait for a person.
fn held() -> (Site, Looping) {
    let site = Site::settled("mode: apply");
    site.console_role("developer");
    site.once();
    let looping = Looping::start(&site);
    (site, looping)
}

#[test]
fn the_page_shows_what_the_status_shows_and_the_command_to_approve() {
    let (site, looping) = held();
    let fingerprint = site.status()["fingerprint"].as_str().unwrap().to_owned();
    let (status, page) = looping.request("GET", "/", "");
    assert_eq!(status, 200);
    for text in [
        "<code class=\"name\">update member/uma@acme.com</code>",
        "Cause: \">drift</td>",
        "somebody made the difference outside git",
        &format!("<code>bylaws controller approve acme {fingerprint}</code>"),
    ] {
        assert!(page.contains(text), "{text}\n{page}");
    }
    // A decision is shown before the next round has seen it.
    site.world.run("controller suspend acme --reason <i>incident</i>").ended(0);
    let page = looping.request("GET", "/", "").1;
    assert!(page.contains("&lt;i&gt;incident&lt;/i&gt;") && !page.contains("<i>"), "{page}");
    assert!(page.contains("bylaws controller resume acme"));
}

#[test]
fn names_of_the_files_are_text_on_the_page() {
    let site = Site::settled("mode: apply\nhold: [grant]");
    let name = "<img src=x onerror=alert(1)>";
    site.edit(
        "workspaces:\n",
        &format!("workspaces:\n  \"{name}\": {{members: {{uma@acme.com: workspace_user}}}}\n"),
    );
    let looping = Looping::start(&site);
    site.world.run("controller run acme").ended(0);
    looping.event("round");
    assert!(site.held().contains("<img"), "{:#}", site.status());
    let page = looping.request("GET", "/", "").1;
    assert!(!page.contains("<img") && page.contains("&lt;img%20src=x%20onerror=alert(1)&gt;"), "{page}");
}

#[test]
fn the_page_is_not_kept_not_framed_and_loads_nothing() {
    let (_site, looping) = held();
    let (_, head, page) = looping.exchange("GET", "/", "Host: localhost\r\n");
    for header in [
        "content-type: text/html; charset=utf-8",
        "content-security-policy: default-src 'none'; style-src 'sha256-",
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "cache-control: no-store",
        "cross-origin-resource-policy: same-origin",
    ] {
        assert!(head.contains(header), "{header}\n{head}");
    }
    for outside in ["<script", "http://", "https://", "src=", "url(", "<form", "<link"] {
        assert!(!page.contains(outside), "{outside}");
    }
    for path in ["/metrics", "/livez"] {
        assert!(looping.exchange("GET", path, "Host: localhost\r\n").1.contains("nosniff"), "{path}");
    }
    assert_eq!(looping.request("POST", "/", "").0, 405);
}

#[test]
fn a_site_that_gave_its_name_to_this_machine_reads_nothing() {
    let (site, looping) = held();
    let port = looping.address.rsplit_once(':').unwrap().1.to_owned();
    for path in ["/", "/metrics"] {
        for host in ["localhost", "127.0.0.1", "[::1]"] {
            for host in [host.to_owned(), format!("{host}:{port}")] {
                assert_eq!(
                    looping.exchange("GET", path, &format!("Host: {host}\r\n")).0,
                    200,
                    "{path} {host}"
                );
            }
        }
        for headers in [
            format!("Host: evil.example:{port}\r\n"),
            format!("Host: localhost.evil.example:{port}\r\n"),
            "Host: acme\r\n".to_owned(),
            format!("Host: evil.example\r\nX-Forwarded-Host: localhost:{port}\r\n"),
        ] {
            let (status, _, body) = looping.exchange("GET", path, &headers);
            assert_eq!(status, 403, "{path} {headers}");
            assert!(!body.contains("acme"), "{body}");
        }
    }
    drop(site);
}

#[test]
fn a_port_that_others_can_reach_shows_no_names() {
    let site = Site::settled("mode: apply");
    site.console_role("developer");
    site.once();
    let looping = Looping::of(site.world.command("controller --listen 0.0.0.0:0"));
    let (status, body) = looping.request("GET", "/", "");
    assert_eq!(status, 403);
    assert!(!body.contains("uma") && body.contains("controller status"), "{body}");
    // Whatever name a scraper or a health check uses.
    for path in ["/metrics", "/livez", "/readyz"] {
        assert_eq!(looping.exchange("GET", path, "Host: bylaws.monitoring.svc\r\n").0, 200, "{path}");
    }
}

#[test]
fn an_organization_without_a_round_is_on_the_page() {
    let site = Site::acme("mode: apply");
    // The first round does not end.
    site.world.faults(&serde_json::json!([{"path": "**", "then": {"latency_ms": 60000}}]));
    let looping = Looping::start(&site);
    assert!(looping.request("GET", "/", "").1.contains("No round has run yet."));
    assert!(wait(|| looping.request("GET", "/livez", "").0 == 200));
}
