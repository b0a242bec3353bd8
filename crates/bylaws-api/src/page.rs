//! Pages of lists and reports, and paging through them. An incomplete or inconsistent list is an error,
//! never a short list.

use std::collections::HashSet;
use std::sync::Arc;

use async_stream::try_stream;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::client::{Answer, Client};
use crate::request::MOST_ITEMS;
use crate::{Error, Request};

/// The maximum number of items of one list that are read.
const MOST_LISTED: usize = 200_000;
/// The maximum number of pages of one list or report: those of the longest list, each a tenth full.
const MOST_PAGES: usize = MOST_LISTED / MOST_ITEMS as usize * 10;
/// The maximum number of bytes of one list or report.
const MOST_BYTES: usize = 256 << 20;

/// One page of a list that pages by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub data: Vec<T>,
    /// Whether another page follows.
    pub has_more: bool,
    /// The id of the last item, to pass as `after_id` for the next page.
    pub last_id: Option<String>,
}

/// One page of a report, or of another list that pages by token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPage<T> {
    /// The buckets, records or items of the page.
    pub data: Vec<T>,
    /// Whether another page follows.
    #[serde(default)]
    pub has_more: bool,
    /// The token of the next page.
    pub next_page: Option<String>,
}

/// A stream of pages, each as its items. It ends after the last page, or after the first error.
pub type Pages<T> = BoxStream<'static, Result<Vec<T>, Error>>;

/// Returns every item of every page, or the first error: never a part.
pub async fn collect_all<T>(pages: Pages<T>) -> Result<Vec<T>, Error> {
    pages.try_concat().await
}

/// Returns all pages of a list that pages by id, starting with its first request. `name` is its name in
/// errors; `id_of` returns the id of an item that cursors use.
pub(crate) fn list<T: DeserializeOwned + Clone + Send + 'static>(
    client: Arc<Client>,
    first: Request<Page<T>>,
    name: &str,
    id_of: fn(&T) -> &str,
) -> Pages<T> {
    let mut walk = Walk::default();
    pages(client, first.clone(), format!("the list of {name}"), move |page| {
        let (items, next) = walk.accept(page, id_of)?;
        Ok((items, next.map(|id| first.clone().with_query("after_id", &id))))
    })
}

/// Returns all pages of a report, or of another list that pages by token. `name` is its subject in errors.
pub(crate) fn report<T: DeserializeOwned + Clone + Send + 'static>(
    client: Arc<Client>,
    first: Request<ReportPage<T>>,
    name: &str,
) -> Pages<T> {
    let mut seen = HashSet::new();
    pages(client, first.clone(), format!("the report on {name}"), move |page| {
        let next = next_token(&page, &mut seen)?;
        Ok((page.data, next.map(|token| first.clone().with_query("page", &token))))
    })
}

/// Returns all pages from this request on. `accept` checks a page, and returns its items and the request of the next
/// page. `what` is the subject of errors.
pub(crate) fn pages<P: DeserializeOwned + Send + 'static, T: Send + 'static>(
    client: Arc<Client>,
    mut request: Request<P>,
    what: String,
    mut accept: impl FnMut(P) -> Result<(Vec<T>, Option<Request<P>>), String> + Send + 'static,
) -> Pages<T> {
    try_stream! {
        let mut bounds = Bounds::default();
        loop {
            let Answer { value: page, request_id, bytes, .. } = client.send(&request).await?;
            let (items, next) = bounds.take(bytes).and_then(|()| accept(page)).map_err(|why| {
                client.protocol_error(&request, request_id, &format!("{what} is inconsistent: {why}"))
            })?;
            yield items;
            match next {
                Some(next) => request = next,
                None => break,
            }
        }
    }
    .boxed()
}

/// What has been seen of a list so far.
#[derive(Default)]
struct Walk {
    ids: HashSet<String>,
    cursors: HashSet<String>,
}

/// The size of a list or report so far.
#[derive(Default)]
struct Bounds {
    pages: usize,
    bytes: usize,
}

impl Bounds {
    /// Counts a page of this many bytes. Fails if the list is larger than any organization's, so that an
    /// endless answer cannot fill the memory.
    fn take(&mut self, bytes: usize) -> Result<(), String> {
        self.pages += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        if self.pages > MOST_PAGES {
            return Err(format!("it has more than {MOST_PAGES} pages"));
        }
        if self.bytes > MOST_BYTES {
            return Err(format!("it is longer than {} MiB", MOST_BYTES >> 20));
        }
        Ok(())
    }
}

impl Walk {
    /// Takes the next page: returns its new items, and the cursor of the page after it.
    ///
    /// Lists that are read during writes may repeat an item on a later page
    /// (`docs/service-behaviour.md#lists-and-pages`): it is dropped. A page without new items is a loop.
    fn accept<T>(
        &mut self,
        mut page: Page<T>,
        id_of: fn(&T) -> &str,
    ) -> Result<(Vec<T>, Option<String>), String> {
        if page.data.len() > MOST_ITEMS as usize {
            return Err(format!("a page has more than the requested {MOST_ITEMS} items"));
        }
        let last = page.data.last().map(|item| id_of(item).to_owned());
        if page.has_more && last.is_none() {
            return Err("an empty page says that more follow".to_owned());
        }
        if page.has_more && page.last_id.is_none() {
            return Err("a page says that more follow, but has no last id".to_owned());
        }
        if page.last_id.is_some() && page.last_id != last {
            return Err("its `last_id` is not the id of the last item".to_owned());
        }
        let mut here = HashSet::new();
        if let Some(twice) = page.data.iter().find(|item| !here.insert(id_of(item).to_owned())) {
            return Err(format!("`{}` appears twice on one page", id_of(twice)));
        }
        page.data.retain(|item| !self.ids.contains(id_of(item)));
        if page.data.is_empty() && !here.is_empty() {
            return Err("a later page repeats earlier ones and has nothing new".to_owned());
        }
        self.ids.extend(here);
        if self.ids.len() > MOST_LISTED {
            return Err(format!("it has more than {MOST_LISTED} items"));
        }
        let next = page.last_id.filter(|_| page.has_more);
        if next.as_ref().is_some_and(|cursor| !self.cursors.insert(cursor.clone())) {
            return Err("its pages form a loop".to_owned());
        }
        Ok((page.data, next))
    }
}

/// Returns the token of the page after this one.
fn next_token<T>(page: &ReportPage<T>, seen: &mut HashSet<String>) -> Result<Option<String>, String> {
    match &page.next_page {
        None if page.has_more => Err("a page says that more follow, but has no token".to_owned()),
        None => Ok(None),
        Some(_) if page.data.is_empty() => Err("an empty page says that more follow".to_owned()),
        Some(token) if seen.insert(token.clone()) => Ok(Some(token.clone())),
        Some(_) => Err("its pages form a loop".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Item(String);

    /// Pages through a description: `a b c +` is a page of three items that says that more follow; `|`
    /// separates pages.
    fn walked(pages: &str) -> Result<String, String> {
        let mut walk = Walk::default();
        let mut all = Vec::new();
        for text in pages.split('|') {
            let mut page = Page { data: Vec::new(), has_more: false, last_id: None };
            for word in text.split_whitespace() {
                match word.strip_prefix("last=") {
                    Some("none") => page.last_id = None,
                    Some(id) => page.last_id = Some(id.to_owned()),
                    None if word == "+" => page.has_more = true,
                    None => {
                        page.data.push(Item(word.to_owned()));
                        page.last_id = Some(word.to_owned());
                    }
                }
            }
            let (items, _) = walk.accept(page, |item: &Item| &item.0)?;
            all.extend(items.into_iter().map(|item| item.0));
        }
        Ok(all.join(" "))
    }

    #[test]
    fn a_list_is_complete_or_an_error() {
        for (pages, wanted) in [
            ("", Ok("")),
            ("a b", Ok("a b")),
            ("a b last=none", Ok("a b")),
            ("a b + | c", Ok("a b c")),
            ("a b + |", Ok("a b")),
            ("a b + | b c", Ok("a b c")),
            ("a b + | b c + | d", Ok("a b c d")),
            ("+", Err("empty page")),
            ("a + last=none", Err("has no last id")),
            ("a b last=a", Err("`last_id`")),
            ("a b + last=z", Err("`last_id`")),
            ("last=a", Err("`last_id`")),
            ("a a", Err("twice")),
            ("a b + | a b +", Err("nothing new")),
            ("a b + | b", Err("nothing new")),
            ("a b + | c a + | d b + | e a +", Err("loop")),
        ] {
            match (walked(pages), wanted) {
                (Ok(got), Ok(wanted)) => assert_eq!(got, wanted, "{pages:?}"),
                (Err(got), Err(part)) => assert!(got.contains(part), "{pages:?}: {got}"),
                (got, _) => panic!("{pages:?}: {got:?}"),
            }
        }
    }

    #[test]
    fn an_endless_list_is_an_error() {
        let page = |from: usize, size: usize| {
            let data: Vec<Item> = (from..from + size).map(|n| Item(n.to_string())).collect();
            let last_id = data.last().map(|item| item.0.clone());
            Page { data, has_more: true, last_id }
        };
        let walked = |size: usize| {
            let (mut walk, mut bounds) = (Walk::default(), Bounds::default());
            let ends = |n: usize| {
                let accepted = walk.accept(page(n * size, size), |item: &Item| &item.0);
                bounds.take(100).and(accepted).err()
            };
            (0..).find_map(ends).unwrap_or_default()
        };
        for (size, why) in [
            (1, "more than 2000 pages"),
            (99, "more than 2000 pages"),
            (101, "more than 200000 items"),
            (1000, "more than 200000 items"),
            (1001, "more than the requested 1000 items"),
        ] {
            assert!(walked(size).contains(why), "{size}: {}", walked(size));
        }
        let mut bounds = Bounds::default();
        assert!((0..20).any(|_| bounds.take(32 << 20).is_err()), "pages of 32 MiB");
    }

    #[test]
    fn a_report_is_complete_or_an_error() {
        let page = |data: &[u8], has_more, next: Option<&str>| ReportPage {
            data: data.to_vec(),
            has_more,
            next_page: next.map(str::to_owned),
        };
        let mut seen = HashSet::new();
        assert_eq!(next_token(&page(&[1], false, None), &mut seen), Ok(None));
        assert_eq!(next_token(&page(&[1], true, Some("p2")), &mut seen), Ok(Some("p2".to_owned())));
        assert!(next_token(&page(&[1], true, Some("p2")), &mut seen).is_err(), "a circle");
        assert!(next_token(&page(&[1], true, None), &mut seen).is_err(), "no token");
        assert!(next_token(&page(&[], true, Some("p3")), &mut seen).is_err(), "nothing on it");
    }
}
