"""Stories of many organizations in one repository, on a runner that keeps keys, guards and state."""

from pipelines import Pipelines
from world import ACME, FILES, KEY, LIVE, check, commands_of_others, edit, role_of, shell

GLOBEX = ACME.replace("6a1f", "7b20")
EVENT = {"repository": {"default_branch": "main"}}


def runner_of_two(scene):
    """A repository with the files of two organizations, and a runner that has their keys. Returns the other service."""
    globex = scene.service({**LIVE, "organization": {"id": GLOBEX, "name": "Globex"}})
    scene.write("globex/bylaws.yaml", FILES.replace(ACME, GLOBEX))
    scene.head = scene.commit()
    etc = scene.folder / "etc"
    (etc / "keys").mkdir(parents=True)
    for name in ("acme", "globex"):
        (etc / "keys" / name).write_text(KEY)
        (etc / "keys" / name).chmod(0o600)
    (etc / "guards.yaml").write_text("bylaws: 1\nguards: {}\n")
    lines = [f"bylaws-controller: 1\nstate: {scene.folder}/state\norganizations:\n"]
    for name, path, api in (("acme", "bylaws", scene.api), ("globex", "globex", globex)):
        lines.append(
            f"  {name}:\n    source: {{git: \"{scene.origin}\", path: {path}}}\n    credential_file: keys/{name}\n"
            f"    guards: guards.yaml\n    mode: apply\n    api_url: {api}\n"
        )
    (etc / "controller.yaml").write_text("".join(lines))
    return globex


def hidden(log):
    check("CANARY" not in log, log)
    check(commands_of_others(log) == [], log)


def a_broken_organization_makes_the_run_red_and_stops_no_other(scene):
    globex = runner_of_two(scene)

    def run(event="push", branch="main"):
        jobs = scene.runner.workflow("organizations.yml", event, EVENT, ref=branch, sha=scene.head)
        return jobs["organizations"]

    job = run()
    check(job.green and job.log.count("InSync") >= 2, job.log)
    check(all(step.name != "checkout" for step in job.steps), "nothing is checked out")
    text = FILES.replace(ACME, GLOBEX).replace("uma@acme.com: user", "uma@acme.com: developer")
    scene.write("globex/bylaws.yaml", text)
    scene.head = scene.commit(FILES.replace("eve@acme.com: user", "eve@acme.com: usr"))
    job = run("schedule")
    step = job.steps[-1]
    check(step.code == 4 and step.outputs["exit-code"] == "4", step.log)
    check(role_of(scene, "uma", globex) == "developer" and role_of(scene, "uma") == "user", step.log)
    check("    acme " in step.summary and "InvalidFiles" in step.summary and "Applied" in step.summary, step.summary)
    hidden(step.log)
    # Drift waits for a person, and is no failure.
    scene.head = scene.commit(FILES)
    scene.change_live(lambda state: state["users"][-1].update(role="billing"))
    job = run()
    check(job.green and "approve: bylaws controller approve acme " in job.steps[-1].summary, job.log)
    check(role_of(scene, "uma") == "billing")
    check(not run(branch="topic").ran, "another branch gets no job")


def the_state_and_the_guards_of_a_runner_hold_from_run_to_run(scene):
    runner_of_two(scene)
    pipelines = Pipelines(scene, "organizations.gitlab-ci.yml")
    check(pipelines.run("merge_request_event", scene.head, request=5) == {}, "a merge request gets no job")
    check(pipelines.run("push", scene.head, branch="topic") == {}, "another branch gets no job")
    job = pipelines.run("push", scene.head)["organizations"]
    check(job.code == 0 and job.log.count("InSync") >= 2, job.log)
    edit("  ivy@acme.com: user\n", "")(scene)
    job = pipelines.run("schedule", scene.commit())["organizations"]
    check(job.code == 0 and "Applied" in job.log, job.log)
    # The guard allows one loss of access in 24 hours; the first run used it.
    edit("  hal@acme.com: user\n", "")(scene)
    job = pipelines.run("push", scene.commit())["organizations"]
    check(job.code == 3 and "GuardRefused" in job.log and "24 hours" in job.log, job.log)
    check(role_of(scene, "hal") == "user" and not job.files, job.log)
    hidden(job.log)


def a_configuration_in_a_checkout_is_refused(scene):
    runner_of_two(scene)
    (scene.work / "controller.yaml").write_text((scene.folder / "etc/controller.yaml").read_text())
    ran = shell(scene, f"exec {scene.repo}/ci/organizations.sh controller.yaml", scene.work)
    check(ran.returncode == 1 and "the configuration 'controller.yaml' is in the checkout" in ran.stderr, ran)
    check(scene.control("GET", "ledger") == [] and not (scene.folder / "state").exists(), ran)
