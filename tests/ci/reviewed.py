"""Stories of what is applied: what a merged pull request's plan showed, and else what the reviewers approve."""

from runner import git
from world import RAISE, check, edit, role_of, shell

EVE = edit("eve@acme.com: user", "eve@acme.com: developer")


def waits(scene, why=""):
    """Applies; nothing may be sent. The jobs."""
    scene.writes()
    jobs = scene.apply()
    run = jobs["apply"].step("Run")
    check(run.outputs["exit-code"] == "6" and run.code == 0 and scene.writes() == [], (why, jobs["apply"].log))
    check(jobs["approved"].result == "failure" and not jobs["applied"].ran, (why, "the reviewers are asked, and the baseline stays"))
    return jobs


def pushed(scene, change):
    """A commit on the default branch that no pull request brought."""
    git(scene.work, "checkout", "--quiet", "-B", "direct", "origin/main" if scene.fetched() else "main")
    change(scene)
    scene.head = scene.commit()


def several_merges_and_drift_do_not_wait(scene):
    scene.applied()
    for number, change in ((5, RAISE), (6, EVE)):
        event, merge = scene.propose(change, number=number)
        check(scene.plan(event).green)
        scene.merge(merge, number)
    scene.change_live(lambda state: state["users"][3].update(role="developer"))
    jobs = scene.apply()
    check(jobs["apply"].green and jobs["applied"].ran and not jobs["approved"].ran, jobs["apply"].log)
    check([role_of(scene, name) for name in ("uma", "eve", "fay")] == ["developer", "developer", "user"])
    # The same again, at night: the baseline is the commit of that run.
    jobs = scene.apply("schedule")
    check(jobs["apply"].green and scene.head in jobs["apply"].step("Collect what was reviewed").log, jobs["apply"].log)
    check(scene.forge.runs.leaked == [], "storage sees no token")


def a_night_applies_what_failed_and_holds_drift(scene):
    scene.applied()
    event, merge = scene.propose(RAISE)
    check(scene.plan(event).green)
    scene.merge(merge)
    # The apply of the merge fails; then somebody acts in the Console.
    scene.control("PUT", "faults", [{"method": "POST", "path": "/v1/organizations/users/*", "every": 1, "then": {"status": 403}}])
    check(not scene.apply()["apply"].green and role_of(scene, "uma") == "user")
    scene.control("PUT", "faults", [])
    scene.change_live(lambda state: state["users"][3].update(role="developer"))
    jobs = scene.apply("schedule")
    check(jobs["apply"].green and jobs["applied"].ran, jobs["apply"].log)
    check((role_of(scene, "uma"), role_of(scene, "fay")) == ("developer", "developer"), jobs["apply"].log)
    check("1 held back" in jobs["apply"].log, jobs["apply"].log)


def the_limits_of_guards_hold_for_a_day_of_runs(scene):
    def leave(scene, name, number):
        event, merge = scene.propose(edit(f"  {name}@acme.com: user\n", ""), number=number)
        check(scene.plan(event).green)
        scene.merge(merge, number)
        return scene.apply()["apply"]

    scene.applied()
    check(leave(scene, "ivy", 5).green)
    job = leave(scene, "hal", 6)
    check(job.step("Run").outputs["exit-code"] == "3" and "within 24 hours, 1 of them by earlier applies" in job.log, job.log)
    scene.control("POST", "clock", {"advance": "25h"})
    jobs = scene.apply()
    check(jobs["apply"].green and jobs["applied"].ran, jobs["apply"].log)


def a_journal_that_somebody_changed_stops_the_apply(scene):
    scene.applied()
    kept = [artifact for run in scene.forge.runs.runs for artifact in run["artifacts"] if artifact["name"].startswith("bylaws-journal-")]
    check(len(kept) == 1 and len(kept[0]["name"]) == len("bylaws-journal-") + 64, kept)
    text = kept[0]["files"]["journal.jsonl"]
    kept[0]["files"]["journal.jsonl"] = text.replace('"done":0', '"done":1')
    job = scene.apply()["apply"]
    check(not job.green and "the journal of earlier runs is not the one that was kept" in job.log and scene.writes() == [], job.log)
    kept[0]["files"]["journal.jsonl"] = text
    job = scene.apply()["apply"]
    check(job.green, job.log)
    # The next run continues it.
    longer = scene.forge.runs.runs[-1]["artifacts"][0]["files"]["journal.jsonl"]
    check(longer.startswith(text) and len(longer) > len(text), longer)


def what_is_live_already_needs_no_review(scene):
    scene.applied()
    pushed(scene, RAISE)
    scene.change_live(lambda state: state["users"][7].update(role="developer"))
    jobs = scene.apply()
    check(jobs["apply"].green and jobs["applied"].ran, jobs["apply"].log)


def the_first_apply_waits_for_the_reviewers(scene):
    event, merge = scene.propose(RAISE)
    scene.plan(event)
    scene.merge(merge)
    waits(scene)
    jobs = scene.apply(approve=True)
    check(jobs["approved"].green and jobs["applied"].ran and role_of(scene, "uma") == "developer", jobs["approved"].log)
    jobs = scene.apply()
    check(f"baseline: {scene.head}" in jobs["apply"].log, jobs["apply"].log)


def a_direct_push_waits_for_the_reviewers(scene):
    scene.applied()
    pushed(scene, RAISE)
    jobs = waits(scene)
    check("uma@acme.com" in jobs["apply"].step("Run").log, "the difference is shown")
    # A reviewed merge on top does not cover it.
    event, merge = scene.propose(EVE, number=6)
    scene.plan(event)
    scene.merge(merge, 6)
    waits(scene)
    jobs = scene.apply(approve=True)
    check(jobs["approved"].green and jobs["applied"].ran, jobs["approved"].log)
    check(role_of(scene, "uma") == role_of(scene, "eve") == "developer")


def only_the_default_branchs_own_plan_counts(scene):
    scene.applied()
    event, merge = scene.propose(RAISE)
    head = event["pull_request"]["head"]["sha"]
    plan = next(iter(scene.plan(event).artifacts.values()))
    real = scene.forge.runs.runs.pop()
    scene.merge(merge)
    merged_at = scene.forge.runs.pulls[5]["merged_at"]
    waits(scene, "no plan at all")

    def forged(why, name=f"bylaws-plan-5-{head}", at="2026-11-21T09:00:01Z", **changed):
        known = {"workflow": "pull-request.yml", "event": "pull_request_target", "branch": "topic", "sha": head,
                 "conclusion": "success", "jobs": {"plan": "success"}, **changed}
        run = scene.forge.runs.add(artifacts={name: plan}, **known)
        run["artifacts"][0]["created_at"] = at
        waits(scene, why)
        scene.forge.runs.runs.remove(run)

    forged("a workflow that a branch brings", event="pull_request")
    forged("a push to a branch", event="push")
    forged("started by hand", event="workflow_dispatch")
    forged("another workflow", workflow="other.yml")
    forged("a run that failed", conclusion="failure")
    forged("planned again after the merge", at=scene.forge.runs.time())
    forged("a plan of another head", name=f"bylaws-plan-5-{'0' * 40}")
    forged("a plan of another request", name=f"bylaws-plan-6-{head}")
    forged("a request to another branch", pull_requests=[{"base": {"ref": "evil"}}])
    forged("another repository", repository={"full_name": "mallory/org"})
    # Of several plans of the last commit, the last one before the merge.
    real["artifacts"][0]["created_at"] = "2026-11-21T09:00:01Z"
    scene.forge.runs.runs.append(real)
    check(real["artifacts"][0]["created_at"] < merged_at)
    jobs = scene.apply()
    check(jobs["apply"].green and jobs["applied"].ran, jobs["apply"].log)
    check(role_of(scene, "uma") == "developer")


def only_an_own_run_that_applied_is_a_baseline(scene):
    pushed(scene, RAISE)
    tip = scene.head
    real = {"workflow": "apply.yml", "event": "push", "branch": "main", "sha": tip, "conclusion": "success",
            "jobs": {"apply": "success", "applied": "success"}, "artifacts": {}}
    for why, changed in (
        ("a fork with a branch of the same name", {"event": "pull_request"}),
        ("a fork", {"head_repository": {"full_name": "mallory/org"}}),
        ("another branch", {"branch": "topic"}),
        ("another workflow", {"workflow": "other.yml"}),
        ("a run that waits", {"jobs": {"apply": "success", "applied": "skipped"}}),
        ("a run that failed", {"jobs": {"apply": "failure", "applied": "failure"}, "conclusion": "failure"}),
        ("a commit that is not in the branch", {"sha": "0" * 40}),
        ("no commit", {"sha": "--output=x"}),
    ):
        scene.forge.runs.add(**(real | changed))
        jobs = waits(scene, why)
        check("baseline: none" in jobs["apply"].log, (why, jobs["apply"].log))
    scene.forge.runs.add(**real)
    jobs = scene.apply()
    check(f"baseline: {tip}" in jobs["apply"].log, jobs["apply"].log)


def a_request_to_another_branch_is_not_planned(scene):
    event, _ = scene.propose(RAISE, base="evil")
    jobs = scene.runner.workflow("pull-request.yml", "pull_request_target", event, scene.secrets)
    check(not jobs["plan"].ran)


def a_forge_that_does_not_answer_stops_the_apply(scene):
    scene.applied()
    event, merge = scene.propose(RAISE)
    scene.plan(event)
    scene.merge(merge)
    known = scene.runner.env
    # Nobody listens; and plain HTTP to another host.
    for address in ("http://127.0.0.1:9", "http://forge.example"):
        scene.runner.env = known | {"GITHUB_API_URL": address}
        jobs = scene.apply()
        check(not jobs["apply"].green and jobs["apply"].step("Run") is None and not jobs["approved"].ran, jobs["apply"].log)
    check(scene.writes() == [])


def nothing_is_planned_without_its_base(scene):
    shallow = scene.folder / "shallow"
    RAISE(scene)
    scene.commit()
    git(scene.folder, "clone", "--quiet", "--depth=1", f"file://{scene.origin}", str(shallow))
    for base, text in ((scene.head, "this shallow clone does not contain the base"), ("--all", "does not contain the base")):
        ran = shell(scene, "plan.sh", shallow, BYLAWS_BASE=base)
        check(ran.returncode == 1 and text in ran.stderr, ran)
    ran = shell(scene, "plan.sh", scene.work, BYLAWS_BASE="no-such-branch")
    check(ran.returncode == 1 and "fetch the target branch" in ran.stderr, ran)
