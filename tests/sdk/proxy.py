"""A proxy between the SDK and the emulator: records what passes, and can answer in the place of the emulator."""

import http.client
import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

# Headers of one connection, which a proxy does not pass on.
OF_CONNECTION = {"connection", "content-length", "date", "keep-alive", "transfer-encoding"}


@dataclass
class Exchange:
    """A request that the SDK sent, and the response that it received."""

    method: str
    path: str
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> object:
        return json.loads(self.body)


class Proxy:
    """Passes requests to an emulator, unless `answer` is set: then every request gets that body with status 200."""

    def __init__(self, emulator: str):
        self.seen: list[Exchange] = []
        self.answer: bytes | None = None
        # Changes the body of a response of the emulator before the SDK receives it.
        self.change = lambda exchange: exchange.body
        self._emulator = urlsplit(emulator).netloc
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def _handler(proxy):  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                exchange = proxy._exchange(self.command, self.path, dict(self.headers.items()), body)
                proxy.seen.append(exchange)
                lines = [f"HTTP/1.1 {exchange.status} {http.client.responses.get(exchange.status, 'Unknown')}"]
                lines += [f"{name}: {value}" for name, value in exchange.headers.items()]
                lines += [f"content-length: {len(exchange.body)}", "", ""]
                # One write: two would wait for each other's acknowledgement.
                self.wfile.write("\r\n".join(lines).encode("latin-1") + exchange.body)

            do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = handle_any

            def log_message(self, *args: object) -> None:
                pass

        return Handler

    def _exchange(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Exchange:
        if self.answer is not None:
            return Exchange(method, path, 200, {"content-type": "application/json"}, self.answer)
        upstream = http.client.HTTPConnection(self._emulator, timeout=30)
        try:
            upstream.request(method, path, body, headers)
            response = upstream.getresponse()
            kept = {name: value for name, value in response.getheaders() if name.lower() not in OF_CONNECTION}
            exchange = Exchange(method, path, response.status, kept, response.read())
        finally:
            upstream.close()
        if exchange.status == 200:
            exchange.body = self.change(exchange)
        return exchange
