"""What a forge keeps of its runs: who planned what for which commit, and what was applied. Both forges' answers, and
files as zip (GitHub) or one by one (GitLab); storage is another host, which must never be sent a token."""

import io
import re
import urllib.parse
import zipfile

REPOSITORY = {"full_name": "acme/org"}


class Runs:
    def __init__(self):
        self.ticks = self.made = 0
        self.runs, self.pulls, self.stored, self.leaked, self.deployments = [], {}, {}, [], []
        self.parents, self.kept_files, self.latest = {}, {}, {}

    def time(self):
        """Every question is a second later than the one before."""
        self.ticks += 1
        return f"2026-11-21T{9 + self.ticks // 3600:02}:{self.ticks // 60 % 60:02}:{self.ticks % 60:02}Z"

    def propose(self, number, head, base="main", repository=REPOSITORY):
        self.pulls[number] = {
            "number": number, "iid": number, "head": {"sha": head, "repo": repository}, "base": {"ref": base, "repo": REPOSITORY},
            "merged_at": None, "merge_commit_sha": None, "state": "opened", "target_branch": base, "sha": head,
            "source_project_id": 12 if repository == REPOSITORY else 66, "target_project_id": 12, "squash_commit_sha": None,
        }

    def merge(self, number, commit):
        pull = self.pulls.get(number)
        if not pull:
            self.propose(number, "0" * 40)
            pull = self.pulls[number]
        pull |= {"merged_at": self.time(), "merge_commit_sha": commit, "state": "merged"}

    def add(self, workflow, event, branch, sha, conclusion, jobs, artifacts, **more):
        """A finished run. `jobs`: name to conclusion; `artifacts`: name to files."""
        self.made += 1
        id = 1000 + self.made
        self.runs.append({
            "id": id, "path": f".github/workflows/{workflow}", "event": event, "head_branch": branch, "head_sha": sha,
            "conclusion": conclusion, "repository": REPOSITORY, "head_repository": REPOSITORY, "pull_requests": [],
            "jobs": [{"id": id * 100 + at, "name": name, "conclusion": result, "status": result, "finished_at": self.time()}
                     for at, (name, result) in enumerate(jobs.items())],
            "artifacts": [{"id": id * 100 + at, "name": name, "files": files, "created_at": self.time(), "expired": False}
                          for at, (name, files) in enumerate(artifacts.items())],
            # GitLab's words for the same.
            "source": event, "sha": sha, "status": conclusion, "project_id": 12, "iid": None, **more,
        })
        return self.runs[-1]

    def answer(self, method, path, headers):
        """Status, value and address of storage; or None for what is not about runs."""
        where, _, query = path.partition("?")
        query = dict(urllib.parse.parse_qsl(query))
        if where.startswith("/storage/"):
            self.leaked += [name for name in headers if name.lower() in ("authorization", "job-token", "private-token")]
            return 200, self.stored[where], None
        if method != "GET":
            return None
        for pattern, answer in self.github + self.gitlab:
            if match := re.search(pattern + "$", where):
                return answer(self, query, *match.groups())
        return None

    def kept(self, name, data):
        self.stored[f"/storage/{name}"] = data
        return 302, {}, f"/storage/{name}"

    def run(self, id):
        return next(run for run in self.runs if str(run["id"]) == id)

    def workflow_runs(self, query, workflow):
        found = [run for run in reversed(self.runs) if run["path"] == f".github/workflows/{workflow}" and run["head_branch"] == query["branch"]]
        at = (int(query["page"]) - 1) * int(query["per_page"])
        return 200, {"workflow_runs": found[at:at + int(query["per_page"])]}, None

    def artifacts(self, query):
        found = [{**artifact, "workflow_run": {"id": run["id"]}} for run in self.runs for artifact in run["artifacts"]]
        return 200, {"artifacts": [artifact for artifact in found if artifact["name"] == query["name"]]}, None

    def archive(self, query, id):
        files = next(artifact["files"] for run in self.runs for artifact in run["artifacts"] if str(artifact["id"]) == id)
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        return self.kept(f"{id}.zip", data.getvalue())

    def merged_by(self, query, sha):
        found = [pull for pull in self.pulls.values() if pull and sha in (pull["merge_commit_sha"], pull["sha"])]
        return 200, found, None

    def pipelines(self, query, iid):
        return 200, [run for run in self.runs if str(run["iid"]) == iid], None

    def file(self, query, id, path):
        run = next((run for run in self.runs for job in run["jobs"] if str(job["id"]) == id), None)
        files = run["artifacts"][0]["files"] if run and run["artifacts"] else self.kept_files.get(id, {})
        return self.kept(f"{id}/{path}", files[path].encode()) if path in files else (404, {}, None)

    def latest_file(self, query, branch, path):
        files = self.latest.get((branch, query["job"]), {})
        return self.kept(f"{branch}/{path}", files[path].encode()) if path in files else (404, {}, None)

    def deployed(self, query):
        found = [one for one in reversed(self.deployments) if one["environment"] == query["environment"] and one["status"] == query.get("status", one["status"])]
        return 200, found, None

    github = [
        (r"/actions/workflows/([\w.-]+)/runs", workflow_runs),
        (r"/actions/runs/(\d+)/jobs", lambda self, query, id: (200, {"jobs": self.run(id)["jobs"]}, None)),
        (r"/actions/runs/(\d+)/artifacts", lambda self, query, id: (200, {"artifacts": self.run(id)["artifacts"]}, None)),
        (r"/actions/runs/(\d+)", lambda self, query, id: (200, self.run(id), None)),
        (r"/actions/artifacts", artifacts),
        (r"/actions/artifacts/(\d+)/zip", archive),
        (r"/commits/(\w+)/pulls", merged_by),
    ]
    gitlab = [
        (r"/commits/(\w+)/merge_requests", merged_by),
        (r"/repository/commits/(\w+)", lambda self, query, sha: (200, {"parent_ids": self.parents.get(sha, [])}, None)),
        (r"/merge_requests/(\d+)/pipelines", pipelines),
        (r"/pipelines/(\d+)/jobs", lambda self, query, id: (200, self.run(id)["jobs"], None)),
        (r"/jobs/artifacts/([\w.-]+)/raw/(.+)", latest_file),
        (r"/jobs/(\d+)/artifacts/(.+)", file),
        (r"/deployments", deployed),
    ]
