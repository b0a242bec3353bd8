//! Figures computed independently from a seed: own calendar, own prices, integers. Shares only the names in the seed
//! with the reports.

use std::collections::BTreeMap;

use serde_json::Value;

/// One kind of figure for every bucket.
pub(crate) type Series = Vec<Vec<u128>>;
/// Rows by the dimensions they are grouped by.
pub(crate) type Rows = BTreeMap<Vec<Option<String>>, Series>;

pub(crate) const DAY: i64 = 86_400;

/// Returns the days since 1970 of a Gregorian date.
pub(crate) fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Returns year, month and day.
pub(crate) fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// Returns a date as `2026-11-21`.
pub(crate) fn date(days: i64) -> String {
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Returns a time in the offset of this many minutes east of Greenwich.
pub(crate) fn moment(second: i64, east: i64) -> String {
    let there = second + east * 60;
    let (day, rest) = (there.div_euclid(DAY), there.rem_euclid(DAY));
    let zone = if east == 0 {
        "Z".to_owned()
    } else {
        format!("{}{:02}:{:02}", if east < 0 { '-' } else { '+' }, east.abs() / 60, east.abs() % 60)
    };
    format!("{}T{:02}:{:02}:{:02}{zone}", date(day), rest / 3_600, rest / 60 % 60, rest % 60)
}

/// Returns the seconds since 1970 of `2026-11-21T09:00:00Z`.
pub(crate) fn second(text: &str) -> i64 {
    let number = |from: usize, to: usize| text[from..to].parse::<i64>().unwrap();
    assert!(text.len() == 20 && text.ends_with('Z'), "{text}");
    days(number(0, 4), number(5, 7), number(8, 10)) * DAY
        + number(11, 13) * 3_600
        + number(14, 16) * 60
        + number(17, 19)
}

/// Returns the first day of this many calendar months, of which the last one contains `day`.
pub(crate) fn first_of_months(day: i64, months: i64) -> i64 {
    let (year, month, _) = civil(day);
    let month = year * 12 + month - months;
    days(month.div_euclid(12), month.rem_euclid(12) + 1, 1)
}

/// Returns the starts of buckets, in seconds.
pub(crate) fn starts(bucket: &str, from: i64, to: i64) -> Vec<i64> {
    let width = width(bucket);
    let name = |at: i64| match bucket {
        // January 1, 1970 was a Thursday.
        "week" => (at / DAY + 3).div_euclid(7),
        "month" => civil(at.div_euclid(DAY)).0 * 12 + civil(at.div_euclid(DAY)).1,
        _ => at,
    };
    let mut starts = Vec::new();
    let (mut at, mut last) = (from, None);
    while at < to {
        if last.replace(name(at)) != Some(name(at)) {
            starts.push(at);
        }
        at += width;
    }
    starts
}

/// Returns the width of the buckets to request from the service, in seconds.
pub(crate) fn width(bucket: &str) -> i64 {
    match bucket {
        "minute" => 60,
        "hour" => 3_600,
        _ => DAY,
    }
}

/// Adds figures to the bucket of a time.
pub(crate) fn add(rows: &mut Rows, starts: &[i64], at: i64, key: Vec<Option<String>>, figures: &[u128]) {
    let place = starts.iter().rposition(|start| *start <= at).unwrap();
    let row = rows.entry(key).or_insert_with(|| vec![vec![0; starts.len()]; figures.len()]);
    for (series, figure) in row.iter_mut().zip(figures) {
        series[place] += figure;
    }
}

/// Returns the sums of all rows.
pub(crate) fn total(rows: &Rows, kinds: usize, buckets: usize) -> Series {
    let mut total = vec![vec![0; buckets]; kinds];
    for row in rows.values() {
        for (sums, series) in total.iter_mut().zip(row) {
            sums.iter_mut().zip(series).for_each(|(sum, figure)| *sum += figure);
        }
    }
    total
}

/// Returns the dimensions of a usage record.
pub(crate) fn of_usage(record: &Value, by: &str) -> Option<String> {
    let field = match by {
        "workspace" => "workspace_id",
        "person" => "account_id",
        "key" => "api_key_id",
        "service-account" => "service_account_id",
        "tier" => "service_tier",
        "context-window" => "context_window",
        "geo" => "inference_geo",
        other => other,
    };
    record[field].as_str().map(str::to_owned)
}

/// Returns tokens: uncached, read, written for 5 minutes, written for an hour, output; and searches.
pub(crate) fn tokens(record: &Value) -> [u128; 6] {
    let count = |path: &str| record.pointer(path).and_then(Value::as_u64).map_or(0, u128::from);
    [
        count("/uncached_input_tokens"),
        count("/cache_read_input_tokens"),
        count("/cache_creation/ephemeral_5m_input_tokens"),
        count("/cache_creation/ephemeral_1h_input_tokens"),
        count("/output_tokens"),
        count("/server_tool_use/web_search_requests"),
    ]
}

/// Returns the cost of a usage record by dimensions, in billionths of a cent, at the emulator's prices.
pub(crate) fn costs(record: &Value) -> Vec<(BTreeMap<&'static str, String>, u128)> {
    let tier = record["service_tier"].as_str().unwrap_or("standard");
    if tier.starts_with("priority") {
        return Vec::new();
    }
    let model = record["model"].as_str();
    let (input, output) = match model.unwrap_or("") {
        m if m.contains("opus") => (500_000, 2_500_000),
        m if m.contains("haiku") => (100_000, 500_000),
        _ => (300_000, 1_500_000),
    };
    let [uncached, read, five, hour, out, searches] = tokens(record);
    let kinds = [
        ("uncached_input_tokens", uncached * input),
        ("cache_read_input_tokens", read * input / 10),
        ("cache_creation.ephemeral_5m_input_tokens", five * input * 5 / 4),
        ("cache_creation.ephemeral_1h_input_tokens", hour * input * 2),
        ("output_tokens", out * output),
    ];
    let mut lines = Vec::new();
    for (kind, price) in kinds {
        let mut key = BTreeMap::from([("token-type", kind.to_owned()), ("cost-type", "tokens".to_owned())]);
        key.insert("tier", (if tier == "batch" { "batch" } else { "standard" }).to_owned());
        key.extend(model.map(|model| ("model", model.to_owned())));
        key.extend(of_usage(record, "context-window").map(|window| ("context-window", window)));
        key.extend(of_usage(record, "geo").map(|geo| ("geo", geo)));
        lines.push((key, if tier == "batch" { price / 2 } else { price }));
    }
    lines.push((BTreeMap::from([("cost-type", "web_search".to_owned())]), searches * 1_000_000_000));
    let workspace = of_usage(record, "workspace");
    for (key, _) in &mut lines {
        key.extend(workspace.clone().map(|workspace| ("workspace", workspace)));
    }
    lines.retain(|(_, price)| *price > 0);
    lines
}

/// Formats an integer with this many decimals: `12.5`.
pub(crate) fn decimal(units: u128, decimals: u32) -> String {
    let scale = 10_u128.pow(decimals);
    let part = format!("{:0width$}", units % scale, width = usize::try_from(decimals).unwrap());
    match part.trim_end_matches('0') {
        "" => (units / scale).to_string(),
        part => format!("{}.{part}", units / scale),
    }
}

#[test]
fn the_calendar_of_these_tests_is_correct() {
    for (text, at) in [
        ("1970-01-01T00:00:00Z", 0),
        ("2024-02-29T12:00:01Z", 1_709_208_001),
        ("2026-11-21T09:00:00Z", 1_795_251_600),
        ("2000-03-01T00:00:00Z", 951_868_800),
    ] {
        assert_eq!((second(text), moment(at, 0).as_str()), (at, text));
    }
    assert_eq!(moment(0, -330), "1969-12-31T18:30:00-05:30");
    assert_eq!(date(first_of_months(days(2024, 3, 31), 1)), "2024-03-01");
    assert_eq!(date(first_of_months(days(2024, 1, 1), 2)), "2023-12-01");
    assert_eq!(starts("week", days(2024, 2, 29) * DAY, days(2024, 3, 5) * DAY).len(), 2);
}
