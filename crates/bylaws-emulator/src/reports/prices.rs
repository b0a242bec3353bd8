//! Token prices in whole billionths of a cent, so that amounts are exact. The prices are made up but
//! realistic.

use crate::reports::usage_record::Amounts;
use crate::users::capitalized;

/// The price of a web search, in billionths of a cent.
const SEARCH: u128 = 1_000_000_000;

/// Returns the field name, the display name and the cost of each kind of tokens, in billionths of a cent;
/// kinds without tokens are left out.
pub(crate) fn tokens(
    model: &str,
    batch: bool,
    tokens: &Amounts,
) -> impl Iterator<Item = (&'static str, &'static str, u128)> {
    let (input, output) = per_token(model);
    let cache = tokens.cache_creation;
    [
        ("uncached_input_tokens", "Input Tokens", tokens.uncached_input_tokens, input),
        ("cache_read_input_tokens", "Input Tokens, Cache Read", tokens.cache_read_input_tokens, input / 10),
        (
            "cache_creation.ephemeral_5m_input_tokens",
            "Input Tokens, Cache Write (5m)",
            cache.ephemeral_5m_input_tokens,
            input * 5 / 4,
        ),
        (
            "cache_creation.ephemeral_1h_input_tokens",
            "Input Tokens, Cache Write (1h)",
            cache.ephemeral_1h_input_tokens,
            input * 2,
        ),
        ("output_tokens", "Output Tokens", tokens.output_tokens, output),
    ]
    .into_iter()
    .filter(|(_, _, count, _)| *count > 0)
    .map(move |(field, title, count, price)| {
        (field, title, u128::from(count) * price / if batch { 2 } else { 1 })
    })
}

/// Returns the cost of searches, in billionths of a cent.
pub(crate) fn searches(count: u64) -> u128 {
    u128::from(count) * SEARCH
}

/// Converts billionths of a cent to the decimal text of the service.
pub(crate) fn cents(amount: u128) -> String {
    let text = format!("{}.{:09}", amount / 1_000_000_000, amount % 1_000_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Returns the display name of a model.
pub(crate) fn title(model: &str) -> String {
    let parts =
        model.split('-').filter(|part| !(part.len() == 8 && part.bytes().all(|byte| byte.is_ascii_digit())));
    parts.map(capitalized).collect::<Vec<_>>().join(" ").replace(" 4 5", " 4.5")
}

/// Returns the price of one input and one output token, in billionths of a cent.
fn per_token(model: &str) -> (u128, u128) {
    match model {
        _ if model.contains("opus") => (500_000, 2_500_000),
        _ if model.contains("haiku") => (100_000, 500_000),
        _ => (300_000, 1_500_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_are_exact() {
        assert_eq!(cents(0), "0");
        assert_eq!(cents(1), "0.000000001");
        assert_eq!(cents(12_345_000_000), "12.345");
        assert_eq!(cents(7_000_000_000), "7");
    }

    #[test]
    fn a_million_tokens_cost_their_price() {
        let million =
            Amounts { uncached_input_tokens: 1_000_000, output_tokens: 1_000_000, ..Amounts::default() };
        let amounts = |model, batch| {
            tokens(model, batch, &million).map(|(.., amount)| cents(amount)).collect::<Vec<_>>()
        };
        assert_eq!(amounts("claude-sonnet-4-5", false), ["300", "1500"]);
        assert_eq!(amounts("claude-haiku-4-5", true), ["50", "250"]);
        assert_eq!(title("claude-sonnet-4-5-20250929"), "Claude Sonnet 4.5");
    }
}
