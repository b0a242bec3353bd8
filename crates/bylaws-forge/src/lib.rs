//! GitHub and GitLab: one comment or one issue for each configuration, created once and edited in place. This file
//! contains what both share; each has a file of its own for its API.

mod error;
mod github;
mod gitlab;
mod http;
mod marker;
mod token;

pub use error::Error;
pub use github::GitHub;
pub use gitlab::{GitLab, without_commands};
pub use marker::Marker;
pub use token::Token;

use std::time::Duration;

use http::Trouble;

/// The maximum number of attempts to create a text if responses are lost and the text does not appear.
const ROUNDS: u32 = 3;
/// The wait before checking whether a text was created, unless the response says otherwise.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// The maximum number of pages of a list.
const MOST_PAGES: usize = 1000;

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
struct Post {
    id: u64,
    body: String,
    author: Author,
    /// The URL of its page, if the response contains it.
    page: Option<String>,
}

/// The author of a text, as far as the response names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Author {
    id: Option<u64>,
    login: String,
}

impl Author {
    /// Returns whether both are the same account. Numbers are never reused; names may be.
    fn is(&self, other: &Self) -> bool {
        match (self.id, other.id) {
            (Some(one), Some(two)) => one == two,
            _ => !self.login.is_empty() && self.login == other.login,
        }
    }
}

/// The operations of GitHub or GitLab. Lists are complete, or an error.
trait Host {
    /// Returns the account of the token.
    async fn own(&self) -> Result<Author, Error>;
    /// Returns all comments of the request, or all open issues.
    async fn list(&self, destination: &Destination) -> Result<Vec<Post>, Error>;
    /// Creates a comment or an issue, and returns its page.
    async fn create(&self, destination: &Destination, body: &str) -> Result<Option<String>, Trouble>;
    /// Replaces the text of a comment or an issue, closes the issue if requested, and returns its page.
    async fn edit(
        &self,
        destination: &Destination,
        post: &Post,
        body: &str,
        close: bool,
    ) -> Result<Option<String>, Error>;
    /// Returns the request that brought a commit, if there is one.
    async fn request_of(&self, commit: &str) -> Result<Option<u64>, Error>;
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

/// A client of one host.
pub enum Forge {
    /// A repository on github.com or a GitHub Enterprise server.
    GitHub(GitHub),
    /// A project on gitlab.com or a self-managed GitLab.
    GitLab(GitLab),
}

impl Forge {
    /// Returns the number of the pull or merge request that contains a commit; `None` if there is none.
    pub async fn request_of(&self, commit: &str) -> Result<Option<u64>, Error> {
        match self {
            Self::GitHub(forge) => forge.request_of(commit).await,
            Self::GitLab(forge) => forge.request_of(commit).await,
        }
    }

    /// Posts the text as a comment or an issue: edits the newest own text that begins with the same marker, or
    /// creates one. `close` closes the issue after the edit.
    pub async fn post(
        &self,
        destination: &Destination,
        marker: &Marker,
        body: &str,
        close: bool,
    ) -> Result<Posted, Error> {
        match self {
            Self::GitHub(forge) => post(forge, destination, marker, body, close).await,
            Self::GitLab(forge) => post(forge, destination, marker, body, close).await,
        }
    }
}

/// Posts the text: edits the newest own text that begins with the same marker, or creates one.
///
/// After a lost response it checks for the text before creating it again.
async fn post(
    forge: &impl Host,
    destination: &Destination,
    marker: &Marker,
    body: &str,
    close: bool,
) -> Result<Posted, Error> {
    let own = forge.own().await?;
    let mut round = 1;
    loop {
        let posts = forge.list(destination).await?;
        match newest_of_ours(&posts, marker, &own) {
            Some(post) if close => {
                return Ok(Posted::Closed(forge.edit(destination, post, body, true).await?));
            }
            Some(post) if same_text(&post.body, body) => return Ok(Posted::Unchanged(post.page.clone())),
            Some(post) => return Ok(Posted::Edited(forge.edit(destination, post, body, false).await?)),
            None if close => return Ok(Posted::NothingToClose),
            None => {}
        }
        match forge.create(destination, body).await {
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
}
