//! Paths: which files of a folder are read, and what is said about those that cannot be.

use std::fs;
use std::path::Path;

use bylaws_config::{LoadError, Loaded, LoadedGuards, load, load_guards};
use tempfile::TempDir;

use crate::world::{HEAD, lines};

/// A folder with these files.
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

#[test]
fn a_folder_is_its_yaml_files_sorted_without_hidden_ones() {
    let folder = folder(&[
        ("bylaws.yaml", HEAD.as_bytes()),
        ("teams/z.yml", b"teams: {z: []}\n"),
        ("teams/deep/a.yaml", b"teams: {a: []}\n"),
        ("README.md", b"# no YAML: {"),
        (".hidden.yaml", b"members: {"),
        (".git/config.yaml", b"members: {"),
        ("a.yaml.bak", b"members: {"),
    ]);
    let loaded = load(folder.path()).unwrap();
    assert_eq!(lines(&loaded.problems), "fine\n");
    assert_eq!(names(&loaded), ["bylaws.yaml", "teams/deep/a.yaml", "teams/z.yml"]);
    assert_eq!(loaded.desired.unwrap().teams.len(), 2);
}

#[test]
fn a_file_is_that_file_alone() {
    let folder = folder(&[("one.yaml", HEAD.as_bytes()), ("two.yaml", b"x: 1\n")]);
    let loaded = load(&folder.path().join("one.yaml")).unwrap();
    assert_eq!(names(&loaded), ["one.yaml"]);
    assert!(loaded.desired.is_some());
}

#[test]
fn nothing_to_read_is_an_error_of_its_own() {
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
    let inside = folder(&[("bylaws.yaml", HEAD.as_bytes()), (".data/teams.yaml", b"teams: {a: []}\n")]);
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
