"""Stories of names and of checkouts: no name of a branch, a path, a person or a workspace is executed, and nothing that
a checkout brings is found, run, read as a result or written through."""

import re
import shutil

from checkouts import COMMANDS, FOLDERS, STEPS, put
from pipelines import Pipelines
from runner import Job, git
from world import KEY, RAISE, check, commands_of_others, edit, shell

HOSTILE = ["$(touch pwned)", "`touch pwned`", "; touch pwned;", "' ; touch pwned ; '", '" ; touch pwned ; "',
           "a\ntouch pwned\n", "--help", "${IFS}touch${IFS}pwned", "::set-env name=X::y", "x%0A::error::y"]


def nothing_that_has_a_name_is_executed(scene):
    for text in HOSTILE:
        event, _ = scene.propose(RAISE, branch=text)
        event["pull_request"]["title"] = text
        job = scene.plan(event)
        check(job.green, job.log)
    # Every input of the action, whatever stands in it.
    contexts = lambda: {
        "github": {"event_name": "push", "event": {"pull_request": {"number": 5}}, "repository": "acme/org", "run_id": "1",
                   "ref_name": "main", "ref": "refs/heads/main", "sha": scene.head, "token": "ghs-CANARY",
                   "server_url": "https://github.example", "action_repository": "acme/bylaws"},
        "steps": {}, "success": True, "vars": {}, "secrets": {}, "needs": {},
    }
    ran = 0
    scene.change_live(lambda state: state["users"][3].update(role="developer"))
    for name in scene.runner.action["inputs"]:
        for text in (HOSTILE[ran % 5], HOSTILE[5 + ran % 5]):
            # Each where it is used.
            command = {"issue": "drift", "snapshot": "drift", "expect": "apply"}.get(name, "plan")
            given = {"command": command, "issue": "Drift" if command == "drift" else "", "path": "bylaws", "admin-key": KEY, "comment": "true", name: text}
            job = Job("inputs")
            workspace = scene.folder / f"inputs{ran}"
            ran += 1
            workspace.mkdir()
            git(workspace, "clone", "--quiet", str(scene.origin), ".")
            temp = scene.folder / f"intemp{ran}"
            temp.mkdir()
            scene.runner.place = (workspace, temp)
            inner = contexts() | {"runner": {"temp": str(temp)}}
            scene.runner.use(job, given, inner)
            obeyed = commands_of_others(job.log)
            check(obeyed == [], obeyed)
            check("CANARY" not in job.log, job.log)
    check(scene.pwned() == [], scene.pwned())
    check(any(post["title"] in HOSTILE for post in scene.forge.posts[0]), "what stands in an input does get there")


def names_that_others_chose_are_shown_and_not_obeyed(scene):
    names = ["::error::x", "##[error]y", "a\n::set-output name=a::b", "$(touch pwned)", "/approve", "<!-- bylaws:plan x -->"]

    def change(state):
        for at, name in enumerate(names):
            state["users"].append({"id": f"user_x{at}", "email": f"x{at}@acme.com", "name": name, "role": "user"})
            state["workspaces"].append({"id": f"wrkspc_x{at}", "name": name})
    scene.change_live(change)
    event, merge = scene.propose(edit("unlisted:\n", "workspaces: {lab: {}}\nunlisted:\n"))
    job = scene.plan(event)
    check(job.step("Run").code in (0, 3) and job.step("Post").code == 0, job.log)
    obeyed = commands_of_others(job.log)
    check(obeyed == [], obeyed)
    lines = scene.comments()[0].split("\n")
    check(not [line for line in lines if line.startswith(("::", "##[", "/"))], lines)
    check(scene.pwned() == [])


def a_name_is_never_an_option(scene):
    (scene.work / "broken").mkdir()
    (scene.work / "broken/bylaws.yaml").write_text("nothing: here\n")
    seen = set()
    for name in ("--help", "--format=json", "-h", "--", "-"):
        lines = []
        # A plan, and a comment for want of one: both are found again by the same line.
        for path, code in (("bylaws", 0), ("broken", 4)):
            out = scene.folder / f"out-{len(seen)}-{path}"
            ran = shell(scene, "plan.sh", scene.work, BYLAWS_PATH=path, BYLAWS_NAME=name, BYLAWS_OUT=str(out))
            check(ran.returncode == code, (name, ran))
            lines.append((out / "plan.md").read_text().split("\n")[0])
        check(lines[0] == lines[1] and re.fullmatch("<!-- bylaws:plan \\S+ -->", lines[0]), (name, lines))
        seen.add(lines[0])
    check(len(seen) == 5, seen)


def a_program_in_the_checkout_is_neither_found_nor_run(scene):
    ran = scene.folder / "ran"
    script = f'#!/bin/sh\necho "$0" >> {ran}\nexit 1\n'
    for folder in FOLDERS:
        for name in COMMANDS:
            put(str(scene.work), f"{folder}/{name}".lstrip("/"), script, 0o755)
    for folder in ("ci", "source/ci", ".bylaws/source/ci"):
        for name in STEPS:
            put(str(scene.work), f"{folder}/{name}.sh", script, 0o755)
    head = scene.commit(branch="topic")
    jobs = Pipelines(scene).run("merge_request_event", head, request=5)
    check(jobs["plan"].code == 0 and jobs["note"].code == 0 and not ran.exists(), jobs["plan"].log)
    ours = f"{scene.runner.bin}:/usr/local/bin:/usr/bin:/bin"
    for path in (f".:{ours}", f":{ours}", f"{ours}:", f"bin:{ours}", f"{scene.work}:{scene.work}/bin:{ours}"):
        for step in ("install.sh", "validate.sh", "plan.sh", "drift.sh"):
            done = shell(scene, step, scene.work, PATH=path)
            check(done.returncode == 0 and not ran.exists(), (path, step, done))
    for program in ("./bylaws", "bin/bylaws", str(scene.work / "target/debug/bylaws")):
        done = shell(scene, "plan.sh", scene.work, BYLAWS=program)
        check(done.returncode == 1 and "is in the checkout" in done.stderr and not ran.exists(), done)


def results_in_the_checkout_are_refused(scene):
    precious = scene.folder / "precious"
    precious.write_text("precious")
    (scene.work / "bylaws-out").mkdir()
    for name in ("log.txt", "plan.json", "plan.md", "shown.txt"):
        (scene.work / "bylaws-out" / name).symlink_to(precious)
    (scene.folder / "led").symlink_to(scene.work / "bylaws-out")
    for out in ("bylaws-out", "bylaws-out/", str(scene.work), "new", "../work/new", str(scene.folder / "led")):
        done = shell(scene, "plan.sh", scene.work, BYLAWS_OUT=out)
        check(done.returncode == 1 and "BYLAWS_OUT" in done.stderr, (out, done))
    for name in ("BYLAWS_ENV_FILE", "BYLAWS_SNAPSHOT"):
        done = shell(scene, "drift.sh", scene.work, **{name: "bylaws-out/log.txt"})
        check(done.returncode == 1 and name in done.stderr, done)
    check(precious.read_text() == "precious" and not (scene.work / "new").exists())
    # A plain folder that nobody called a checkout may hold them; nothing there is written through.
    plain = scene.folder / "plain"
    shutil.copytree(scene.work, plain, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    for step in ("plan.sh", "drift.sh"):
        done = shell(scene, step, plain, BYLAWS_OUT="bylaws-out")
        check(done.returncode == 0, done)
        check((plain / "bylaws-out/plan.md").read_text().startswith("<!-- bylaws:plan") and precious.read_text() == "precious")
    done = shell(scene, "plan.sh", plain, BYLAWS_OUT="bylaws-out", BYLAWS_ROOT=".")
    check(done.returncode == 1, "this one was called a checkout")
    # Without one, each run has a private folder of its own.
    folders = {re.search("^results: (.+)$", shell(scene, "validate.sh", scene.work).stderr, re.M)[1] for _ in range(2)}
    check(len(folders) == 2 and not any(str(scene.work) in folder for folder in folders), folders)


def what_is_posted_or_counts_as_reviewed_is_no_file_of_the_checkout(scene):
    (scene.work / "plan.md").symlink_to("/proc/self/environ")
    (scene.folder / "led.md").symlink_to(scene.work / "plan.md")
    known = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/org", "GITHUB_TOKEN": "ghs-CANARY", "GITHUB_API_URL": scene.forge.url}
    for file in ("plan.md", "bylaws/bylaws.yaml", str(scene.folder / "led.md")):
        done = shell(scene, "comment.sh", scene.work, BYLAWS_COMMENT_FILE=file, **known)
        check(done.returncode == 1 and "BYLAWS_COMMENT_FILE" in done.stderr and scene.forge.posts == {}, done)
    (scene.work / "reviewed").mkdir()
    done = shell(scene, "apply.sh", scene.work, BYLAWS_REVIEWED="reviewed", BYLAWS_BASELINE=scene.head)
    check(done.returncode == 1 and "BYLAWS_REVIEWED" in done.stderr and scene.writes() == [], done)
