//! `SECRET_HASH` (guide: "Computing secret hash values"): Base64(HMAC-SHA256(client secret, username + client id)).

use aws_lc_rs::{constant_time, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Whether `given` is the secret hash by one of the secrets and one of the names. Every pair is worked out, so that
/// time tells nothing.
pub fn matches<'a>(given: &str, client_id: &str, secrets: impl Iterator<Item = &'a str>, names: &[&str]) -> bool {
    let given = STANDARD.decode(given).unwrap_or_default();
    let mut found = false;
    for secret in secrets {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        for name in names {
            let tag = hmac::sign(&key, format!("{name}{client_id}").as_bytes());
            found |= constant_time::verify_slices_are_equal(tag.as_ref(), &given).is_ok();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "s3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3cr3t123";
    const HASH: &str = "8oOMIFpJsMCji8rR9EILZ854iQqJGJb9KrtvEkAC4ns=";

    fn check(given: &str, client: &str, secrets: &[&str], names: &[&str]) -> bool {
        matches(given, client, secrets.iter().copied(), names)
    }

    #[test]
    fn the_known_vector_matches_and_nothing_near_it() {
        let client = "1example23456789abcdefghij";
        assert!(check(HASH, client, &[SECRET], &["alice"]));
        assert!(check(HASH, client, &["another", SECRET], &["sub", "alice"]));
        assert!(!check(HASH, client, &[SECRET], &["bob"]));
        assert!(!check(HASH, "1example23456789abcdefghik", &[SECRET], &["alice"]));
        assert!(!check(HASH, client, &[], &["alice"]));
        assert!(!check("", client, &[SECRET], &["alice"]));
        assert!(!check("not base64 at all", client, &[SECRET], &["alice"]));
    }
}
