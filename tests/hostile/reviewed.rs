//! Only reviewed changes are applied: every change that the merged commits cause is in a plan of a pull request.

use serde_json::json;

use crate::world::{World, acme};

/// `main` has the earlier files; the work tree has the merged ones, with their reviewed plan in `plans/`.
fn merged(edits: &[(&str, &str)]) -> World {
    let world = World::acme();
    world.commit("base");
    world.git("tag applied");
    std::fs::create_dir(world.path("plans")).unwrap();
    for (n, (from, to)) in edits.iter().enumerate() {
        world.edit(from, to);
        let plan = world.run("plan --base applied --format json").ended(0).out;
        world.write(&format!("plans/{n}.json"), &plan);
        world.git("commit --quiet --all --message change");
    }
    world
}

const APPLY: &str = "apply --base applied --reviewed plans --auto-approve --format json";
const RAISE: (&str, &str) = ("uma@acme.com: user", "uma@acme.com: developer");

#[test]
fn what_was_reviewed_is_applied() {
    let world = merged(&[RAISE]);
    let report = world.run(APPLY).ended(0).json();
    assert_eq!(report["summary"]["done"], 1);
}

#[test]
fn several_merges_in_a_row_are_applied_together_and_again() {
    let world = merged(&[RAISE, ("eve@acme.com: developer", "eve@acme.com: user")]);
    assert_eq!(world.run(APPLY).ended(0).json()["summary"]["done"], 2);
    assert_eq!(world.run(APPLY).ended(0).json()["summary"]["done"], 0);
}

#[test]
fn a_change_that_nobody_reviewed_stops_all_of_them() {
    let world = merged(&[RAISE]);
    // Pushed without a pull request.
    world.edit("eve@acme.com: developer", "eve@acme.com: claude_code_user");
    world.git("commit --quiet --all --message push");
    let ran = world.run(APPLY).ended(6);
    assert!(ran.err.contains("not in a reviewed plan: `update member/eve@acme.com`"), "{ran}");
    assert_eq!(ran.json()["not_reviewed"], json!(["update member/eve@acme.com"]));
    world.untouched();
    // As text the plan is shown once.
    let shown = world.run(&APPLY.replace("json", "text")).ended(6).out;
    assert_eq!(shown.matches("Plan: ").count(), 1, "{shown}");
    // Exactly this plan was reviewed.
    let fingerprint = ran.json()["fingerprint"].as_str().unwrap().to_owned();
    world.run(&format!("{APPLY} --expect {fingerprint}")).ended(0);
}

#[test]
fn a_change_of_somebody_else_than_was_reviewed_is_not_sent() {
    let world = merged(&[RAISE]);
    // Another person has the address now: the same words, another target.
    world.drift(|seed| {
        let uma = seed.users.iter_mut().find(|user| user.email == "uma@acme.com").unwrap();
        uma.id = "user_mallory".into();
    });
    let ran = world.run(APPLY).ended(6);
    assert!(ran.err.contains("update member/uma@acme.com"), "{ran}");
    world.untouched();
}

#[test]
fn drift_and_an_accepted_invite_do_not_stop_what_was_reviewed() {
    let world = merged(&[
        ("  uma@acme.com: user\n", "  uma@acme.com: user\n  new@acme.com: user\n"),
        (
            "      eve@acme.com: workspace_user\n",
            "      eve@acme.com: workspace_user\n      new@acme.com: workspace_user\n",
        ),
    ]);
    world.run(APPLY).ended(0);
    world.accept("new@acme.com");
    world.drift(|seed| {
        "user".clone_into(&mut seed.users.iter_mut().find(|user| user.email == "dev@acme.com").unwrap().role);
    });
    // The membership was waiting when it was reviewed; no commit caused the drift.
    let report = world.run(APPLY).ended(0).json();
    let ids: Vec<&str> =
        report["changes"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["update member/dev@acme.com", "create workspace/lab/member/new@acme.com"]);
}

#[test]
fn without_a_reviewed_plan_nothing_counts_as_reviewed() {
    let world = merged(&[RAISE]);
    std::fs::remove_file(world.path("plans/0.json")).unwrap();
    world.run(APPLY).ended(6);
    world.untouched();
    world.run("apply --base applied --reviewed missing --auto-approve").ended(1);
    let ran = world.run("apply --reviewed plans --auto-approve").ended(1);
    assert!(ran.err.contains("--base"), "{ran}");
}

#[test]
fn a_reviewed_plan_is_a_regular_file_for_this_organization() {
    let world = merged(&[RAISE]);
    let plan = world.read("plans/0.json");
    // A link in the folder is not followed, so it does not count as a review.
    std::fs::rename(world.path("plans/0.json"), world.path("elsewhere.json")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(world.path("elsewhere.json"), world.path("plans/0.json")).unwrap();
    world.run(APPLY).ended(6);
    let _ = std::fs::remove_file(world.path("plans/0.json"));
    let other =
        plan.replace(acme()["organization"]["id"].as_str().unwrap(), "00000000-0000-4000-8000-000000000000");
    for (text, why) in [(other.as_str(), "for organization"), ("{}", "not a plan"), ("[", "not a plan")] {
        world.write("plans/0.json", text);
        let ran = world.run(APPLY);
        assert_ne!(ran.code, 0, "{ran}");
        assert!(ran.err.contains(why), "{why}: {ran}");
    }
    world.untouched();
}

#[test]
fn a_reviewed_plan_does_not_cover_a_push_that_it_shows_as_drift() {
    let world = merged(&[]);
    world.edit("eve@acme.com: developer", "eve@acme.com: claude_code_user");
    world.git("commit --quiet --all --message push");
    world.git("tag pushed");
    // The next pull request is compared with the pushed commit, so its plan shows the push as drift.
    world.edit(RAISE.0, RAISE.1);
    let plan = world.run("plan --base pushed --format json").ended(0);
    let causes =
        plan.json()["changes"].as_array().unwrap().iter().map(|c| c["cause"].clone()).collect::<Vec<_>>();
    assert_eq!(causes, ["drift", "commit"]);
    world.write("plans/0.json", &plan.out);
    world.git("commit --quiet --all --message change");
    let ran = world.run(APPLY).ended(6);
    assert_eq!(ran.json()["not_reviewed"], json!(["update member/eve@acme.com"]));
    world.untouched();
}

#[test]
fn a_label_that_means_another_workspace_after_the_review_gets_nobody_in() {
    let lab = "    api_keys:\n      ci: active\n";
    let memberships =
        "    members:\n      dev@acme.com: workspace_admin\n      new@acme.com: workspace_admin\n";
    let person = ("  uma@acme.com: user\n", "  uma@acme.com: user\n  new@acme.com: user\n");
    for (reviewed, pushed) in [
        // Reviewed as a new and harmless workspace.
        ("  fresh:\n", "  fresh:\n    id: wrkspc_prod\n"),
        // Reviewed under the label of one workspace, pushed as the label of another.
        ("  sandbox:\n    id: wrkspc_play\n", "  sandbox:\n    id: wrkspc_prod\n"),
    ] {
        let world = merged(&[]);
        world.drift(|seed| {
            for (id, name) in [("wrkspc_prod", "production"), ("wrkspc_play", "playground")] {
                let mut other = seed.workspaces[0].clone();
                other.id = id.into();
                name.clone_into(&mut other.name);
                seed.workspaces.push(other);
            }
        });
        for (from, to) in [person, (lab, &format!("{lab}{reviewed}{memberships}"))] {
            world.edit(from, to);
        }
        let plan = world.run("plan --base applied --format json").ended(0).out;
        world.write("plans/0.json", &plan);
        world.git("commit --quiet --all --message reviewed");
        world.edit(reviewed, pushed);
        world.git("commit --quiet --all --message pushed");
        let ran = world.run(APPLY).ended(6);
        let label = reviewed.trim().split(':').next().unwrap();
        assert!(ran.err.contains(&format!("create workspace/{label}/member/dev@acme.com")), "{ran}");
        world.untouched();
        // Only the invite was reviewed. After it is accepted, the membership must not follow either.
        world.run(&format!("{APPLY} --only invite/new@acme.com")).ended(0);
        world.accept("new@acme.com");
        let ran = world.run(&format!("{APPLY} --only workspace/production/member/new@acme.com")).ended(6);
        assert!(ran.err.contains(&format!("create workspace/{label}/member/new@acme.com")), "{ran}");
    }
}
