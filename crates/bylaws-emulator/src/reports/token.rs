//! Page tokens of the reports: a position, and the query that they belong to. Each report defines its
//! positions.

use crate::envelope::Refusal;
use crate::ids::hash;
use crate::request::Query;

/// The query that a token is bound to: the report and every parameter except `page` and `limit`.
pub(crate) struct Binding(u64);

impl Binding {
    pub(crate) fn of(report: &str, query: &Query) -> Self {
        let mut pairs: Vec<String> = query
            .pairs()
            .filter(|(name, _)| !matches!(name.as_str(), "page" | "limit"))
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.sort_unstable();
        let parts: Vec<&str> = std::iter::once(report).chain(pairs.iter().map(String::as_str)).collect();
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
