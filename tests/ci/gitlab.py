"""Stories of a project on GitLab: the template's own jobs, from the merge request to the report, and at night."""

from pipelines import Pipelines
from runner import git
from world import KEY, RAISE, check, edit, role_of


def proposed(scene, pipelines, change, number):
    """A merge request with its pipeline: the commit of the branch, and its jobs."""
    git(scene.work, "checkout", "--quiet", "-B", "proposal", "origin/main" if scene.fetched() else "main")
    change(scene)
    head = scene.commit(branch=f"topic{number}")
    scene.forge.runs.propose(number, head)
    return head, pipelines.run("merge_request_event", head, request=number)


def merged(scene, head, number):
    """Merges a request without a fast forward."""
    git(scene.work, "checkout", "--quiet", "-B", "merge", "origin/main" if scene.fetched() else "main")
    git(scene.work, "merge", "--quiet", "--no-ff", "--message", "merge", head)
    git(scene.work, "push", "--quiet", "origin", "HEAD:refs/heads/main")
    commit = git(scene.work, "rev-parse", "HEAD")
    scene.forge.runs.merge(number, commit)
    return commit


def gitlab_has_its_note_its_apply_and_its_issue(scene):
    pipelines = Pipelines(scene)
    jobs = pipelines.run("push", scene.head)
    check(set(jobs) == {"reviewed", "plan-tip", "apply", "report"} and jobs["apply"].code == 0, jobs["apply"].log)
    head, jobs = proposed(scene, pipelines, RAISE, 5)
    check(set(jobs) == {"validate", "plan", "note"}, list(jobs))
    check(all(job.code == 0 for job in jobs.values()), jobs["plan"].log + jobs["note"].log)
    check(len(scene.comments()) == 1 and "uma@acme.com" in scene.comments()[0], scene.comments())
    check("CANARY" not in "".join(job.log for job in jobs.values()))
    check("BYLAWS_PLAN_KEY" not in jobs["validate"].env and "BYLAWS_PLAN_KEY" not in jobs["note"].env)
    jobs = pipelines.run("push", merged(scene, head, 5))
    check(jobs["apply"].code == 0 and role_of(scene, "uma") == "developer", jobs["reviewed"].log + jobs["apply"].log)
    check("bylaws-out/journal.jsonl" in jobs["apply"].files, list(jobs["apply"].files))
    check("BYLAWS_NOTE_TOKEN" not in jobs["apply"].env and "BYLAWS_APPLY_KEY" not in jobs["reviewed"].env)
    check(jobs["report"].code == 0 and len(scene.comments()) == 2, jobs["report"].log)
    check(scene.comments()[1].startswith("<!-- bylaws:apply"), scene.comments())
    check(scene.forge.runs.leaked == [], "storage sees no token")

    tip = git(scene.origin, "rev-parse", "main")
    jobs = pipelines.run("schedule", tip)
    check(set(jobs) == {"drift", "drift-issue"} and jobs["drift"].dotenv["BYLAWS_DRIFT"] == "false", jobs["drift"].log)
    scene.change_live(lambda state: state["users"][2].update(role="developer"))
    jobs = pipelines.run("schedule", tip)
    check(jobs["drift-issue"].code == 0 and len(scene.comments(0)) == 1, jobs["drift-issue"].log)
    jobs = pipelines.run("schedule", tip, BYLAWS_NIGHTLY="apply")
    check(jobs["apply"].code == 0 and role_of(scene, "eve") == "developer", "drift is held at night\n" + jobs["apply"].log)
    check("1 held back" in jobs["apply"].log, jobs["apply"].log)
    kept = jobs["apply"].files["bylaws-out/journal.jsonl"]
    jobs = pipelines.run("push", tip)
    check(jobs["apply"].code == 0 and role_of(scene, "eve") == "user", "drift needs no review\n" + jobs["apply"].log)
    check(jobs["apply"].files["bylaws-out/journal.jsonl"].startswith(kept), "each run continues the journal")


def a_branch_that_lacks_commits_of_its_target_is_not_planned(scene):
    pipelines = Pipelines(scene)
    old = scene.head
    RAISE(scene)
    scene.commit()
    git(scene.work, "push", "--quiet", "origin", f"{old}:refs/heads/old")
    jobs = pipelines.run("merge_request_event", old, request=5)
    check(jobs["plan"].code == 1 and "lacks commits of its target" in jobs["plan"].log, jobs["plan"].log)
    check(jobs["note"].code == 0 and "lacks commits of its target" in scene.comments()[0], scene.comments())


def a_schedule_of_another_branch_gets_no_job(scene):
    pipelines = Pipelines(scene)
    for nightly in ("drift", "apply"):
        for source in ("schedule", "web", "api", "trigger", "push"):
            jobs = pipelines.run(source, scene.head, branch="topic", BYLAWS_NIGHTLY=nightly)
            check(jobs == {}, (source, nightly, list(jobs)))
    for source in ("web", "api", "trigger", "pipeline"):
        check(pipelines.run(source, scene.head) == {}, source)


def where_bylaws_comes_from_is_no_variable(scene):
    pipelines = Pipelines(scene)
    for name in ("BYLAWS_SOURCE", "BYLAWS_REF", "BYLAWS_BIN", "BYLAWS_ROOT", "BYLAWS_OUT", "BYLAWS_ENV_FILE", "BYLAWS_BASE"):
        elsewhere = scene.folder / "elsewhere"
        jobs = pipelines.run("schedule", scene.head, **{name: str(elsewhere)})
        check(jobs["drift"].code == 0 and not elsewhere.exists(), (name, jobs["drift"].log))


def what_was_not_reviewed_waits_on_gitlab(scene):
    pipelines = Pipelines(scene)
    # Without a baseline nothing counts as reviewed.
    head, _ = proposed(scene, pipelines, RAISE, 5)
    jobs = pipelines.run("push", merged(scene, head, 5))
    check(jobs["apply"].code == 6 and scene.writes() == [], jobs["apply"].log)
    check("report" in jobs and "apply-approved" not in jobs, list(jobs))
    jobs = pipelines.run("push", git(scene.origin, "rev-parse", "main"), approve=True)
    check(jobs["apply-approved"].code == 0 and role_of(scene, "uma") == "developer", jobs["apply-approved"].log)
    # A direct push.
    git(scene.work, "checkout", "--quiet", "-B", "direct", "origin/main" if scene.fetched() else "main")
    edit("eve@acme.com: user", "eve@acme.com: developer")(scene)
    scene.commit()
    scene.writes()
    jobs = pipelines.run("push", git(scene.origin, "rev-parse", "main"))
    check(jobs["apply"].code == 6 and scene.writes() == [], jobs["apply"].log)
    # A deployment that somebody created through the API moves no baseline.
    tip = git(scene.origin, "rev-parse", "main")
    scene.forge.runs.deployments.append({"id": 10**6, "environment": "bylaws-apply", "ref": "main", "sha": tip, "status": "success", "deployable": None})
    jobs = pipelines.run("push", tip)
    check(jobs["apply"].code == 6 and scene.writes() == [], jobs["apply"].log)
    # An approval is of one plan: nothing else is sent.
    jobs = pipelines.run("push", tip, approve=True)
    check(jobs["apply-approved"].code == 0 and len(scene.writes()) == 1, jobs["apply-approved"].log)
    # Nothing waits: nothing can be approved.
    jobs = pipelines.run("push", tip, approve=True)
    check(jobs["apply"].code == 0 and jobs["apply-approved"].code != 0 and scene.writes() == [], jobs["apply-approved"].log)


def a_plan_that_the_commit_holds_is_not_a_reviewed_one(scene):
    pipelines = Pipelines(scene)
    pipelines.run("push", scene.head)
    head, jobs = proposed(scene, pipelines, RAISE, 5)
    plan = jobs["plan"].files["bylaws-out/plan.json"]
    git(scene.work, "checkout", "--quiet", "-B", "direct", "origin/main")
    RAISE(scene)
    for name in ("bylaws-out/reviewed/5.json", "reviewed/5.json", "bylaws-out/plan.json", "results/reviewed/5.json"):
        scene.write(name, plan)
    scene.write("bylaws-out/job.env", f"BYLAWS_BASELINE={head}\n")
    tip = scene.commit()
    jobs = pipelines.run("push", tip)
    check(jobs["apply"].code == 6 and scene.writes() == [], jobs["apply"].log)


def only_the_projects_own_plan_from_before_the_merge_counts(scene):
    pipelines, runs = Pipelines(scene), scene.forge.runs
    pipelines.run("push", scene.head)
    head, _ = proposed(scene, pipelines, RAISE, 5)
    real, tip = runs.runs[-1], merged(scene, head, 5)
    runs.runs.remove(real)

    def waits(why, pull=(), **changed):
        run, before = {**real, **changed}, dict(runs.pulls[5])
        runs.runs.append(run)
        runs.pulls[5].update(pull)
        jobs = pipelines.run("push", tip)
        check(jobs["apply"].code == 6 and scene.writes() == [], (why, jobs["reviewed"].log + jobs["apply"].log))
        runs.runs.remove(run)
        runs.pulls[5] = before

    late = [{**job, "finished_at": runs.time()} for job in real["jobs"]]
    for why, changed in (
        ("a pipeline for a push", {"source": "push"}),
        ("started by hand", {"source": "web"}),
        ("a pipeline of a fork", {"project_id": 66}),
        ("a pipeline that failed", {"status": "failed"}),
        ("planned again after the merge", {"jobs": late}),
        ("another job", {"jobs": [{**job, "name": "validate"} for job in real["jobs"]]}),
        ("an older commit of the branch", {"sha": "0" * 40}),
        ("another request", {"iid": 6}),
        ("a request of a fork", {"pull": {"source_project_id": 66}}),
        ("a request to another branch", {"pull": {"target_branch": "evil"}}),
        ("a request that was closed", {"pull": {"state": "closed"}}),
        ("a request that this commit does not merge", {"pull": {"merge_commit_sha": "0" * 40}}),
    ):
        waits(why, **changed)
    # A pipeline of the merged result is one of a merge of the head.
    runs.parents["1" * 40] = [scene.head, head]
    runs.runs.append({**real, "sha": "1" * 40})
    jobs = pipelines.run("push", tip)
    check(jobs["apply"].code == 0 and role_of(scene, "uma") == "developer", jobs["reviewed"].log + jobs["apply"].log)
