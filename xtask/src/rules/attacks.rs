//! Every attack on the identity side has a test that bears its number, or a line that says why it has none.
//!
//! In: the names of tests (`attack_080_…`, `test_attack_30_31_38_…`) and the lines of `docs/attacks.md`. Out: the numbers
//! that nobody speaks of. To add an attack, raise [`LAST`] and write its test.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::tidy;
use crate::Outcome;

/// Attacks 1 to this.
const LAST: u16 = 119;

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
    let missing = (1..=LAST).filter(|number| !found.contains(number));
    Ok(missing.map(|number| format!("attack {number} has no test of its number and no line in {REASONS}")).collect())
}

/// The numbers in names of tests.
fn tested(text: &str) -> BTreeSet<u16> {
    let names = text.match_indices("fn ").chain(text.match_indices("def test_"));
    names.flat_map(|(at, before)| numbers(text.get(at + before.len()..).unwrap_or_default())).collect()
}

/// `attack_030_031_…` at a name's beginning.
fn numbers(name: &str) -> Vec<u16> {
    let Some(rest) = name.strip_prefix("attack_") else { return Vec::new() };
    rest.split('_').map_while(|part| part.parse().ok()).collect()
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
        assert_eq!(explained("# Attacks\n- 66: why\n- 60 (keys): why\n- none: x\n"), [60, 66].into());
    }
}
