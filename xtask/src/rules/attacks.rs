//! Every attack on the identity side has a test that bears its number, or a line that says why it has none.
//!
//! In: the names of tests (`attack_080_…`, `test_attack_30_31_38_…`) and the lines of `docs/attacks.md`. Out: the numbers
//! that nobody speaks of. To add an attack, widen [`KNOWN`] and write its test.

use std::collections::BTreeSet;
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;

use super::tidy;
use crate::Outcome;

/// Which attacks.
const KNOWN: [RangeInclusive<u16>; 2] = [1..=119, 139..=153];

/// Where reasons stand.
const REASONS: &str = "docs/attacks.md";

/// Numbers without test and without reason.
pub fn breaches(root: &Path) -> Outcome<Vec<String>> {
    let mut found = BTreeSet::new();
    for file in tidy::sources(root, &["crates", "conformance"])? {
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        found.extend(tested(&text));
    }
    let reasons = fs::read_to_string(root.join(REASONS)).map_err(|error| format!("{REASONS}: {error}"))?;
    found.extend(explained(&reasons));
    let missing = KNOWN.into_iter().flatten().filter(|number| !found.contains(number));
    Ok(missing.map(|number| format!("attack {number} has no test of its number and no line in {REASONS}")).collect())
}

/// The numbers in names of tests.
fn tested(text: &str) -> BTreeSet<u16> {
    let names = text.match_indices("fn ").chain(text.match_indices("def test_"));
    names.flat_map(|(at, before)| numbers(text.get(at + before.len()..).unwrap_or_default())).collect()
}

/// `attack_030_031_…`, `attack_030_and_031_…` and `attack_030_to_039_…` at a name's beginning.
fn numbers(name: &str) -> Vec<u16> {
    let Some(rest) = name.strip_prefix("attack_") else { return Vec::new() };
    let (mut found, mut to) = (Vec::new(), false);
    for part in rest.split('_') {
        match (part.parse::<u16>(), found.last()) {
            (Ok(number), Some(&first)) if to => found.extend(first + 1..=number),
            (Ok(number), _) => found.push(number),
            (Err(_), Some(_)) if part == "to" || part == "and" => {}
            (Err(_), _) => break,
        }
        to = part == "to";
    }
    found
}

/// `- 66 (…): …`.
fn explained(text: &str) -> BTreeSet<u16> {
    let number = |line: &str| line.strip_prefix("- ")?.split([' ', ':']).next()?.parse().ok();
    text.lines().filter_map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_names_and_reasons() {
        let text =
            "async fn attack_080_one() {}\nfn attack_7_b() {}\ndef test_attack_30_31_38_how(site):\n// attack_99_said";
        assert_eq!(tested(text), [7, 30, 31, 38, 80].into());
        assert_eq!(tested("fn an_attack_1() {}"), [].into());
        assert_eq!(tested("fn attack_3_to_5_x() {}\nfn attack_7_and_9_y_11() {}"), [3, 4, 5, 7, 9].into());
        assert_eq!(explained("# Attacks\n- 66: why\n- 60 (keys): why\n- none: x\n"), [60, 66].into());
    }
}
