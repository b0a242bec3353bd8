"""Runs the recipes' own steps in random hostile checkouts. Nothing of a checkout may run, nothing outside the folders
for results may be written, and no credential may be shown.

    hostile_checkouts.py REPOSITORY BYLAWS [COUNT [SEED]]
"""

import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import time

from checkouts import decorate, decorate_more, put
from pipelines import Finished, Pipelines
from runner import git
from world import FILES, KEY, Scene

SECRETS = (KEY, "glpat-CANARY", "job-CANARY", "ghs-CANARY", "identity-CANARY")
# A cargo that looks for its settings as the real one does, and runs what they name.
CARGO = """#!/bin/sh
at=$PWD
while :; do
    for file in "$at/.cargo/config.toml" "$at/.cargo/config" "$at/rust-toolchain.toml" "$at/rust-toolchain"; do
        if [ -e "$file" ] || [ -L "$file" ]; then echo "cargo read $file" >> {ran}; fi
    done
    [ -n "$at" ] || break
    at=${{at%/*}}
done
while [ "$1" != --root ]; do shift; done
mkdir -p "$2/bin" && ln -s {bylaws} "$2/bin/bylaws"
"""
# What a careless recipe does. It must be caught, or the checks prove nothing.
CARELESS = """cd "$1"; PATH=$PWD/bin:.:$PATH; mkdir -p bylaws-out; git status > bylaws-out/log.txt; cat bylaws.yaml > plan.md
ci/plan.sh; cargo install --root tmp; cat live.json > bylaws-out/plan.json"""


def state(folder):
    """Everything in a folder: names, kinds, contents."""
    found = {}
    for at, folders, files in os.walk(os.fsencode(folder)):
        if at == os.fsencode(folder) and b".git" in folders:
            folders.remove(b".git")
        for name in folders + files:
            path = os.path.join(at, name)
            if os.path.islink(path):
                found[path] = os.readlink(path)
            elif os.path.isfile(path):
                with open(path, "rb") as file:
                    found[path] = hashlib.sha256(file.read()).hexdigest()
            else:
                found[path] = "folder or pipe"
    return found


def put_back(project):
    """The files that are managed and the guards, as the default branch has them."""
    for name in ("bylaws", "bylaws.yaml", "guards.yaml"):
        path = project / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    git(project, "checkout", "--quiet", "origin/main", "--", "bylaws", "guards.yaml")


class Place:
    """One worker: an organization, a project on the forge, and a folder for each case."""

    def __init__(self, repo, bylaws, folder):
        self.scene = Scene(repo, bylaws, folder)
        self.pipelines = Pipelines(self.scene)
        # What the job `reviewed` hands to `apply`.
        self.reviewed = Finished(0, "", {"bylaws-out/job.env": ""}, {"BYLAWS_BASELINE": self.scene.head}, {}, None)
        self.ended, self.wrong = collections.Counter(), []

    def case(self, seed):
        """What went wrong, and what was run."""
        chance = random.Random(seed)
        self.folder = self.scene.folder / "case"
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in ("project", "precious", "outside", "tmp", "tools", "home"):
            (self.folder / name).mkdir(parents=True)
        self.project, self.ran = self.folder / "project", self.folder / "canary.ran"
        canary = self.folder / "canary"
        canary.write_text(f'#!/bin/sh\necho "$0 $*" >> {self.ran}\nexit 1\n')
        canary.chmod(0o755)
        (self.folder / "precious/file").write_text("precious\n")
        git(self.folder, "clone", "--quiet", str(self.scene.origin), "project")
        planted = decorate(chance, str(self.project), str(canary), str(self.folder / "precious"), str(self.folder / "outside"))
        if chance.random() < 0.7:
            # Files without problems, so that the steps get to their end.
            put_back(self.project)
        elif not any((self.project / name).exists() or (self.project / name).is_symlink() for name in ("bylaws", "bylaws.yaml")):
            put(str(self.project), "bylaws.yaml", FILES)
        recipe = chance.choice([self.gitlab, self.gitlab, self.action, self.action, self.shell, self.build, self.careless])
        if recipe in (self.action, self.shell, self.build):
            planted.append(decorate_more(chance, str(self.project), str(canary)))
        before = {name: state(self.folder / name) for name in ("project", "precious", "outside", "home")}
        self.wrong.clear()
        steps, logs = recipe(chance)
        wrong = [*self.wrong]
        if self.ran.exists():
            wrong.append("ran " + self.ran.read_text(errors="replace").splitlines()[0])
        for name, known in before.items():
            now = state(self.folder / name)
            wrong += [f"wrote {path!r}" for path in sorted(set(known) | set(now)) if known.get(path) != now.get(path)]
        wrong += [f"shows {secret[:8]}…" for secret in SECRETS for log in logs if secret.encode() in log]
        for job in self.folder.glob("jobs/*"):
            wrong += [f"left {path}" for path in job.rglob("*") if path.is_symlink() or path.relative_to(job).parts[0] != "bylaws-out"]
        return recipe.__name__, steps, wrong, planted, logs

    def environment(self, chance, root):
        """A runner's, with folders of the checkout on PATH as careless set-ups have them."""
        added = chance.choice(["", "", ".:", ":", f"{root}/bin:", "bin:", f"{root}:", "node_modules/.bin:", f"{root}/.bylaws/bin:"])
        return {
            "PATH": f"{added}{self.scene.runner.bin}:/usr/local/bin:/usr/bin:/bin", "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"), "BYLAWS_API_URL": self.scene.api, "ANTHROPIC_ADMIN_KEY": KEY, "GIT_CONFIG_NOSYSTEM": "1",
            "GITHUB_TOKEN": "ghs-CANARY", "BYLAWS_PATH": chance.choice(["", "bylaws", "bylaws", "bylaws", "bylaws/", "bylaws.yaml", "sub/bylaws"]),
        }

    def step(self, name, cwd, env, *args):
        ended = subprocess.run(["/bin/sh", f"{self.scene.repo}/ci/{name}.sh", *args] if name != "careless" else ["/bin/sh", "-c", CARELESS, *args],
                               cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        self.ended[name, ended.returncode] += 1
        return ended.stdout + ended.stderr

    def results(self):
        """What the steps left, which people and later jobs read."""
        return [path.read_bytes() for path in (self.folder / "tmp").rglob("*") if path.is_file() and not path.is_symlink()]

    def gitlab(self, chance):
        """The template's jobs, on a commit with all that."""
        git(self.project, "add", "--all", "--force")
        git(self.project, "commit", "--quiet", "--allow-empty", "--message", "change")
        sha, ordinary = git(self.project, "rev-parse", "HEAD"), self.scene.origin
        self.scene.origin = self.project
        git(self.project, "branch", "--quiet", "--force", "topic", "HEAD")
        names = chance.choice([["plan", "note"], ["plan"], ["validate"], ["drift"], ["apply"], ["reviewed"]])
        # Some jobs are for what was merged.
        git(self.project, "update-ref", "refs/heads/main", "origin/main" if names[0] in ("plan", "validate") else sha)
        known = {**self.pipelines.template["variables"], "CI_COMMIT_SHA": sha, "CI_DEFAULT_BRANCH": "main", "CI_PROJECT_ID": "12",
                 "CI_MERGE_REQUEST_IID": "5", "TMPDIR": str(self.folder / "tmp")}
        needs, logs = [self.reviewed] if names == ["apply"] else [], []
        try:
            for name in names:
                done = self.pipelines.job(name, known, needs)
                logs += [done.log.encode(), *(text.encode() for text in done.files.values())]
                needs = [done]
                self.ended[f"gitlab {name}", done.code] += 1
                (self.folder / "jobs").mkdir(exist_ok=True)
                done.folder.rename(self.folder / "jobs" / name)
        finally:
            self.scene.origin = ordinary
        return names, logs

    def action(self, chance):
        """The steps of action.yml, in a workspace that holds the checkout, or in the checkout itself."""
        env = self.environment(chance, self.project)
        env |= {"GITHUB_ACTIONS": "true", "RUNNER_TEMP": str(self.folder / "tmp"), "GITHUB_OUTPUT": str(self.folder / "tools/output"),
                "GITHUB_STEP_SUMMARY": str(self.folder / "tools/summary"), "BYLAWS_ROOT": "project", "GITHUB_REPOSITORY": "acme/org"}
        cwd = self.folder
        if chance.random() < 0.5:
            env["BYLAWS_ROOT"], cwd = ".", self.project
        command = chance.choice(["validate", "plan", "plan", "drift", "apply", "reviewed"])
        more = {"drift": {"BYLAWS_SNAPSHOT": f"{self.folder}/tmp/live.json"}, "apply": {"BYLAWS_AUTO_APPROVE": "true"},
                "plan": {"BYLAWS_BASE": "origin/main"}, "reviewed": {"BYLAWS_BRANCH": "main", "GITHUB_API_URL": self.scene.forge.url,
                "GITHUB_WORKFLOW_REF": "acme/org/.github/workflows/apply.yml@refs/heads/main"}}.get(command, {})
        logs = [self.step(name, cwd, env | more) for name in ("install", command)]
        return ["install", command], logs + self.results() + [path.read_bytes() for path in (self.folder / "tools").iterdir()]

    def shell(self, chance):
        """The steps as another CI calls them, in the checkout; some with results that were put into it by mistake."""
        env = self.environment(chance, self.project)
        out = chance.choice(["", "bylaws-out", "results/", f"{self.project}/tmp", f"{self.folder}/tmp/out"])
        env |= {"BYLAWS_OUT": out, "BYLAWS_ENV_FILE": chance.choice(["", "tip.env", "job.env", f"{self.folder}/tmp/env"]),
                "BYLAWS_SNAPSHOT": chance.choice(["", "live.json", "live/live.json"]), "BYLAWS_GUARDS": chance.choice(["", "guards.yaml"]),
                "BYLAWS": chance.choice(["bylaws", "bylaws", "./bylaws", "bin/bylaws", str(self.scene.runner.bin / "bylaws")]),
                "BYLAWS_COMMENT_FILE": chance.choice(["plan.md", "bylaws-out/plan.md", "results/plan.md"]), "BYLAWS_AUTO_APPROVE": "true",
                "BYLAWS_REVIEWED": chance.choice(["", "reviewed", "bylaws-out/reviewed"]), "GITHUB_API_URL": self.scene.forge.url}
        name = chance.choice(["validate", "plan", "plan", "drift", "apply", "comment"])
        if name == "comment":
            env |= {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/org"}
        return [name], [self.step(name, self.project, env), *self.results(), *(json.dumps(self.scene.forge.posts).encode(),)]

    def build(self, chance):
        """Bylaws built from source, by a cargo that looks around as the real one does."""
        env = self.environment(chance, self.project)
        cargo = self.folder / "tools/cargo"
        cargo.write_text(CARGO.format(ran=self.ran, bylaws=self.scene.bylaws))
        cargo.chmod(0o755)
        env["PATH"] = env["PATH"].replace(str(self.scene.runner.bin), str(cargo.parent))
        # A job with a credential compiles nothing.
        del env["ANTHROPIC_ADMIN_KEY"]
        log = self.step("install", self.project, env)
        if b"bylaws 0." not in log:
            self.wrong.append("did not build")
        return ["build"], [log]

    def careless(self, chance):
        return ["careless"], [self.step("careless", self.project, self.environment(chance, self.project), "careless", str(self.project))]


def by_name(ended):
    names = collections.defaultdict(collections.Counter)
    for (name, code), times in ended.items():
        names[name][code] += times
    return names


def main():
    repo, bylaws = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 500
    seed = sys.argv[4] if len(sys.argv) > 4 else "1"
    began, steps, missed, caught, careless = time.monotonic(), 0, 0, 0, 0
    # Many small files: in memory, if that is possible.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    machine = os.listdir("/")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        free, places = queue.Queue(), []
        for at in range(4):
            home = pathlib.Path(folder, str(at))
            home.mkdir()
            places.append(Place(repo, bylaws, home))
            free.put(places[-1])

        def run(number):
            place = free.get()
            try:
                return place.case(f"{seed}-{number}")
            finally:
                free.put(place)

        try:
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                for number, (recipe, ran, wrong, planted, logs) in enumerate(pool.map(run, range(count))):
                    if recipe == "careless":
                        careless += 1
                        caught += bool(wrong)
                        continue
                    steps += len(ran)
                    if wrong:
                        missed += 1
                        print(f"MISS  case {seed}-{number}, {recipe} {ran}: {wrong[:5]}\n  planted {planted}\n  " +
                              b"\n".join(logs)[:3000].decode(errors="replace").replace("\n", "\n  "), flush=True)
        finally:
            for place in places:
                place.scene.close()
    ended = sum((place.ended for place in places), collections.Counter())
    print("\n".join(f"{name:16} {sum(codes.values()):4}, exit codes {dict(sorted(codes.items()))}" for name, codes in sorted(by_name(ended).items())))
    print(f"a careless script was caught in {caught} of {careless} checkouts")
    print(f"{count} checkouts, {steps} steps in {time.monotonic() - began:.0f}s; {missed} missed")
    assert os.listdir("/") == machine, "the test wrote outside its folder"
    return missed > 0 or (careless > 10 and caught < careless // 2)


if __name__ == "__main__":
    sys.exit(main())
