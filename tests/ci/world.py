"""The world of a story: a repository with a checkout to work in, an organization, a forge and a runner."""

import json
import pathlib
import re
import subprocess
import urllib.request

from forge import Forge
from runner import Runner, commands, git

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

PLACES = ("bylaws-plan", "bylaws-drift", "bylaws-apply-reviewed", "bylaws-apply")
WORKFLOWS = dict(zip(PLACES, ("pull-request.yml", "drift.yml", "apply.yml", "apply.yml")))
CHECKED = []


def check(what, holds=None):
    """One claim; `holds` is shown where it does not."""
    CHECKED.append(what)
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
        self.emulators = []
        self.api = self.service(LIVE)
        self.forge = Forge()
        env = {"BYLAWS_API_URL": self.api, "GITHUB_API_URL": self.forge.url}
        self.runner = Runner(repo, folder, self.origin, env, bylaws, self.forge.runs)
        self.runner.identity = self.github_identity
        apply, plan = {"BYLAWS_APPLY_KEY": "sk-ant-admin01-CANARY-apply"}, {"BYLAWS_PLAN_KEY": KEY}
        self.secrets = {"bylaws-plan": plan, "bylaws-drift": plan, "bylaws-apply": apply, "bylaws-apply-reviewed": apply}
        self.keyless = False

    def federate(self):
        """Takes the keys away: rules accept the identity tokens of the forges, one for each environment."""
        def change(state):
            state["service_accounts"] = [{"id": f"svac_{name}", "name": name, "organization_role": "admin"} for name in ("plan", "apply")]
            state["federation_issuers"] = [
                {"id": "fdis_github", "name": "github", "issuer_url": "https://token.actions.githubusercontent.com"},
                {"id": "fdis_gitlab", "name": "gitlab", "issuer_url": "https://gitlab.example"},
            ]
            state["federation_rules"] = [rule(forge, place) for forge in ("github", "gitlab") for place in PLACES]
        self.change_live(change)
        self.keyless, self.secrets = True, {}
        self.runner.variables = {
            place: {"CLAUDE_ORGANIZATION": ACME, "BYLAWS_RULE": rule("github", place)["id"], "BYLAWS_ACCOUNT": account(place)}
            for place in PLACES
        }

    def github_identity(self, environment, workflow):
        """Sets what GitHub says about a job, and returns where the job gets the token."""
        claims = {
            "sub": f"repo:acme@417/org@812:environment:{environment}", "repository_id": "812", "repository_owner_id": "417",
            "workflow_ref": f"acme/org/.github/workflows/{workflow}@refs/heads/main",
        }
        if self.keyless:
            self.control("PUT", "oidc/claims", {"issuer_id": "fdis_github", "claims": claims})
        return f"{self.api}/_emulator/oidc/token?issuer_id=fdis_github&api-version=2.0"

    def identity(self, issuer, claims, audience, lifetime):
        self.control("PUT", "oidc/claims", {"issuer_id": issuer, "claims": claims, "lifetime_seconds": lifetime})
        return self.control("GET", f"oidc/token?issuer_id={issuer}&audience={audience}")["value"]

    def exchanges(self):
        """The rule and the outcome of every exchange so far, oldest first."""
        history = self.control("GET", "federation/history")["data"]
        return [(entry["federation_rule_id"].removeprefix("fdrl_"), entry["reason"] or "allowed") for entry in history]

    def service(self, live):
        """The service of an organization; returns its address."""
        seed = self.folder / f"seed{len(self.emulators)}.json"
        seed.write_text(json.dumps(live))
        self.emulators.append(subprocess.Popen(
            [self.bylaws, "emulator", "--seed", str(seed)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            cwd=self.folder,
        ))
        return self.emulators[-1].stdout.readline().strip()

    def close(self):
        for emulator in self.emulators:
            emulator.kill()
            emulator.wait()
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

    def propose(self, change, number=5, branch="topic", fork=False, base="main"):
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
                "head": {"ref": branch, "sha": sha, "repo": {"full_name": where}}, "base": {"ref": base},
            },
        }
        self.forge.runs.propose(number, sha, base, {"full_name": where})
        return event, merge

    def fetched(self):
        git(self.work, "fetch", "--quiet", "origin")
        return True

    def plan(self, event):
        jobs = self.runner.workflow("pull-request.yml", "pull_request_target", event, self.secrets)
        return jobs["plan"]

    def merge(self, merge, number=5):
        git(self.work, "push", "--quiet", "origin", f"{merge}:refs/heads/main")
        self.forge.runs.merge(number, merge)
        self.head = merge

    def apply(self, event_name="push", variables=None, approve=False):
        event = {"repository": {"default_branch": "main"}}
        return self.runner.workflow("apply.yml", event_name, event, self.secrets, variables, sha=self.head, approve=approve)

    def applied(self):
        """The first apply: everything is as the files say, so this commit becomes the baseline."""
        jobs = self.apply()
        check(jobs["applied"].ran, jobs["apply"].log)

    def drift(self, variables=None):
        event = {"repository": {"default_branch": "main"}}
        return self.runner.workflow("drift.yml", "schedule", event, self.secrets, variables)["drift"]

    def control(self, method, path, value=None, api=None):
        data = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(f"{api or self.api}/_emulator/{path}", data, method=method)
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


def account(place):
    return "svac_apply" if "apply" in place else "svac_plan"


def rule(forge, place):
    """A rule as docs/ci.md has it: one for each environment, and on GitHub for its workflow."""
    name = f"{forge}{place.removeprefix('bylaws').replace('-', '')}"
    if forge == "github":
        claims = {"repository_id": "812", "repository_owner_id": "417",
                  "workflow_ref": f"acme/org/.github/workflows/{WORKFLOWS[place]}@refs/heads/main"}
        subject = f"repo:acme@417/org@812:environment:{place}"
    else:
        claims = {"project_id": "12", "namespace_id": "9", "ref_protected": "true", "environment": place, "environment_protected": "true"}
        subject = "project_path:acme/org:ref_type:branch:ref:main"
    return {"id": f"fdrl_{name}", "name": name, "issuer_id": f"fdis_{forge}", "oauth_scope": "org:admin", "token_lifetime_seconds": 3600,
            "applies_to_all_workspaces": True, "target": {"service_account_id": account(place)},
            "match": {"subject_prefix": subject, "audience": "https://api.anthropic.com", "claims": claims}}


def gitlab_rule(place):
    return {"BYLAWS_RULE": rule("gitlab", place)["id"], "BYLAWS_ACCOUNT": account(place)}


def edit(old, new):
    def change(scene):
        text = scene.work.joinpath("bylaws/bylaws.yaml").read_text()
        assert old in text, old
        scene.write("bylaws/bylaws.yaml", text.replace(old, new))
    return change


RAISE = edit("uma@acme.com: user", "uma@acme.com: developer")


def role_of(scene, name, api=None):
    return next(user["role"] for user in scene.control("GET", "state", api=api)["users"] if user["id"] == f"user_{name}")


def commands_of_others(log):
    """The commands in a log that are none of ours."""
    ours = r"::(error|warning|notice) (file=[\w/.]+,line=|title=[^:]+::)"
    return [line for line in commands(log) if not re.match(ours, line)]


def shell(scene, script, folder, **env):
    """One of the steps, some lines of shell, or a command, outside of any forge."""
    full = {"PATH": f"{scene.runner.bin}:/usr/local/bin:/usr/bin:/bin", "HOME": str(scene.folder), "BYLAWS_API_URL": scene.api,
            "ANTHROPIC_ADMIN_KEY": KEY, "BYLAWS_PATH": "bylaws", **env}
    if isinstance(script, list):
        return subprocess.run(script, cwd=folder, env=full, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    line = [f"{scene.repo}/ci/{script}"] if script.endswith(".sh") and "\n" not in script else ["sh", "-c", script]
    return subprocess.run(line, cwd=folder, env=full, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
