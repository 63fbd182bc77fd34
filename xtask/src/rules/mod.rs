//! The rules of the house, judged over the repository itself: who may import whom ([`imports`]), tidiness ([`tidy`]) and
//! whether each known attack is tested ([`attacks`]).
//!
//! In: `cargo metadata` and the sources. Out: a list of breaches, each naming the file or crate and the rule. To add a
//! rule, add a function to one of the files and a test that shows it failing.

pub mod attacks;
pub mod imports;
pub mod tidy;

use std::path::Path;

use crate::Outcome;
use crate::process::{cargo, output};

/// Fails with all breaches.
pub fn run(root: &Path) -> Outcome {
    let mut breaches = imports(root)?;
    breaches.extend(tidy::breaches(root)?);
    breaches.extend(attacks::breaches(root)?);
    if breaches.is_empty() { Ok(()) } else { Err(breaches.join("\n").into()) }
}

fn imports(root: &Path) -> Outcome<Vec<String>> {
    let metadata = output("cargo metadata", &mut cargo(root, &["metadata", "--format-version=1"]))?;
    let mut breaches = imports::breaches(&serde_json::from_slice(&metadata)?);
    let all = ["tree", "--workspace", "--target=all", "--prefix=none", "--edges=normal,build,dev"];
    let tree = output("cargo tree", &mut cargo(root, &all))?;
    breaches.extend(imports::unwanted(&String::from_utf8_lossy(&tree)));
    Ok(breaches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_import_only_what_their_floor_may() {
        let breaches = super::imports(&crate::root()).unwrap();
        assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    }

    #[test]
    fn every_attack_has_a_test_or_a_reason() {
        let breaches = attacks::breaches(&crate::root()).unwrap();
        assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    }

    #[test]
    fn the_repository_is_tidy() {
        let breaches = tidy::breaches(&crate::root()).unwrap();
        assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    }
}
