"""A language client, as small as it can be: speaks to a server over its standard streams.

What is asked, and what should come of it, is in language_server.py.
"""

import json
import queue
import subprocess
import threading
import time

# What an editor's settings would say; the server asks for the sections one by one.
SETTINGS = {
    "yaml": {
        "validate": True,
        "hover": True,
        "completion": True,
        "schemaStore": {"enable": False},
        "kubernetesCRDStore": {"enable": False},
        "maxItemsComputed": 5000,
    },
    "editor": {"tabSize": 2},
    "[yaml]": {"editor.tabSize": 2},
}


class Timeout(Exception):
    """The server said nothing more in the time that all questions share."""


class Client:
    """A server that was started, and what it said of each document so far."""

    def __init__(self, command, root, seconds):
        self.deadline = time.monotonic() + seconds
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.messages = queue.Queue()
        self.diagnostics = {}
        self.answers = {}
        self.next_id = 0
        threading.Thread(target=self._read, daemon=True).start()
        markup = ["markdown", "plaintext"]
        item = {"documentationFormat": markup, "snippetSupport": True}
        self.ask("initialize", {
            "processId": None,
            "rootUri": root,
            "workspaceFolders": [{"uri": root, "name": "root"}],
            "capabilities": {
                "workspace": {"configuration": True, "workspaceFolders": True},
                "textDocument": {
                    "hover": {"contentFormat": markup},
                    "completion": {"completionItem": item},
                    "publishDiagnostics": {"relatedInformation": True},
                },
            },
        })
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": SETTINGS})

    def open(self, uri, text):
        """Opens a document; the server sends its diagnostics when it has them."""
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})

    def ask(self, method, params):
        """Sends a request and returns its answer."""
        self.next_id += 1
        number = self.next_id
        self._send({"id": number, "method": method, "params": params})
        while number not in self.answers:
            self._take()
        message = self.answers.pop(number)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        return message.get("result")

    def at(self, method, uri, line, character):
        """Asks about a place of a document."""
        return self.ask(method, {
            "textDocument": {"uri": uri},
            "position": {"line": line, "character": character},
        })

    def tell(self, method, params):
        """Sends a notification."""
        self._send({"method": method, "params": params})

    def wait_until(self, holds, quiet):
        """Takes messages until `holds()`, or until nothing came for so many seconds; says whether it holds."""
        while not holds():
            left = self.deadline - time.monotonic()
            try:
                self._handle(self.messages.get(timeout=max(min(quiet, left), 0.001)))
            except queue.Empty:
                return holds()
        return True

    def settle(self, seconds):
        """Takes what still comes, until nothing came for so long."""
        while time.monotonic() < self.deadline:
            try:
                self._handle(self.messages.get(timeout=seconds))
            except queue.Empty:
                return

    def close(self):
        """Ends the server."""
        self.process.kill()
        self.process.wait()

    def _take(self):
        left = self.deadline - time.monotonic()
        try:
            message = self.messages.get(timeout=max(left, 0.001))
        except queue.Empty:
            raise Timeout from None
        self._handle(message)

    def _handle(self, message):
        if message is None:
            raise RuntimeError("the language server ended")
        method = message.get("method")
        if method is None:
            self.answers[message["id"]] = message
        elif method == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message:
            result = None
            if method == "workspace/configuration":
                result = [SETTINGS.get(item.get("section")) for item in message["params"]["items"]]
            elif method == "workspace/workspaceFolders":
                result = []
            self._send({"id": message["id"], "result": result})

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _read(self):
        stream = self.process.stdout
        while True:
            length = None
            while line := stream.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if length is None:
                self.messages.put(None)
                return
            self.messages.put(json.loads(stream.read(length)))
