//! Pages by token: a position, and the query that it belongs to (`docs/service-behaviour.md#lists-and-pages`).
//! The reports define positions of their own; in all other lists they count items.

use serde_json::Value;

use crate::envelope::Refusal;
use crate::ids::hash;
use crate::request::Query;

/// The requested part of a list.
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
        let mut pairs: Vec<String> = query
            .pairs()
            .filter(|(name, _)| !matches!(name.as_str(), "page" | "limit"))
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.sort_unstable();
        let parts: Vec<&str> = std::iter::once(list).chain(pairs.iter().map(String::as_str)).collect();
        Self(hash(&parts))
    }

    pub(crate) fn token(&self, place: i64) -> String {
        let proof = self.proof(place);
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

    fn proof(&self, place: i64) -> u64 {
        hash(&[&self.0.to_string(), &place.to_string()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
