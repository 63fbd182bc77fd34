//! Tables of results, as text that is Markdown too.

use std::fs;
use std::path::Path;

use world::{Clock as _, SystemClock};

use crate::Outcome;

/// A group's results.
pub struct Table {
    title: &'static str,
    note: &'static str,
    rows: Vec<[String; 4]>,
}

const HEAD: [&str; 4] = ["what", "measured", "target", "limit beneath it"];

impl Table {
    /// Without rows. The note says how it was measured.
    pub const fn new(title: &'static str, note: &'static str) -> Self {
        Self { title, note, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn push(&mut self, row: Row) {
        self.rows.push([row.what, row.measured, row.target, row.limit]);
    }

    /// Heading, note and rows.
    pub fn text(&self) -> String {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            cells.chain(HEAD.get(column).map(|name| name.chars().count())).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..HEAD.len()).map(width).collect();
        let mut lines = vec![format!("## {}", self.title), String::new(), self.note.to_owned(), String::new()];
        lines.push(line(HEAD.iter().map(|cell| (*cell).to_owned()), &widths));
        lines.push(line(widths.iter().map(|width| "-".repeat(*width)), &widths));
        lines.extend(self.rows.iter().map(|row| line(row.iter().cloned(), &widths)));
        lines.join("\n") + "\n"
    }
}

fn line(cells: impl Iterator<Item = String>, widths: &[usize]) -> String {
    let padded: Vec<String> = cells.zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
    format!("| {} |", padded.join(" | "))
}

/// One measurement.
pub struct Row {
    what: String,
    measured: String,
    target: String,
    limit: String,
}

impl Row {
    /// A measured value with neither target nor limit.
    pub fn new(what: impl Into<String>, measured: impl Into<String>) -> Self {
        Self { what: what.into(), measured: measured.into(), target: String::new(), limit: String::new() }
    }

    /// Its target, and whether `value` keeps it.
    pub fn at_most(mut self, value: f64, bound: f64, unit: &str) -> Self {
        let verdict = if value <= bound { "met" } else { "**missed**" };
        self.target = format!("≤ {bound} {unit}: {verdict}");
        self
    }

    /// [`Row::at_most`], the other way round.
    pub fn at_least(mut self, value: f64, bound: f64, unit: &str) -> Self {
        let verdict = if value >= bound { "met" } else { "**missed**" };
        self.target = format!("≥ {bound} {unit}: {verdict}");
        self
    }

    /// What lies beneath: the price that no code around it can go below.
    pub fn limit(mut self, limit: impl Into<String>) -> Self {
        self.limit = limit.into();
        self
    }
}

/// A rate, with the digits that mean something: `12,300/s`.
pub fn per_second(rate: f64) -> String {
    if rate < 100.0 { format!("{rate:.1}/s") } else { format!("{}/s", grouped(three_digits(rate))) }
}

/// [`per_second`] of one core, and how much of the limit's rate that is.
pub fn limited(what: &str, rate: f64, limit: (&str, f64)) -> Row {
    let (name, most) = limit;
    let measured = format!("{} per core", per_second(rate));
    Row::new(what, measured).limit(format!("{name}: {} ({:.0} % of it)", per_second(most), 100.0 * rate / most))
}

/// Milliseconds: `12.3 ms`.
#[expect(clippy::cast_precision_loss, reason = "shown with one digit after the point")]
pub fn ms(ns: u64) -> f64 {
    (ns as f64 / 1e5).round() / 10.0
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rates are positive and below 2^53")]
fn three_digits(rate: f64) -> u64 {
    let whole = rate.round() as u64;
    let unit = 10u64.pow(whole.max(1).ilog10().saturating_sub(2));
    (whole + unit / 2) / unit * unit
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let commas = |(at, digit): (usize, char)| {
        (at > 0 && (digits.len() - at).is_multiple_of(3)).then_some(',').into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(commas).collect()
}

/// Replaces `docs/benchmarks.md`.
pub fn write(tables: &[Table]) -> Outcome {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let date = SystemClock::new().real().iso8601();
    let date = date.split('T').next().unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg")?;
    let load = load.split(' ').nth(1).unwrap_or_default();
    let mut text = format!(
        "<!-- Written by `cargo x bench --write`. -->\n# Benchmarks\n\nMeasured on {date}, on a machine with {cores} cores and a \
         load of {load} (five minutes' average, these programs included), with the release build. `cargo x bench` measures \
         again; what each group does stands in `crates/bench`.\n"
    );
    for table in tables {
        text.push('\n');
        text.push_str(&table.text());
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("this crate lies in no repository")?;
    Ok(fs::write(root.join("docs/benchmarks.md"), text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_show_three_digits() {
        for (rate, shown) in [(1.25, "1.2/s"), (123.4, "123/s"), (12_345.0, "12,300/s"), (1_234_567.0, "1,230,000/s")] {
            assert_eq!(per_second(rate), shown);
        }
    }

    #[test]
    fn a_target_says_whether_it_is_met() {
        assert_eq!(Row::new("a", "1").at_most(1.0, 2.0, "ms").target, "≤ 2 ms: met");
        assert_eq!(Row::new("a", "3").at_most(3.0, 2.0, "ms").target, "≤ 2 ms: **missed**");
    }

    #[test]
    fn a_table_is_aligned() {
        let mut table = Table::new("Speed", "How.");
        table.push(Row::new("α", "1"));
        let text = table.text();
        let widths: Vec<usize> = text.lines().skip(4).map(|line| line.chars().count()).collect();
        assert_eq!(widths.len(), 3);
        assert!(widths.iter().all(|width| Some(width) == widths.first()), "{text}");
    }
}
