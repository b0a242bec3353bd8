"""The workflows and steps that users copy, run as a runner runs them, against the emulator and a forge on this
machine. Each story says what stands on the forge, what was sent, what is red, and who saw which secret.

    steps.py REPOSITORY BYLAWS
"""

import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import traceback
import urllib.request

from forge import Forge
from runner import Job, Runner, commands, git, load

ACME = "6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10"
KEY = "sk-ant-admin01-CANARY-plan"
FILES = f"""bylaws: 1
organization:
  id: {ACME}
members:
  ada@acme.com: admin
  dev@acme.com: developer
  eve@acme.com: user
  fay@acme.com: user
  gil@acme.com: user
  hal@acme.com: user
  ivy@acme.com: user
  uma@acme.com: user
unlisted:
  members: remove
"""
LIVE = {
    "organization": {"id": ACME, "name": "Acme"},
    "users": [
        {"id": f"user_{name}", "email": f"{name}@acme.com", "role": {"ada": "admin", "dev": "developer"}.get(name, "user")}
        for name in ("ada", "dev", "eve", "fay", "gil", "hal", "ivy", "uma")
    ],
}
GUARDS = "bylaws: 1\nguards:\n  protect: [member/dev@acme.com]\n"

checks = 0


def check(what, holds=None):
    """One claim; `holds` is shown where it does not."""
    global checks
    checks += 1
    if not what:
        raise AssertionError(holds)


class Scene:
    """A repository with a checkout to work in, an organization, a forge and a runner."""

    def __init__(self, repo, bylaws, folder):
        self.repo, self.bylaws, self.folder = repo, bylaws, pathlib.Path(folder)
        self.origin, self.work = self.folder / "origin", self.folder / "work"
        git(self.folder, "init", "--quiet", "--bare", "--initial-branch", "main", str(self.origin))
        git(self.folder, "init", "--quiet", "--initial-branch", "main", str(self.work))
        git(self.work, "remote", "add", "origin", str(self.origin))
        self.write("guards.yaml", GUARDS)
        self.head = self.commit(FILES)
        seed = self.folder / "seed.json"
        seed.write_text(json.dumps(LIVE))
        self.emulator = subprocess.Popen(
            [bylaws, "emulator", "--seed", str(seed)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            cwd=folder,
        )
        self.api = self.emulator.stdout.readline().strip()
        self.forge = Forge()
        env = {"BYLAWS_API_URL": self.api, "GITHUB_API_URL": self.forge.url}
        self.runner = Runner(repo, folder, self.origin, env, bylaws)
        self.secrets = {"BYLAWS_PLAN_KEY": KEY, "BYLAWS_APPLY_KEY": "sk-ant-admin01-CANARY-apply"}

    def close(self):
        self.emulator.kill()
        self.emulator.wait()
        self.forge.server.shutdown()

    def write(self, name, text):
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def commit(self, text=None, branch="main"):
        """Commits and pushes what is in the work folder, with this as the file."""
        if text is not None:
            self.write("bylaws/bylaws.yaml", text)
        git(self.work, "add", "--all")
        git(self.work, "commit", "--quiet", "--allow-empty", "--message", "change")
        git(self.work, "push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{branch}")
        return git(self.work, "rev-parse", "HEAD")

    def propose(self, change, number=5, branch="topic", fork=False):
        """A pull request: `change` gets the scene on a new branch. Makes the merge that GitHub makes."""
        git(self.work, "checkout", "--quiet", "-B", "proposal", "origin/main" if self.fetched() else "main")
        change(self)
        sha = self.commit(branch="topic-of-somebody")
        git(self.work, "checkout", "--quiet", "-B", "merge", "origin/main")
        git(self.work, "merge", "--quiet", "--no-ff", "--message", "merge", sha)
        git(self.work, "push", "--quiet", "--force", "origin", f"HEAD:refs/pull/{number}/merge")
        merge = git(self.work, "rev-parse", "HEAD")
        where = "mallory/org" if fork else "acme/org"
        event = {
            "action": "opened", "repository": {"default_branch": "main"},
            "pull_request": {
                "number": number, "title": "change $(touch pwned) `touch pwned`; touch pwned",
                "head": {"ref": branch, "sha": sha, "repo": {"full_name": where}},
            },
        }
        return event, merge

    def fetched(self):
        git(self.work, "fetch", "--quiet", "origin")
        return True

    def plan(self, event):
        jobs = self.runner.workflow("pull-request.yml", "pull_request_target", event, self.secrets)
        return jobs["plan"]

    def merge(self, merge, number=5):
        git(self.work, "push", "--quiet", "origin", f"{merge}:refs/heads/main")
        self.forge.merged[merge] = number
        self.head = merge

    def apply(self, event_name="push", variables=None):
        event = {"repository": {"default_branch": "main"}}
        return self.runner.workflow("apply.yml", event_name, event, self.secrets, variables, sha=self.head)

    def drift(self, variables=None):
        event = {"repository": {"default_branch": "main"}}
        return self.runner.workflow("drift.yml", "schedule", event, self.secrets, variables)["drift"]

    def control(self, method, path, value=None):
        data = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(f"{self.api}/_emulator/{path}", data, method=method)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def writes(self):
        """What was written to the organization since the last time this was asked."""
        ledger = self.control("GET", "ledger")
        self.control("DELETE", "ledger")
        entries = ledger if isinstance(ledger, list) else ledger["entries"]
        return [f"{entry['method']} {entry['path']}" for entry in entries if entry["method"] != "GET"]

    def change_live(self, change):
        state = self.control("GET", "state")
        change(state)
        self.control("PUT", "state", state)

    def comments(self, number=5):
        return [post["body"] for post in self.forge.posts.get(number, [])]

    def pwned(self):
        return [str(path) for path in self.folder.rglob("*") if "pwned" == path.name]


def edit(old, new):
    def change(scene):
        text = scene.work.joinpath("bylaws/bylaws.yaml").read_text()
        assert old in text, old
        scene.write("bylaws/bylaws.yaml", text.replace(old, new))
    return change


RAISE = edit("uma@acme.com: user", "uma@acme.com: developer")


def role_of(scene, name):
    return next(user["role"] for user in scene.control("GET", "state")["users"] if user["id"] == f"user_{name}")


def one_comment_from_the_request_to_the_merge_and_after(scene):
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
    check("plan.json" in job.artifacts["bylaws-plan"])
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
    check(jobs["plan"].green and jobs["apply"].green, jobs["apply"].log)
    check(len(scene.writes()) == 2)
    check(len(scene.comments()) == 2 and scene.comments()[1].startswith("<!-- bylaws:apply bylaws -->"), scene.comments())
    kept = jobs["apply"].artifacts["bylaws-journal"]
    check({"journal.jsonl", "report.json"} <= set(kept), kept)
    head = jobs["apply"].step("Run").outputs["journal-head"]
    journal = scene.folder / "journal.jsonl"
    journal.write_text(kept["journal.jsonl"])
    verified = subprocess.run([scene.bylaws, "journal", "verify", str(journal), "--head", head], capture_output=True)
    check(verified.returncode == 0 and head in jobs["apply"].log, verified)

    jobs = scene.apply()
    check(jobs["plan"].green and jobs["plan"].outputs["changes"] == "0", jobs["plan"].log)
    check(not jobs["apply"].ran, "nothing to do")
    check(scene.writes() == [])


def a_comment_that_cannot_be_posted_is_red_and_changes_nothing_else(scene):
    event, merge = scene.propose(RAISE)
    scene.forge.broken = 500
    job = scene.plan(event)
    check(job.step("Run").code == 0 and job.step("Post").code == 1, job.log)
    check(not job.green)
    check(any("was not posted" in line for line in commands(job.step("Post").log)), job.step("Post").log)
    check("plan.json" in job.artifacts["bylaws-plan"])
    scene.merge(merge)
    jobs = scene.apply()
    run = jobs["apply"].step("Run")
    check(run.code == 0 and run.outputs["exit-code"] == "0", "apply is what it was")
    check(jobs["apply"].step("Post").code == 1 and not jobs["apply"].green, "and the comment is seen to be missing")
    check("journal.jsonl" in jobs["apply"].artifacts["bylaws-journal"])
    check(role_of(scene, "uma") == "developer")
    check(scene.comments() == [])


def an_apply_that_fails_is_red_though_its_comment_is_posted(scene):
    event, merge = scene.propose(RAISE)
    scene.merge(merge)
    fault = {"method": "POST", "path": "/v1/organizations/users/*", "every": 1, "then": {"status": 400}}
    scene.control("PUT", "faults", [fault])
    jobs = scene.apply()
    run = jobs["apply"].step("Run")
    check(run.code in (1, 5) and run.outputs["exit-code"] == str(run.code), jobs["apply"].log)
    check(jobs["apply"].step("Post").code == 0 and not jobs["apply"].green)
    check(len(scene.comments()) == 1, scene.comments())
    check("journal.jsonl" in jobs["apply"].artifacts["bylaws-journal"], "the journal is kept all the same")


def what_moved_since_the_approval_is_refused(scene):
    event, merge = scene.propose(RAISE)
    scene.merge(merge)
    # Between the two jobs, somebody waits for an approval and somebody else changes the organization.
    ordinary = scene.runner.run

    def late(job, text, contexts):
        if job.name == "apply":
            scene.change_live(lambda state: state["users"][2].update(role="developer"))
        return ordinary(job, text, contexts)

    scene.runner.run = late
    jobs = scene.apply()
    check(jobs["apply"].step("Run").outputs["exit-code"] == "6", jobs["apply"].log)
    check(scene.writes() == [])
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
    event, merge = scene.propose(RAISE)
    scene.merge(merge)
    old = scene.head
    event, merge = scene.propose(edit("eve@acme.com: user", "eve@acme.com: developer"), number=6)
    scene.merge(merge, 6)
    scene.head = old
    scene.apply()
    check(role_of(scene, "uma") == role_of(scene, "eve") == "developer")


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
    gh.write_text(f'#!/bin/sh\n[ "$2" = list ] && echo 1 && exit\n[ "$2" = download ] && mkdir live && cp {scene.folder}/live.json live/\n')
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
    check(len(found) == 1 and "file=head/bylaws/bylaws.yaml,line=12" in found[0], found)
    check(len(scene.comments()) == 1 and "(exit code 4)" in scene.comments()[0], scene.comments())
    check("    " in scene.comments()[0] and "usr" in scene.comments()[0])


def what_a_guard_refuses_is_red_and_says_so(scene):
    event, _ = scene.propose(edit("  eve@acme.com: user\n  fay@acme.com: user\n  gil@acme.com: user\n  hal@acme.com: user\n", ""))
    job = scene.plan(event)
    check(job.step("Run").outputs["exit-code"] == "3", job.log)
    check(job.step("Run").outputs["refused"] == "true" and not job.green)
    check(job.step("Post").code == 0 and len(scene.comments()) == 1)
    found = [line for line in commands(job.log) if "title=refused by access_loss" in line]
    check(found and "file=head/bylaws/bylaws.yaml,line=" in found[0], job.log)
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
    check(job.green and job.step("Run").outputs["exit-code"] == "3" and len(ours()) == 1, job.log)
    scene.change_live(lambda state: [user.update(role="user") for user in state["users"] if user["id"] not in ("user_ada", "user_dev")])
    job = scene.drift()
    check(job.green and ours()[0]["state"] == "closed", ours())
    check(bait["state"] == "open" and bait["body"].endswith("somebody else's"))
    check(scene.writes() == [], "looking changes nothing")
    scene.control("PUT", "faults", [{"method": "GET", "path": "/v1/organizations/users", "every": 1, "then": {"status": 403}}])
    job = scene.drift()
    check(not job.green and job.step("Post") is None and len(ours()) == 1, "what could not be read is not called drift")


HOSTILE = ["$(touch pwned)", "`touch pwned`", "; touch pwned;", "' ; touch pwned ; '", '" ; touch pwned ; "',
           "a\ntouch pwned\n", "--help", "${IFS}touch${IFS}pwned", "::set-env name=X::y", "x%0A::error::y"]


def commands_of_others(log):
    """The commands in a log that are none of ours."""
    ours = r"::(error|warning|notice) (file=[\w/.]+,line=|title=[^:]+::)"
    return [line for line in commands(log) if not re.match(ours, line)]


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


def a_release_is_held_against_its_checksum(scene):
    release = scene.folder / "release/bylaws-0.1.0"
    (release / "a-completion").mkdir(parents=True)
    (release / "a-completion/bylaws").touch()
    (release / "bylaws").write_text("#!/bin/sh\necho bylaws 0.1.0\n")
    (release / "bylaws").chmod(0o755)
    subprocess.run(["tar", "-czf", "../archive.tar.gz", "bylaws-0.1.0"], cwd=release.parent, check=True)
    archive = scene.folder / "archive.tar.gz"
    real = subprocess.run(["sha256sum", str(archive)], capture_output=True, text=True).stdout.split()[0]
    curl = scene.runner.bin / "curl"
    curl.write_text(f'#!/bin/sh\nwhile [ "$1" != --output ]; do shift; done\ncp {archive} "$2"\nprintf "%s" "$3" > {scene.folder}/asked\n')
    curl.chmod(0o755)
    given = {"BYLAWS_VERSION": "0.1.0", "BYLAWS_RELEASES": "https://github.example/acme/bylaws/releases/download"}
    ran = shell(scene, "install.sh", scene.folder, **given, BYLAWS_SHA256=real)
    check(ran.returncode == 0 and ran.stdout.strip().endswith("bylaws-bin/bylaws-0.1.0/bylaws"), ran)
    asked = (scene.folder / "asked").read_text()
    check(re.fullmatch(r"https://github.example/acme/bylaws/releases/download/v0.1.0/bylaws-0.1.0-\w+-unknown-linux-musl.tar.gz", asked), asked)
    for wrong in ("0" * 64, "", "x" * 64):
        ran = shell(scene, "install.sh", scene.folder, **given, BYLAWS_SHA256=wrong)
        check(ran.returncode == 1 and "checksum" in ran.stderr, ran)
    ran = shell(scene, "install.sh", scene.folder, **(given | {"BYLAWS_VERSION": "../x"}), BYLAWS_SHA256=real)
    check(ran.returncode == 1 and "is no version" in ran.stderr, ran)
    ran = shell(scene, "install.sh", scene.folder)
    check(ran.returncode == 0 and ran.stdout.strip() == str(scene.runner.bin / "bylaws"), ran)


def a_commit_with_problems_does_not_get_past_the_hook(scene):
    hooks, theirs = scene.folder / "hooks", scene.folder / "theirs"
    for folder in (hooks, theirs):
        git(scene.folder, "init", "--quiet", "--initial-branch", "main", str(folder))
    (hooks / ".pre-commit-hooks.yaml").write_text((pathlib.Path(scene.repo) / ".pre-commit-hooks.yaml").read_text())
    git(hooks, "add", "--all")
    git(hooks, "commit", "--quiet", "--message", "hooks")
    rev = git(hooks, "rev-parse", "HEAD")
    hook = {"id": "bylaws-validate", "args": ["bylaws"]}
    config = {"repos": [{"repo": str(hooks), "rev": rev, "hooks": [hook]}]}
    (theirs / ".pre-commit-config.yaml").write_text(json.dumps(config))
    (theirs / "bylaws").mkdir()
    for text, code in ((FILES, 0), (FILES.replace("eve@acme.com: user", "eve@acme.com: usr"), 1)):
        (theirs / "bylaws/bylaws.yaml").write_text(text)
        git(theirs, "add", "--all")
        command = [str(pathlib.Path(sys.executable).parent / "pre-commit"), "run", "--all-files"]
        ran = shell(scene, command, theirs, PRE_COMMIT_HOME=str(scene.folder / "kept"))
        check(ran.returncode == code and ("unknown" in ran.stdout) == (code == 1), ran)


def gitlab_has_its_note_its_apply_and_its_issue(scene):
    template = load(pathlib.Path(scene.repo) / "examples/ci/gitlab/bylaws.gitlab-ci.yml")
    folder = scene.folder / "gitlab"
    git(scene.folder, "clone", "--quiet", str(scene.origin), str(folder))
    (folder / ".bylaws").mkdir()
    (folder / ".bylaws/source").symlink_to(scene.repo)
    env = {
        "GITLAB_CI": "true", "CI": "true", "CI_PROJECT_DIR": str(folder), "CI_DEFAULT_BRANCH": "main", "CI_PROJECT_ID": "12",
        "CI_PIPELINE_URL": "https://gitlab.example/p/1", "CI_API_V4_URL": f"{scene.forge.url}/api/v4", "CI_MERGE_REQUEST_IID": "5",
        "BYLAWS_PLAN_KEY": KEY, "BYLAWS_APPLY_KEY": KEY, "BYLAWS_NOTE_TOKEN": "glpat-CANARY",
    }

    def job(name, **more):
        text = template[name]
        # Fetching and installing Bylaws is left out, and what it leaves is here already; the guards are fetched.
        before = [line for line in template[".bylaws"]["before_script"] if line.startswith("git fetch") or line.startswith("git show")]
        check(len(before) == 2)
        head = git(folder, "rev-parse", "HEAD")
        known = {**template["variables"], **env, "CI_COMMIT_SHA": head, **more}
        # A runner fills variables in variables once.
        known = {key: re.sub(r"\$(\w+)", lambda found: known.get(found[1], ""), value) for key, value in known.items()}
        return shell(scene, "\n".join(["set -e", *before, *text["script"]]), folder, **known)

    RAISE(scene)
    scene.commit(branch="topic")
    git(folder, "fetch", "--quiet")
    git(folder, "checkout", "--quiet", "--detach", "origin/topic")
    ran = job("plan")
    check(ran.returncode == 0, ran)
    ran = job("note")
    check(ran.returncode == 0 and len(scene.comments()) == 1, ran)
    check("uma@acme.com" in scene.comments()[0] and "CANARY" not in ran.stdout + ran.stderr)
    git(folder, "push", "--quiet", "origin", "HEAD:refs/heads/main")
    ran = job("plan-tip")
    check(ran.returncode == 0, ran)
    dotenv = dict(line.split("=", 1) for line in (folder / "tip.env").read_text().splitlines())
    check(dotenv["BYLAWS_CHANGES"] == "1", dotenv)
    ran = job("apply", **(dotenv | {"BYLAWS_FINGERPRINT": ""}))
    check(ran.returncode != 0 and scene.writes() == [], "no fingerprint, no apply")
    ran = job("apply", **dotenv)
    check(ran.returncode == 0 and role_of(scene, "uma") == "developer", ran)
    scene.forge.merged[git(folder, "rev-parse", "HEAD")] = 5
    ran = job("report")
    check(ran.returncode == 0 and len(scene.comments()) == 2 and scene.comments()[1].startswith("<!-- bylaws:apply"), ran)
    ran = job("drift")
    check(ran.returncode == 0, ran)
    dotenv = dict(line.split("=", 1) for line in (folder / "drift.env").read_text().splitlines())
    check(dotenv["BYLAWS_DRIFT"] == "false", dotenv)
    scene.change_live(lambda state: state["users"][2].update(role="developer"))
    (folder / "drift.env").unlink()
    job("drift")
    dotenv = dict(line.split("=", 1) for line in (folder / "drift.env").read_text().splitlines())
    ran = job("drift-issue", **dotenv)
    check(ran.returncode == 0 and len(scene.comments(0)) == 1, ran)
    # A branch that lacks commits of its target would seem to undo them.
    git(folder, "checkout", "--quiet", "--detach", "HEAD~1")
    ran = job("plan")
    check(ran.returncode == 1 and "lacks commits of its target" in ran.stderr, ran)


def shell(scene, script, folder, **env):
    """One of the steps, some lines of shell, or a command, outside of any forge."""
    full = {"PATH": f"{scene.runner.bin}:/usr/local/bin:/usr/bin:/bin", "HOME": str(scene.folder), "BYLAWS_API_URL": scene.api,
            "ANTHROPIC_ADMIN_KEY": KEY, "BYLAWS_PATH": "bylaws", **env}
    if isinstance(script, list):
        return subprocess.run(script, cwd=folder, env=full, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    line = [f"{scene.repo}/ci/{script}"] if script.endswith(".sh") and "\n" not in script else ["sh", "-c", script]
    return subprocess.run(line, cwd=folder, env=full, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)


STORIES = [value for value in list(globals().values()) if callable(value) and getattr(value, "__code__", None)
           and value.__code__.co_varnames[:1] == ("scene",) and value.__code__.co_argcount == 1
           and value is not RAISE]


def main():
    repo, bylaws = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
    wanted = [story for story in STORIES if not sys.argv[3:] or any(word in story.__name__ for word in sys.argv[3:])]

    def tell(story):
        """What went wrong, or nothing."""
        with tempfile.TemporaryDirectory() as folder:
            scene = Scene(repo, bylaws, folder)
            try:
                story(scene)
            except Exception:
                return traceback.format_exc()
            finally:
                scene.close()

    missed = 0
    # Each story has a folder, an organization and a forge of its own.
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for story, wrong in zip(wanted, pool.map(tell, wanted)):
            missed += wrong is not None
            print(f"{'MISS ' if wrong else 'ok   '} {story.__name__.replace('_', ' ')}\n{wrong or ''}".rstrip(), flush=True)
    print(f"{len(wanted)} stories, {checks} checks; {missed} missed")
    return missed > 0


if __name__ == "__main__":
    sys.exit(main())
