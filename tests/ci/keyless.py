"""Stories of jobs without a stored key: they exchange the identity token of the forge, each by the rule of its
environment, and nothing else of the job has a credential."""

from gitlab import merged, proposed
from pipelines import Pipelines
from runner import git
from world import KEY, RAISE, check, role_of, shell

SECRETS = ("CANARY", "sk-ant-", "eyJ")


def quiet(scene, log):
    """No credential is in a log, in a comment or in what the service wrote down."""
    posted = "".join(post["body"] for posts in scene.forge.posts.values() for post in posts)
    for secret in SECRETS:
        check(secret not in log + posted, (secret, log + posted))
    check("eyJ" not in str(scene.control("GET", "ledger")) + str(scene.control("GET", "state")))


def federation_is_for_the_step_that_calls_the_service(scene):
    scene.federate()
    event, _ = scene.propose(RAISE)
    job = scene.plan(event)
    for step in job.steps:
        seen = {name for name in step.env if name.startswith("ANTHROPIC_") and step.env[name]}
        wanted = {"ANTHROPIC_FEDERATION_RULE_ID", "ANTHROPIC_ORGANIZATION_ID", "ANTHROPIC_SERVICE_ACCOUNT_ID"}
        check(seen == (wanted if step.name == "Run" else set()), (step.name, seen))
    # A runner gives the address of identity tokens to every step; only the one that plans passes it on.
    for line in scene.runner.started():
        check("identity" not in line or line.split()[0] in ("plan", "show", "comment") and "token" not in line, line)
    # The installer is told that there is one, and so compiles nothing; also if there is a key instead.
    check(job.step("Install").env["BYLAWS_CREDENTIAL"] == "true", job.step("Install").env)
    scene.runner.variables, scene.secrets = {}, {"bylaws-plan": {"BYLAWS_PLAN_KEY": KEY}}
    check(scene.plan(event).step("Install").env["BYLAWS_CREDENTIAL"] == "true")
    jobs = scene.runner.workflow("forks.yml", "pull_request", event, {}, {}, ref="refs/pull/5/merge")
    check(jobs["validate"].step("Install").env["BYLAWS_CREDENTIAL"] == "false", "the checks may compile")


def a_job_with_a_credential_compiles_nothing(scene):
    tools = scene.folder / "tools"
    tools.mkdir()
    cargo = tools / "cargo"
    cargo.write_text(f'#!/bin/sh\ntouch {scene.folder}/compiled\nexit 1\n')
    cargo.chmod(0o755)
    path = f"{tools}:/usr/local/bin:/usr/bin:/bin"
    for name in ("ANTHROPIC_ADMIN_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_ORG_TOKEN", "ANTHROPIC_IDENTITY_TOKEN",
                 "ANTHROPIC_IDENTITY_TOKEN_FILE", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"):
        done = shell(scene, "install.sh", scene.work, PATH=path, **({"ANTHROPIC_ADMIN_KEY": ""} | {name: "x"}))
        check(done.returncode == 1 and "is not compiled in a job with a credential" in done.stderr, (name, done))
    done = shell(scene, "install.sh", scene.work, PATH=path, ANTHROPIC_ADMIN_KEY="", BYLAWS_CREDENTIAL="true")
    check(done.returncode == 1 and not (scene.folder / "compiled").exists(), done)
    shell(scene, "install.sh", scene.work, PATH=path, ANTHROPIC_ADMIN_KEY="", BYLAWS_CREDENTIAL="false")
    check((scene.folder / "compiled").exists(), "without a credential it is compiled")


def a_snapshot_is_made_first_and_compared_with(scene):
    live = scene.folder / "live.json"
    given = {"BYLAWS_SNAPSHOT": str(live), "BYLAWS_ENV_FILE": str(scene.folder / "env")}
    scene.change_live(lambda state: state["users"][2].update(role="developer"))
    done = shell(scene, "drift.sh", scene.work, **given)
    check(done.returncode == 0 and "BYLAWS_DRIFT=true" in (scene.folder / "env").read_text(), done)
    reads = [entry["path"] for entry in scene.control("GET", "ledger")]
    check(reads.count("/v1/organizations/users") == 1, "the organization is read once")
    done = shell(scene, "drift.sh", scene.work, BYLAWS_LIVE=str(live), **given)
    check(done.returncode == 1 and "BYLAWS_LIVE and BYLAWS_SNAPSHOT" in done.stderr, done)
    scene.control("PUT", "faults", [{"method": "GET", "path": "/v1/organizations/users", "every": 1, "then": {"status": 403}}])
    done = shell(scene, "drift.sh", scene.work, BYLAWS_OUT=str(scene.folder / "out"), **given)
    check(done.returncode == 1 and not live.exists(), done)
    check("(exit code 1)" in (scene.folder / "out/drift.md").read_text(), "an old issue does not stay as it was")


def github_plans_applies_and_looks_for_drift_without_a_key(scene):
    scene.federate()
    scene.applied()
    event, merge = scene.propose(RAISE)
    job = scene.plan(event)
    check(job.green and "uma@acme.com" in scene.comments()[0], job.log)
    log = job.log
    scene.merge(merge)
    jobs = scene.apply()
    check(jobs["apply"].green and role_of(scene, "uma") == "developer", jobs["apply"].log)
    job = scene.drift({"BYLAWS_SNAPSHOT": "true"})
    check(job.green and job.step("Run").outputs["drift"] == "false", job.log)
    log += jobs["apply"].log + job.log
    # Each run is one exchange, by the rule of its environment.
    expected = ["githubapplyreviewed", "githubplan", "githubapplyreviewed", "githubdrift"]
    check(scene.exchanges() == [(name, "allowed") for name in expected], scene.exchanges())
    quiet(scene, log)


def a_rule_is_of_no_use_to_another_environment_or_workflow(scene):
    scene.federate()
    event, _ = scene.propose(RAISE)
    scene.runner.variables["bylaws-plan"] = scene.runner.variables["bylaws-apply"]
    job = scene.plan(event)
    check(not job.green and scene.exchanges() == [("githubapply", "match_subject_prefix")], scene.exchanges())
    scene.runner.variables["bylaws-drift"] = scene.runner.variables["bylaws-plan"]
    check(not scene.drift().green and scene.writes() == ["POST /v1/oauth/token"] * 2, "nothing else was asked")
    quiet(scene, job.log)


def a_key_that_was_left_behind_is_named(scene):
    scene.federate()
    scene.secrets = {"bylaws-plan": {"BYLAWS_PLAN_KEY": KEY}}
    event, _ = scene.propose(RAISE)
    job = scene.plan(event)
    check(not job.green and scene.exchanges() == [], job.log)
    check("ANTHROPIC_ADMIN_KEY" in job.log and "ANTHROPIC_FEDERATION_RULE_ID" in job.log, job.log)
    quiet(scene, job.log)


def gitlab_plans_against_a_snapshot_and_applies_without_a_key(scene):
    scene.federate()
    pipelines = Pipelines(scene)
    head, jobs = proposed(scene, pipelines, RAISE, 5)
    check(jobs["plan"].code == 1 and "there is no snapshot" in scene.comments()[0], jobs["plan"].log)
    check("ANTHROPIC_IDENTITY_TOKEN" not in jobs["plan"].env and scene.exchanges() == [], "a merge request gets none")
    jobs = pipelines.run("push", scene.head)
    check(set(jobs) == {"reviewed", "plan-tip", "apply", "report", "drift"}, list(jobs))
    check(all(job.code == 0 for job in jobs.values()), jobs["apply"].log + jobs["drift"].log)
    expected = ["gitlabdrift", "gitlabapplyreviewed", "gitlabdrift"]
    check(scene.exchanges() == [(name, "allowed") for name in expected], scene.exchanges())
    head, jobs = proposed(scene, pipelines, RAISE, 5)
    check(jobs["plan"].code == 0 and "uma@acme.com" in scene.comments()[0], jobs["plan"].log)
    check(len(scene.exchanges()) == 3 and scene.forge.runs.leaked == [], "the plan asks nobody, storage sees no token")
    log = jobs["plan"].log
    jobs = pipelines.run("push", merged(scene, head, 5))
    check(jobs["apply"].code == 0 and role_of(scene, "uma") == "developer", jobs["reviewed"].log + jobs["apply"].log)
    check("ANTHROPIC_IDENTITY_TOKEN" not in {**jobs["reviewed"].env, **jobs["report"].env})
    jobs = pipelines.run("schedule", git(scene.origin, "rev-parse", "main"))
    check(set(jobs) == {"drift", "drift-issue"} and jobs["drift"].dotenv["BYLAWS_DRIFT"] == "false", jobs["drift"].log)
    quiet(scene, log + "".join(job.log for job in jobs.values()))
