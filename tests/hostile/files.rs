//! Files in a commit that replace other files, lines that read differently from how they look, and texts that are
//! meant to be executed, to be endless or to lead elsewhere.

use serde_json::json;

use crate::world::{FILES, World, acme};

/// Returns an environment in sync, with the files in the folder `bylaws/`.
fn folder() -> World {
    let world = World::live(acme());
    std::fs::create_dir(world.path("bylaws")).unwrap();
    world.file("bylaws/org.yaml", FILES)
}

/// Checks that `validate` refuses a file with this ending and code, and that nothing is read from the service.
#[track_caller]
fn refused(end: &str, code: &str) {
    let world = World::acme().file("bylaws.yaml", &format!("{FILES}{end}"));
    for line in ["validate", "plan"] {
        let ran = world.run(line).ended(4);
        assert!(ran.all().contains(code), "{code} for {end:?}: {ran}");
    }
}

#[test]
fn both_usual_places_at_once_are_an_error() {
    let world = folder();
    world.run("plan").ended(0);
    world.write("bylaws.yaml", &FILES.replace("remove", "ignore"));
    for line in ["validate", "plan", "apply --auto-approve", "audit", "access"] {
        let ran = world.run(line).ended(4);
        assert!(ran.err.contains("both bylaws.yaml and the folder bylaws/ exist"), "{ran}");
    }
    world.run("plan bylaws").ended(0);
    world.untouched();
}

#[cfg(unix)]
#[test]
fn a_link_at_a_usual_place_counts_as_there_wherever_it_leads() {
    for target in ["nowhere", "bylaws/org.yaml", "/dev/null"] {
        let world = folder();
        std::os::unix::fs::symlink(target, world.path("bylaws.yaml")).unwrap();
        world.run("plan").ended(4);
    }
}

#[test]
fn a_file_that_is_almost_read_is_told_and_cannot_be_allowed() {
    for name in [
        "m.yaml.txt",
        "m.yaml ",
        "m.yaml\u{a0}",
        "m.yml~",
        "m.yaml.bak",
        "m.yalm",
        "m.y\u{430}ml",
        "m.yaml.j2",
    ] {
        let world = folder().file(&format!("bylaws/{name}"), "members: {eve@acme.com: none}\n");
        let text = format!("# bylaws: allow BL0111 it is fine\n{FILES}");
        world.write("bylaws/org.yaml", &text);
        for line in ["validate", "plan"] {
            let ran = world.run(line).ended(0);
            assert!(ran.all().contains("BL0111"), "{name:?}: {ran}");
        }
        world.run("plan --strict").ended(4);
    }
}

#[test]
fn a_file_in_capital_letters_is_read() {
    let world = folder().file("bylaws/M.YAML", "members: {zoe@acme.com: user}\n");
    assert!(world.run("plan").ended(0).out.contains("zoe@acme.com"));
}

#[test]
fn a_mark_that_turns_the_direction_of_text_is_an_error_wherever_it_stands() {
    for c in "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{200e}\u{200f}\u{61c}"
        .chars()
    {
        refused(&format!("# x{c}y\n"), "BL0112");
    }
    for end in [
        "  # \u{202e}\u{2066}nimda :moc.emca@eve\u{2069}\n",
        "teams: {\u{202e}a: [ada@acme.com]}\n",
        "audit: {max_admins: 5} #\u{2067}\n",
        "guards: {approve: [{changes: [archive workspace/lab], until: 2026-12-01, reason: \"a\u{202e}b\"}]}\n",
        "api_keys: {\"k\u{200f}\": active}\n",
    ] {
        refused(end, "BL0112");
    }
}

#[test]
fn a_line_break_that_few_programs_show_ends_no_comment() {
    for c in ["\u{85}", "\u{2028}", "\u{2029}", "\r", "\u{b}", "\u{c}"] {
        refused(&format!("# harmless{c}guards: {{access_loss: {{max: 500}}}}\n"), "BL0106");
    }
}

#[test]
fn hidden_characters_in_comments_and_notes_are_told() {
    for (from, to) in [
        ("uma@acme.com: user", "uma@acme.com: user # a\u{200b}b"),
        ("uma@acme.com: user", "uma@acme.com: user # \u{e0041}\u{e0042}"),
        ("uma@acme.com: user", "uma@acme.com: user # \u{2800}\u{2800}"),
        ("uma@acme.com: user", "uma@acme.com: {role: user, note: \"a\u{ad}b\"}"),
        ("uma@acme.com: user", "uma@acme.com: {role: user, note: \"\\u2060\"}"),
    ] {
        let world = World::but(from, to);
        assert!(world.run("plan").ended(0).err.contains("BL0113"), "{to:?}");
        world.run("plan --strict").ended(4);
    }
    let ran = World::but("uma@acme.com: user", "uma@acme.com: user # \u{26a0}\u{fe0f} caf\u{e9}").run("plan");
    assert_eq!(ran.err, "", "what belongs to an emoji is not told");
}

#[test]
fn a_blank_letter_is_no_name() {
    for blank in [
        "\u{2800}",
        "\u{3164}",
        "\u{115f}",
        "\u{ffa0}",
        "\u{1160}",
        "\u{1d159}",
        "\u{a0}",
        "\u{3000}",
        "\u{200b}",
    ] {
        for (from, to) in [
            ("  lab:\n", format!("  \"{blank}\": {{}}\n  lab:\n")),
            ("unlisted:\n", format!("teams: {{\"{blank}\": [ada@acme.com]}}\nunlisted:\n")),
        ] {
            World::but(from, &to).run("plan").ended(4);
        }
    }
}

#[test]
fn blank_and_turning_names_of_the_service_are_spelled_out_in_every_format() {
    let mut seed = acme();
    let name = "\u{2800}a\u{202e}b\u{3164}";
    seed["organization"]["name"] = json!(name);
    seed["workspaces"].as_array_mut().unwrap().push(json!({"id": "wrkspc_x", "name": name}));
    let member =
        json!({"workspace_id": "wrkspc_x", "user_id": "user_uma", "workspace_role": "workspace_user"});
    seed["workspace_members"].as_array_mut().unwrap().push(member);
    let world = World::live(seed).file("bylaws.yaml", FILES);
    for line in [
        "plan --all",
        "plan --format markdown --all",
        "plan --format github",
        "plan --format junit",
        "access",
        "access --format csv",
        "audit",
        "audit --format markdown",
        "audit --format sarif",
        "whoami",
        "report --html --out -",
        "import -",
    ] {
        let text = world.run(line).all();
        let hidden = text.chars().find(|c| matches!(c, '\u{2800}' | '\u{202e}' | '\u{3164}'));
        assert_eq!(hidden, None, "`bylaws {line}`: {text}");
    }
    assert!(world.run("plan --all").out.contains("\\u{2800}a\\u{202e}b\\u{3164}"));
}

#[test]
fn a_merge_key_hides_no_line() {
    refused("x: &x {eve@acme.com: admin}\nteams: {<<: *x}\n", "BL02");
}

#[test]
fn aliases_do_not_grow_without_a_bound() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for n in 1..10 {
        let items = vec![format!("*a{}", n - 1); 10].join(", ");
        bomb.push_str(&format!("a{n}: &a{n} [{items}]\n"));
    }
    refused(&bomb, "BL");
}

#[test]
fn nothing_in_a_file_is_constructed_or_run() {
    for value in ["!!python/object/apply:os.system [id]", "!ruby/object:X {}", "!include /etc/passwd"] {
        refused(&format!("audit: {value}\n"), "BL02");
    }
    let world = World::but("env: test", "env: \"$(touch x) ${HOME} {{ANTHROPIC_ADMIN_KEY}} `touch x`\"");
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!(
        plan["changes"][0]["after"]["tags"]["env"],
        "$(touch x) ${HOME} {{ANTHROPIC_ADMIN_KEY}} `touch x`"
    );
    assert!(!world.has("x"));
}

#[test]
fn a_second_document_and_a_repeated_key_are_errors() {
    refused("---\nunlisted: {members: remove}\n", "BL02");
    refused("unlisted: {members: ignore}\n", "BL02");
}

#[test]
fn brackets_without_an_end_do_not_fill_the_stack() {
    refused(&format!("audit: {}\n", "[".repeat(200_000)), "BL");
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere_out_of_the_folder() {
    for target in ["/etc/passwd", "../outside.yaml", "nowhere.yaml", "/dev/zero", "/proc/self/environ"] {
        let world = folder().file("outside.yaml", "members: {eve@acme.com: none}\n");
        std::os::unix::fs::symlink(target, world.path("bylaws/x.yaml")).unwrap();
        let ran = world.run("plan").ended(4);
        assert!(ran.err.contains("BL0102"), "{target}: {ran}");
    }
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let world = folder();
    let file = std::fs::File::create(world.path("bylaws/big.yaml")).unwrap();
    file.set_len(20 << 20).unwrap();
    assert!(world.run("plan").ended(4).err.contains("BL0103"));
}

#[test]
fn archives_and_other_encodings_are_no_files() {
    for bytes in [
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03".as_slice(),
        b"PK\x03\x04\0\0",
        b"\xff\xfeb\0y\0l\0",
        b"\0\0\0\0",
        b"\x80\x81",
    ] {
        let world = folder();
        std::fs::write(world.path("bylaws/x.yaml"), bytes).unwrap();
        world.run("plan").ended(4);
    }
}

#[test]
fn a_file_cut_in_half_or_emptied_removes_nobody() {
    let (members, _) = FILES.split_once("workspaces:").unwrap();
    for text in
        ["", "\n", "# members\n", "bylaws: 1\n", &format!("{members}members:\n"), &FILES[..FILES.len() / 3]]
    {
        let world = World::acme().file("bylaws.yaml", text);
        assert_ne!(world.run("apply --auto-approve").code, 0, "{text}");
        world.untouched();
    }
}

#[test]
fn names_of_the_files_are_neither_markup_nor_commands() {
    let name = "::error::x | <img src=x onerror=alert(1)> [a](javascript:x) @everyone #1 ##[group]y";
    let world = World::but("  lab:\n", &format!("  \"{name}\": {{}}\n  lab:\n"));
    let markdown = world.run("plan --format markdown --all").ended(0).out;
    let outside: String = markdown.split('`').step_by(2).collect();
    assert!(
        !outside.contains("onerror") && !outside.contains("@everyone") && !outside.contains("javascript"),
        "{markdown}"
    );
    for format in ["text", "github"] {
        let ran = world.run(&format!("plan --format {format}"));
        let commands = ran.all().lines().filter(|line| line.trim_start().starts_with("::error::x")).count();
        assert_eq!((commands, ran.all().contains("##[")), (0, false), "{ran}");
    }
}
