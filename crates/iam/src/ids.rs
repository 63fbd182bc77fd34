//! Identifiers as AWS forms them: unique ids, access key ids, secrets.

use aws_types::{AccountId, Secret};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use world::{Rng, rng};

/// RFC 4648 base 32.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Kinds of unique ids by their first four letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A user.
    User,
    /// A role.
    Role,
    /// A group.
    Group,
    /// A managed policy.
    ManagedPolicy,
    /// An instance profile.
    InstanceProfile,
}

impl Kind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::User => "AIDA",
            Self::Role => "AROA",
            Self::Group => "AGPA",
            Self::ManagedPolicy => "ANPA",
            Self::InstanceProfile => "AIPA",
        }
    }
}

/// A new unique id: 21 characters.
pub fn unique_id(rng: &dyn Rng, kind: Kind) -> String {
    format!("{}{}", kind.prefix(), rng::pick(rng, BASE32, 17))
}

/// First letters of long-lived access key ids.
pub const LONG_TERM: &str = "AKIA";
/// First letters of the access key ids of sessions.
pub const TEMPORARY: &str = "ASIA";

/// A new access key id of 20 characters. The account's number stands in it, as in AWS's: 80 bits, of which the first is
/// set, 40 are the account, 39 are random.
pub fn access_key_id(rng: &dyn Rng, prefix: &str, account: &AccountId) -> String {
    let random = u64::from_be_bytes(rng::bytes::<8>(rng)) & ((1 << 39) - 1);
    let account: u128 = account.as_str().parse().unwrap_or_default();
    let bits = (1u128 << 79) | (account << 39) | u128::from(random);
    let letter = |at: u32| BASE32.get(usize::try_from((bits >> (5 * at)) & 31).unwrap_or_default()).copied();
    let letters: String = (0..16).rev().filter_map(letter).map(char::from).collect();
    format!("{prefix}{letters}")
}

/// The account whose number stands in an access key id; none where the id is not of that form.
pub fn account_of(access_key_id: &str) -> Option<AccountId> {
    let letters = access_key_id.strip_prefix(LONG_TERM).or_else(|| access_key_id.strip_prefix(TEMPORARY))?;
    if letters.len() != 16 {
        return None;
    }
    let value = |byte: u8| BASE32.iter().position(|letter| *letter == byte);
    let digits: Option<Vec<usize>> = letters.bytes().map(value).collect();
    let bits = digits?.into_iter().fold(0u128, |bits, digit| (bits << 5) | digit as u128);
    (bits >> 79 == 1).then(|| AccountId::parse(&format!("{:012}", (bits >> 39) & ((1 << 40) - 1))))?
}

/// A new secret access key: 40 characters of base64's alphabet.
pub fn secret(rng: &dyn Rng) -> Secret<String> {
    Secret::new(STANDARD.encode(rng::bytes::<30>(rng)))
}

#[cfg(test)]
mod tests {
    use world::fake::SeededRng;

    use super::*;

    #[test]
    fn an_access_key_id_tells_its_account() {
        for (seed, number) in [(1, "123456789012"), (2, "000000000001"), (3, "999999999999")] {
            let account = AccountId::parse(number).unwrap();
            let id = access_key_id(&SeededRng::new(seed), LONG_TERM, &account);
            assert_eq!((id.len(), id.get(..4)), (20, Some("AKIA")));
            assert_eq!(account_of(&id), Some(account));
        }
    }

    #[test]
    fn what_is_no_access_key_id_has_no_account() {
        for id in ["", "AKIA", "AKIAIOSFODNN7EXAMPL1", "AIDAQAAAAAAAAAAAAAAA", "AKIAAAAAAAAAAAAAAAAA", "AKIAéééééééé"]
        {
            assert_eq!(account_of(id), None, "{id}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_account_comes_back_and_nothing_else_panics(number in 0u64..1_000_000_000_000, seed: u64, text: String) {
            let account = AccountId::parse(&format!("{number:012}")).unwrap();
            let id = access_key_id(&SeededRng::new(seed), TEMPORARY, &account);
            proptest::prop_assert_eq!(account_of(&id), Some(account));
            account_of(&text);
            account_of(&format!("AKIA{text}"));
        }
    }

    #[test]
    fn ids_and_secrets_have_their_length() {
        let rng = SeededRng::new(1);
        assert_eq!(unique_id(&rng, Kind::Role).len(), 21);
        assert_eq!(secret(&rng).expose().len(), 40);
        assert_ne!(secret(&rng), secret(&rng));
    }
}
