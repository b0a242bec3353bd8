//! Pages by id: `limit`, `after_id`, `before_id` (`docs/service-behaviour.md#lists-and-pages`). The
//! operations decide which items pass their filters.

use serde::Serialize;
use serde_json::{Value, json};

use crate::envelope::{Answer, Refusal};
use crate::listing::Listing;
use crate::request::Query;

/// The requested part of a list.
#[derive(Debug)]
pub(crate) struct Paging {
    limit: usize,
    after: Option<String>,
    before: Option<String>,
}

impl Paging {
    /// Takes `limit`, `after_id` and `before_id` out of the query.
    pub(crate) fn read(query: &mut Query) -> Result<Self, Refusal> {
        let limit = query.limit(20, 1000)?;
        let (after, before) = (query.one("after_id")?, query.one("before_id")?);
        if after.is_some() && before.is_some() {
            return Err(Refusal::invalid("Give at most one of after_id and before_id."));
        }
        Ok(Self { limit, after, before })
    }

    /// Returns the page, with items in list order whichever way it was paged.
    pub(crate) fn page<T: Serialize>(&self, list: &Listing<T>, keep: impl Fn(&T) -> bool) -> Answer {
        self.page_as(list, keep, |item| serde_json::to_value(item).unwrap_or_default())
    }

    /// Like [`page`](Self::page), with a function that writes each item.
    pub(crate) fn page_as<T>(
        &self,
        list: &Listing<T>,
        keep: impl Fn(&T) -> bool,
        write: impl Fn(&T) -> Value,
    ) -> Answer {
        let unknown = |name: &str| Refusal::invalid(format!("{name}: no such item in this list."));
        let wanted = |entry: &(&str, &T)| keep(entry.1);
        let mut items: Vec<(&str, &T)> = match (&self.after, &self.before) {
            (Some(id), _) => {
                let items = list.after(id).ok_or_else(|| unknown("after_id"))?;
                items.filter(wanted).take(self.limit + 1).collect()
            }
            (None, Some(id)) => {
                let items = list.before(id).ok_or_else(|| unknown("before_id"))?;
                items.filter(wanted).take(self.limit + 1).collect()
            }
            (None, None) => list.entries().filter(wanted).take(self.limit + 1).collect(),
        };
        let has_more = items.len() > self.limit;
        items.truncate(self.limit);
        if self.before.is_some() {
            items.reverse();
        }
        Ok(json!({
            "data": items.iter().map(|(_, item)| write(item)).collect::<Vec<_>>(),
            "has_more": has_more,
            "first_id": items.first().map(|(id, _)| id),
            "last_id": items.last().map(|(id, _)| id),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(query: &str) -> String {
        let mut list = Listing::default();
        for n in 1..=5 {
            list.add(format!("n{n}"), n);
        }
        let mut query = Query::parse(query).unwrap();
        match Paging::read(&mut query).and_then(|paging| paging.page(&list, |n| n % 5 != 3)) {
            Ok(page) => format!(
                "{} more={} {}..{}",
                page["data"], page["has_more"], page["first_id"], page["last_id"]
            ),
            Err(refusal) => refusal.message,
        }
    }

    #[test]
    fn pages_go_both_ways_and_keep_the_order() {
        assert_eq!(ids("limit=2"), r#"[5,4] more=true "n5".."n4""#);
        assert_eq!(ids("limit=2&after_id=n4"), r#"[2,1] more=false "n2".."n1""#);
        assert_eq!(ids("limit=2&before_id=n1"), r#"[4,2] more=true "n4".."n2""#);
        assert_eq!(ids("limit=2&before_id=n4"), r#"[5] more=false "n5".."n5""#);
        assert_eq!(ids("before_id=n5"), "[] more=false null..null");
    }

    #[test]
    fn invalid_pages_are_refused() {
        assert_eq!(ids("limit=0"), "limit: must be a whole number from 1 to 1000.");
        assert_eq!(ids("after_id=n1&before_id=n2"), "Give at most one of after_id and before_id.");
        assert_eq!(ids("after_id=zz"), "after_id: no such item in this list.");
    }
}
