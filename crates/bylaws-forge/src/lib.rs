//! The forges where reviews happen: one comment or one issue for each configuration, made once and edited in
//! place. What the forges have in common stands here, how each of them is spoken to in its own file.

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

/// How often a text is made at most, where the answer to making it was lost and it is not there either.
const ROUNDS: u32 = 3;
/// How long to wait before looking whether it was made, where the forge's answer does not tell.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// The most pages of a list; a forge whose list has no end is out of order.
const MOST_PAGES: usize = 1000;

/// Where a text is posted.
#[derive(Clone, Debug)]
pub enum Place {
    /// On the pull or merge request with this number.
    Comment(u64),
    /// As an issue with this title, where none is open.
    Issue(String),
}

/// Something posted: a comment, or an open issue.
#[derive(Clone, Debug)]
struct Post {
    id: u64,
    body: String,
    author: Author,
    /// Its page, where the forge tells.
    page: Option<String>,
}

/// Who wrote something, as far as the forge tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Author {
    id: Option<u64>,
    login: String,
}

impl Author {
    /// Whether both are one account. Numbers are never used again; names may be.
    fn is(&self, other: &Self) -> bool {
        match (self.id, other.id) {
            (Some(one), Some(two)) => one == two,
            _ => !self.login.is_empty() && self.login == other.login,
        }
    }
}

/// What every forge can do. Lists are whole, or an error.
trait Host {
    /// The account that the token belongs to.
    async fn own(&self) -> Result<Author, Error>;
    /// All comments of the request, or all open issues.
    async fn list(&self, place: &Place) -> Result<Vec<Post>, Error>;
    /// Makes a comment or an issue; its page.
    async fn create(&self, place: &Place, body: &str) -> Result<Option<String>, Trouble>;
    /// Replaces the text of one, and closes the issue where that is asked for; its page.
    async fn edit(
        &self,
        place: &Place,
        post: &Post,
        body: &str,
        close: bool,
    ) -> Result<Option<String>, Error>;
    /// The request that brought a commit, where one did.
    async fn request_of(&self, commit: &str) -> Result<Option<u64>, Error>;
}

/// What became of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It is new; its page, if the forge tells.
    Created(Option<String>),
    /// An older text of ours was replaced; its page.
    Edited(Option<String>),
    /// It stands there already, word for word.
    Unchanged(Option<String>),
    /// The issue is closed now; its page.
    Closed(Option<String>),
    /// There is no open issue that could be closed.
    NothingToClose,
}

/// One of the forges.
pub enum Forge {
    /// github.com or a GitHub Enterprise server.
    GitHub(GitHub),
    /// gitlab.com or an own GitLab.
    GitLab(GitLab),
}

impl Forge {
    /// Returns the number of the pull or merge request that brought a commit; `None` if none did.
    pub async fn request_of(&self, commit: &str) -> Result<Option<u64>, Error> {
        match self {
            Self::GitHub(forge) => forge.request_of(commit).await,
            Self::GitLab(forge) => forge.request_of(commit).await,
        }
    }

    /// Posts the text as a comment or an issue: edits the newest one of ours that begins with the same marker, else
    /// makes one. `close` closes the issue after the edit.
    pub async fn post(
        &self,
        place: &Place,
        marker: &Marker,
        body: &str,
        close: bool,
    ) -> Result<Posted, Error> {
        match self {
            Self::GitHub(forge) => post(forge, place, marker, body, close).await,
            Self::GitLab(forge) => post(forge, place, marker, body, close).await,
        }
    }
}

/// Posts the text: edits the newest one of ours that begins with the same marker, else makes one.
///
/// After a lost answer it looks again before anything is made a second time.
async fn post(
    forge: &impl Host,
    place: &Place,
    marker: &Marker,
    body: &str,
    close: bool,
) -> Result<Posted, Error> {
    let own = forge.own().await?;
    let mut round = 1;
    loop {
        let posts = forge.list(place).await?;
        match newest_of_ours(&posts, marker, &own) {
            Some(post) if close => return Ok(Posted::Closed(forge.edit(place, post, body, true).await?)),
            Some(post) if same_text(&post.body, body) => return Ok(Posted::Unchanged(post.page.clone())),
            Some(post) => return Ok(Posted::Edited(forge.edit(place, post, body, false).await?)),
            None if close => return Ok(Posted::NothingToClose),
            None => {}
        }
        match forge.create(place, body).await {
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

/// The newest one with our marker that our own account wrote: whoever else begins a comment with the marker
/// would have it overwritten, or would have our plan stand under their name, free to be edited by them.
fn newest_of_ours<'a>(posts: &'a [Post], marker: &Marker, own: &Author) -> Option<&'a Post> {
    posts.iter().filter(|post| marker.begins(&post.body) && post.author.is(own)).max_by_key(|post| post.id)
}

/// Forges may change line ends and drop white space at the end.
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
    fn the_newest_of_ours_is_edited_and_nobody_elses() {
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
