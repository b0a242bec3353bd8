//! Sources that must not be applied, each with its reason, and nothing written.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use crate::site::{FILE, Site};

#[test]
fn a_rewritten_history_is_refused_and_an_older_commit_is_not_applied() {
    let site = Site::settled("mode: apply");
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    site.once().ended(0);
    site.world.git("-C remote reset --quiet --hard HEAD~1");
    let ran = site.writes_nothing("SourceRefused").ended(1);
    assert!(site.status()["message"].as_str().unwrap().contains("the history was rewritten"), "{ran}");
    site.edit("eve@acme.com: developer", "eve@acme.com: billing");
    site.writes_nothing("SourceRefused");
}

#[test]
fn a_source_that_cannot_be_fetched_is_used_again_once_it_is_back() {
    let site = Site::settled("mode: apply");
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    std::fs::rename(site.world.path("remote"), site.world.path("away")).unwrap();
    site.writes_nothing("SourceUnavailable").ended(1);
    std::fs::rename(site.world.path("away"), site.world.path("remote")).unwrap();
    site.world.git("-C remote branch --move main elsewhere");
    site.writes_nothing("SourceUnavailable");
    assert!(site.status()["message"].as_str().unwrap().contains("refs/heads/main"));
    site.world.git("-C remote branch --move elsewhere main");
    site.once().ended(0);
    assert_eq!(site.reason(), "Applied");
}

#[test]
fn locks_of_a_git_that_was_killed_are_removed_once_they_are_old() {
    let site = Site::settled("mode: apply");
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    let mirror = site.world.list("state/mirrors").remove(0).join(".git");
    let tips = std::fs::read_dir(mirror.join("refs/bylaws/tip")).unwrap();
    let tip = tips.map(|entry| entry.unwrap().path()).next().unwrap();
    let locks = [tip.with_extension("lock"), mirror.join("packed-refs.lock")];
    let left_behind = |minutes: u64| {
        for lock in &locks {
            let file = std::fs::File::create(lock).unwrap();
            file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(minutes * 60))
                .unwrap();
        }
    };
    // Another git may still have them.
    left_behind(5);
    site.writes_nothing("SourceUnavailable");
    assert!(site.status()["message"].as_str().unwrap().contains(".lock"), "{:#}", site.status());
    left_behind(15);
    site.once().ended(0);
    assert_eq!(site.reason(), "Applied");
}

#[test]
fn links_out_of_the_folder_and_broken_files_are_refused() {
    let site = Site::settled("mode: apply");
    symlink("/etc/passwd", site.world.path("remote/bylaws/extra.yaml")).unwrap();
    site.commit();
    site.writes_nothing("InvalidFiles").ended(4);
    std::fs::remove_file(site.world.path("remote/bylaws/extra.yaml")).unwrap();
    site.edit("uma@acme.com: user", "uma@acme.com: usr");
    site.writes_nothing("InvalidFiles").ended(4);
    let message = site.status()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("unknown role `usr`") && !message.contains('{'), "{message}");
}

#[test]
fn no_files_remove_nobody() {
    let site = Site::settled("mode: apply");
    std::fs::remove_file(site.world.path(FILE)).unwrap();
    site.commit();
    site.writes_nothing("InvalidFiles").ended(4);
}

#[test]
fn a_huge_file_is_refused_before_it_is_read() {
    let site = Site::settled("mode: apply");
    let big = std::fs::File::create(site.world.path("remote/bylaws/big.yaml")).unwrap();
    big.set_len(1 << 30).unwrap();
    site.commit();
    site.writes_nothing("SourceRefused").ended(1);
    assert!(site.status()["message"].as_str().unwrap().contains("larger than 16 MiB"));
}

#[test]
fn hooks_and_filters_of_a_repository_do_not_run() {
    let site = Site::settled("mode: apply");
    let mark = site.world.path("ran");
    let script = format!("#!/bin/sh\ntouch {}\n", mark.display());
    for hooks in ["remote/.git/hooks", "remote/bylaws/hooks"] {
        for hook in ["post-checkout", "reference-transaction", "post-merge", "pre-auto-gc"] {
            let name = format!("{hooks}/{hook}");
            site.world.write(&name, &script);
            std::fs::set_permissions(site.world.path(&name), std::fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
    site.world.write("remote/.gitattributes", "*.yaml filter=evil\n");
    site.world.write("remote/.gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = /etc\n");
    site.world.edit_file(FILE, "uma@acme.com: user", "uma@acme.com: developer");
    // The hooks of the remote itself may run for this commit, but not later.
    site.commit();
    let _ = std::fs::remove_file(&mark);
    site.once().ended(0);
    assert_eq!(site.reason(), "Applied");
    assert!(!mark.exists());
}

fn keygen(site: &Site, name: &str) {
    let path = site.world.path(name);
    let done = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(path).status();
    assert!(done.unwrap().success());
}

#[test]
fn only_a_tip_that_an_allowed_signer_signed_is_applied() {
    let site = Site::acme("mode: apply\nverify: {allowed_signers: signers}");
    keygen(&site, "ada");
    keygen(&site, "eve");
    site.world.write("signers", &format!("ada@acme.com {}", site.world.read("ada.pub")));
    let sign = |key: &str| {
        let key = site.world.path(key).display().to_string();
        let config = format!("-c gpg.format=ssh -c user.signingkey={key}");
        site.world.git(&format!("-C remote {config} commit --quiet -S --allow-empty --message signed"));
    };
    let ran = site.writes_nothing("SourceRefused").ended(1);
    assert!(ran.out.contains("it has no signature"), "{ran}");
    sign("eve");
    site.writes_nothing("SourceRefused");
    sign("ada");
    site.writes_nothing("InSync").ended(0);
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    site.writes_nothing("SourceRefused");
    sign("ada");
    site.once().ended(0);
    assert_eq!(site.reason(), "Applied");
    site.world.remove("signers");
    site.writes_nothing("SourceRefused");
}

#[test]
fn a_folder_that_becomes_a_submodule_removes_nobody() {
    let site = Site::settled("mode: apply");
    site.world.write("remote/bylaws/more.yaml", "workspaces: {lab: {}}\n");
    site.world.git("init --quiet remote/bylaws/people");
    site.world.git("-C remote/bylaws/people commit --quiet --allow-empty --message inner");
    site.commit();
    let ran = site.writes_nothing("InvalidFiles").ended(4);
    assert!(ran.out.contains("people at ") && ran.out.contains("a submodule"), "{ran}");
}

#[test]
fn a_repository_inside_a_folder_is_refused_and_its_filters_do_not_run() {
    let site = Site::acme("mode: apply");
    let text = site.world.read("controller.yaml");
    let git = text.lines().find(|line| line.contains("source:")).unwrap().to_owned();
    site.world.write("controller.yaml", &text.replace(&git, "    source: {folder: remote/bylaws}"));
    std::fs::create_dir_all(site.world.path("remote/bylaws/deep/inner")).unwrap();
    let inner = "-C remote/bylaws/deep/inner";
    site.world.git(&format!("{inner} init --quiet ."));
    site.world.write("remote/bylaws/deep/inner/a.txt", "a");
    site.world.write("remote/bylaws/deep/inner/.gitattributes", "*.txt filter=evil\n");
    site.world.git(&format!("{inner} add ."));
    site.world.git(&format!("{inner} commit --quiet --message inner"));
    site.world.write("filter", "#!/bin/sh\ntouch ran\ncat\n");
    let filter = site.world.path("filter").display().to_string();
    site.world.git(&format!("{inner} config filter.evil.clean sh:{filter}"));
    let config = site.world.read("remote/bylaws/deep/inner/.git/config").replace("sh:", "sh ");
    site.world.write("remote/bylaws/deep/inner/.git/config", &config);
    for _ in 0..2 {
        site.world.write("remote/bylaws/deep/inner/a.txt", "b");
        let ran = site.writes_nothing("SourceRefused");
        assert!(ran.out.contains("deep/inner is a repository inside the folder"), "{ran}");
    }
    assert!(!site.world.list(".").iter().any(|path| path.ends_with("ran")));
}

#[test]
fn a_folder_is_a_source_too() {
    let site = Site::acme("mode: apply");
    let text = site.world.read("controller.yaml");
    let git = text.lines().find(|line| line.contains("source:")).unwrap().to_owned();
    site.world.write("controller.yaml", &text.replace(&git, "    source: {folder: remote/bylaws}"));
    site.writes_nothing("InSync");
    site.world.edit_file(FILE, "uma@acme.com: user", "uma@acme.com: developer");
    site.once().ended(0);
    assert_eq!(site.world.writes(), "POST /v1/organizations/users/user_uma {\"role\":\"developer\"}\n");
    site.writes_nothing("InSync");
    site.world.remove(FILE);
    site.writes_nothing("InvalidFiles");
    std::fs::remove_dir(site.world.path("remote/bylaws")).unwrap();
    site.writes_nothing("SourceUnavailable");
}

#[test]
fn the_files_can_be_anywhere_in_the_repository() {
    let site = Site::acme("mode: apply");
    let config = site.world.read("controller.yaml");
    for (path, file) in [
        ("org/bylaws", "org/bylaws/bylaws.yaml"),
        ("-x", "-x/bylaws.yaml"),
        ("a b/--help", "a b/--help/bylaws.yaml"),
        ("org/one.yaml", "org/one.yaml"),
    ] {
        site.world.write(&format!("remote/{file}"), &site.world.read(FILE));
        site.commit();
        let named = config.replace("source: {git:", &format!("source: {{path: \"{path}\", git:"));
        site.world.write("controller.yaml", &named);
        site.world.remove("state");
        site.writes_nothing("InSync").ended(0);
    }
}
