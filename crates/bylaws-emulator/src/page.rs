//! Pages of lists (`docs/service-behaviour.md#lists-and-pages`): by id with `limit`, `after_id` and
//! `before_id`, or by a token that is a position with the query that it belongs to. The operations decide
//! which items pass their filters.

use serde::Serialize;
use serde_json::{Value, json};

use crate::envelope::{Answer, Refusal};
use crate::ids::hash;
use crate::listing::Listing;
use crate::request::Query;

/// The requested part of a list that is paged by id.
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
        self.page_as(list, keep, |item| json!(item))
    }

    /// Like [`page`](Self::page), with a function that writes each item.
    pub(crate) fn page_as<T>(
        &self,
        list: &Listing<T>,
        keep: impl Fn(&T) -> bool,
        write: impl Fn(&T) -> Value,
    ) -> Answer {
        let unknown = |name: &str| Refusal::invalid(format!("{name}: no such item in this list."));
        let from_here: Box<dyn Iterator<Item = (&str, &T)>> = match (&self.after, &self.before) {
            (Some(id), _) => Box::new(list.after(id).ok_or_else(|| unknown("after_id"))?),
            (None, Some(id)) => Box::new(list.before(id).ok_or_else(|| unknown("before_id"))?),
            (None, None) => Box::new(list.entries()),
        };
        let wanted = from_here.filter(|(_, item)| keep(item));
        let (items, has_more) = cut(wanted, self.limit, self.before.is_some());
        Ok(json!({
            "data": items.iter().map(|(_, item)| write(item)).collect::<Vec<_>>(),
            "has_more": has_more,
            "first_id": items.first().map(|(id, _)| id),
            "last_id": items.last().map(|(id, _)| id),
        }))
    }
}

/// Returns the first `limit` items, in list order if they come in the opposite one, and whether there are more.
pub(crate) fn cut<T>(items: impl Iterator<Item = T>, limit: usize, is_backwards: bool) -> (Vec<T>, bool) {
    let mut items: Vec<T> = items.take(limit + 1).collect();
    let has_more = items.len() > limit;
    items.truncate(limit);
    if is_backwards {
        items.reverse();
    }
    (items, has_more)
}

/// The requested part of a list that is paged by token; positions count items.
pub(crate) struct TokenPaging {
    binding: Binding,
    start: usize,
    limit: usize,
}

impl TokenPaging {
    /// Takes `limit` and `page` out of a complete query. `list` names the list, ids of its path included.
    pub(crate) fn read(list: &str, query: &mut Query, default: usize, most: usize) -> Result<Self, Refusal> {
        let binding = Binding::of(list, query);
        let limit = query.limit(default, most)?;
        let start = query.one("page")?.map(|token| binding.place(&token)).transpose()?.unwrap_or_default();
        Ok(Self { binding, start: usize::try_from(start).unwrap_or_default(), limit })
    }

    /// Returns whether this is the first page.
    pub(crate) fn is_first(&self) -> bool {
        self.start == 0
    }

    /// Returns the items of the page and the token of the next one.
    pub(crate) fn page(&self, all: Vec<Value>) -> (Vec<Value>, Option<String>) {
        let end = self.start.saturating_add(self.limit);
        let next = (all.len() > end).then(|| self.binding.token(i64::try_from(end).unwrap_or(i64::MAX)));
        (all.into_iter().skip(self.start).take(self.limit).collect(), next)
    }
}

/// The query that a token is bound to: the list and every parameter except `page` and `limit`.
pub(crate) struct Binding(u64);

impl Binding {
    pub(crate) fn of(list: &str, query: &Query) -> Self {
        let mut pairs: Vec<&(String, String)> = query.0.iter().collect();
        pairs.retain(|(name, _)| !matches!(name.as_str(), "page" | "limit"));
        let mut pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.sort_unstable();
        pairs.insert(0, list.to_owned());
        Self(hash(&pairs.iter().map(String::as_str).collect::<Vec<_>>()))
    }

    pub(crate) fn token(&self, place: i64) -> String {
        let proof = hash(&[&self.0.to_string(), &place.to_string()]);
        format!("page_{place:016x}{proof:016x}")
    }

    /// Returns the position, if the token belongs to this query.
    pub(crate) fn place(&self, token: &str) -> Result<i64, Refusal> {
        let wrong = || Refusal::invalid("page: not a token of this query.");
        let digits = token.strip_prefix("page_").filter(|rest| rest.len() == 32).ok_or_else(wrong)?;
        let (place, _) = digits.split_at_checked(16).ok_or_else(wrong)?;
        // Negative positions are written in two's complement.
        let place = u64::from_str_radix(place, 16).map_err(|_| wrong())?.cast_signed();
        if self.token(place) == token { Ok(place) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(query: &str) -> String {
        let mut list = Listing::of("Number");
        for n in 1..=5 {
            list.add(&format!("n{n}"), n);
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

    #[test]
    fn a_token_is_valid_only_for_its_query() {
        let binding = |query| Binding::of("cost", &Query::parse(query).unwrap());
        let token = binding("a=1&b=2").token(-5);
        assert_eq!(binding("b=2&a=1&limit=3&page=x").place(&token), Ok(-5));
        assert!(binding("a=1&b=3").place(&token).is_err());
        for broken in ["", "page_", "page_é", &token.replace("page_f", "page_0")] {
            assert!(binding("a=1&b=2").place(broken).is_err(), "{broken}");
        }
    }
}
