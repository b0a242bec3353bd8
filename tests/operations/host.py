"""A host with a running controller, and an organization on an emulator of its own for each state that an alert is for.

If the machine allows it, the controller runs as in its container: a root that is read-only except for the state folder,
another user, no capabilities.
"""

import json
import os
import pathlib
import queue
import re
import subprocess
import threading
import time
import urllib.request

KEY = "sk-ant-admin01-CANARY-operations"
PEOPLE = ["ada", "bob", "cyd", "dev", "eve", "fay", "gil", "hal"]
# What is different in the configuration of an organization.
LINES = {"planned": "mode: plan"}
NAMES = ["failing", "held", "near", "partial", "planned", "refused", "suspended", "sync"]


# The user of the container.
USER = 65532
# $1 is the state folder, the rest is the command.
CONFINE = f"""
set -e
mount --bind "$1" "$1"
mount -o remount,bind,ro /
shift
exec setpriv --reuid {USER} --regid {USER} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"
"""


def identity(name):
    return f"6a1f0c7e-0b1d-4e8e-9a55-{NAMES.index(name):012}"


def live(name):
    """The organization on the service."""
    role = {"ada": "admin"}
    return {
        "organization": {"id": identity(name), "name": "Acme"},
        "users": [{"id": f"user_{one}", "email": f"{one}@acme.com", "role": role.get(one, "user")} for one in PEOPLE],
        # One more than in the files.
        "workspaces": [{"id": "wrkspc_lab", "name": "laboratory"}, {"id": "wrkspc_old", "name": "attic"}],
        "workspace_members": [
            {"workspace_id": "wrkspc_lab", "user_id": "user_eve", "workspace_role": "workspace_developer"},
        ],
        "api_keys": [{"id": "apikey_build", "name": "build-key", "workspace_id": "wrkspc_lab"}],
    }


def files(name):
    """The files that ask for exactly that."""
    lines = [f"bylaws: 1\norganization: {{id: {identity(name)}}}\nmembers:\n  ada@acme.com: admin\n"]
    lines += [f"  {one}@acme.com: user\n" for one in PEOPLE[1:]]
    lines.append("workspaces:\n  laboratory:\n    members:\n      eve@acme.com: workspace_developer\n")
    lines.append("unlisted: {members: remove}\n")
    if name == "near":
        lines.append("guards: {access_loss: {max: 5, share: 100%}}\n")
    return "".join(lines)


def names_in(text):
    """The people, workspaces, keys and revisions in a text."""
    names = [KEY, "@", "acme", "laboratory", "attic", "wrkspc_", "user_", "apikey_", "build-key"]
    words = re.findall(r"[a-z]+", text)
    people = [one for one in PEOPLE if one in words]
    return [name for name in names if name in text] + people + re.findall(r"[0-9a-f]{7,}", text)


class Host:
    """Starts emulators and controller; `close` ends them."""

    def __init__(self, bylaws, folder):
        self.bylaws, self.folder, self.running = bylaws, pathlib.Path(folder), []
        self.env = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "ops@host.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        self.apis = {name: self.emulator(name) for name in NAMES}
        text = "bylaws-controller: 1\nstate: state\norganizations:\n"
        for name in NAMES:
            self.write(f"remote/{name}/bylaws.yaml", files(name))
            self.write(f"{name}.key", KEY).chmod(0o600)
            text += (
                f"  {name}:\n    source: {{git: \"{self.folder}/remote\", path: {name}}}\n    api_url: {self.apis[name]}\n"
                f"    credential_file: {name}.key\n    {LINES.get(name, 'mode: apply')}\n"
            )
        self.write("controller.yaml", text)
        self.git("init", "--quiet", "--initial-branch", "main", ".")
        self.commit()
        state = self.folder / "state"
        state.mkdir(mode=0o700)
        confined = ["unshare", "--mount", "sh", "-c", CONFINE, "sh", str(state)]
        tried = subprocess.run([*confined, bylaws, "--version"], capture_output=True)
        self.is_confined = tried.returncode == 0
        self.prefix = confined if self.is_confined else []
        if self.is_confined:
            self.folder.chmod(0o755)
            # git reads no repository of another user.
            remote = self.folder / "remote"
            for path in [state, *self.folder.glob("*.key"), remote, *remote.rglob("*")]:
                os.chown(path, USER, USER)
            self.env |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}

    def emulator(self, name):
        seed = self.write(f"{name}.seed.json", json.dumps(live(name)))
        process = subprocess.Popen(
            [self.bylaws, "emulator", "--seed", str(seed)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        self.running.append(process)
        return process.stdout.readline().strip()

    def start(self):
        """Starts the controller, and returns its address."""
        process = subprocess.Popen(
            [*self.prefix, self.bylaws, "controller", "--listen", "127.0.0.1:0"], cwd=self.folder, env=self.env,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        self.running.append(process)
        self.log = queue.Queue()
        threading.Thread(target=lambda: [self.log.put(json.loads(line)) for line in process.stderr], daemon=True).start()
        first = self.log.get(timeout=60)
        assert first["event"] == "listening", first
        return first["address"]

    def close(self):
        for process in reversed(self.running):
            process.kill()
            process.wait()

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def git(self, *args):
        command = ["git", "-C", str(self.folder / "remote"), *args]
        return subprocess.run(command, env=self.env, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self):
        """Commits everything in the remote, and returns the hash."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def edit(self, name, old, new):
        path = self.folder / "remote" / name / "bylaws.yaml"
        text = path.read_text()
        assert old in text, old
        path.write_text(text.replace(old, new))

    def controller(self, *args):
        """Runs `bylaws controller`, and returns what it prints. An operator may be another user: root."""
        command = [self.bylaws, "controller", *args]
        return subprocess.run(command, cwd=self.folder, env=self.env, check=True, capture_output=True, text=True).stdout

    def of_others(self):
        """The files of the state folder that do not belong to the user of the controller."""
        state = self.folder / "state"
        owner = state.stat().st_uid
        yield from (str(path.relative_to(state)) for path in state.rglob("*") if path.stat().st_uid != owner)

    def control(self, name, method, path, value):
        request = urllib.request.Request(f"{self.apis[name]}/_emulator/{path}", json.dumps(value).encode(), method=method)
        urllib.request.urlopen(request).close()

    def rounds(self, expected):
        """Asks for a round of these organizations, and waits until each ended with the expected reason."""
        for name in expected:
            self.controller("run", name)
        left, end = dict(expected), time.monotonic() + 60
        while left:
            try:
                line = self.log.get(timeout=max(0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no round with {left}:\n{self.controller('status')}") from None
            if line["event"] == "round" and left.get(line["organization"]) == line["reason"]:
                del left[line["organization"]]


def break_each(host):
    """Brings each organization into the state of its name. Returns the commit."""
    for one in ("bob", "cyd", "fay", "gil"):
        host.edit("refused", f"  {one}@acme.com: user\n", "")
        host.edit("near", f"  {one}@acme.com: user\n", "")
    for name in ("suspended", "partial", "planned"):
        host.edit(name, "hal@acme.com: user", "hal@acme.com: developer")
    host.edit("partial", "gil@acme.com: user", "gil@acme.com: developer")
    commit = host.commit()
    # Somebody gave Hal a role in the Console.
    state = live("held")
    state["users"][-1]["role"] = "developer"
    host.control("held", "PUT", "state", state)
    throttled = {"status": 429, "headers": {"retry-after": "1"}}
    host.control("held", "PUT", "faults", [{"path": "**", "nth": 1, "then": throttled}])
    host.controller("suspend", "suspended", "--reason", "incident of hal@acme.com")
    host.control("partial", "PUT", "faults", [{"method": "POST", "path": "**/user_hal", "then": {"status": 400}}])
    host.write("failing.key", "sk-ant-api03-CANARY-no-admin-key-000000000000000000000000")
    return commit

