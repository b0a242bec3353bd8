"""The schema before an independent judge: it takes what Bylaws takes, and refuses what it says it refuses.

Usage: schema.py ROOT BYLAWS, where ROOT is the repository and BYLAWS the command. Ends with 1 on any surprise.
"""

import json
import pathlib
import re
import subprocess
import sys

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from core_yaml import Document, Unreadable

# Cases that hold a mistake of a rule which the schema is said to refuse, and which it cannot see there.
EXCEPTIONS = "tests/editor/not-in-schema.txt"
PROBLEM = re.compile(r"^(BL\d{4}) (\S+):(\d+):(\d+) (.*)$")


class Case:
    """One case of the catalogue: files, and the problems that are expected in them."""

    def __init__(self, page, title):
        self.name = f"{page}: {title}"
        self.title = title
        self.input = ""
        self.expected = []

    def files(self):
        return files(self.input, "b.yaml")

    def problems(self):
        """Code, file, place and line of text of each expected problem."""
        found = (PROBLEM.match(line) for line in self.expected)
        return [(match[1], match[2], (int(match[3]), int(match[4])), match[0]) for match in found if match]


def files(text, first):
    """Texts as files: what stands before a line `== name` is the first one."""
    parts = re.split(r"^== (.*)\n", text, flags=re.M)
    result = {first: parts[0]} if parts[0].strip() or len(parts) == 1 else {}
    result.update(zip(parts[1::2], parts[2::2]))
    return result


def cases(folder):
    """All cases of a folder of pages."""
    for path in sorted(folder.glob("*.txt")):
        case = None
        # Rust's lines end at a line feed only.
        for line in path.read_text("utf-8").split("\n"):
            if line.startswith("## "):
                if case:
                    yield case
                case = Case(path.name, line[3:])
            elif case and line.startswith("    |"):
                case.input += unescaped(line[5:].removeprefix(" ")) + "\n"
            elif case and line.strip() and line != "    alone":
                case.expected.append(line)
        if case:
            yield case


def unescaped(line):
    """The line as it stood: an arrow is a tab, the rest as Rust escapes it."""
    simple = {"0": "\0", "r": "\r", "n": "\n", "t": "\t"}

    def plain(match):
        return chr(int(match[1], 16)) if match[1] else simple.get(match[2], match[2])

    return re.sub(r"\\(?:u\{([0-9a-f]+)\}|(.))", plain, line.replace("→", "\t"))


def blocks(text):
    """The YAML examples of a page: the comment before each, and its text."""
    pattern = r"(?:<!--\s*(.*?)\s*-->\s*\n)?^```yaml.*?\n(.*?)^```"
    return re.findall(pattern, text, flags=re.M | re.S)


def properties(validator, known, instance, schema):
    """The keyword `properties`; of a key that must not be there `jsonschema` itself does not say which it is."""
    for key in known if isinstance(instance, dict) else ():
        if known[key] is False and key in instance:
            yield ValidationError(f"{key} is not allowed here", path=[key])
    those = {key: form for key, form in known.items() if form is not False}
    yield from Draft202012Validator.VALIDATORS["properties"](validator, those, instance, schema)


class Judge:
    """The schema as Python's `jsonschema` reads it."""

    def __init__(self, schema):
        Draft202012Validator.check_schema(schema)
        validator = extend(Draft202012Validator, {"properties": properties})
        self.validator = validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)

    def said(self, text):
        """What is wrong with a file: the places (line, column) where each mistake is seen, and the words.

        No places: an editor reads no YAML there, and says so without any schema.
        """
        try:
            document = Document(text)
        except Unreadable as error:
            return [(None, f"unreadable: {error}")]
        return [
            (seen, f"{leaf.json_path}: {leaf.message[:120]}")
            for error in self.validator.iter_errors(document.value)
            for leaf in leaves(error)
            for seen in places(document, leaf)
        ]


def leaves(error):
    """The mistakes behind a mistake, as a value that fits none of some forms has one for each."""
    if not error.context:
        return [error]
    # What is wrong in the form that the value has, not that it has not the other one.
    near = [
        leaf
        for child in error.context
        for leaf in leaves(child)
        if not (leaf.validator in ("type", "enum") and leaf.absolute_path == error.absolute_path)
    ]
    return near or [error]


def places(document, error):
    """The places of each mistake behind an error: one for every key that is not known, say."""
    path = tuple(error.absolute_path)
    keys = []
    if error.validator == "additionalProperties":
        keys = [key for key in error.instance if key not in error.schema.get("properties", {})]
    elif error.validator == "dependentRequired":
        keys = [key for key in error.validator_value if key in error.instance]
    elif error.validator == "uniqueItems":
        keys = [n for n, item in enumerate(error.instance) if item in error.instance[:n]]
    elif "propertyNames" in error.absolute_schema_path:
        keys = [error.instance]
    elif error.validator == "contains":
        # A list that lacks the default: what should be in it stands beside it.
        return [document.places[path] | document.places[(*path[:-1], "default_inference_geo")]]
    return [document.places[(*path, key)] for key in keys] or [document.places[path]]


class Run:
    def __init__(self, root, bylaws):
        self.root = root
        self.judge = Judge(json.loads((root / "schemas/bylaws.schema.json").read_text("utf-8")))
        rules = subprocess.run([bylaws, "explain", "--format", "json"], capture_output=True, check=True)
        self.rules = {rule["code"]: rule for rule in json.loads(rules.stdout)["rules"]}
        self.accepted = self.refused = self.expected = 0
        self.surprises = []

    def accept(self, name, text):
        said = self.judge.said(text)
        self.accepted += not said
        self.surprises += [f"{name} is refused: {words}" for _, words in said]

    def refuse(self, name, text):
        self.expected += 1
        if self.judge.said(text):
            self.refused += 1
        else:
            self.surprises.append(f"{name} is accepted")

    def is_error(self, code):
        return self.rules[code]["severity"] == "error"

    def fine_files(self):
        """Whatever Bylaws takes: examples, the suites' own files, the mended side of every rule."""
        for folder in (self.root / "examples", self.root / "tests/config"):
            for path in sorted(folder.rglob("*.yaml")):
                # The configuration of a controller, and files that are broken on purpose.
                if path.parent.name in ("many", "west"):
                    continue
                self.accept(path.relative_to(self.root), path.read_text("utf-8"))
        for case in cases(self.root / "tests/config/fine"):
            for name, text in case.files().items():
                self.accept(f"{case.name}: {name}", text)
        for code, rule in self.rules.items():
            for name, text in files(rule["right"], "bylaws.yaml").items() if rule["right"] else ():
                if name.endswith(".json"):
                    continue
                self.accept(f"{code} right: {name}", text)

    def pages(self):
        """The examples of the reference of the files, those of mistakes as well."""
        path = self.root / "docs/configuration.md"
        for number, (mark, text) in enumerate(blocks(path.read_text("utf-8")) if path.exists() else (), 1):
            name = f"docs/configuration.md, example {number}"
            codes = re.findall(r"BL\d{4}", mark)
            if not any(self.is_error(code) for code in codes):
                self.accept(name, text)
            elif any(self.rules[code]["in_schema"] for code in codes):
                self.refuse(name, text)

    def wrong_sides(self):
        """What breaks a rule of the schema is refused."""
        for code, rule in self.rules.items():
            if rule["in_schema"] and rule["wrong"]:
                texts = files(rule["wrong"], "bylaws.yaml")
                self.expected += 1
                if any(self.judge.said(text) for text in texts.values()):
                    self.refused += 1
                else:
                    self.surprises.append(f"{code} wrong is accepted")

    def catalogue(self, exceptions):
        """Every problem of a rule of the schema is shown at its place."""
        unused = set(exceptions)
        for case in cases(self.root / "tests/config/catalogue"):
            texts = case.files()
            problems = case.problems()
            for name, text in texts.items():
                if not problems or any(self.is_error(code) for code, _, _, _ in problems):
                    continue
                stricter = (case.title, "stricter", name)
                unused.discard(stricter)
                if stricter not in exceptions:
                    self.accept(f"{case.name}: {name}", text)
                elif not self.judge.said(text):
                    self.surprises.append(f"{EXCEPTIONS}: {stricter} is accepted after all: delete the line")
            said = {name: self.judge.said(text) for name, text in texts.items()}
            for code, name, place, words in problems:
                if not self.rules[code]["in_schema"] or name not in texts:
                    continue
                # Each mistake answers for one problem only.
                shown = next((one for one in said[name] if one[0] is None or place in one[0]), None)
                key = (case.title, *words.split(" ")[:2])
                unused.discard(key)
                if key in exceptions and shown:
                    self.surprises.append(f"{EXCEPTIONS}: {key} is refused after all: delete the line")
                elif key not in exceptions:
                    self.expected += 1
                    self.refused += shown is not None
                    if shown is None:
                        self.surprises.append(f"{case.name}: not shown: {words}")
                if shown and shown[0]:
                    said[name].remove(shown)
        self.surprises += [f"{EXCEPTIONS}: there is no such problem: {key}" for key in unused]

    def exceptions(self):
        """By the title of the case, code and place: why the schema cannot see it, or why it is stricter than Bylaws."""
        found, title = {}, None
        for line in (self.root / EXCEPTIONS).read_text("utf-8").split("\n"):
            if line.startswith("## "):
                title = line[3:]
            elif match := re.match(r"^(BL\d{4}|stricter) (\S+) (.+)$", line):
                found[title, match[1], match[2]] = match[3]
            elif line.strip() and not line.startswith("#"):
                self.surprises.append(f"{EXCEPTIONS}: not understood: {line}")
        return found


def main():
    root, bylaws = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    run = Run(root, bylaws)
    run.fine_files()
    run.pages()
    run.wrong_sides()
    exceptions = run.exceptions()
    run.catalogue(exceptions)
    for surprise in run.surprises:
        print(f"MISS  {surprise}")
    rules = sum(rule["in_schema"] for rule in run.rules.values())
    print(f"accepted {run.accepted} files; refused {run.refused} of {run.expected} mistakes of {rules} rules; "
          f"{len(exceptions)} mistakes that no schema can show; {len(run.surprises)} surprises")
    # With nothing to refuse, nothing would be proven.
    return 1 if run.surprises or not run.expected else 0


if __name__ == "__main__":
    sys.exit(main())
