//! The configuration: every problem with its position, before anything is read.

use std::os::unix::fs::PermissionsExt as _;

use crate::site::Site;

/// Returns what a configuration with one edit prints.
fn problem(from: &str, to: &str) -> String {
    let site = Site::acme("mode: apply");
    let text = site.world.read("controller.yaml");
    assert!(text.contains(from), "{text}");
    site.world.write("controller.yaml", &text.replacen(from, to, 1));
    let ran = site.once().ended(4);
    assert_eq!(site.world.ledger().len(), 0, "nothing is read");
    assert!(!site.world.has("state"));
    ran.err
}

#[test]
fn every_problem_has_its_position() {
    let remote = "https://git.example/org.git";
    for (from, to, line, message) in [
        ("mode: apply", "mode: aply", 7, "unknown mode `aply`"),
        ("mode: apply", "drift: keep", 7, "unknown value `keep`"),
        ("mode: apply", "hold: [irreversibel]", 7, "unknown class `irreversibel`"),
        ("mode: apply", "mod: apply", 7, "unknown key `mod`"),
        ("state: state", "state: state\nevery: 10s", 3, "`10s` is not a time from 1 minute to 24 hours"),
        ("state: state", "state: state\nevery: 10", 3, "`10` is not a time from 1 minute to 24 hours"),
        ("bylaws-controller: 1", "bylaws-controller: 2", 1, "this version of the configuration is not known"),
        ("credential_file: key", "federation: {rule: fdrl_1}", 6, "`organization` is missing"),
        (
            "credential_file: key",
            "credential_file: key\n    federation: {}",
            7,
            "an organization has both `credential_file` and `federation`",
        ),
        ("mode: apply", "api_url: nope", 7, "`api_url` is not a URL"),
        ("state: state", "state: ~/state", 2, "`~/state` begins with `~`"),
        ("  acme:", "  Acme:", 4, "`Acme` is not a valid name"),
        ("mode: apply", "guards: sk-ant-admin01-abcdefghijklmnopqrstuvwxyz0123456789", 7, "secret"),
        (
            "mode: apply",
            &format!("mode: apply\n  two:\n    source: {{git: {remote}}}\n    credential_file: key"),
            8,
            "one organization has two names",
        ),
    ] {
        let err = problem(from, to);
        assert!(err.contains(message), "{to}: {err}");
        assert!(err.contains(&format!("controller.yaml:{line}:")), "{to}: {line}: {err}");
    }
}

#[test]
fn urls_that_run_programs_or_contain_a_credential_are_refused() {
    let site = Site::acme("");
    let remote = site.world.path("remote").display().to_string();
    for (url, message) in [
        ("ext::sh -c touch", "not a URL that the controller fetches from"),
        ("http://git.example/org.git", "not a URL that the controller fetches from"),
        ("--upload-pack=touch", "not a URL that the controller fetches from"),
        ("https://ada:secret@git.example/org.git", "the URL contains a credential"),
        ("https://token@git.example/org.git", "the URL contains a credential"),
        ("https://git.example/org.git?private_token=secret", "the URL contains a credential"),
    ] {
        let text = site.world.read("controller.yaml").replace(&remote, url);
        site.world.write("other.yaml", &text);
        let ran = site.world.run("controller other.yaml --once").ended(4);
        assert!(ran.err.contains(message), "{url}: {ran}");
        assert!(!ran.all().contains("secret") && !ran.all().contains("token@"), "it is not repeated: {ran}");
    }
    let text = site.world.read("controller.yaml").replace("source: {", "source: {token: ghp_secret, ");
    site.world.write("other.yaml", &text);
    let ran = site.world.run("controller other.yaml --once").ended(4);
    assert!(ran.err.contains("unknown key `token`") && !ran.all().contains("ghp_secret"), "{ran}");
}

#[test]
fn the_controller_refuses_to_have_a_credential() {
    let site = Site::acme("");
    let world = site.world.env("DEPLOY", crate::world::KEY);
    let ran = world.run("controller --once").ended(1);
    assert!(ran.err.contains("DEPLOY is set") && !ran.all().contains(crate::world::KEY), "{ran}");
    let world = world.without("DEPLOY").env("ANTHROPIC_AUTH_TOKEN", "of another form");
    let ran = world.run("controller --once").ended(1);
    assert!(ran.err.contains("ANTHROPIC_AUTH_TOKEN is set"), "{ran}");
}

fn set_mode(site: &Site, file: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(site.world.path(file), std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_decides_about_access_is_not_for_everybody_to_change() {
    let site = Site::acme("guards: guards.yaml\nverify: {allowed_signers: signers}");
    site.world.write("signers", "");
    for file in ["controller.yaml", "guards.yaml", "signers"] {
        set_mode(&site, file, 0o666);
        let ran = site.world.run("controller --once").ended(1);
        assert!(ran.err.contains("every user of this host can change") && ran.err.contains(file), "{ran}");
        set_mode(&site, file, 0o664);
        let ran = site.world.run("controller --once");
        assert!(!ran.err.contains("every user of this host can change"), "{ran}");
    }
}

#[test]
fn a_key_that_everybody_can_read_is_a_warning() {
    let site = Site::settled("");
    for (mode, warns) in [(0o600, false), (0o640, false), (0o644, true)] {
        set_mode(&site, "key", mode);
        let ran = site.once().ended(0);
        let said = ran.err.lines().find(|line| line.contains("\"event\":\"warning\""));
        assert_eq!(
            said.is_some_and(|line| line.contains("\"key\":\"credential_file\"")),
            warns,
            "{mode:o} {ran}"
        );
    }
}

#[test]
fn a_file_that_is_needed_later_is_checked_at_the_start() {
    let site = Site::settled("");
    let more = "hook: {token_file: token}\nnotify: [{url_file: missing}]\n";
    site.world.write("controller.yaml", &format!("{}{more}", site.world.read("controller.yaml")));
    site.world.write("token", "");
    let ran = site.once().ended(0);
    for (key, message) in
        [("hook.token_file", "this file is empty"), ("url_file", "cannot read this file: No such")]
    {
        let said = ran.err.lines().find(|line| line.contains(&format!("\"key\":\"{key}\"")));
        assert!(said.is_some_and(|line| line.contains(message)), "{ran}");
    }
}

#[test]
fn messages_name_the_keys_of_the_configuration() {
    let site = Site::settled("");
    let text = site.world.read("controller.yaml");
    for (from, to, says) in [
        ("credential_file: key", "credential_file: other", "`credential_file` contains an ordinary API key"),
        (
            "api_url: ",
            "api_url: \"http://127.0.0.1:1\" #",
            "check the host and port in http://127.0.0.1:1 (`api_url`)",
        ),
        ("credential_file: key", "credential_file: key\n    guards: missing.yaml", "or remove `guards`"),
    ] {
        site.world.write("other", "sk-ant-api03-CANARY-not-an-admin-key");
        let url = site.world.emulator.url();
        let with_url =
            text.replace("credential_file: key", &format!("api_url: \"{url}\"\n    credential_file: key"));
        site.world.write("controller.yaml", &with_url.replacen(from, to, 1));
        let message = site.once().out;
        assert!(message.contains(says) && !message.contains("--"), "{to}: {message}");
    }
}

#[test]
fn a_state_that_cannot_be_read_is_neither_used_nor_replaced() {
    let file = "state/organizations/acme/memory.json";
    for (text, says) in [("{", "is broken"), ("{\"format_version\": 7}", "is broken")] {
        let site = Site::settled("mode: apply");
        let before = site.world.read(file);
        site.world.write(file, text);
        site.edit("uma@acme.com: user", "uma@acme.com: developer");
        let ran = site.writes_nothing("RoundFailed");
        assert!(ran.out.contains(says) && ran.out.contains("memory.json"), "{ran}");
        assert_eq!(site.world.read(file), text);
        site.world.write(file, &before);
        site.once().ended(0);
        assert_eq!(site.reason(), "Applied");
    }
}

#[test]
fn a_state_folder_is_private_and_of_one_controller() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::settled("");
    let mode = |name: &str| site.world.path(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("state"), mode("state/organizations/acme")), (0o700, 0o700));
    assert_eq!(mode("state/organizations/acme/memory.json"), 0o600);
    let lock = std::fs::File::open(site.world.path("state/lock")).unwrap();
    lock.lock().unwrap();
    let ran = site.once().ended(1);
    assert!(ran.err.contains("another controller uses the state folder"), "{ran}");
    lock.unlock().unwrap();
    std::fs::set_permissions(site.world.path("state"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let ran = site.once().ended(1);
    assert!(ran.err.contains("can be read or written by other users"), "{ran}");
}

/// Only root can give a folder away; for other users there is nothing to test.
#[test]
fn root_writes_nothing_through_links_of_the_owner_of_the_state_folder() {
    use std::os::unix::fs::{MetadataExt, chown, symlink};
    let site = Site::settled("mode: apply");
    let (state, target) = (site.world.path("state"), site.world.path("of-root"));
    std::fs::write(&target, "secret").unwrap();
    set_mode(&site, "of-root", 0o600);
    let open = std::fs::Permissions::from_mode(0o711);
    std::fs::set_permissions(site.world.path("."), open).unwrap();
    for folder in ["state", "state/organizations", "state/organizations/acme"] {
        if chown(site.world.path(folder), Some(65534), Some(65534)).is_err() {
            return;
        }
    }
    for name in ["decisions.lock", "decisions.jsonl"] {
        let link = state.join("organizations/acme").join(name);
        let _ = std::fs::remove_file(&link);
        symlink(&target, &link).unwrap();
    }
    for command in ["suspend acme --reason x", "resume acme", "approve acme --withdraw", "status"] {
        // As a program of its own: it gives its rights up.
        let child = site.world.start(&format!("controller {command}"));
        crate::world::ended(child, std::time::Duration::from_mins(1));
    }
    let about = target.metadata().unwrap();
    assert_eq!((about.uid(), std::fs::read_to_string(&target).unwrap().as_str()), (0, "secret"));
    let suspended = state.join("organizations/acme/suspended.json").metadata();
    assert!(suspended.is_ok_and(|file| file.uid() == 65534), "a suspension works all the same");
}
