//! GitHub and GitHub Enterprise Server: comments on pull requests, and issues, over the REST API.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use serde_json::{Value, json};

use crate::http::{Answer, Http, Replay, Trouble, headers};
use crate::{Author, Destination, Error, Host, LOOK_AGAIN, MOST_PAGES, Post, Token};

/// The author of comments that use the token of GitHub Actions.
const ACTIONS: &str = "github-actions[bot]";
const RIGHTS: &str = "give the job `permissions: pull-requests: write` (for an issue `issues: write`); the token of a \
    pull request from a fork can never write";

/// One repository.
pub struct GitHub {
    http: Http,
    repository: String,
}

impl GitHub {
    /// The maximum length of a comment or an issue, in characters.
    pub const LONGEST: usize = 65_536;

    /// `repository` is `owner/name`; `option` names the source of the URL.
    pub fn new(address: &str, option: &str, repository: &str, token: Token) -> Result<Self, Error> {
        let mut parts = repository.split('/');
        let is_name = |part: Option<&str>| {
            part.is_some_and(|part| {
                let plain = part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
                plain && !matches!(part, "" | "." | "..")
            })
        };
        if !(is_name(parts.next()) && is_name(parts.next()) && parts.next().is_none()) {
            return Err(Error::new("the repository is not `owner/name`", "pass --repo OWNER/NAME"));
        }
        let mut headers = headers(AUTHORIZATION, token.header("Bearer "));
        headers.insert("x-github-api-version", HeaderValue::from_static("2022-11-28"));
        let http = Http::new(address, option, token, headers, RIGHTS)?;
        Ok(Self { http, repository: repository.to_owned() })
    }

    fn url(&self, path: &str) -> String {
        self.http.url(&format!("/repos/{}{path}", self.repository))
    }

    fn posts_url(&self, destination: &Destination) -> String {
        match destination {
            Destination::Comment(number) => self.url(&format!("/issues/{number}/comments")),
            Destination::Issue(_) => self.url("/issues"),
        }
    }

    /// Returns the login of a token that belongs to an app, which may not read its user.
    async fn viewer(&self) -> Option<String> {
        let graphql = match self.http.url("").strip_suffix("/api/v3") {
            Some(server) => format!("{server}/api/graphql"),
            None => self.http.url("/graphql"),
        };
        let query = json!({"query": "{ viewer { login } }"});
        let answer = self.http.send(Method::POST, &graphql, Some(&query), Replay::Safe).await.ok()?;
        answer.body.pointer("/data/viewer/login").and_then(Value::as_str).map(str::to_owned)
    }

    /// Sets which of the labels `ours` are on a pull request; other labels are kept. GitHub creates missing labels.
    pub async fn label(&self, number: u64, wanted: &[&str], ours: &[&str]) -> Result<(), Error> {
        let url = self.url(&format!("/issues/{number}/labels"));
        let answer = self.http.get(&format!("{url}?per_page=100")).await?;
        let present = answer.body.as_array().ok_or_else(|| no_list("GitHub"))?;
        let present: Vec<&str> =
            present.iter().filter_map(|label| label.get("name").and_then(Value::as_str)).collect();
        let missing: Vec<&&str> = wanted.iter().filter(|name| !present.contains(name)).collect();
        if !missing.is_empty() {
            self.http.send(Method::POST, &url, Some(&json!({"labels": missing})), Replay::Safe).await?;
        }
        for name in ours.iter().filter(|name| present.contains(name) && !wanted.contains(name)) {
            let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
            match self.http.send(Method::DELETE, &format!("{url}/{name}"), None, Replay::Safe).await {
                // Another run removed the label first.
                Ok(_) | Err(Trouble::Failed(404, _)) => {}
                Err(trouble) => return Err(trouble.into()),
            }
        }
        Ok(())
    }

    fn page(&self, answer: &Answer) -> Option<String> {
        answer.body.get("html_url").and_then(Value::as_str).map(|page| self.http.clean(page))
    }
}

impl Host for GitHub {
    async fn own(&self) -> Result<Author, Error> {
        match self.http.get(&self.http.url("/user")).await {
            Ok(answer) => Ok(author(&answer.body)),
            // The token of an app, such as the one of GitHub Actions, has no user.
            Err(Trouble::Failed(403 | 404, _)) => {
                let login = self.viewer().await.unwrap_or_else(|| ACTIONS.to_owned());
                Ok(Author { id: None, login })
            }
            Err(trouble) => Err(trouble.into()),
        }
    }

    async fn list(&self, destination: &Destination) -> Result<Vec<Post>, Error> {
        let open = if matches!(destination, Destination::Issue(_)) { "state=open&" } else { "" };
        let mut next = format!("{}?{open}per_page=100", self.posts_url(destination));
        let mut posts = Vec::new();
        for _ in 0..MOST_PAGES {
            let answer = self.http.get(&next).await?;
            let items = answer.body.as_array().ok_or_else(|| no_list("GitHub"))?;
            // GitHub lists pull requests as issues, too.
            let issues = items.iter().filter(|item| item.get("pull_request").is_none());
            posts.extend(issues.filter_map(|item| post(item, id_of(destination), &self.http)));
            match answer.next_link() {
                Some(address) => next = self.http.same_place(address)?,
                None => return Ok(posts),
            }
        }
        Err(endless("GitHub"))
    }

    async fn create(&self, destination: &Destination, body: &str) -> Result<Option<String>, Trouble> {
        let text = match destination {
            Destination::Comment(_) => json!({"body": body}),
            Destination::Issue(title) => json!({"title": title, "body": body}),
        };
        let url = self.posts_url(destination);
        let answer = self.http.send(Method::POST, &url, Some(&text), Replay::NotSafe).await?;
        match answer.body.get(id_of(destination)).and_then(Value::as_u64) {
            Some(_) => Ok(self.page(&answer)),
            None => Err(Trouble::Unsure(no_post("GitHub"), LOOK_AGAIN)),
        }
    }

    async fn edit(
        &self,
        destination: &Destination,
        post: &Post,
        body: &str,
        close: bool,
    ) -> Result<Option<String>, Error> {
        let (url, text) = match destination {
            Destination::Comment(_) => {
                (self.url(&format!("/issues/comments/{}", post.id)), json!({"body": body}))
            }
            Destination::Issue(_) => {
                let closed = json!({"body": body, "state": "closed", "state_reason": "completed"});
                let text = if close { closed } else { json!({"body": body}) };
                (self.url(&format!("/issues/{}", post.id)), text)
            }
        };
        let answer = self.http.send(Method::PATCH, &url, Some(&text), Replay::Safe).await?;
        if answer.body.get(id_of(destination)).and_then(Value::as_u64) != Some(post.id) {
            return Err(no_post("GitHub"));
        }
        Ok(self.page(&answer).or_else(|| post.page.clone()))
    }

    async fn request_of(&self, commit: &str) -> Result<Option<u64>, Error> {
        let answer = self.http.get(&self.url(&format!("/commits/{commit}/pulls?per_page=100"))).await?;
        let requests = answer.body.as_array().ok_or_else(|| no_list("GitHub"))?;
        let merged = requests.iter().filter(|request| request.get("merged_at").is_some_and(Value::is_string));
        Ok(merged.filter_map(|request| request.get("number").and_then(Value::as_u64)).max())
    }
}

/// Returns the field that identifies a comment or an issue.
fn id_of(destination: &Destination) -> &'static str {
    match destination {
        Destination::Comment(_) => "id",
        Destination::Issue(_) => "number",
    }
}

fn author(user: &Value) -> Author {
    let login = user.get("login").or_else(|| user.get("username")).and_then(Value::as_str);
    Author { id: user.get("id").and_then(Value::as_u64), login: login.unwrap_or_default().to_owned() }
}

fn post(item: &Value, id: &str, http: &Http) -> Option<Post> {
    let text = |name: &str| item.get(name).and_then(Value::as_str);
    Some(Post {
        id: item.get(id).and_then(Value::as_u64)?,
        body: text("body").unwrap_or_default().to_owned(),
        author: item.get("user").map(author).unwrap_or_default(),
        page: text("html_url").map(|page| http.clean(page)),
    })
}

pub(super) fn no_list(forge: &str) -> Error {
    Error::new(
        format!("the answer of {forge} is not a list"),
        "check the API URL: another server may answer in its place",
    )
}

/// Returns the error for a successful response without the posted text, which proves nothing.
pub(super) fn no_post(forge: &str) -> Error {
    Error::new(
        format!("the answer of {forge} does not contain the comment or issue that was sent"),
        "check the API URL: another server may answer in its place",
    )
}

pub(super) fn endless(forge: &str) -> Error {
    Error::new(
        format!("the list of {forge} does not end (over {MOST_PAGES} pages)"),
        "close old issues, or check the API URL",
    )
}
