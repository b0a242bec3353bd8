"""Calls every operation that a Console organization has through the official SDK in strict mode, on an emulator.

usage: check.py REPOSITORY BYLAWS [--break OPERATION]
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

# The SDK reads credentials, an address and headers from these.
for name in [name for name in os.environ if name.startswith("ANTHROPIC_")]:
    del os.environ[name]

import anthropic  # noqa: E402
import yaml  # noqa: E402

from calls import CALLS, REFUSALS, Call, Refusal  # noqa: E402
from compare import MISSING, WRONG_PART, broken, differences  # noqa: E402
from federation import exchanged  # noqa: E402
from proxy import Exchange, Proxy  # noqa: E402

KEY = "sk-ant-admin01-for-tests"
TOKEN = "sk-ant-oat01-for-tests"

# Kinds that are skipped. The check fails if the emulator serves one of the first, or if the document names a method for
# one of the second.
UNSERVED = {"telemetry_destinations"}
NOT_IN_SDK = {"reports"}

# The service returns the whole list on one page, whatever the `limit`.
WHOLE = {"listFederationRuleWorkspaces"}

# Fields that only the types below `client.beta` name, by kind. The document requires the first in every response; the
# second are of another beta, or deprecated, and the emulator does not send them.
SENT = {"federation_rules": {"attributes", "workspace_id"}}
NOT_SENT = {
    "workspaces": {"inference_data_privacy"},
    "compliance_settings": {"access_transparency"},
    "external_keys": {"role_arn"},
}


@dataclass
class Operation:
    """An operation of the document that a Console organization may use."""

    id: str
    kind: str
    http_method: str
    path: str
    # The method of the SDK, such as `organization.users.list`.
    method: str | None
    needs_token: bool
    beta: str | None

    def matches(self, exchange: Exchange) -> bool:
        pattern = re.sub(r"\{[a-z_]+\}", "[^/]+", self.path)
        path = exchange.path.split("?")[0]
        return exchange.method == self.http_method and re.fullmatch(pattern, path) is not None

    @property
    def credential(self) -> str:
        return TOKEN if self.needs_token else KEY


def operations_of(document: Path) -> dict[str, Operation]:
    found = {}
    for path, methods in yaml.safe_load(document.read_text())["paths"].items():
        for method, operation in methods.items():
            if method != "parameters" and "console" in operation["x-org-types"]:
                found[operation["operationId"]] = Operation(
                    operation["operationId"], operation["tags"][0], method.upper(), path,
                    operation.get("x-sdk-method"), "admin_api_key" not in operation["x-auth"]["accepts"],
                    operation.get("x-beta"),
                )
    return found


@dataclass
class Result:
    """What was found out about an operation."""

    problems: list[str] = field(default_factory=list)
    calls: int = 0
    # The most pages of a call.
    pages: int = 0
    # Broken responses that the SDK refused.
    broken: int = 0
    # The exceptions of refusals.
    exceptions: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [f"{self.calls} call{'s' * (self.calls != 1)}"]
        parts += [f"up to {self.pages} pages"] * (self.pages > 1)
        parts += [f"{self.broken} broken responses refused", *self.exceptions]
        return ", ".join(parts)


class Check:
    def __init__(self, operations: dict[str, Operation], proxy: Proxy):
        self.operations = operations
        self.proxy = proxy

    def client(self, credential: str) -> anthropic.Anthropic:
        sign_in = {"auth_token" if credential.startswith("sk-ant-oat") else "api_key": credential}
        return anthropic.Anthropic(
            **sign_in, base_url=self.proxy.url, max_retries=0, _strict_response_validation=True,
            http_client=anthropic.DefaultHttpxClient(trust_env=False),
        )

    def method(self, operation: Operation, credential: str | None = None, beta: bool = False) -> Callable:
        name = f"beta.{operation.method}" if beta else operation.method
        return attrgetter(name)(self.client(credential or operation.credential))

    def call(self, call: Call, result: Result) -> list[str]:
        """Makes a call and returns its problems."""
        result.calls += 1
        operation = self.operations[call.operation]
        method = self.method(operation)
        if operation.needs_token:
            self.proxy.seen.clear()
            wrong = self.refusal(Refusal(
                call.operation, call.arguments, "PermissionDeniedError", "permission_error", credential=KEY,
            ))
            if wrong:
                return [f"with an Admin API key: {problem}" for problem in wrong]

        self.proxy.seen.clear()
        try:
            read = method(**call.arguments)
            pages = list(read.iter_pages()) if call.items is not None else [read]
        except anthropic.APIError as error:
            return [said(error, self.proxy)]
        seen = list(self.proxy.seen)
        problems = [f"sent {one.method} {one.path}" for one in seen if not operation.matches(one)]
        problems += [f"the SDK read {len(pages)} pages of {len(seen)} responses"] * (len(pages) != len(seen))

        if isinstance(read, anthropic.pagination.BaseSyncPage) != (call.items is not None):
            problems.append(f"the SDK returns {type(read).__name__}")

        bodies = [exchange.json() for exchange in seen]
        beta = self.method(operation, beta=True) if not operation.method.startswith("beta.") else None
        in_beta, wrong = self.in_beta(operation, beta, call, seen)
        problems += wrong
        unnamed: set[str] = set()
        for page, body in zip(pages, bodies):
            for problem in differences(body, page):
                if problem.unnamed and problem.field in SENT.get(operation.kind, ()):
                    unnamed.add(problem.path)
                else:
                    problems.append(str(problem))
        for page, body in zip(in_beta, bodies):
            problems += [
                f"as client.beta.{operation.method}: {problem}" for problem in differences(body, page)
                if problem.what != MISSING or problem.field not in NOT_SENT.get(operation.kind, ())
            ]

        if call.items is not None:
            problems += self.listed(call, method, pages)
        else:
            given = read.to_dict(mode="json")
            problems += [
                f"{name} is {given.get(name)!r}, not {value!r}"
                for name, value in call.gives.items() if given.get(name) != value
            ]
        refused, accepted = self.break_it(method, beta, call, bodies[0], unnamed)
        problems += [f"the SDK accepts a response with a wrong {at}" for at in accepted]
        problems += ["no broken response was refused"] * (refused == 0)
        result.broken += refused
        result.pages = max(result.pages, len(pages))
        return problems

    def listed(self, call: Call, method: Callable, pages: list) -> list[str]:
        """Returns whether auto-paging yields other items, or the pages are not as many as expected."""
        problems = []
        if len(pages) != call.pages:
            problems.append(f"{len(pages)} pages, not {call.pages}")
        got = [getattr(item, call.key) for item in method(**call.arguments)]
        if got != call.items:
            problems.append(f"auto-paging yields {got}, not {call.items}")
        return problems

    def in_beta(
        self, operation: Operation, method: Callable | None, call: Call, seen: list[Exchange],
    ) -> tuple[list, list[str]]:
        """Reads the same responses with the same method of `client.beta`, whose types are others."""
        pages = []
        for exchange in seen if method else []:
            try:
                pages.append(self.replay(exchange.body, method, call))
            except anthropic.APIError as error:
                return [], [f"as client.beta.{operation.method}: {said(error, self.proxy)}"]
            if not operation.matches(self.proxy.seen[-1]):
                return [], [f"as client.beta.{operation.method}: sent {self.proxy.seen[-1].path}"]
        return pages, []

    def replay(self, body: bytes, method: Callable, call: Call) -> object:
        """Repeats a call without the emulator, with this response."""
        self.proxy.answer = body
        try:
            return method(**call.arguments)
        finally:
            self.proxy.answer = None

    def break_it(
        self, method: Callable, beta: Callable | None, call: Call, body: object, unnamed: set[str],
    ) -> tuple[int, list[str]]:
        """Repeats the call with responses that are wrong in one part; returns how many, and which are accepted."""
        refused, accepted = 0, set()
        for at, wrong in [("body", WRONG_PART), *broken(body)]:
            # A type cannot refuse a field that it does not name; the type below `client.beta` names it.
            reads = beta if at in unnamed else method
            try:
                self.replay(json.dumps(wrong).encode(), reads, call)
                accepted.add(at)
            except anthropic.APIResponseValidationError:
                refused += 1
            except Exception:
                # Without validation, the SDK stumbles over it later.
                accepted.add(at)
        return refused, sorted(accepted)

    def refusal(self, refusal: Refusal) -> list[str]:
        """Returns the differences between a refusal and what is expected."""
        operation = self.operations[refusal.operation]
        self.proxy.seen.clear()
        try:
            self.method(operation, refusal.credential)(**refusal.arguments)
        except anthropic.APIStatusError as error:
            body = self.proxy.seen[-1].json()
            expected = {
                "exception": (type(error).__name__, refusal.exception),
                "type": (error.type, refusal.type),
                "error_code": (error.error_code, refusal.code),
                "envelope": (sorted(body), ["error", "request_id", "type"]),
                "request_id": (error.request_id, body.get("request_id")),
                "message": (bool(error.api_message), True),
            }
            wrong = [f"{name} is {is_!r}, not {must!r}" for name, (is_, must) in expected.items() if is_ != must]
            return [f"{problem}: {self.proxy.seen[-1].body.decode()}" for problem in wrong]
        except anthropic.APIError as error:
            return [said(error, self.proxy)]
        return [f"is not refused: {self.proxy.seen[-1].body.decode()}"]

    def unserved(self, operation: Operation) -> list[str]:
        path = re.sub(r"\{[a-z_]+\}", "some_id", operation.path)
        call = getattr(self.client(operation.credential), operation.http_method.lower())
        try:
            call(path, cast_to=object, options={"headers": {"anthropic-beta": operation.beta or ""}})
        except anthropic.APIStatusError as error:
            if error.status_code in (404, 405):
                return []
        return ["the emulator serves it now: add calls, and remove the kind from UNSERVED"]


def said(error: anthropic.APIError, proxy: Proxy) -> str:
    cause = f" ({error.__cause__})" if error.__cause__ else ""
    received = proxy.seen[-1].body.decode() if proxy.seen else "nothing"
    return f"{type(error).__name__}: {error}{cause}\nreceived: {received}"


def broken_once(operation: Operation) -> Callable[[Exchange], bytes]:
    """Returns a change of the first response to an operation: its first part gets a wrong type."""
    done = []

    def change(exchange: Exchange) -> bytes:
        if done or not operation.matches(exchange):
            return exchange.body
        done.append(True)
        return json.dumps(next(broken(exchange.json()))[1]).encode()

    return change


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("repository", type=Path)
    arguments.add_argument("bylaws")
    arguments.add_argument("--break", dest="broken", metavar="OPERATION",
                           help="Change the first response to this operation, to see the check fail")
    given = arguments.parse_args()
    operations = operations_of(given.repository / "schemas/admin-api.openapi.yaml")
    seed = Path(__file__).with_name("seed.json")
    log = tempfile.TemporaryFile("w+")
    command = [given.bylaws, "emulator", "--seed", seed]
    emulator = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        address = emulator.stdout.readline().strip()
        if not address.startswith("http://"):
            emulator.wait()
            log.seek(0)
            raise SystemExit(f"the emulator did not start: {log.read()}")
        proxy = Proxy(address)
        if given.broken:
            proxy.change = broken_once(operations[given.broken])
        failed = run(operations, Check(operations, proxy))
        problems = exchanged(given.bylaws)
        print("\n      ".join([f"{'FAIL' if problems else 'ok':<4}  the exchange of an identity token", *problems]))
        return 1 if failed or problems else 0
    finally:
        emulator.terminate()
        emulator.wait()


def run(operations: dict[str, Operation], check: Check) -> int:
    unknown = {one.operation for one in [*CALLS, *REFUSALS]} - operations.keys()
    if unknown:
        raise SystemExit(f"not in the document: {sorted(unknown)}")

    results = {id: Result() for id in operations}
    for call in CALLS:
        problems = check.call(call, results[call.operation])
        results[call.operation].problems += [f"with {call.arguments}:", *problems] if problems else []
    for refusal in REFUSALS:
        problems = check.refusal(refusal)
        results[refusal.operation].problems += [f"refusal with {refusal.arguments}:", *problems] if problems else []
        results[refusal.operation].exceptions.append(refusal.exception)
    for id in {call.operation for call in CALLS if call.items is not None} - WHOLE:
        if results[id].pages < 2:
            results[id].problems.append("no call of it has more than one page")

    failed = skipped = 0
    for operation in operations.values():
        result, reason = results[operation.id], None
        if operation.kind in NOT_IN_SDK:
            reason = "the SDK has no method"
            result.problems += [f"the document names the method {operation.method}"] * (operation.method is not None)
        elif operation.kind in UNSERVED:
            reason = "not served by the emulator"
            result.problems += check.unserved(operation)
        elif result.calls == 0:
            result.problems.append("not called")
        state = "FAIL" if result.problems else "skip" if reason else "ok"
        failed += state == "FAIL"
        skipped += state == "skip"
        print(f"{state:<4}  {operation.id}: {reason or f'{operation.method}: {result}'}")
        for problem in result.problems:
            print("      " + problem.replace("\n", "\n      "))

    refused = {operations[refusal.operation].kind for refusal in REFUSALS}
    kinds = {operation.kind for operation in operations.values()} - UNSERVED - NOT_IN_SDK
    for kind in sorted(kinds - refused):
        failed += 1
        print(f"FAIL  no refusal of an operation on {kind}")

    print(f"anthropic {anthropic.__version__}; {len(kinds)} kinds, {len(CALLS)} calls, {len(REFUSALS)} refusals, "
          f"{sum(result.broken for result in results.values())} broken responses refused")
    print(f"{len(operations)} operations, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
