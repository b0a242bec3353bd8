"""Stories of names: whatever somebody calls a branch, a path, a person or a workspace is executed nowhere."""

import re

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
