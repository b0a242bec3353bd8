"""A runner of GitHub Actions, as far as our workflows and action.yml use one: it runs their steps themselves, each
with the environment a runner would set, and nothing else of this machine's."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import uuid

from ruamel.yaml import YAML

from expressions import filled, holds


def load(path):
    # A reader for each document: stories run side by side.
    return YAML(typ="safe").load(pathlib.Path(path).read_text())


class Step:
    def __init__(self, name, code, log, env):
        self.name, self.code, self.log, self.env = name, code, log, env


class Job:
    """A finished job: its steps in order, its outputs and what it uploaded."""

    def __init__(self, name):
        self.name, self.steps, self.outputs, self.artifacts = name, [], {}, {}
        self.ran, self.result = True, "skipped"

    @property
    def green(self):
        return all(step.code == 0 for step in self.steps)

    def step(self, name):
        found = [step for step in self.steps if step.name == name]
        return found[-1] if found else None

    @property
    def log(self):
        return "".join(step.log for step in self.steps)


class Runner:
    def __init__(self, repo, folder, origin, env, bylaws, forge):
        self.forge = forge
        self.repo, self.folder, self.origin = pathlib.Path(repo).resolve(), pathlib.Path(folder), origin
        self.env, self.runs = env, 0
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        (self.bin / "bylaws").symlink_to(bylaws)
        self.action = load(self.repo / "action.yml")
        # What is elsewhere on a runner of a user's own.
        self.elsewhere = {"/opt/bylaws/ci": self.repo / "ci", "/etc/bylaws": self.folder / "etc"}
        # Variables by environment, and where a job with `id-token: write` gets its token.
        self.variables, self.identity = {}, None
        self.sum = self.release(bylaws)

    def release(self, bylaws):
        """A release of Bylaws, and a curl that fetches it. The program writes down which secrets it was started with; the
        checksum is what a user puts where the workflows have zeros."""
        program = self.folder / "release/bylaws-0.1.0/bylaws"
        program.parent.mkdir(parents=True)
        program.write_text(
            '#!/bin/sh\nprintf "%s\\n" "$1${ACTIONS_ID_TOKEN_REQUEST_TOKEN:+ identity}${ANTHROPIC_FEDERATION_RULE_ID:+ rule}'
            f'${{ANTHROPIC_ADMIN_KEY:+ key}}${{GITHUB_TOKEN:+ token}}" >> {self.folder}/started\nexec {bylaws} "$@"\n')
        program.chmod(0o755)
        archive = self.folder / "release.tar.gz"
        subprocess.run(["tar", "-czf", str(archive), "bylaws-0.1.0"], cwd=program.parent.parent, check=True)
        curl = self.bin / "curl"
        curl.write_text(
            '#!/bin/sh\ncase "$*" in *https://github.example/acme/bylaws/releases/*)\n'
            f'while [ "$1" != --output ]; do shift; done\nexec cp {archive} "$2" ;;\nesac\nexec {shutil.which("curl")} "$@"\n')
        curl.chmod(0o755)
        return hashlib.sha256(archive.read_bytes()).hexdigest()

    def started(self):
        """What Bylaws was started as since the last time this was asked, with the secrets that it could see."""
        file = self.folder / "started"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines

    def workflow(self, name, event_name, event, secrets=None, variables=None, ref="main", sha="", approve=False):
        """Runs a workflow of the examples; jobs by their key. A job gets the secrets of its environment; `approve`: what
        the reviewers of `bylaws-apply` say."""
        text = load(self.repo / "examples/ci/github" / name)
        github = {
            "event_name": event_name, "event": event, "repository": "acme/org", "run_id": str(1000 + self.runs),
            "ref_name": ref, "ref": ref if ref.startswith("refs/") else f"refs/heads/{ref}", "sha": sha, "token": "ghs-CANARY-of-the-run",
            "server_url": "https://github.example", "action_repository": "acme/bylaws", "repository": "acme/org",
            "workflow_ref": f"acme/org/.github/workflows/{name}@refs/heads/main",
        }
        jobs = {}
        for key, job in text["jobs"].items():
            needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            environment = job.get("environment", "")
            contexts = {
                "github": github, "secrets": (secrets or {}).get(environment, {}), "vars": {**self.variables.get(environment, {}), **(variables or {})}, "steps": {},
                "oidc": {},
                "success": all(jobs[need].ran and jobs[need].green for need in needs),
                "needs": {need: {"outputs": jobs[need].outputs, "result": jobs[need].result} for need in needs},
            }
            jobs[key] = Job(key)
            jobs[key].ran = False
            if holds(job.get("if"), contexts):
                if environment == "bylaws-apply" and not approve:
                    jobs[key].result = "failure"
                    continue
                jobs[key].ran = True
                if job.get("permissions", {}).get("id-token") == "write":
                    contexts["oidc"] = {"ACTIONS_ID_TOKEN_REQUEST_URL": self.identity(environment, name),
                                        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "runner-CANARY"}
                self.run(jobs[key], job, contexts)
                jobs[key].result = "success" if jobs[key].green else "failure"
        self.finished(name, event_name, event, github, text, jobs)
        return jobs

    def finished(self, name, event_name, event, github, text, jobs):
        """Tells the forge of a run."""
        head = event.get("pull_request", {}).get("head", {"ref": github["ref_name"], "sha": github["sha"]})
        results = {text["jobs"][key].get("name", key): job.result for key, job in jobs.items()}
        conclusion = "failure" if "failure" in results.values() else "success"
        artifacts = {name: files for job in jobs.values() for name, files in job.artifacts.items()}
        self.forge.add(name, event_name, head["ref"], head["sha"], conclusion, results, artifacts)

    def run(self, job, text, contexts):
        self.runs += 1
        workspace = self.folder / f"work{self.runs}"
        temp = self.folder / f"temp{self.runs}"
        workspace.mkdir()
        temp.mkdir()
        contexts["runner"] = {"temp": str(temp)}
        self.place = (workspace, temp)
        for step in text["steps"]:
            if not holds(step.get("if"), contexts):
                continue
            given = {key: filled(value, contexts) for key, value in step.get("with", {}).items()}
            uses = step.get("uses", "")
            if uses.startswith("actions/checkout@"):
                self.checkout(job, given, contexts)
            elif uses.startswith("actions/upload-artifact@"):
                self.upload(job, given, workspace)
            elif uses.startswith("acme/bylaws@"):
                outputs = self.use(job, given, contexts)
                contexts["steps"][step.get("id", "_")] = {"outputs": outputs}
            else:
                env = {key: filled(value, contexts) for key, value in step.get("env", {}).items()}
                self.script(job, step.get("name", "run"), step["run"], env, contexts, filled(step.get("working-directory", "."), contexts))
            contexts["success"] = job.green
        job.outputs = {key: filled(value, contexts) for key, value in text.get("outputs", {}).items()}

    def use(self, job, given, contexts):
        """The steps of action.yml with these inputs; its outputs."""
        unknown = set(given) - set(self.action["inputs"])
        assert not unknown, f"the action has no input {unknown}"
        inner = dict(contexts, steps={}, success=True)
        declared = self.action["inputs"].items()
        if given.get("sha256") == "0" * 64:
            given["sha256"] = self.sum
        inner["inputs"] = {key: given.get(key, filled(value.get("default", ""), contexts)) for key, value in declared}
        for step in self.action["runs"]["steps"]:
            if not holds(step.get("if"), inner):
                continue
            env = {key: filled(value, inner) for key, value in step.get("env", {}).items()}
            env["GITHUB_ACTION_PATH"] = str(self.repo)
            code, outputs = self.script(job, step["name"], step["run"], env, contexts)
            inner["steps"][step.get("id", "_")] = {"outputs": outputs}
            inner["success"] = inner["success"] and code == 0
        return {key: filled(value["value"], inner) for key, value in self.action["outputs"].items()}

    def script(self, job, name, run, env, contexts, folder="."):
        assert "${{" not in run, "expressions never become part of a script"
        workspace, temp = self.place
        files = {key: temp / f"{key}-{uuid.uuid4().hex}" for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.touch()
        event = temp / "event.json"
        event.write_text(json.dumps(contexts["github"]["event"]))
        script = temp / "script.sh"
        for path, real in self.elsewhere.items():
            run = run.replace(path, str(real))
        script.write_text(run)
        pull = contexts["github"]["event"].get("pull_request", {})
        full = {
            "PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin", "HOME": str(temp), "CI": "true", "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": "acme/org", "GITHUB_WORKSPACE": str(workspace), "GITHUB_EVENT_PATH": str(event),
            "GITHUB_EVENT_NAME": contexts["github"]["event_name"], "RUNNER_TEMP": str(temp),
            "GITHUB_HEAD_REF": pull.get("head", {}).get("ref", ""), "GITHUB_SHA": contexts["github"]["sha"],
            "GITHUB_WORKFLOW_REF": contexts["github"].get("workflow_ref", ""), "GITHUB_REF_NAME": contexts["github"]["ref_name"], "GITHUB_SERVER_URL": "https://github.example",
            **{key: str(value) for key, value in files.items()}, **self.env, **contexts.get("oidc", {}), **env,
        }
        ended = subprocess.run(
            ["sh", "-e", str(script)], cwd=workspace / folder, env=full, stdin=subprocess.DEVNULL, capture_output=True, timeout=60
        )
        # A runner reads both as one log.
        log = ended.stdout.decode() + "\n" + ended.stderr.decode()
        step = Step(name, ended.returncode, log, full)
        step.summary = files["GITHUB_STEP_SUMMARY"].read_text()
        step.out = ended.stdout.decode()
        outputs = {}
        for line in files["GITHUB_OUTPUT"].read_text().splitlines():
            key, value = line.split("=", 1)
            outputs[key] = value
        step.outputs = outputs
        job.steps.append(step)
        return ended.returncode, outputs

    def checkout(self, job, given, contexts):
        workspace, temp = self.place
        target = workspace / given.get("path", ".")
        ref = given.get("ref") or contexts["github"].get("checkout") or contexts["github"]["ref"]
        git(workspace, "init", "--quiet", str(target))
        git(target, "remote", "add", "origin", str(self.origin))
        # A branch is fetched as a branch and tracked, as the action does; anything else is a commit by itself.
        branch = ref.removeprefix("refs/heads/")
        depth = given.get("fetch-depth", "1")
        depth = "--no-tags" if depth == "0" else f"--depth={depth}"
        if git(self.origin, "branch", "--list", branch):
            git(target, "fetch", "--quiet", depth, "origin", f"+refs/heads/{branch}:refs/remotes/origin/{branch}")
            git(target, "checkout", "--quiet", "-B", branch, f"refs/remotes/origin/{branch}")
        else:
            git(target, "fetch", "--quiet", depth, "origin", ref)
            git(target, "checkout", "--quiet", "FETCH_HEAD")
        job.steps.append(Step("checkout", 0, "", {}))

    def upload(self, job, given, workspace):
        files = {}
        for line in given["path"].split("\n"):
            file = workspace / line.strip()
            if line.strip() and file.exists():
                files[file.name] = file.read_text()
        missing = not files and given.get("if-no-files-found") != "ignore"
        job.artifacts[given["name"]] = files
        job.steps.append(Step("upload", int(missing), "", {}))


def git(folder, *args):
    env = {
        "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": str(folder),
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "protocol.file.allow", "GIT_CONFIG_VALUE_0": "always",
    }
    for who in ("AUTHOR", "COMMITTER"):
        env |= {f"GIT_{who}_NAME": "Ada", f"GIT_{who}_EMAIL": "ada@acme.com", f"GIT_{who}_DATE": "2026-11-21T09:00:00Z"}
    ended = subprocess.run(["git", *args], cwd=folder, env=env, capture_output=True, text=True)
    assert ended.returncode == 0, f"git {args}: {ended.stderr}"
    return ended.stdout.strip()


def commands(log):
    """The lines of a log that a runner would obey, those between `::stop-commands::` and its end left out."""
    found, stopped = [], None
    for line in log.splitlines():
        line = line.lstrip()
        if stopped:
            stopped = None if line == f"::{stopped}::" else stopped
        elif match := re.match(r"::stop-commands::(.+)", line):
            stopped = match[1]
        elif re.match(r"::|##\[", line):
            found.append(line)
    return found
