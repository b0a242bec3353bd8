//! Paths: which files of a folder are read, and the problems of those that cannot be read.

use std::fs;
use std::path::Path;

use bylaws_config::{LoadError, SourceFile};
use bylaws_kinds::{Loaded, LoadedGuards, load, load_guards};
use tempfile::TempDir;

use crate::world::{HEAD, lines};

/// Creates a folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn names(loaded: &Loaded) -> Vec<&str> {
    loaded.files.iter().map(|file| file.name.as_str()).collect()
}

/// Formats the locations and codes, such as `b.yaml:1:1 BL0103`.
fn brief(loaded: &Loaded) -> Vec<String> {
    let line = |problem: &bylaws_config::Problem| {
        let position = &problem.position;
        format!("{}:{}:{} {}", position.file, position.line, position.column, problem.rule.code)
    };
    loaded.problems.iter().map(line).collect()
}

#[test]
fn the_yaml_files_of_a_folder_are_read_sorted_without_hidden_ones() {
    let folder = folder(&[
        ("bylaws.yaml", HEAD.as_bytes()),
        ("teams/z.yml", b"workspaces: {z: }\n"),
        ("teams/Z.YAML", b"workspaces: {y: {}}\n"),
        ("teams/deep/a.yaml", b"workspaces: {a: }\n"),
        ("README.md", b"# no YAML: {"),
        (".hidden.yaml", b"members: {"),
        (".git/config.yaml", b"members: {"),
        ("notes.txt", b"members: {"),
    ]);
    let loaded = load(folder.path()).unwrap();
    assert_eq!(lines(&loaded.problems), "fine\n");
    assert_eq!(names(&loaded), ["bylaws.yaml", "teams/Z.YAML", "teams/deep/a.yaml", "teams/z.yml"]);
    assert_eq!(loaded.desired.unwrap().workspaces.unwrap().len(), 3);
}

#[test]
fn the_warning_about_an_almost_read_file_cannot_be_suppressed() {
    for name in ["members.yaml.txt", "members.yaml ", "members.yml~", "members.yaml.bak", "sub/members.yalm"]
    {
        let head = format!("{HEAD}# bylaws: allow BL0111 it is fine\n");
        let folder = folder(&[("bylaws.yaml", head.as_bytes()), (name, b"members: {ada@acme.com: user}\n")]);
        let loaded = load(folder.path()).unwrap();
        assert_eq!(names(&loaded), ["bylaws.yaml"], "it is not one of the files");
        assert!(brief(&loaded).contains(&format!("{name}:1:1 BL0111")), "{:?}", brief(&loaded));
        assert!(loaded.desired.is_some() && loaded.strictly().desired.is_none());
    }
}

#[test]
fn a_path_to_a_file_reads_only_that_file() {
    let folder = folder(&[("one.yaml", HEAD.as_bytes()), ("two.yaml", b"x: 1\n")]);
    let loaded = load(&folder.path().join("one.yaml")).unwrap();
    assert_eq!(names(&loaded), ["one.yaml"]);
    assert!(loaded.desired.is_some());
}

#[test]
fn a_path_without_files_is_an_error() {
    let folder = folder(&[("README.md", b"")]);
    assert!(matches!(load(folder.path()), Err(LoadError::NoFiles { .. })));
    assert!(matches!(load(&folder.path().join("no.yaml")), Err(LoadError::NotFound { .. })));
    assert!(matches!(load(Path::new("")), Err(LoadError::NotFound { .. })));
}

#[test]
fn a_file_that_cannot_be_read_is_a_problem_beside_the_others() {
    let big = vec![b'#'; 16 * 1024 * 1024 + 1];
    let folder = folder(&[
        ("a.yaml", HEAD.as_bytes()),
        ("b-latin1.yaml", b"members:\n  ada@acme.com: user # caf\xe9\n"),
        ("c-utf16.yaml", b"\xff\xfem\0e\0"),
        ("d-big.yaml", &big),
        ("e-empty.yaml", b""),
        ("f-bom.yaml", b"\xef\xbb\xbf"),
        ("g.yaml", b"teams: {t: [nobody]}\n"),
    ]);
    insta::assert_snapshot!(lines(&load(folder.path()).unwrap().problems));
}

#[cfg(unix)]
#[test]
fn links_that_leave_the_folder_are_refused() {
    use std::os::unix::fs::symlink;
    let outside = folder(&[("members.yaml", b"members: {ada@acme.com: user}\n")]);
    let inside = folder(&[("bylaws.yaml", HEAD.as_bytes()), (".data/teams.yaml", b"workspaces: {a: }\n")]);
    let at = |name: &str| inside.path().join(name);
    symlink(outside.path().join("members.yaml"), at("members.yaml")).unwrap();
    symlink(outside.path(), at("outside")).unwrap();
    symlink(inside.path(), at("circle")).unwrap();
    symlink("nowhere", at("nowhere.yaml")).unwrap();
    symlink(".data/teams.yaml", at("teams.yaml")).unwrap();
    let loaded = load(inside.path()).unwrap();
    assert!(loaded.desired.is_none());
    insta::assert_snapshot!(lines(&loaded.problems));
}

#[test]
fn a_guards_file_holds_guards_alone() {
    let read = |text: &str| -> LoadedGuards {
        let folder = folder(&[("guards.yaml", text.as_bytes())]);
        load_guards(&folder.path().join("guards.yaml")).unwrap()
    };
    let fine = read("bylaws: 1\nguards: {invites: {max: 2}, required_admins: [grace@acme.com]}\n");
    assert_eq!(lines(&fine.problems), "fine\n");
    assert_eq!(fine.guards.unwrap().invites, 2);
    let texts = ["guards: {invites: 2}\nmembers: {ada@acme.com: user}\nguard: {}\n", "bylaws: 1\n", ""];
    insta::assert_snapshot!(texts.map(|text| lines(&read(text).problems)).join("\n"));
}

#[test]
fn a_file_of_a_hundred_megabytes_is_not_read_completely() {
    let folder = folder(&[("a.yaml", HEAD.as_bytes())]);
    let sparse = fs::File::create(folder.path().join("b.yaml")).unwrap();
    sparse.set_len(100 * 1024 * 1024).unwrap();
    assert_eq!(brief(&load(folder.path()).unwrap()), ["b.yaml:1:1 BL0103"]);
}

#[test]
fn the_size_and_number_of_files_of_a_folder_are_limited() {
    let large = folder(&[("a.yaml", HEAD.as_bytes())]);
    let text = format!("{}\n", "# ...............\n".repeat(900_000));
    for n in 0..5 {
        fs::write(large.path().join(format!("b{n}.yaml")), format!("x{n}: 1\n{text}")).unwrap();
    }
    let found = brief(&load(large.path()).unwrap());
    assert_eq!(found.last().map(String::as_str), Some("b4.yaml:1:1 BL0103"), "{found:?}");
    let many = folder(&[("a.yaml", HEAD.as_bytes())]);
    for n in 0..10_005 {
        fs::write(many.path().join(format!("b{n:05}.yaml")), "teams: {}\n").unwrap();
    }
    let loaded = load(many.path()).unwrap();
    let too_large: Vec<String> = brief(&loaded).into_iter().filter(|line| line.ends_with("BL0103")).collect();
    assert_eq!(too_large, ["b09999.yaml:1:1 BL0103"]);
}

#[test]
fn encodings_other_than_utf8_are_reported() {
    let utf16: Vec<u8> =
        "members: {ada@acme.com: user}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked: Vec<u8> = [&[0xFF, 0xFE], utf16.as_slice()].concat();
    let big: Vec<u8> = "members: {é@acme.com: user}\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let latin: &[u8] = b"members:\n  caf\xe9@acme.com: user\n";
    let folder = folder(&[
        ("a.yaml", HEAD.as_bytes()),
        ("b.yaml", &utf16),
        ("c.yaml", &marked),
        ("d.yaml", &big),
        ("e.yaml", latin),
    ]);
    let loaded = load(folder.path()).unwrap();
    assert_eq!(
        brief(&loaded),
        ["b.yaml:1:1 BL0104", "c.yaml:1:1 BL0104", "d.yaml:1:1 BL0104", "e.yaml:2:6 BL0104"],
        "{}",
        lines(&loaded.problems)
    );
    assert_eq!(lines(&loaded.problems).matches("UTF-16").count(), 3);
}

#[test]
fn a_folder_named_like_a_file_is_a_folder() {
    let folder = folder(&[
        ("a.yaml", HEAD.as_bytes()),
        ("x.yaml/teams.yaml", b"teams: {a: [x]}\n"),
        ("y.yaml/README.md", b""),
    ]);
    let loaded = load(folder.path()).unwrap();
    assert_eq!(names(&loaded), ["a.yaml", "x.yaml/teams.yaml"]);
}

#[cfg(unix)]
#[test]
fn invisible_characters_and_secrets_in_file_names_are_masked() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let folder = folder(&[("a.yaml", HEAD.as_bytes()), ("b\u{1b}[31m\n\u{202e}.yaml", b"x: 1\n")]);
    fs::write(folder.path().join(OsStr::from_bytes(b"c\xff.yaml")), "x: 1\n").unwrap();
    fs::write(folder.path().join("sk-ant-admin01-abcdefghijklmnop.yaml"), "teams: {}\n").unwrap();
    let loaded = load(folder.path()).unwrap();
    assert_eq!(
        names(&loaded)[1..],
        ["b\u{fffd}[31m\u{fffd}\u{fffd}.yaml", "c\u{fffd}.yaml", "sk-ant-************************.yaml"]
    );
    assert_eq!(
        brief(&loaded).last().map(String::as_str),
        Some("sk-ant-************************.yaml:1:1 BL0108")
    );
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_opened() {
    use std::os::unix::fs::symlink;
    let folder = folder(&[("a.yaml", HEAD.as_bytes())]);
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("b.yaml")).status();
    let mut expected = Vec::new();
    if made.is_ok_and(|status| status.success()) {
        expected.push("b.yaml:1:1 BL0101".to_owned());
    }
    let socket = std::os::unix::net::UnixListener::bind(folder.path().join("c.yaml")).unwrap();
    expected.push("c.yaml:1:1 BL0101".to_owned());
    symlink("/dev/zero", folder.path().join("d.yaml")).unwrap();
    expected.push("d.yaml:1:1 BL0102".to_owned());
    symlink("e.yaml", folder.path().join("e.yaml")).unwrap();
    expected.push("e.yaml:1:1 BL0102".to_owned());
    assert_eq!(brief(&load(folder.path()).unwrap()), expected);
    drop(socket);
    assert_eq!(
        brief(&load(Path::new("/dev/zero")).unwrap()).first().map(String::as_str),
        Some("zero:1:1 BL0101")
    );
}

#[cfg(unix)]
#[test]
fn files_without_read_permission_are_reported() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder(&[("a.yaml", HEAD.as_bytes()), ("b.yaml", b"x: 1\n"), ("c/d.yaml", b"x: 1\n")]);
    for name in ["b.yaml", "c"] {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o0)).unwrap();
    }
    // Root can read everything.
    if fs::read(folder.path().join("b.yaml")).is_err() {
        let loaded = load(folder.path()).unwrap();
        assert_eq!(brief(&loaded), ["b.yaml:1:1 BL0101", "c:1:1 BL0101"]);
        assert!(loaded.desired.is_none());
    }
    for name in ["b.yaml", "c"] {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

const ISSUER: &str =
    "federation: {issuers: {ci: {issuer_url: https://ci.acme.com, jwks: {inline: keys/ci.json}}}}\n";
const KEYS: &str = "{\n\t\"keys\": [{\"kty\": \"EC\", \"crv\": \"P-256\", \"kid\": \"one\", \"x\": \"eA\", \"y\": \"e\\/A\"}]\n}\n";

/// Creates a folder with an issuer whose keys are in `keys/ci.json`.
fn with_keys(keys: &str) -> TempDir {
    let issuer = format!("{HEAD}{ISSUER}");
    folder(&[
        ("bylaws.yaml", issuer.as_bytes()),
        ("keys/ci.json", keys.as_bytes()),
        ("keys/other.json", b"{ no JSON"),
    ])
}

#[test]
fn a_named_file_is_the_same_as_its_content() {
    let folder = with_keys(KEYS);
    let loaded = load(folder.path()).unwrap();
    assert_eq!(lines(&loaded.problems), "fine\n");
    assert_eq!(names(&loaded), ["bylaws.yaml", "keys/ci.json"], "and no other JSON file");
    let inline = ISSUER.replace("keys/ci.json", KEYS.replace(['\t', '\n'], " ").trim());
    let inline = bylaws_kinds::parse(vec![SourceFile {
        name: "bylaws.yaml".to_owned(),
        text: format!("{HEAD}{inline}"),
    }]);
    assert_eq!(lines(&inline.problems), "fine\n");
    assert_eq!((&loaded.desired, &loaded.digest), (&inline.desired, &inline.digest));
    // A path to the file, and the same files from memory.
    let alone = load(&folder.path().join("bylaws.yaml")).unwrap();
    assert_eq!(alone.digest, loaded.digest);
    assert_eq!(bylaws_kinds::parse(loaded.files).digest, alone.digest);
}

#[test]
fn problems_of_a_named_file_are_reported_in_it() {
    for (keys, expected) in [
        ("{\"keys\": []}", "keys/ci.json:1:1 BL0545"),
        (
            "{\"keys\": [{\"kty\": \"RSA\", \"d\": \"CANARY1\", \"p\": \"CANARY2\"}]}",
            "keys/ci.json:1:26 BL0545",
        ),
        ("{\"keys\": [{\"kty\": \"EC\"}]", "keys/ci.json:1:1 BL0201"),
        ("[]", "keys/ci.json:1:1 BL0304"),
        ("", "keys/ci.json:1:1 BL0303"),
    ] {
        let folder = with_keys(keys);
        let loaded = load(folder.path()).unwrap();
        assert_eq!(brief(&loaded), [expected], "{keys}");
        assert!(loaded.desired.is_none());
        assert!(loaded.files.iter().all(|file| !file.text.contains("CANARY")), "{:?}", loaded.files);
    }
}

#[test]
fn a_file_that_cannot_be_named_is_an_error_where_its_name_is() {
    let folder = with_keys(KEYS);
    let outside = TempDir::new().unwrap();
    fs::write(outside.path().join("keys.json"), KEYS).unwrap();
    std::os::unix::fs::symlink(outside.path().join("keys.json"), folder.path().join("link.json")).unwrap();
    std::os::unix::fs::symlink("keys/ci.json", folder.path().join("inside.json")).unwrap();
    fs::create_dir(folder.path().join("folder.json")).unwrap();
    for (name, says) in [
        ("keys/no.json", "the file `keys/no.json` does not exist"),
        ("link.json", "the file `link.json` is a link that points outside the folder"),
        ("keys", "the file `keys` does not end in `.json`"),
        ("folder.json", "the file `folder.json` cannot be read: not a regular file"),
        ("keys/ci.txt", "the file `keys/ci.txt` does not end in `.json`"),
        ("../ci.json", "the file `../ci.json` is hidden or outside the folder of the files"),
        ("inside.json", ""),
    ] {
        let issuer = format!("{HEAD}{}", ISSUER.replace("keys/ci.json", name));
        fs::write(folder.path().join("bylaws.yaml"), issuer).unwrap();
        let loaded = load(folder.path()).unwrap();
        let messages: Vec<_> = loaded.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(messages.join("\n"), says);
        assert!(loaded.problems.iter().all(|problem| problem.rule.code == "BL0114"), "{name}");
    }
}

#[test]
fn a_file_that_is_named_twice_is_read_once() {
    let issuer = "federation: {issuers: {a: {issuer_url: https://a.acme.com, jwks: {inline: keys/ci.json}},\n  \
                  b: {issuer_url: https://b.acme.com, jwks: {inline: keys/ci.json}}}}\n";
    let folder = with_keys(KEYS);
    fs::write(folder.path().join("bylaws.yaml"), format!("{HEAD}{issuer}")).unwrap();
    let loaded = load(folder.path()).unwrap();
    assert_eq!(lines(&loaded.problems), "fine\n");
    assert_eq!(names(&loaded), ["bylaws.yaml", "keys/ci.json"]);
    assert_eq!(loaded.desired.unwrap().federation.unwrap().issuers.unwrap().len(), 2);
}
