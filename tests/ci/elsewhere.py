"""Stories beside the forges: a release that is installed, a hook before commits."""

import json
import pathlib
import re
import subprocess
import sys

from runner import git
from world import FILES, check, shell


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
    ran = shell(scene, "install.sh", scene.work, **given, BYLAWS_SHA256=real)
    check(ran.returncode == 0 and ran.stdout.strip().endswith("/bylaws-0.1.0/bylaws"), ran)
    asked = (scene.folder / "asked").read_text()
    check(re.fullmatch(r"https://github.example/acme/bylaws/releases/download/v0.1.0/bylaws-0.1.0-\w+-unknown-linux-musl.tar.gz", asked), asked)
    for wrong in ("0" * 64, "", "x" * 64):
        ran = shell(scene, "install.sh", scene.work, **given, BYLAWS_SHA256=wrong)
        check(ran.returncode == 1 and "checksum" in ran.stderr and wrong in ran.stderr and "v0.1.0" in ran.stderr, ran)
    ran = shell(scene, "install.sh", scene.work, **given, BYLAWS_SHA256="0" * 64)
    check(real in ran.stderr, "both checksums are named")
    ran = shell(scene, "install.sh", scene.work, **(given | {"BYLAWS_VERSION": "v0.1.0"}), BYLAWS_SHA256=real)
    check(ran.returncode == 1 and "'v0.1.0'" in ran.stderr and "write 0.1.0" in ran.stderr, ran)
    ran = shell(scene, "install.sh", scene.work, **(given | {"BYLAWS_VERSION": "../x"}), BYLAWS_SHA256=real)
    check(ran.returncode == 1 and "not a version" in ran.stderr and "../x" in ran.stderr, ran)
    ran = shell(scene, "install.sh", scene.work)
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
