"""Stories beside GitHub's workflows: a release that is installed, a hook before commits, GitLab."""

import json
import pathlib
import re
import subprocess
import sys

from runner import git, load
from world import FILES, KEY, RAISE, check, role_of, shell


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
        check(ran.returncode == 1 and "checksum" in ran.stderr and wrong in ran.stderr and "v0.1.0" in ran.stderr, ran)
    ran = shell(scene, "install.sh", scene.folder, **given, BYLAWS_SHA256="0" * 64)
    check(real in ran.stderr, "both checksums are named")
    ran = shell(scene, "install.sh", scene.folder, **(given | {"BYLAWS_VERSION": "v0.1.0"}), BYLAWS_SHA256=real)
    check(ran.returncode == 1 and "'v0.1.0'" in ran.stderr and "write 0.1.0" in ran.stderr, ran)
    ran = shell(scene, "install.sh", scene.folder, **(given | {"BYLAWS_VERSION": "../x"}), BYLAWS_SHA256=real)
    check(ran.returncode == 1 and "not a version" in ran.stderr and "../x" in ran.stderr, ran)
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
    # Only deletions: a file that others need, a file that is itself the problem, all files.
    (theirs / "bylaws/bylaws.yaml").write_text(FILES.replace("members:", "teams:\n  all: [ned@acme.com]\nmembers:", 1))
    (theirs / "bylaws/more.yaml").write_text("members:\n  ned@acme.com: user\n")
    git(theirs, "add", "--all")
    git(theirs, "commit", "--quiet", "--message", "two files")
    for name in ("more.yaml", "bylaws.yaml", "*.yaml"):
        git(theirs, "rm", "--quiet", f"bylaws/{name}")
        command = [str(pathlib.Path(sys.executable).parent / "pre-commit"), "run"]
        ran = shell(scene, command, theirs, PRE_COMMIT_HOME=str(scene.folder / "kept"))
        check(ran.returncode == 1 and "Skipped" not in ran.stdout, (name, ran))
        git(theirs, "reset", "--quiet", "--hard")


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
