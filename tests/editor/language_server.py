"""What people see in an editor: yaml-language-server on a copy of examples/acme, with our schema.

What is asked stands in questions.py.

Usage: language_server.py ROOT SERVER, where ROOT is the repository and SERVER the server's script.
Prints a table; ends with 1 if anything was not as it should be.
"""

import pathlib
import shutil
import sys
import tempfile

from client import Client
from questions import COMPLETIONS, HERE, HOVERS, MISTAKES, NOT_OFFERED

# All questions together may take so long.
SECONDS = 60
# Who said nothing for so long says nothing more.
QUIET = 10


def changed(text, old, new):
    """`text` with `new` for the only `old`; and the place of the mark, or of the change, in it."""
    assert text.count(old) >= 1, f"{old!r} is not in the example"
    at = text.index(old)
    mark = new.find(HERE)
    place = at + mark if mark >= 0 else at + common(old, new)
    result = text[:at] + new.replace(HERE, "") + text[at + len(old):]
    before = result[:place]
    return result, before.count("\n"), len(before) - (before.rfind("\n") + 1)


def common(one, other):
    """How many characters at the beginning are the same."""
    n = 0
    while n < min(len(one), len(other)) and one[n] == other[n]:
        n += 1
    return n


def shown(value):
    """The text of a documentation or of the contents of a hover."""
    return value if isinstance(value, str) else (value or {}).get("value", "")


class Run:
    """The server, the copies of the example, and what has been found out."""

    def __init__(self, root, server, scene):
        (scene / "schemas").mkdir()
        shutil.copy(root / "schemas/bylaws.schema.json", scene / "schemas")
        self.folder = scene / "examples/acme"
        shutil.copytree(root / "examples/acme", self.folder)
        self.texts = {path.name: path.read_text("utf-8") for path in sorted(self.folder.glob("*.yaml"))}
        self.client = Client(["node", str(server), "--stdio"], scene.as_uri(), SECONDS)
        self.opened = 0
        self.rows = []

    def open(self, text):
        """Opens a document of its own beside the example's files, so that its schema line holds."""
        self.opened += 1
        path = self.folder / f"{self.opened}.yaml"
        path.write_text(text, "utf-8")
        self.client.open(path.as_uri(), text)
        return path.as_uri()

    def row(self, kind, what, fine, found=""):
        self.rows.append((kind, what, fine, found))

    def mistakes(self):
        opened = []
        for what, file, old, new, words in MISTAKES:
            text, line, _ = changed(self.texts[file], old, new)
            opened.append((what, self.open(text), line, words))

        def found(uri, line, words):
            diagnostics = self.client.diagnostics.get(uri, [])
            on_line = [d for d in diagnostics if d["range"]["start"]["line"] == line]
            return any(words in d["message"] for d in on_line)

        self.client.wait_until(lambda: all(found(uri, line, words) for _, uri, line, words in opened), QUIET)
        for what, uri, line, words in opened:
            said = [f"{d['range']['start']['line'] + 1}: {d['message']}" for d in self.client.diagnostics.get(uri, [])]
            fine = found(uri, line, words)
            self.row("mistake", what, fine, said[0] if fine else f"line {line + 1} expected; {said}")

    def clean(self):
        opened = {name: self.open(text) for name, text in self.texts.items()}
        self.client.wait_until(lambda: all(uri in self.client.diagnostics for uri in opened.values()), QUIET)
        self.client.settle(1)
        for name, uri in opened.items():
            said = self.client.diagnostics.get(uri)
            self.row("clean", name, said == [], "" if said == [] else str(said))

    def offered(self, file, old, new):
        text, line, character = changed(self.texts[file], old, new)
        uri = self.open(text)
        answer = self.client.at("textDocument/completion", uri, line, character)
        return {item["label"]: item for item in (answer or {}).get("items", [])}

    def completions(self):
        for what, file, old, new, labels in COMPLETIONS:
            labels = labels.strip("|").split("|") if "|" in labels else labels.split()
            items = self.offered(file, old, new)
            missing = [label for label in labels if label not in items]
            unexplained = [label for label in labels if not shown(items.get(label, {}).get("documentation"))]
            odd = [label for label in items if "[object" in label]
            fine = not missing and not unexplained and not odd
            why = f"missing {missing}, unexplained {unexplained}, odd {odd}; offered {sorted(items)}"
            self.row("completion", what, fine, f"{len(items)} offered" if fine else why)
        for what, file, old, new, labels in NOT_OFFERED:
            wrong = [label for label in labels.split() if label in self.offered(file, old, new)]
            self.row("completion", what, not wrong, f"offered {wrong}" if wrong else "not offered")

    def hovers(self):
        for what, file, at, words in HOVERS:
            text = self.texts[file]
            place = text.index(at) + len(at) - 2
            line = text.count("\n", 0, place)
            answer = self.client.at("textDocument/hover", self.open(text), line, place - (text.rfind("\n", 0, place) + 1))
            said = shown((answer or {}).get("contents"))
            self.row("hover", what, words in said, "" if words in said else repr(said))


def main():
    root, server = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as scene:
        run = Run(root, server, pathlib.Path(scene).resolve())
        try:
            # The mistakes come first: once they are found, the server has its schema and says so of clean files too.
            run.mistakes()
            run.clean()
            run.completions()
            run.hovers()
        finally:
            run.client.close()
    for kind, what, fine, found in run.rows:
        print(f"{'ok  ' if fine else 'MISS'}  {kind:10}  {what:46}  {found}")
    misses = sum(not fine for _, _, fine, _ in run.rows)
    counts = {kind: sum(row[0] == kind for row in run.rows) for kind in ("clean", "completion", "hover", "mistake")}
    print(", ".join(f"{kind} {count}" for kind, count in counts.items()) + f"; {misses} missed")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
