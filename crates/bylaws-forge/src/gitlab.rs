//! GitLab: notes on merge requests, and issues, over the REST API.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use reqwest::header::HeaderName;
use serde_json::{Value, json};

use crate::github::{endless, no_list, no_post};
use crate::http::{Http, Replay, Trouble, headers};
use crate::{Author, Destination, Error, Host, LOOK_AGAIN, MOST_PAGES, Post, Token};

const RIGHTS: &str = "use a project access token (role Reporter or higher, scope `api`) that this job can read: protected \
    variables are hidden from unprotected branches";

/// Escapes the lines that GitLab would execute: a line such as `/approve` is a command there, run with the permissions
/// of the token. The backslash is not visible in Markdown.
pub fn without_commands(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    for line in body.split_inclusive('\n') {
        let text = line.trim_start();
        let (indent, _) = line.split_at(line.len() - text.len());
        out.push_str(indent);
        if text.starts_with('/') {
            out.push('\\');
        }
        out.push_str(text);
    }
    out
}

/// One project.
pub struct GitLab {
    http: Http,
    project: String,
    /// The page of the project, for links to notes.
    page: Option<String>,
}

impl GitLab {
    /// The maximum length of a note or an issue, in characters.
    pub const LONGEST: usize = 1_000_000;

    /// `project` is the number or path of the project; `option` names the source of the URL.
    pub fn new(
        address: &str,
        option: &str,
        project: &str,
        page: Option<String>,
        token: Token,
    ) -> Result<Self, Error> {
        let headers = headers(HeaderName::from_static("private-token"), token.header(""));
        let http = Http::new(address, option, token, headers, RIGHTS)?;
        let project = utf8_percent_encode(project, NON_ALPHANUMERIC).to_string();
        Ok(Self { http, project, page })
    }

    fn url(&self, path: &str) -> String {
        self.http.url(&format!("/projects/{}{path}", self.project))
    }

    fn posts_url(&self, destination: &Destination) -> String {
        match destination {
            Destination::Comment(number) => self.url(&format!("/merge_requests/{number}/notes")),
            Destination::Issue(_) => self.url("/issues"),
        }
    }

    /// Returns the page: an issue has its own, a note is on the page of its merge request.
    fn page_of(&self, item: &Value, destination: &Destination) -> Option<String> {
        let text = match (destination, &self.page) {
            (Destination::Comment(number), Some(page)) => {
                let id = item.get("id").and_then(Value::as_u64)?;
                format!("{page}/-/merge_requests/{number}#note_{id}")
            }
            (Destination::Comment(_), None) => return None,
            (Destination::Issue(_), _) => item.get("web_url").and_then(Value::as_str)?.to_owned(),
        };
        Some(self.http.clean(&text))
    }

    fn post(&self, item: &Value, destination: &Destination) -> Option<Post> {
        let (id, body) = match destination {
            Destination::Comment(_) => ("id", "body"),
            Destination::Issue(_) => ("iid", "description"),
        };
        let author = item.get("author");
        let login = author.and_then(|author| author.get("username")).and_then(Value::as_str);
        Some(Post {
            id: item.get(id).and_then(Value::as_u64)?,
            body: item.get(body).and_then(Value::as_str).unwrap_or_default().to_owned(),
            author: Author {
                id: author.and_then(|author| author.get("id")).and_then(Value::as_u64),
                login: login.unwrap_or_default().to_owned(),
            },
            page: self.page_of(item, destination),
        })
    }
}

impl Host for GitLab {
    async fn own(&self) -> Result<Author, Error> {
        let answer = self.http.get(&self.http.url("/user")).await?;
        let id = answer.body.get("id").and_then(Value::as_u64);
        let login = answer.body.get("username").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Author { id, login })
    }

    async fn list(&self, destination: &Destination) -> Result<Vec<Post>, Error> {
        let which =
            if matches!(destination, Destination::Issue(_)) { "state=opened&scope=all" } else { "sort=asc" };
        let mut page = "1".to_owned();
        let mut posts = Vec::new();
        for _ in 0..MOST_PAGES {
            let url = format!(
                "{}?{which}&order_by=created_at&per_page=100&page={page}",
                self.posts_url(destination)
            );
            let answer = self.http.get(&url).await?;
            let items = answer.body.as_array().ok_or_else(|| no_list("GitLab"))?;
            // System notes of GitLab ("added 2 commits") are not comments.
            let written = items.iter().filter(|item| item.get("system") != Some(&Value::Bool(true)));
            posts.extend(written.filter_map(|item| self.post(item, destination)));
            match answer.header("x-next-page") {
                Some(next) if next.chars().all(|c| c.is_ascii_digit()) => next.clone_into(&mut page),
                Some(_) => return Err(no_list("GitLab")),
                None => return Ok(posts),
            }
        }
        Err(endless("GitLab"))
    }

    async fn create(&self, destination: &Destination, body: &str) -> Result<Option<String>, Trouble> {
        let text = match destination {
            Destination::Comment(_) => json!({"body": body}),
            Destination::Issue(title) => json!({"title": title, "description": body}),
        };
        let url = self.posts_url(destination);
        let answer = self.http.send(Method::POST, &url, Some(&text), Replay::NotSafe).await?;
        match self.post(&answer.body, destination) {
            Some(made) => Ok(made.page),
            None => Err(Trouble::Unsure(no_post("GitLab"), LOOK_AGAIN)),
        }
    }

    async fn edit(
        &self,
        destination: &Destination,
        post: &Post,
        body: &str,
        close: bool,
    ) -> Result<Option<String>, Error> {
        let text = match (destination, close) {
            (Destination::Comment(_), _) => json!({"body": body}),
            (Destination::Issue(_), false) => json!({"description": body}),
            (Destination::Issue(_), true) => json!({"description": body, "state_event": "close"}),
        };
        let url = format!("{}/{}", self.posts_url(destination), post.id);
        let answer = self.http.send(Method::PUT, &url, Some(&text), Replay::Safe).await?;
        match self.post(&answer.body, destination) {
            Some(edited) if edited.id == post.id => Ok(edited.page.or_else(|| post.page.clone())),
            _ => Err(no_post("GitLab")),
        }
    }

    async fn request_of(&self, commit: &str) -> Result<Option<u64>, Error> {
        let answer =
            self.http.get(&self.url(&format!("/repository/commits/{commit}/merge_requests"))).await?;
        let requests = answer.body.as_array().ok_or_else(|| no_list("GitLab"))?;
        let merged = requests.iter().filter(|request| request.get("state") == Some(&json!("merged")));
        Ok(merged.filter_map(|request| request.get("iid").and_then(Value::as_u64)).max())
    }
}

#[cfg(test)]
mod tests {
    use crate::without_commands;

    #[test]
    fn no_line_is_a_command() {
        for (body, posted) in [
            ("/approve", "\\/approve"),
            ("a\n/merge\r\n  /close x\n\t/lock", "a\n\\/merge\r\n  \\/close x\n\t\\/lock"),
            ("a /merge\n<!-- /x -->\n\n", "a /merge\n<!-- /x -->\n\n"),
        ] {
            assert_eq!(without_commands(body), posted);
        }
    }
}
