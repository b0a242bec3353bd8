//! What differs between GitHub and GitLab: paths, fields, and the bodies of requests. Sends nothing.

use reqwest::Method;
use serde_json::{Value, json};

/// The target of a text.
#[derive(Clone, Debug)]
pub enum Destination {
    /// A comment on the pull or merge request with this number.
    Comment(u64),
    /// An issue, opened with this title if none is open.
    Issue(String),
}

/// A posted text: a comment, or an open issue.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) id: u64,
    pub(crate) body: String,
    pub(crate) author: Author,
    /// The URL of its page, if the response contains it.
    pub(crate) page: Option<String>,
}

/// The author of a text, as far as the response names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Author {
    pub(crate) id: Option<u64>,
    pub(crate) login: String,
}

impl Author {
    /// Returns the account that a response names.
    pub(crate) fn of(user: &Value) -> Self {
        let login = user["login"].as_str().or(user["username"].as_str()).unwrap_or_default().to_owned();
        Self { id: user["id"].as_u64(), login }
    }

    /// Returns whether both are the same account. Numbers are never reused; names may be.
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self.id, other.id) {
            (Some(one), Some(two)) => one == two,
            _ => !self.login.is_empty() && self.login == other.login,
        }
    }
}

/// A change of a comment or an issue.
#[derive(Clone, Copy)]
pub(crate) enum Write<'a> {
    Create,
    Edit(&'a Post),
    /// Edits an issue and closes it.
    Close(&'a Post),
}

/// One repository or project.
pub(crate) enum Host {
    /// A repository on github.com or a GitHub Enterprise server, as `owner/name`.
    GitHub(String),
    /// A project on gitlab.com or a self-managed GitLab, percent-encoded, and its page, for links to notes.
    GitLab(String, Option<String>),
}

impl Host {
    /// Returns the name in errors.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::GitHub(_) => "GitHub",
            Self::GitLab(..) => "GitLab",
        }
    }

    /// Returns the next step if a token is not allowed to do something.
    pub(crate) fn rights(&self) -> &'static str {
        match self {
            Self::GitHub(_) => {
                "give the job `permissions: pull-requests: write` (for an issue `issues: write`); the token of a pull \
                 request from a fork can never write"
            }
            Self::GitLab(..) => {
                "use a project access token (role Reporter or higher, scope `api`) that this job can read: protected \
                 variables are hidden from unprotected branches"
            }
        }
    }

    /// Returns the method that edits a post.
    pub(crate) fn edit_method(&self) -> Method {
        match self {
            Self::GitHub(_) => Method::PATCH,
            Self::GitLab(..) => Method::PUT,
        }
    }

    /// Returns the path of the repository or project.
    pub(crate) fn root(&self) -> String {
        match self {
            Self::GitHub(repository) => format!("/repos/{repository}"),
            Self::GitLab(project, _) => format!("/projects/{project}"),
        }
    }

    /// Returns the path of all comments of the request, or of all issues.
    pub(crate) fn posts(&self, destination: &Destination) -> String {
        let root = self.root();
        match (destination, self) {
            (Destination::Comment(number), Self::GitHub(_)) => format!("{root}/issues/{number}/comments"),
            (Destination::Comment(number), Self::GitLab(..)) => {
                format!("{root}/merge_requests/{number}/notes")
            }
            (Destination::Issue(_), _) => format!("{root}/issues"),
        }
    }

    /// Returns the path of one comment or issue.
    pub(crate) fn one_post(&self, destination: &Destination, id: u64) -> String {
        match (destination, self) {
            (Destination::Comment(_), Self::GitHub(_)) => format!("{}/issues/comments/{id}", self.root()),
            _ => format!("{}/{id}", self.posts(destination)),
        }
    }

    /// Returns the query of the first page of the comments, or of the open issues.
    pub(crate) fn query(&self, destination: &Destination) -> &'static str {
        match (destination, self) {
            (Destination::Comment(_), Self::GitHub(_)) => "per_page=100",
            (Destination::Issue(_), Self::GitHub(_)) => "state=open&per_page=100",
            (Destination::Comment(_), Self::GitLab(..)) => "sort=asc&order_by=created_at&per_page=100&page=1",
            (Destination::Issue(_), Self::GitLab(..)) => {
                "state=opened&scope=all&order_by=created_at&per_page=100&page=1"
            }
        }
    }

    /// Returns the body of a request that creates, edits or closes.
    pub(crate) fn text(&self, destination: &Destination, write: Write<'_>, body: &str) -> Value {
        match (self, destination, write) {
            (Self::GitHub(_), Destination::Issue(title), Write::Create) => {
                json!({"title": title, "body": body})
            }
            (Self::GitLab(..), Destination::Issue(title), Write::Create) => {
                json!({"title": title, "description": body})
            }
            (Self::GitHub(_), Destination::Issue(_), Write::Close(_)) => {
                json!({"body": body, "state": "closed", "state_reason": "completed"})
            }
            (Self::GitLab(..), Destination::Issue(_), Write::Close(_)) => {
                json!({"description": body, "state_event": "close"})
            }
            (Self::GitLab(..), Destination::Issue(_), Write::Edit(_)) => json!({"description": body}),
            _ => json!({"body": body}),
        }
    }

    /// Returns a comment or an issue; `None` for anything else in a list of them.
    pub(crate) fn post(&self, item: &Value, destination: &Destination) -> Option<Post> {
        let text = |name: &str| item[name].as_str().map(str::to_owned);
        let (id, body) = match (destination, self) {
            (Destination::Comment(_), _) => ("id", "body"),
            (Destination::Issue(_), Self::GitHub(_)) => ("number", "body"),
            (Destination::Issue(_), Self::GitLab(..)) => ("iid", "description"),
        };
        // GitHub lists pull requests as issues, too. System notes of GitLab ("added 2 commits") are not comments.
        let is_post = item.get("pull_request").is_none() && item["system"] != true;
        let id = item[id].as_u64().filter(|_| is_post)?;
        let page = match (destination, self) {
            (_, Self::GitHub(_)) => text("html_url"),
            (Destination::Issue(_), Self::GitLab(..)) => text("web_url"),
            // A note has no page of its own.
            (Destination::Comment(number), Self::GitLab(_, page)) => {
                page.as_ref().map(|page| format!("{page}/-/merge_requests/{number}#note_{id}"))
            }
        };
        let author = Author::of(item.get("user").unwrap_or(&item["author"]));
        Some(Post { id, body: text(body).unwrap_or_default(), author, page })
    }

    /// Returns the path of the requests that contain a commit.
    pub(crate) fn requests(&self, commit: &str) -> String {
        let root = self.root();
        match self {
            Self::GitHub(_) => format!("{root}/commits/{commit}/pulls?per_page=100"),
            Self::GitLab(..) => format!("{root}/repository/commits/{commit}/merge_requests"),
        }
    }

    /// Returns the number of a pull or merge request, if it was merged.
    pub(crate) fn merged(&self, request: &Value) -> Option<u64> {
        match self {
            Self::GitHub(_) => request["number"].as_u64().filter(|_| request["merged_at"].is_string()),
            Self::GitLab(..) => request["iid"].as_u64().filter(|_| request["state"] == "merged"),
        }
    }
}
