"""GitLab's pipelines and runners, as far as our template uses them: which jobs a pipeline has, which variables each of
them gets, and what it hands on. A job starts in an empty folder with the files of the jobs in its `needs`."""

import pathlib
import re
import shutil
import subprocess

from runner import load
from world import ACME, KEY, gitlab_rule

SECRETS = {"bylaws-plan": {"BYLAWS_PLAN_KEY": KEY}, "bylaws-drift": {"BYLAWS_PLAN_KEY": KEY}, "bylaws-apply": {"BYLAWS_APPLY_KEY": KEY},
           "bylaws-apply-reviewed": {"BYLAWS_APPLY_KEY": KEY}, "bylaws-note": {"BYLAWS_NOTE_TOKEN": "glpat-CANARY"}}
# With federation: no secret but the token that posts.
KEYLESS = {**{environment: gitlab_rule(environment) for environment in ("bylaws-drift", "bylaws-apply-reviewed", "bylaws-apply")},
           "bylaws-note": SECRETS["bylaws-note"]}


class Finished:
    def __init__(self, code, log, files, dotenv, env, folder):
        self.code, self.log, self.files, self.dotenv, self.env, self.folder = code, log, files, dotenv, env, folder


class Pipelines:
    def __init__(self, scene, name="bylaws.gitlab-ci.yml"):
        self.scene, self.count = scene, 0
        self.template = load(pathlib.Path(scene.repo) / "examples/ci/gitlab" / name)
        # What the image holds: this repository's steps, and the program on PATH.
        self.steps = scene.folder / "image/ci"
        self.steps.mkdir(parents=True)
        for step in pathlib.Path(scene.repo, "ci").glob("*.sh"):
            shutil.copy(step, self.steps)
        self.config = scene.folder / "gitconfig"
        self.config.write_text('[protocol "file"]\n\tallow = always\n')

    def text(self, name):
        """A job with what it extends."""
        own = self.template[name]
        if "extends" not in own:
            return own
        names = own["extends"] if isinstance(own["extends"], list) else [own["extends"]]
        base = {key: value for name in names for key, value in self.text(name).items()}
        both = {key: {**base[key], **own[key]} for key in ("variables", "artifacts") if key in base and key in own}
        return {**base, **own, **both}

    def rule(self, job, known):
        """The first rule that holds."""
        side = lambda text: text.strip('"') if text.startswith('"') else known.get(text.lstrip("$"), "")
        for rule in job["rules"]:
            parts = [part.strip().split(" == ") for part in rule["if"].split(" && ")]
            # A variable by itself: it is set.
            if all(side(part[0]) == side(part[1]) if len(part) == 2 else side(part[0]) for part in parts):
                return rule
        return None

    def run(self, source, sha, approve=False, request=None, branch="main", **variables):
        """A pipeline: its jobs by name, those that ran. `variables` are set for all jobs, as in the project."""
        known = {"CI_PIPELINE_SOURCE": source, "CI_COMMIT_SHA": sha, "CI_DEFAULT_BRANCH": "main", "CI_PROJECT_ID": "12",
                 **({"CLAUDE_ORGANIZATION": ACME} if self.scene.keyless else {}),
                 **({"CI_MERGE_REQUEST_IID": str(request), "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "12"} if request
                    else {"CI_COMMIT_BRANCH": branch}), **self.template.get("variables", {}), **variables}
        done = {}
        for name in (name for name, value in self.template.items() if "script" in value or "extends" in value):
            job = self.text(name)
            rule = self.rule(job, known)
            if rule is None or (rule.get("when") == "manual" and not approve):
                continue
            # A job that need not be there is named by a mapping.
            needs = [need["job"] if isinstance(need, dict) else need for need in job.get("needs", [])]
            needs = [need for need in needs if need in done or need in job.get("needs", [])]
            sound = all(need in done and (done[need].code == 0 or done[need].code in self.allowed(need)) for need in needs)
            if not sound and rule.get("when") != "always":
                continue
            done[name] = self.job(name, known, [done[need] for need in needs if need in done])
            if done[name].code == 0:
                self.scene.forge.runs.latest[branch, name] = done[name].files
            environment = job.get("environment")
            if isinstance(environment, str):
                deployed = {"id": self.count, "environment": environment, "ref": branch, "sha": sha,
                            "status": "success" if done[name].code == 0 else "failed"}
                deployed["deployable"] = {"id": 10**9 + self.count, "name": name, "status": deployed["status"], "ref": branch, "tag": False}
                self.scene.forge.runs.kept_files[str(deployed["deployable"]["id"])] = done[name].files
                self.scene.forge.runs.deployments.append(deployed)
        results = {name: "success" if job.code == 0 else "failed" for name, job in done.items()}
        status = "failed" if any(job.code and job.code not in self.allowed(name) for name, job in done.items()) else "success"
        files = {path: text for name in ("plan",) if name in done for path, text in done[name].files.items()}
        self.scene.forge.runs.add("gitlab", source, branch, sha, status, results, {"plan": files}, iid=request, ref=branch)
        return done

    def identity(self, known, environment, audience):
        """The identity token of a job: once, as a variable."""
        branch = known.get("CI_COMMIT_BRANCH", "topic")
        protected = str(branch == "main").lower()
        claims = {"sub": f"project_path:acme/org:ref_type:branch:ref:{branch}", "project_id": "12", "namespace_id": "9",
                  "ref_protected": protected, "environment": environment, "environment_protected": protected}
        return self.scene.identity("fdis_gitlab", claims, audience, 2700)

    def allowed(self, name):
        return self.text(name).get("allow_failure", {}).get("exit_codes", [])

    def job(self, name, known, needs=()):
        """Runs the lines of a job, as the template has them."""
        self.count += 1
        job, folder = self.text(name), self.scene.folder / f"job{self.count}"
        folder.mkdir()
        env = {
            "GITLAB_CI": "true", "CI": "true", "CI_PROJECT_DIR": str(folder), "CI_JOB_TOKEN": "job-CANARY",
            "CI_REPOSITORY_URL": str(self.scene.origin), "CI_PIPELINE_URL": "https://gitlab.example/p/1",
            "CI_API_V4_URL": f"{self.scene.forge.url}/api/v4", "GIT_CONFIG_GLOBAL": str(self.config), "GIT_CONFIG_NOSYSTEM": "1",
            "TMPDIR": str(self.scene.folder), "PATH": f"{self.scene.runner.bin}:/usr/local/bin:/usr/bin:/bin", "HOME": str(self.scene.folder), "BYLAWS_API_URL": self.scene.api,
        }
        environment = job.get("environment", {})
        environment = environment if isinstance(environment, str) else environment.get("name")
        env |= KEYLESS.get(environment, {}) if self.scene.keyless else SECRETS.get(environment, {})
        for token, wanted in job.get("id_tokens", {}).items():
            env[token] = self.identity(known, environment, wanted["aud"]) if self.scene.keyless else "identity-CANARY"
        for need in needs:
            env |= need.dotenv
            for path, text in need.files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text)
        env |= known
        # A runner fills variables in variables once.
        env = {key: re.sub(r"\$(\w+)", lambda found: env.get(found[1], ""), value) for key, value in env.items()}
        script = "\n".join(["set -e", *job.get("before_script", []), *job["script"]])
        script = script.replace("/opt/bylaws/ci", str(self.steps)).replace("/etc/bylaws", str(self.scene.folder / "etc"))
        ended = subprocess.run(["sh", "-c", script], cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        log = (ended.stdout + b"\n" + ended.stderr).decode(errors="replace")
        kept = [path for path in sorted((folder / "bylaws-out").rglob("*")) if path.is_file()]
        files = {str(path.relative_to(folder)): path.read_text(errors="replace") for path in kept}
        dotenv = {}
        if name := job.get("artifacts", {}).get("reports", {}).get("dotenv"):
            dotenv = dict(line.split("=", 1) for line in files.get(name, "").splitlines())
        return Finished(ended.returncode, log, files, dotenv, env, folder)
