"""Makes random hostile checkouts: programs named like every command of the recipes, links at every path that they read
or write, settings of every tool that looks for some, repositories in the repository, and odd names."""

import os

COMMANDS = """[ bylaws cargo cat chmod command cp curl cut dirname env find gh git git-lfs head jq ls mkdir mktemp mv od printf
    pwd rm rmdir rustc rustup sed sh sha256sum shasum sort tail tar test touch tr true uname unzip wc""".split()
STEPS = ["install", "plan", "validate", "apply", "drift", "comment", "common", "gitlab", "reviewed", "reviewed-gitlab", "reviewed-github"]
# Where somebody could expect programs to be found.
FOLDERS = ["", "bin", ".bin", "node_modules/.bin", ".bylaws/bin", ".bylaws/bin/bin", "bylaws-bin", "bylaws-bin/b", "bylaws-out",
           "target/debug", ".cargo/bin", ".local/bin", "venv/bin", "source", "source/ci", "head/bin"]
RESULTS = ["log.txt", "shown.txt", "annotations.txt", "plan.json", "plan.md", "report.json", "report.md", "journal.jsonl",
           "snapshot.txt", "job.env", "reviewed", "reviewed/5.json", "answers", "answers/header"]
PATHS = [*RESULTS, *(f"bylaws-out/{name}" for name in RESULTS), *(f"results/{name}" for name in RESULTS), "bylaws-out", "results",
         "reviewed", ".bylaws", ".bylaws/guards.yaml", ".bylaws/source", ".bylaws/bin", "bylaws-bin", "bylaws-bin/bylaws.tar.gz",
         "live", "live/live.json", "live.json", "tip.env", "drift.env", "guards.yaml", "bylaws", "bylaws.yaml", "bylaws/more.yaml",
         "bylaws/folder", "source", "checkout", "checkout/bylaws", "target", "tmp", "work", ".git-credentials", "base/guards.yaml"]
NAMES = [b"-rf", b"--help", b"--base=HEAD", b"a\nb", b"\xff\xfe", b"$(touch ran)", b"`touch ran`", b"; touch ran", b"*", b"a b",
         b"::error::x", b"\xe2\x80\xaeyaml", b"bylaws/-x.yaml", b"bylaws/a\nb.yaml", b"bylaws/\xff.yaml", b"bylaws/$(touch ran).yaml",
         b"bylaws/.yaml", b"bylaws/::warning::x.yaml", b"bylaws/--format=json.yaml"]


def is_inside(root, path):
    """Whether a path is in the checkout, whatever links were put there before. Nothing may be written elsewhere: this
    runs on somebody's machine."""
    real, parent = os.path.realpath(os.fsencode(root)), os.path.dirname(path)
    while not os.path.lexists(parent):
        parent = os.path.dirname(parent)
    parent = os.path.realpath(parent)
    return parent == real or parent.startswith(real + b"/")


def put(root, name, text, mode=0o644):
    """Writes a file, unless something that was put before is in its way. Its name, or nothing."""
    path = os.path.join(os.fsencode(root), os.fsencode(name))
    if not is_inside(root, path) or os.path.islink(path) or os.path.isdir(path):
        return None
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        os.chmod(path, mode)
    except OSError:
        return None
    return name


def link(root, name, target):
    """Makes a link, unless a folder is in its way. Targets are in the folder of the case."""
    path = os.path.join(os.fsencode(root), os.fsencode(name))
    if not is_inside(root, path) or os.path.isdir(path) and not os.path.islink(path):
        return None
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.lexists(path):
            os.unlink(path)
        os.symlink(target, path)
    except OSError:
        return None
    return f"{name} -> {target}"


def repository(root, folder, canary):
    """A bare repository as plain files; its configuration, and one that it includes, name programs."""
    settings = (f"[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tfsmonitor = {canary}\n\thooksPath = {root}/hooks\n"
                f"\tpager = {canary}\n\tsshCommand = {canary}\n\teditor = {canary}\n\taskPass = {canary}\n\tgitProxy = {canary}\n"
                f"[diff]\n\texternal = {canary}\n[alias]\n\trev-parse = !{canary}\n[credential]\n\thelper = !{canary}\n"
                f"[filter \"evil\"]\n\tsmudge = {canary}\n\tclean = {canary}\n\tprocess = {canary}\n\trequired = true\n"
                f"[gpg]\n\tprogram = {canary}\n[include]\n\tpath = {root}/{folder}/more\n")
    for name, text in {"HEAD": "ref: refs/heads/main\n", "config": settings, "more": settings, "objects/x": "", "refs/heads/x": "",
                       "hooks/reference-transaction": "", "worktrees/x": ""}.items():
        put(root, f"{folder}/{name}" if folder else name, text)
    return f"repository in {folder or '.'}"


def settings(root, canary, outside):
    """Files in which tools of the recipes look for settings."""
    return {
        ".cargo/config.toml": f'[build]\nrustc-wrapper = "{canary}"\nrustc = "{canary}"\n[target.x86_64-unknown-linux-gnu]\nlinker = "{canary}"\n',
        ".cargo/config": f'[build]\nrustc-wrapper = "{canary}"\n',
        "rust-toolchain.toml": f'[toolchain]\npath = "{root}"\n', "rust-toolchain": "evil\n",
        ".npmrc": f"script-shell={canary}\n", ".curlrc": f'output = "{outside}/curl"\n', "_curlrc": f'output = "{outside}/curl"\n',
        ".wgetrc": f"output_document = {outside}/wget\n", ".gitconfig": f"[core]\n\tfsmonitor = {canary}\n",
        ".gitattributes": "* filter=evil diff=evil merge=evil\n*.yaml filter=lfs diff=lfs\n", ".lfsconfig": "[lfs]\n\turl = http://127.0.0.1:9/\n",
        ".gitmodules": f'[submodule "x"]\n\tpath = x\n\turl = ext::{canary}\n\tupdate = !{canary}\n\tfetchRecurseSubmodules = true\n',
        ".env": f"PATH={root}\nLD_PRELOAD={root}/x.so\n", ".envrc": f"{canary}\n", ".profile": f"{canary}\n", ".bashrc": f"{canary}\n",
        ".bash_profile": f"{canary}\n", ".jq": f'def any: "{canary}";', ".netrc": "default login x password y\n", "ld.so.preload": f"{root}/x.so\n",
        "job.env": "BYLAWS_BASELINE=HEAD\nPATH=.\n", "bylaws-out/job.env": f"BYLAWS_BASELINE=HEAD\nBASH_ENV={canary}\n",
        "action.yml": f"runs: {{using: composite, steps: [{{shell: sh, run: '{canary}'}}]}}\n", "Makefile": f"all:\n\t{canary}\n",
        ".gitlab-ci.yml": f"plan: {{script: ['{canary}']}}\n", "Cargo.toml": '[package]\nname = "x"\nbuild = "build.rs"\n',
        ".pre-commit-config.yaml": f"repos: [{{repo: local, hooks: [{{id: x, entry: '{canary}', language: system}}]}}]\n",
    }


def decorate(random, root, canary, precious, outside):
    """Puts random hostile things into a checkout; what they are."""
    script = f'#!/bin/sh\necho "$0" >> {canary}.ran\nexit 1\n'
    put(root, "hooks/post-checkout", script, 0o755)
    done = []
    for _ in range(random.randint(3, 12)):
        what = random.randrange(8)
        if what <= 1:
            folder, some = random.choice(FOLDERS), random.sample(COMMANDS, random.randint(1, len(COMMANDS)))
            done += [put(root, os.path.join(folder, name), script, 0o755) for name in some]
        elif what == 2:
            folder = random.choice(["ci", "source/ci", ".bylaws/source/ci", "bylaws-out", "head/ci", "base/ci"])
            done += [put(root, f"{folder}/{name}.sh", script, 0o755) for name in STEPS]
        elif what == 3:
            targets = [f"{precious}/file", precious, f"{outside}/new", outside, "/proc/self/environ", "..", ".", "loop", canary]
            done += [link(root, name, random.choice(targets)) for name in random.sample(PATHS, random.randint(1, 20))]
        elif what == 4:
            known = settings(root, canary, outside)
            done += [put(root, name, known[name]) for name in random.sample(sorted(known), random.randint(1, len(known)))]
        elif what == 5:
            done.append(repository(root, random.choice(["", "bylaws", "bylaws/x", "ci", "bylaws-out", "sub"]), canary))
        elif what == 6:
            done += [put(root, name, b"# nothing\n") for name in random.sample(NAMES, random.randint(1, len(NAMES)))]
        else:
            # A folder where a file is expected.
            done += [put(root, f"{name}/file", "x") for name in random.sample(PATHS, random.randint(1, 10))]
    return [name for name in done if name]


def decorate_more(random, root, canary):
    """What no commit can hold, but an unpacked archive can."""
    kind = random.randrange(4)
    if kind == 0:
        return put(root, "bylaws/.git", f"gitdir: {root}/sub\n") and f"{repository(root, 'sub', canary)}, named by bylaws/.git"
    if kind == 1:
        return repository(root, "bylaws/.git", canary)
    if kind == 2:
        path = os.path.join(root, random.choice(["plan.json", "guards.yaml", "job.env"]))
        if not os.path.lexists(path):
            os.mkfifo(path)
            return "a pipe"
    return None
