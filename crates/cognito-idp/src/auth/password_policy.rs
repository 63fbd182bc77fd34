//! The password policy of a pool (guide: "Adding user pool password requirements").

use world::{Rng, rng};

use crate::entity::PasswordPolicy;

/// The characters that count as symbols (guide). A blank counts only inside; the model's pattern refuses it anyway.
pub const SYMBOLS: &str = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-";
const UPPER: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const LOWER: &[u8] = b"abcdefghijkmnopqrstuvwxyz";
const DIGITS: &[u8] = b"23456789";
/// Symbols that survive mails, shells and URLs.
const FRIENDLY_SYMBOLS: &[u8] = b"!@#$%*-_=+";

/// The first rule that the password breaks, as AWS words it.
pub fn violation(policy: &PasswordPolicy, password: &str) -> Option<&'static str> {
    let has = |class: fn(char) -> bool| password.chars().any(class);
    let minimum_length = usize::try_from(policy.minimum_length).unwrap_or(usize::MAX);
    if password.chars().count() < minimum_length {
        Some("Password not long enough")
    } else if policy.require_uppercase && !has(|c| c.is_ascii_uppercase()) {
        Some("Password must have uppercase characters")
    } else if policy.require_lowercase && !has(|c| c.is_ascii_lowercase()) {
        Some("Password must have lowercase characters")
    } else if policy.require_numbers && !has(|c| c.is_ascii_digit()) {
        Some("Password must have numeric characters")
    } else if policy.require_symbols && !has(|c| SYMBOLS.contains(c)) {
        Some("Password must have symbol characters")
    } else {
        None
    }
}

/// A temporary password that keeps every policy: one of each kind, then anything, shuffled.
pub fn generate(policy: &PasswordPolicy, rng: &dyn Rng) -> String {
    let length = usize::try_from(policy.minimum_length).unwrap_or(99).clamp(10, 99);
    let kinds = [UPPER, LOWER, DIGITS, FRIENDLY_SYMBOLS];
    let mut text: String = kinds.iter().map(|kind| rng::pick(rng, kind, 1)).collect();
    text.push_str(&rng::pick(rng, &kinds.concat(), length.saturating_sub(kinds.len())));
    shuffle(rng, &text)
}

/// Orders the characters by random numbers; equal ones keep their order, which no one can tell.
fn shuffle(rng: &dyn Rng, text: &str) -> String {
    let mut drawn: Vec<(u64, char)> = text.chars().map(|c| (u64::from_be_bytes(rng::bytes::<8>(rng)), c)).collect();
    drawn.sort_unstable_by_key(|(order, _)| *order);
    drawn.into_iter().map(|(_, c)| c).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use world::fake::SeededRng;

    #[test]
    fn the_first_broken_rule_is_named() {
        let cases = [
            ("aA1!", Some("Password not long enough")),
            ("abcdefg1!", Some("Password must have uppercase characters")),
            ("ABCDEFG1!", Some("Password must have lowercase characters")),
            ("Abcdefgh!", Some("Password must have numeric characters")),
            ("Abcdefgh1", Some("Password must have symbol characters")),
            ("Äbcdefg1!", Some("Password must have uppercase characters")),
            ("Abcdefg1!", None),
        ];
        for (password, expected) in cases {
            assert_eq!(violation(&PasswordPolicy::default(), password), expected, "{password}");
        }
    }

    #[test]
    fn a_lax_policy_takes_what_is_long_enough() {
        let lax = PasswordPolicy {
            minimum_length: 6,
            require_uppercase: false,
            require_lowercase: false,
            require_numbers: false,
            require_symbols: false,
            ..PasswordPolicy::default()
        };
        assert_eq!(violation(&lax, "ééé é"), Some("Password not long enough"));
        assert_eq!(violation(&lax, "éééééé"), None);
    }

    #[test]
    fn generated_passwords_keep_any_policy() {
        for (seed, minimum_length) in (0..200).zip([6, 8, 20, 99].into_iter().cycle()) {
            let policy = PasswordPolicy { minimum_length, ..PasswordPolicy::default() };
            let password = generate(&policy, &SeededRng::new(seed));
            assert_eq!(violation(&policy, &password), None, "{password}");
        }
    }
}
