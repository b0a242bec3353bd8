//! GitHub and GitLab: one comment or one issue for each configuration, created once and edited in place. What differs
//! between the two is in `host.rs`.

mod error;
mod host;
mod http;
mod marker;
mod token;

pub use error::Error;
pub use host::Destination;
pub use marker::Marker;
pub use token::Token;

use std::time::Duration;

use bylaws_api::Replay;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use serde_json::{Value, json};

use host::{Author, Host, Post, Write};
use http::{Http, Trouble};

/// The maximum length of a comment or an issue on GitHub, in characters.
pub const LONGEST_ON_GITHUB: usize = 65_536;
/// The maximum length of a note or an issue on GitLab, in characters.
pub const LONGEST_ON_GITLAB: usize = 1_000_000;
/// The maximum number of attempts to create a text if responses are lost and the text does not appear.
const ROUNDS: u32 = 3;
/// The wait before checking whether a text was created, unless the response says otherwise.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// The maximum number of pages of a list.
const MOST_PAGES: usize = 1000;
/// The author of comments that use the token of GitHub Actions.
const ACTIONS: &str = "github-actions[bot]";

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

/// The result of posting a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It is new; its page, if the forge tells.
    Created(Option<String>),
    /// An older text of ours was replaced; its page.
    Edited(Option<String>),
    /// The same text is already posted.
    Unchanged(Option<String>),
    /// The issue is closed now; its page.
    Closed(Option<String>),
    /// There is no open issue to close.
    NothingToClose,
}

/// A client of one repository on GitHub, or of one project on GitLab.
pub struct Forge {
    http: Http,
    host: Host,
}

impl Forge {
    /// Returns a client of GitHub or GitHub Enterprise Server. `repository` is `owner/name`; `option` names the source
    /// of the URL.
    pub fn github(address: &str, option: &str, repository: &str, token: Token) -> Result<Self, Error> {
        let is_name = |part: &str| {
            let plain = part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
            plain && !matches!(part, "" | "." | "..")
        };
        if !repository.split_once('/').is_some_and(|(owner, name)| is_name(owner) && is_name(name)) {
            return Err(Error::new("the repository is not `owner/name`", "pass --repo OWNER/NAME"));
        }
        let mut headers = token.headers(AUTHORIZATION, "Bearer ");
        headers.insert("x-github-api-version", HeaderValue::from_static("2022-11-28"));
        let host = Host::GitHub(repository.to_owned());
        Ok(Self { http: Http::new(address, option, token, headers, host.rights())?, host })
    }

    /// Returns a client of GitLab. `project` is the number or path of the project, and `page` its page; `option` names
    /// the source of the URL.
    pub fn gitlab(
        address: &str,
        option: &str,
        project: &str,
        page: Option<String>,
        token: Token,
    ) -> Result<Self, Error> {
        let headers = token.headers(HeaderName::from_static("private-token"), "");
        let host = Host::GitLab(utf8_percent_encode(project, NON_ALPHANUMERIC).to_string(), page);
        Ok(Self { http: Http::new(address, option, token, headers, host.rights())?, host })
    }

    /// Returns the number of the newest merged pull or merge request that contains a commit; `None` if there is none.
    pub async fn request_of(&self, commit: &str) -> Result<Option<u64>, Error> {
        let answer = self.http.get(&self.http.url(&self.host.requests(commit))).await?;
        let requests = answer.list(self.host.name())?.iter();
        Ok(requests.filter_map(|request| self.host.merged(request)).max())
    }

    /// Sets which of the labels `ours` are on a pull request of GitHub; other labels are kept. GitHub creates missing
    /// labels.
    pub async fn label(&self, number: u64, wanted: &[&str], ours: &[&str]) -> Result<(), Error> {
        let url = self.http.url(&format!("{}/issues/{number}/labels", self.host.root()));
        let answer = self.http.get(&format!("{url}?per_page=100")).await?;
        let present = answer.list(self.host.name())?.iter();
        let present: Vec<&str> = present.filter_map(|label| label["name"].as_str()).collect();
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

    /// Posts the text as a comment or an issue: edits the newest own text that begins with the same marker, or
    /// creates one. `close` closes the issue after the edit. After a lost response it checks for the text before
    /// creating it again.
    pub async fn post(
        &self,
        destination: &Destination,
        marker: &Marker,
        body: &str,
        close: bool,
    ) -> Result<Posted, Error> {
        let own = self.own().await?;
        let mut round = 1;
        loop {
            let posts = self.list(destination).await?;
            match newest_of_ours(&posts, marker, &own) {
                Some(post) if close => {
                    return Ok(Posted::Closed(self.write(destination, Write::Close(post), body).await?));
                }
                Some(post) if same_text(&post.body, body) => return Ok(Posted::Unchanged(post.page.clone())),
                Some(post) => {
                    return Ok(Posted::Edited(self.write(destination, Write::Edit(post), body).await?));
                }
                None if close => return Ok(Posted::NothingToClose),
                None => {}
            }
            match self.write(destination, Write::Create, body).await {
                Ok(page) => return Ok(Posted::Created(page)),
                Err(Trouble::Unsure(error, wait)) if round < ROUNDS => {
                    tracing::debug!(why = error.message, ?wait, "looking whether it was made");
                    tokio::time::sleep(wait).await;
                    round += 1;
                }
                Err(trouble) => return Err(trouble.into()),
            }
        }
    }

    /// Returns the account of the token.
    async fn own(&self) -> Result<Author, Error> {
        match (self.http.get(&self.http.url("/user")).await, &self.host) {
            (Ok(answer), _) => Ok(Author::of(&answer.body)),
            // The token of an app, such as the one of GitHub Actions, has no user.
            (Err(Trouble::Failed(403 | 404, _)), Host::GitHub(_)) => {
                let login = self.viewer().await.unwrap_or_else(|| ACTIONS.to_owned());
                Ok(Author { id: None, login })
            }
            (Err(trouble), _) => Err(trouble.into()),
        }
    }

    /// Returns the login of a token of GitHub that belongs to an app, which may not read its user.
    async fn viewer(&self) -> Option<String> {
        let graphql = match self.http.url("").strip_suffix("/api/v3") {
            Some(server) => format!("{server}/api/graphql"),
            None => self.http.url("/graphql"),
        };
        let query = json!({"query": "{ viewer { login } }"});
        let answer = self.http.send(Method::POST, &graphql, Some(&query), Replay::Safe).await.ok()?;
        answer.body.pointer("/data/viewer/login").and_then(Value::as_str).map(str::to_owned)
    }

    /// Returns all comments of the request, or all open issues: never a part.
    async fn list(&self, destination: &Destination) -> Result<Vec<Post>, Error> {
        let (posts, query) = (self.host.posts(destination), self.host.query(destination));
        let mut url = self.http.url(&format!("{posts}?{query}"));
        let mut posts = Vec::new();
        for _ in 0..MOST_PAGES {
            let answer = self.http.get(&url).await?;
            let items = answer.list(self.host.name())?.iter();
            posts.extend(items.filter_map(|item| self.read(item, destination)));
            let next = match (&self.host, answer.header("x-next-page"), url.rsplit_once('=')) {
                (Host::GitHub(_), ..) => {
                    answer.next_link().map(|url| self.http.same_place(url)).transpose()?
                }
                (Host::GitLab(..), Some(next), Some((front, _)))
                    if next.chars().all(|c| c.is_ascii_digit()) =>
                {
                    Some(format!("{front}={next}"))
                }
                (Host::GitLab(..), None, _) => None,
                (Host::GitLab(..), Some(_), _) => {
                    return Err(Error::odd_answer(self.host.name(), "is not a list"));
                }
            };
            match next {
                Some(next) => url = next,
                None => return Ok(posts),
            }
        }
        Err(Error::new(
            format!("the list of {} does not end (over {MOST_PAGES} pages)", self.host.name()),
            "close old issues, or check the API URL",
        ))
    }

    /// Creates or changes a comment or an issue, and returns its page.
    async fn write(
        &self,
        destination: &Destination,
        write: Write<'_>,
        body: &str,
    ) -> Result<Option<String>, Trouble> {
        let (method, path, replay, old) = match write {
            Write::Create => (Method::POST, self.host.posts(destination), Replay::NotSafe, None),
            Write::Edit(post) | Write::Close(post) => {
                let path = self.host.one_post(destination, post.id);
                (self.host.edit_method(), path, Replay::Safe, Some(post))
            }
        };
        let text = self.host.text(destination, write, body);
        let answer = self.http.send(method, &self.http.url(&path), Some(&text), replay).await?;
        match self.read(&answer.body, destination) {
            Some(new) if old.is_none_or(|old| old.id == new.id) => {
                Ok(new.page.or_else(|| old.and_then(|old| old.page.clone())))
            }
            // A success without the text proves nothing.
            _ => {
                let what = "does not contain the comment or issue that was sent";
                Err(Trouble::Unsure(Error::odd_answer(self.host.name(), what), LOOK_AGAIN))
            }
        }
    }

    /// Returns a comment or an issue of a response; its page is safe to print.
    fn read(&self, item: &Value, destination: &Destination) -> Option<Post> {
        let post = self.host.post(item, destination)?;
        Some(Post { page: post.page.map(|page| self.http.token.clean(&page)), ..post })
    }
}

/// Returns the newest text with this marker that this account wrote. Texts of other accounts are ignored: they must
/// not be overwritten, and their authors could edit a plan posted there.
fn newest_of_ours<'a>(posts: &'a [Post], marker: &Marker, own: &Author) -> Option<&'a Post> {
    posts.iter().filter(|post| marker.begins(&post.body) && post.author.is(own)).max_by_key(|post| post.id)
}

/// GitHub and GitLab may change line endings and trailing white space.
fn same_text(one: &str, two: &str) -> bool {
    one.trim_end().lines().eq(two.trim_end().lines())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(id: u64, first: &str, author: Option<u64>, login: &str) -> Post {
        let author = Author { id: author, login: login.to_owned() };
        Post { id, body: format!("{first}\nold"), author, page: None }
    }

    #[test]
    fn only_the_newest_own_post_is_edited() {
        let marker = Marker::of("<!-- bylaws:plan a -->").expect("a marker");
        let (a, b) = ("<!-- bylaws:plan a -->", "<!-- bylaws:plan b -->");
        let own = Author { id: Some(7), login: "bot".to_owned() };
        let posts = [
            post(1, a, Some(7), "bot"),
            post(2, a, Some(7), "bot"),
            post(3, a, Some(8), "bot"),
            post(4, b, Some(7), "bot"),
            post(5, "hello", Some(7), "bot"),
            post(6, a, Some(8), "mallory"),
        ];
        assert_eq!(newest_of_ours(&posts, &marker, &own).map(|post| post.id), Some(2));
        let by_name = Author { id: None, login: "mallory".to_owned() };
        assert_eq!(newest_of_ours(&posts, &marker, &by_name).map(|post| post.id), Some(6));
        assert!(newest_of_ours(&posts, &marker, &Author::default()).is_none(), "unknown is nobody");
    }

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
