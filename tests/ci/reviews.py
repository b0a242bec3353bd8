"""Stories of a repository on GitHub: pull requests, the merge, drift; who sees what, and what is red."""

import json
import re
import subprocess

from runner import commands, git
from world import ACME, KEY, RAISE, check, edit, role_of, shell


def journal_of(job):
    """The files of the artifact with the journal; its name ends with the head."""
    return next(files for name, files in job.artifacts.items() if name.startswith("bylaws-journal-"))


def one_comment_from_the_request_to_the_merge_and_after(scene):
    scene.applied()
    event, _ = scene.propose(RAISE)
    job = scene.plan(event)
    check(job.green, job.log)
    check(len(scene.comments()) == 1, scene.comments())
    first = scene.comments()[0]
    check(first.startswith("<!-- bylaws:plan bylaws -->\n"), first)
    check("uma@acme.com" in first and "developer" in first, first)
    check(job.step("Run").outputs["changes"] == "1", job.step("Run").outputs)
    check(job.step("Run").outputs["exit-code"] == "0")
    check(job.step("Run").outputs["refused"] == "false", job.step("Run").outputs)
    check(re.fullmatch("[0-9a-f]{64}", job.step("Run").outputs["fingerprint"]))
    check(job.step("Run").summary == first, "the page of the run says the same")
    check("plan.json" in job.artifacts[f"bylaws-plan-5-{event['pull_request']['head']['sha']}"])
    check("ANTHROPIC_ADMIN_KEY" not in job.step("Post").env, "the posting step holds no key")
    check("GITHUB_TOKEN" not in job.step("Run").env, "the planning step holds no token")
    check("CANARY" not in job.log + first, "no secret is shown")

    event, merge = scene.propose(lambda scene: (RAISE(scene), edit("eve@acme.com: user", "eve@acme.com: developer")(scene)))
    job = scene.plan(event)
    check(job.green and len(scene.comments()) == 1, scene.comments())
    check("eve@acme.com" in scene.comments()[0], "edited in place")
    check(scene.writes() == [], "planning writes nothing")

    scene.merge(merge)
    jobs = scene.apply()
    check(jobs["apply"].green and jobs["applied"].ran and not jobs["approved"].ran, jobs["apply"].log)
    check(len(scene.writes()) == 2)
    check("ANTHROPIC_ADMIN_KEY" not in jobs["apply"].step("Collect what was reviewed").env, "no key where the forge is read")
    check("GITHUB_TOKEN" not in jobs["apply"].step("Run").env, "no token where the key is")
    check(len(scene.comments()) == 2 and scene.comments()[1].startswith("<!-- bylaws:apply bylaws -->"), scene.comments())
    kept = journal_of(jobs["apply"])
    check({"journal.jsonl", "report.json"} <= set(kept), kept)
    head = jobs["apply"].step("Run").outputs["journal-head"]
    journal = scene.folder / "journal.jsonl"
    journal.write_text(kept["journal.jsonl"])
    verified = subprocess.run([scene.bylaws, "journal", "verify", str(journal), "--head", head], capture_output=True)
    check(verified.returncode == 0 and head in jobs["apply"].log, verified)

    jobs = scene.apply()
    check(jobs["apply"].green and jobs["applied"].ran and scene.writes() == [], "nothing to do")


def labels_follow_the_plan(scene):
    add = lambda who, role: edit("\nunlisted:", f"\n  {who}: user\nworkspaces:\n  lab:\n    id: wrkspc_01lab\n    members:\n      {who}: {role}\nunlisted:")
    scene.change_live(lambda state: state["workspaces"].append({"id": "wrkspc_01lab", "name": "lab"}))
    scene.forge.labels[5] = ["theirs", "no changes"]
    for change, labels in (
        (RAISE, []),
        (lambda scene: None, ["no changes"]),
        (edit("eve@acme.com: user", "eve@acme.com: none"), ["removes access"]),
        (edit("dev@acme.com: developer", "dev@acme.com: user"), ["removes access"]),
        # Nothing is sent now but the invite: it makes an admin of them.
        (add("zoe@acme.com", "workspace_admin"), ["new admin"]),
        (add("zoe@acme.com", "workspace_user"), []),
    ):
        event, _ = scene.propose(change)
        job = scene.plan(event)
        check(job.step("Post").code == 0, job.log)
        check(sorted(scene.forge.labels[5]) == sorted(["theirs", *labels]), (labels, scene.forge.labels[5], scene.comments()))


def a_missing_guards_file_says_what_to_write(scene):
    for name in ("guards.yaml", "no/such/folder/guards.yaml", "two words.yaml"):
        ran = shell(scene, "plan.sh", scene.folder / "work", BYLAWS_PATH="bylaws", BYLAWS_GUARDS=f"gone/{name}")
        check(ran.returncode == 4, ran)
        check(f"gone/{name}" in ran.stderr and "does not exist" in ran.stderr and "guards: {}" in ran.stderr, ran)


def a_comment_that_cannot_be_posted_is_red_and_changes_nothing_else(scene):
    scene.applied()
    event, merge = scene.propose(RAISE)
    scene.forge.broken = 500
    job = scene.plan(event)
    check(job.step("Run").code == 0 and job.step("Post").code == 1, job.log)
    check(not job.green)
    check(any("was not posted" in line for line in commands(job.step("Post").log)), job.step("Post").log)
    check(len(job.artifacts) == 1)
    scene.forge.broken = 0
    check(scene.plan(event).green)
    scene.forge.posts.clear()
    scene.forge.broken = 500
    scene.merge(merge)
    jobs = scene.apply()
    run = jobs["apply"].step("Run")
    check(run.code == 0 and run.outputs["exit-code"] == "0", "apply is what it was")
    check(jobs["apply"].step("Post").code == 1 and not jobs["apply"].green, "and the comment is seen to be missing")
    check(jobs["applied"].ran, "what was applied is the baseline of the next run")
    check("journal.jsonl" in journal_of(jobs["apply"]))
    check(role_of(scene, "uma") == "developer")
    check(scene.comments() == [])


def an_apply_that_fails_is_red_though_its_comment_is_posted(scene):
    scene.applied()
    event, merge = scene.propose(RAISE)
    scene.plan(event)
    scene.forge.posts.clear()
    scene.merge(merge)
    fault = {"method": "POST", "path": "/v1/organizations/users/*", "every": 1, "then": {"status": 400}}
    scene.control("PUT", "faults", [fault])
    jobs = scene.apply()
    run = jobs["apply"].step("Run")
    check(run.code in (1, 5) and run.outputs["exit-code"] == str(run.code), jobs["apply"].log)
    check(jobs["apply"].step("Post").code == 0 and not jobs["apply"].green)
    check(len(scene.comments()) == 1, scene.comments())
    check("journal.jsonl" in journal_of(jobs["apply"]), "the journal is kept all the same")
    check(not jobs["applied"].ran and not jobs["approved"].ran, "the baseline stays")
    scene.control("PUT", "faults", [])
    jobs = scene.apply()
    check(jobs["applied"].ran and role_of(scene, "uma") == "developer", "what was reviewed is applied by the next run\n" + jobs["apply"].log)


def what_moved_since_the_approval_is_refused(scene):
    event, merge = scene.propose(RAISE)
    scene.merge(merge)
    # Between the two jobs, the run waits for an approval and somebody changes the organization.
    ordinary = scene.runner.run

    def late(job, text, contexts):
        if job.name == "approved":
            scene.change_live(lambda state: state["users"][2].update(role="developer"))
        return ordinary(job, text, contexts)

    scene.runner.run = late
    jobs = scene.apply(approve=True)
    check(jobs["approved"].step("Run").outputs["exit-code"] == "6" and not jobs["approved"].green, jobs["approved"].log)
    check(scene.writes() == [] and not jobs["applied"].ran)
    check("(exit code 6)" in scene.comments()[0], scene.comments())


def a_commit_that_is_not_the_tip_is_refused(scene):
    folder = scene.folder / "stale"
    git(scene.folder, "clone", "--quiet", str(scene.origin), str(folder))
    git(folder, "checkout", "--quiet", "--detach", "HEAD")
    RAISE(scene)
    scene.commit()
    # As GitLab checks out: a commit by its hash, with nothing known of branches.
    ran = shell(scene, "apply.sh", folder, BYLAWS_BRANCH="main", BYLAWS_AUTO_APPROVE="true")
    check(ran.returncode == 1 and "is not the tip" in ran.stderr, ran)
    check(scene.writes() == [])
    git(folder, "fetch", "--quiet")
    git(folder, "checkout", "--quiet", "origin/main")
    ran = shell(scene, "apply.sh", folder, BYLAWS_BRANCH="main", BYLAWS_AUTO_APPROVE="true")
    check(ran.returncode == 0 and len(scene.writes()) == 1, ran)
    ran = shell(scene, "apply.sh", folder, BYLAWS_BRANCH="main")
    check(ran.returncode == 1 and "BYLAWS_EXPECT" in ran.stderr, "no approval is no approval of everything")


def a_run_started_again_takes_the_tip(scene):
    scene.applied()
    event, merge = scene.propose(RAISE)
    scene.plan(event)
    scene.merge(merge)
    old = scene.head
    event, merge = scene.propose(edit("eve@acme.com: user", "eve@acme.com: developer"), number=6)
    scene.plan(event)
    scene.merge(merge, 6)
    scene.head = old
    jobs = scene.apply()
    check(role_of(scene, "uma") == role_of(scene, "eve") == "developer", jobs["apply"].log)


def a_fork_gets_its_checks_without_a_secret(scene):
    event, merge = scene.propose(RAISE, fork=True)
    jobs = scene.runner.workflow("pull-request.yml", "pull_request_target", event, scene.secrets)
    check(not jobs["plan"].ran, "the workflow with a secret leaves forks out")
    scene.runner.env = {"BYLAWS_API_URL": "http://127.0.0.1:9"}
    jobs = scene.runner.workflow("forks.yml", "pull_request", event, {}, {}, ref="refs/pull/5/merge")
    check(jobs["validate"].green and not jobs["plan"].ran, jobs["validate"].log)
    check(not any("KEY" in name and value for step in jobs["validate"].steps for name, value in step.env.items()))

    subprocess.run([scene.bylaws, "snapshot", "--out", str(scene.folder / "live.json")], check=True, capture_output=True,
                   env={"BYLAWS_API_URL": scene.api, "ANTHROPIC_ADMIN_KEY": KEY})
    # The tool of the forge that fetches an artifact, as far as the workflow uses it.
    gh = scene.runner.bin / "gh"
    gh.write_text(f'#!/bin/sh\n[ "$2" = list ] && echo 1 && exit\n[ "$2" = download ] && while [ "$1" != --dir ]; do shift; done && mkdir "$2" && cp {scene.folder}/live.json "$2"/\n')
    gh.chmod(0o755)
    asked = len(scene.control("GET", "ledger"))
    jobs = scene.runner.workflow("forks.yml", "pull_request", event, {}, {"BYLAWS_SNAPSHOT": "true"}, ref="refs/pull/5/merge")
    check(jobs["plan"].green, jobs["plan"].log)
    check(jobs["plan"].step("Run").outputs["changes"] == "1")
    check("uma@acme.com" in jobs["plan"].step("Run").summary)
    check(len(scene.control("GET", "ledger")) == asked and scene.comments() == [])


def a_pull_request_that_conflicts_is_told_so_and_not_planned(scene):
    event, _ = scene.propose(RAISE)
    event["pull_request"]["head"]["sha"] = "0" * 40
    scene.forge.add(5, "<!-- bylaws:plan bylaws -->\nan old plan")
    job = scene.plan(event)
    check(job.step("Run").outputs["exit-code"] == "1" and not job.green, job.log)
    check(len(scene.comments()) == 1 and "an old plan" not in scene.comments()[0], scene.comments())
    check("conflicts with its base" in scene.comments()[0], scene.comments())


def files_with_problems_are_shown_on_their_lines(scene):
    event, _ = scene.propose(edit("uma@acme.com: user", "uma@acme.com: usr"))
    job = scene.plan(event)
    check(job.step("Run").outputs["exit-code"] == "4" and not job.green, job.log)
    found = [line for line in commands(job.log) if line.startswith("::error file=")]
    check(len(found) == 1 and "file=bylaws/bylaws.yaml,line=12" in found[0], found)
    check(len(scene.comments()) == 1 and "(exit code 4)" in scene.comments()[0], scene.comments())
    check("    " in scene.comments()[0] and "usr" in scene.comments()[0])


def what_a_guard_refuses_is_red_and_says_so(scene):
    event, _ = scene.propose(edit("  eve@acme.com: user\n  fay@acme.com: user\n  gil@acme.com: user\n  hal@acme.com: user\n", ""))
    job = scene.plan(event)
    check(job.step("Run").outputs["exit-code"] == "3", job.log)
    check(job.step("Run").outputs["refused"] == "true" and not job.green)
    check(job.step("Post").code == 0 and len(scene.comments()) == 1)
    found = [line for line in commands(job.log) if "title=refused by access_loss" in line]
    check(found and "file=bylaws/bylaws.yaml,line=" in found[0], job.log)
    check("guard" in scene.comments()[0] and "refuse" in scene.comments()[0], scene.comments())


def guards_are_those_of_the_protected_branch(scene):
    def change(scene):
        edit("  dev@acme.com: developer\n", "")(scene)
        scene.write("guards.yaml", "bylaws: 1\nguards: {}\n")
    event, _ = scene.propose(change)
    job = scene.plan(event)
    check(job.step("Run").outputs["exit-code"] == "3", "the guard that the change drops holds for the change\n" + job.log)


def a_link_in_a_pull_request_shows_nothing_of_the_runner(scene):
    def link(target):
        def change(scene):
            for path in sorted(scene.work.glob("bylaws/*")):
                path.unlink()
            (scene.work / "bylaws").rmdir()
            (scene.work / "bylaws").symlink_to(target)
        return change

    scene.forge.add(5, "<!-- bylaws:plan bylaws -->\nan old plan")
    for target in ("/proc/self/environ", "../base", "/etc"):
        event, _ = scene.propose(link(target))
        job = scene.plan(event)
        check(job.step("Run").outputs["exit-code"] == "1" and not job.green, job.log)
        check("is a symbolic link" in job.log and "CANARY" not in job.log, job.log)
        check("is a symbolic link" in scene.comments()[0], "an old plan does not stay")
    def inside(scene):
        (scene.work / "bylaws/more.yaml").symlink_to("/proc/self/environ")
    event, _ = scene.propose(inside)
    job = scene.plan(event)
    check(job.step("Run").outputs["exit-code"] == "4", job.log)
    check("CANARY" not in job.log + "".join(scene.comments()), job.log)


def drift_is_one_issue_opened_edited_and_closed(scene):
    bait = scene.forge.add(0, "<!-- bylaws:plan bylaws -->\nsomebody else's", "mallory", 66)
    job = scene.drift()
    check(job.green and job.step("Run").outputs["drift"] == "false", job.log)
    ours = lambda: [post for post in scene.forge.posts[0] if post["user"]["id"] == 7]
    check(ours() == [], "in sync, and no issue")
    scene.change_live(lambda state: state["users"][2].update(role="developer"))
    job = scene.drift({"BYLAWS_SNAPSHOT": "true"})
    check(job.green and job.step("Run").outputs["drift"] == "true", job.log)
    check(len(ours()) == 1 and ours()[0]["title"] == "Bylaws: the organization differs from git", ours())
    check(json.loads(job.artifacts["bylaws-live"]["live.json"])["organization"]["id"] == ACME)
    scene.change_live(lambda state: state["users"][3].update(role="developer"))
    job = scene.drift()
    check(job.green and len(ours()) == 1 and "fay@acme.com" in ours()[0]["body"], ours())
    # A drift that a guard would not let apply undo is one too.
    scene.change_live(lambda state: [user.update(role="developer") for user in state["users"] if user["role"] == "user"])
    job = scene.drift()
    check(job.green and job.step("Run").outputs["exit-code"] == "2" and len(ours()) == 1, job.log)
    check("a guard refuses to undo all of this at once" in ours()[0]["body"], ours())
    scene.change_live(lambda state: [user.update(role="user") for user in state["users"] if user["id"] not in ("user_ada", "user_dev")])
    job = scene.drift()
    check(job.green and ours()[0]["state"] == "closed", ours())
    check(bait["state"] == "open" and bait["body"].endswith("somebody else's"))
    check(scene.writes() == [], "looking changes nothing")
    scene.control("PUT", "faults", [{"method": "GET", "path": "/v1/organizations/users", "every": 1, "then": {"status": 403}}])
    job = scene.drift()
    check(not job.green and job.step("Post") is None and len(ours()) == 1, "what could not be read is not called drift")
