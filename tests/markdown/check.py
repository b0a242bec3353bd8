"""Renders comments as GitHub's own library and another renderer do, and looks at what comes of hostile names.

usage: check.py REPOSITORY BYLAWS NODE_FOLDER
"""

import json
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import cmarkgfm
from cmarkgfm.cmark import Options

from names import NAMES, inert
from page import commands, problems

REPOSITORY, BYLAWS, NODE = (Path(arg).resolve() for arg in sys.argv[1:4])
FOLDER = Path(tempfile.mkdtemp())
LINK = "https://ci.example/run?a=1&b=[2]"
missed = 0


def miss(what: str, wrong: object, markdown: str = "") -> None:
    global missed
    missed += 1
    if missed <= 10:
        print(f"MISSED {what}: {wrong}\n{markdown[:3000] if missed <= 2 else ''}")


def bylaws(*args: str, codes: tuple[int, ...] = (0,)) -> str:
    ran = subprocess.run([BYLAWS, *args], capture_output=True, cwd=FOLDER)
    if ran.returncode not in codes:
        raise SystemExit(f"bylaws {args} ended with {ran.returncode}:\n{ran.stderr.decode()}")
    return ran.stdout.decode()


def github(text: str) -> str:
    extensions = ["table", "autolink", "strikethrough", "tasklist"]
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    return cmarkgfm.markdown_to_html_with_extensions(text, options=options, extensions=extensions)


def micromark(texts: list[str]) -> list[str]:
    command = ["node", str(Path(__file__).with_name("render.mjs")), str(NODE)]
    ran = subprocess.run(command, input=json.dumps(texts) + "\n", capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


class Case:
    """A comment, and the names that must be on it, as code, exactly so."""

    def __init__(self, what: str, markdown: str, names: list[str] = [], links: list[str] = [], text: str = "",
                 is_comment: bool = True):
        self.what, self.markdown, self.names, self.links, self.text = what, markdown, names, links, text
        self.is_comment = is_comment


def places(document: object, path: str = "") -> set[str]:
    """Every place of a document that holds text, with `*` for the number of an item."""
    match document:
        case str():
            return {path}
        case list():
            return {place for item in document for place in places(item, f"{path}/*")}
        case dict():
            return {place for key, item in document.items() for place in places(item, f"{path}/{key}")}
    return set()


# Places that hold one of a few words, in which `show` takes no other.
WORDS = re.compile(r"/(action|classes/\*|guard|source|ruling|outcome|kind|how|cause)$|^/approvals/\*/state$")


def put(document: object, path: list[str], name: str, key: str = "") -> object:
    """The document with the name at that place, in every item. An address has a name as one of its parts."""
    if not path:
        if key == "address":
            name = f"member/{quote(name, safe='')}@acme.com"
        return name if isinstance(document, str) else document
    head, rest = path[0], path[1:]
    match document:
        case list():
            return [put(item, rest, name, key) for item in document]
        case dict():
            return {key: put(item, rest, name, key) if key == head else item for key, item in document.items()}
    return document


# Messages, in which Bylaws puts what others chose between back-ticks. A document that somebody wrote may lack them: then
# plain words count as ours, and nothing else does.
MESSAGES = re.compile(r"^(?!/approvals/).*/(reason|message|text|stopped)$")


def as_written(place: str, name: str) -> str:
    is_words = re.fullmatch(r"[A-Za-z ]+`*", name)
    return "`" + name.replace("`", "``") + "`" if is_words and MESSAGES.search(place) else name


def with_names(document: dict, place: str) -> dict:
    """The document with one more item for each name, which stands at that place of it."""
    key, rest = place.strip("/").split("/*", 1)
    path = rest.strip("/").split("/") if rest else []
    item = next(item for item in document[key] if place in places([item], f"/{key}"))
    return {**document, key: [*document[key], *(put(item, path, as_written(place, name)) for name in NAMES)]}


def in_documents(kind: str, document: dict) -> list[Case]:
    """Every name in every place of a plan or report, as `show` reads it."""
    document.pop("digest", None)
    every = sorted(place for place in places(document) if not WORDS.search(place))
    refuse_words(kind, document)
    lists = [place for place in every if "*" in place]
    jobs = [(place, "all", with_names(document, place)) for place in lists]
    for name in NAMES:
        named = document
        for place in set(every) - set(lists):
            named = put(named, place.strip("/").split("/"), as_written(place, name))
        jobs.append(("every single place", name, named))

    def one(job: tuple[int, tuple[str, str, dict]]) -> Case:
        n, (place, name, named) = job
        file = FOLDER / f"{kind}{n}.json"
        file.write_text(json.dumps(named))
        # An argument cannot hold a zero byte.
        asked = "--comment-name=" + name.replace("\0", "0")
        markdown = bylaws("show", file.name, "--format", "markdown", asked)
        shown = [name] if place == "every single place" else []
        if place == "/approvals/*/reason":
            shown = NAMES
        return Case(f"{kind} {place} {name[:60]!r}", markdown, shown, [], bylaws("show", file.name))

    with ThreadPoolExecutor(2) as pool:
        cases = list(pool.map(one, enumerate(jobs)))
    print(f"{kind}: {len(NAMES)} names in {len(every)} places")
    return cases


def refuse_words(kind: str, document: dict) -> None:
    """A word that Bylaws does not know is refused, not shown."""
    for place in filter(WORDS.search, sorted(places(document))):
        file = FOLDER / f"{kind}-word.json"
        file.write_text(json.dumps(put(document, place.strip("/").split("/"), "@evil")))
        ran = subprocess.run([BYLAWS, "show", file.name], cwd=FOLDER, capture_output=True, text=True)
        if ran.returncode != 1 or ran.stdout:
            miss(f"{kind} {place}", ["a word that is none is taken"], ran.stdout + ran.stderr)


FILES = """\
bylaws: 1
organization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}
members:
  ada@acme.com: admin
  bob@acme.com: developer
  eve@acme.com: user
workspaces:
  lab:
    id: wrkspc_lab
    name: Lab
    tags: {env: prod}
    members: {bob@acme.com: workspace_admin}
    api_keys: {ci: inactive, old: active}
unlisted: {members: remove, workspace_members: remove, api_keys: remove}
guards: {access_loss: {max: 500, share: 100%}}
"""


def in_organizations() -> list[Case]:
    """Every name in every place that a live organization has for one."""
    (FOLDER / "bylaws.yaml").write_text(FILES)
    people = [("ada", "admin"), ("bob", "user"), ("eve", "user")]
    users = [{"id": f"user_{who}", "email": f"{who}@acme.com", "name": who, "role": role} for who, role in people]
    cases = []
    for n, name in enumerate(NAMES):
        ids = [("wrkspc_lab", name), ("wrkspc_other", name + " 2")]
        live = {
            "now": "2026-11-21T08:00:00Z",
            "organization": {"id": "6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10", "name": name},
            "users": [*users, {"id": "user_odd", "email": f"{name}@acme.com", "name": name, "role": "user"}],
            "workspaces": [{"id": id, "name": of, "tags": {"env": name, name: name}} for id, of in ids],
            "workspace_members": [
                {"workspace_id": "wrkspc_lab", "user_id": f"user_{who}", "workspace_role": "workspace_user"}
                for who in ("eve", "odd")
            ],
            "api_keys": [
                {"id": f"apikey_{at}", "name": of, "workspace_id": "wrkspc_lab", "status": "active",
                 "created_by": {"id": "user_odd", "type": "user"}}
                for at, of in enumerate(["ci", name, name + " 3"])
            ],
        }
        snapshot = FOLDER / f"live{n}.json"
        snapshot.write_text(json.dumps(live))
        args = ["plan", "--live", snapshot.name]
        markdown = bylaws(*args, "--format", "markdown", "--link", LINK, codes=(0, 3))
        text = bylaws(*args, codes=(0, 3))
        link = "https://ci.example/run?a=1&b=%5B2%5D"
        # The organization's name, and the old name of the workspace.
        cases.append(Case(f"live {name[:60]!r}", markdown, [name], [link], text))
        for command in (["audit"], ["access"], ["access", "--diff", f"{snapshot.name}.."]):
            args = command if "--diff" in command else [*command, "--live", snapshot.name]
            markdown, text = bylaws(*args, "--format", "markdown"), bylaws(*args)
            shown = [] if "--diff" in command else [name]
            is_comment = command == ["audit"]
            cases.append(Case(f"{args[0]} {name[:60]!r}", markdown, shown, [], text, is_comment))
    return cases


def large() -> list[Case]:
    """Plans that do not fit."""
    document = json.loads(bylaws("plan", str(REPOSITORY / "examples/acme"), "--live", str(REPOSITORY / "examples/acme/live.json"), "--format", "json"))
    cases = []
    for n, name in ((3_000, "ada"), (20_000, "研究"), (3_000, "`" * 60), (3_000, "@evil <b>")):
        some = document["changes"]
        changes = [{**some[i % len(some)], "address": f"member/{name}{i}@acme.com", "id": f"x{i}"} for i in range(n)]
        items = [{"address": f"member/{name}{i}@acme.com", "reason": f"drops out of `{name}`"} for i in range(n)]
        waiting = [{**item, "action": "create", "after": {"role": "user"}, "classes": ["grant"]} for item in items]
        put_in = {**document, "changes": changes, "blocked": items, "waiting": waiting, "unlisted": items}
        (FOLDER / "large.json").write_text(json.dumps(put_in))
        cases.append(Case(f"large {n} {name[:9]}", bylaws("show", "large.json", "--format", "markdown")))
    return cases


def look(title: str, cases: list[Case]) -> None:
    """Both renderers, every promise."""
    before = missed
    code_spans = 0
    for renderer, pages in (("cmark-gfm", [github(case.markdown) for case in cases]),
                            ("micromark", micromark([case.markdown for case in cases]))):
        for case, html in zip(cases, pages):
            wrong, code = problems(html, case.markdown, case.links, case.is_comment)
            code_spans += len(code)
            for name in case.names:
                expected = inert(name)
                if expected is not None and (expected or "(empty)") not in code:
                    wrong.append(f"no code that reads {expected!r}")
            if wrong:
                miss(f"{renderer}: {case.what}", wrong[:4], case.markdown)
    for case in cases:
        wrong = commands(case.markdown) + commands(case.text)
        if wrong:
            miss(f"log: {case.what}", wrong[:4], case.text)
    print(f"{title}: {len(cases)} comments, 2 renderers, {code_spans} code spans; {missed - before} missed")


def main() -> int:
    examples = []
    for name in ("minimal", "acme", "enterprise", "rate-limits", "spend-limits", "external-keys", "service-accounts"):
        folder = REPOSITORY / "examples" / name
        args = ["plan", str(folder), "--live", str(folder / "live.json")]
        examples.append(Case(name, bylaws(*args, "--format", "markdown"), [], [], bylaws(*args)))
    look("examples", examples)
    look("hostile organizations", in_organizations())
    acme = [str(REPOSITORY / "examples/acme"), "--live", str(REPOSITORY / "examples/acme/live.json")]
    document = json.loads(bylaws("plan", *acme, "--format", "json"))
    refusing = {"guard": "access_loss", "source": "files", "ruling": "refused", "counted": 3, "limit": 1, "of": 12,
                "reason": "3 of 12 people", "changes": ["remove member/a@b.c"], "approve": ["remove member/a@b.c"]}
    document["guards"] = [*document["guards"], refusing]
    document["loosened"] = [{"text": "access_loss 5 → 500", "origin": {"file": "a.yaml", "line": 1, "column": 1}}]
    document["blocked"][0]["approve"] = ["archive workspace/x"]
    document["config"]["commit"] = "0123456789abcdef0123456789abcdef01234567"
    look("hostile plans", in_documents("plan", document))
    line = {"id": "remove member/a@b.c", "address": "member/a@b.c", "action": "remove", "message": "was gone already",
            "request_id": "req_1"}
    report = {
        "format_version": 1, "bylaws_version": "0", "organization": document["organization"],
        "config": document["config"], "fingerprint": document["fingerprint"], "not_sent": ["remove member/b@b.c"],
        "changes": [{**line, "outcome": outcome} for outcome in ("done", "failed", "skipped", "unknown")],
        "waiting": document["waiting"], "blocked": document["blocked"],
        "summary": {"done": 1, "failed": 1, "skipped": 1, "unknown": 1}, "stopped": "interrupted",
    }
    look("hostile reports", in_documents("report", report))
    look("large plans", large())
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
