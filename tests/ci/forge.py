"""GitHub and GitLab as far as the recipes use them, kept in memory. `broken` is the status of every write."""

import json
import re
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from runs import Runs


class Forge:
    def __init__(self):
        self.posts, self.broken, self.next, self.seen, self.labels = {}, 0, 100, [], {}
        self.runs = Runs()
        forge = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def handle_one(self):
                length = int(self.headers.get("content-length") or 0)
                body = json.loads(self.rfile.read(length) or b"{}")
                known = forge.runs.answer(self.command, self.path, self.headers)
                status, value, storage = known or (*forge.answer(self.command, self.path, body), None)
                text = value if isinstance(value, bytes) else json.dumps(value).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(text)))
                if storage:
                    self.send_header("location", forge.url.replace("127.0.0.1", "localhost") + storage)
                if status >= 500:
                    self.send_header("retry-after", "0")
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_one

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, method, path, body):
        self.seen.append((method, path))
        path = path.split("?")[0]
        if path.endswith("/user"):
            # The token of a run is an app's; GitLab's is a bot's.
            return (200, {"id": 7, "username": "bylaws"}) if "/v4/" in path else (403, {"message": "not accessible"})
        if path.endswith("/graphql"):
            return 200, {"data": {"viewer": {"login": "github-actions[bot]"}}}
        if method != "GET" and self.broken:
            return self.broken, {"message": "trouble"}
        if match := re.search(r"/issues/(\d+)/labels(?:/([^/]+))?$", path):
            return self.label(method, int(match[1]), match[2], body)
        if match := re.search(r"/(?:issues|merge_requests)/(\d+)/(?:comments|notes)$", path):
            return self.all(method, int(match[1]), body)
        if path.endswith("/issues"):
            return self.all(method, 0, body)
        if match := re.search(r"/(\d+)$", path):
            return self.edit(int(match[1]), body)
        return 404, {"message": "Not Found"}

    def label(self, method, number, name, body):
        labels = self.labels.setdefault(number, [])
        if method == "POST":
            labels += [label for label in body["labels"] if label not in labels]
        if method == "DELETE":
            if urllib.parse.unquote(name) not in labels:
                return 404, {"message": "Label does not exist"}
            labels.remove(urllib.parse.unquote(name))
        return 200, [{"name": label} for label in labels]

    def all(self, method, number, body):
        posts = self.posts.setdefault(number, [])
        if method == "POST":
            return 201, self.add(number, body.get("body") or body.get("description"), title=body.get("title"))
        return 200, [post for post in posts if post["state"] == "open"]

    def add(self, number, text, login="github-actions[bot]", id=7, title=None):
        self.next += 1
        user = {"id": id, "login": login, "username": login}
        post = {"id": self.next, "number": self.next, "iid": self.next, "body": text, "description": text, "user": user,
                "author": user, "state": "open", "title": title, "html_url": f"https://forge.example/{self.next}"}
        self.posts.setdefault(number, []).append(post)
        return post

    def edit(self, id, body):
        for post in (post for posts in self.posts.values() for post in posts if post["id"] == id):
            post["body"] = post["description"] = body.get("body") or body.get("description") or post["body"]
            if body.get("state") == "closed" or body.get("state_event") == "close":
                post["state"] = "closed"
            return 200, post
        return 404, {"message": "Not Found"}
