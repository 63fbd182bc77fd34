use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;

use crate::{MasterKey, SealError, Sealer};

fn sealer(seed: u8) -> Sealer {
    Sealer::new(&MasterKey::from_bytes([seed; 32]))
}

#[test]
fn a_sealed_value_opens_for_its_context_and_key_alone() {
    let sealed = sealer(1).seal("client secret of a", b"plain");
    assert_eq!(sealer(1).open("client secret of a", &sealed).unwrap().as_slice(), b"plain");
    assert_eq!(sealer(1).open("client secret of b", &sealed).err(), Some(SealError::Refused));
    assert_eq!(sealer(2).open("client secret of a", &sealed).err(), Some(SealError::Refused));
}

#[test]
fn a_tampered_value_is_refused_wherever_it_was_touched() {
    let sealer = sealer(1);
    let sealed = sealer.seal("c", b"plain");
    for at in 0..sealed.len() {
        for bit in 0..8 {
            let mut touched = sealed.clone();
            touched[at] ^= 1 << bit;
            let wanted = if at == 0 { SealError::UnknownKey } else { SealError::Refused };
            assert_eq!(sealer.open("c", &touched).err(), Some(wanted), "byte {at} bit {bit}");
        }
        assert!(sealer.open("c", &sealed[..at]).is_err(), "cut at {at}");
    }
    let mut longer = sealed;
    longer.push(0);
    assert!(sealer.open("c", &longer).is_err());
}

#[test]
fn one_value_sealed_twice_is_not_recognised() {
    let sealer = sealer(1);
    let (one, other) = (sealer.seal("c", b"plain"), sealer.seal("c", b"plain"));
    assert_ne!(one, other);
    assert!(!one.windows(5).any(|window| window == b"plain"));
}

#[test]
fn derived_keys_differ_by_purpose_and_master_key() {
    let keys = [sealer(1).derive("a"), sealer(1).derive("b"), sealer(1).derive(""), sealer(2).derive("a")];
    for (i, key) in keys.iter().enumerate() {
        assert!(!keys[..i].contains(key), "{i}");
    }
    assert_eq!(sealer(1).derive("a"), keys[0]);
}

#[test]
fn attack_150_a_page_token_serves_its_own_query_alone() {
    let sealer = sealer(1);
    let token = sealer.page_token("ListUsers pool-a filter", "user-17");
    assert_eq!(sealer.read_page_token("ListUsers pool-a filter", &token).as_deref(), Some("user-17"));
    assert_eq!(sealer.read_page_token("ListUsers pool-b filter", &token), None);
    assert_eq!(sealer.read_page_token("ListGroups pool-a filter", &token), None);
    assert_eq!(self::sealer(2).read_page_token("ListUsers pool-a filter", &token), None);
    let value = sealer.seal_text("ListUsers pool-a filter", b"user-17");
    assert_eq!(sealer.read_page_token("ListUsers pool-a filter", &value), None, "a sealed value is no token");
}

#[test]
fn attack_150_a_page_token_shows_neither_query_nor_key() {
    let token = sealer(1).page_token("ListUsers pool-a filter", "user-17");
    let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
    for text in ["ListUsers", "pool-a", "user-17"] {
        assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{text}");
    }
}

#[test]
fn attack_150_a_forged_page_token_is_refused() {
    let sealer = sealer(1);
    let token = sealer.page_token("q", "key");
    for at in 0..token.len() {
        let mut forged = token.clone().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        assert_eq!(sealer.read_page_token("q", &forged), None, "character {at}");
    }
    for forged in ["", "A", "AQ", "user-17", "' OR 1=1 --", "é", &token.repeat(2), &"A".repeat(1 << 20)] {
        assert_eq!(sealer.read_page_token("q", forged), None);
    }
}

proptest! {
    #[test]
    fn whatever_is_sealed_opens_again(context in ".{0,64}", plain in proptest::collection::vec(any::<u8>(), 0..512)) {
        let sealer = sealer(1);
        let text = sealer.seal_text(&context, &plain);
        let opened = sealer.open_text(&context, &text).unwrap();
        prop_assert_eq!(opened.as_slice(), plain.as_slice());
    }

    #[test]
    fn no_foreign_bytes_open(sealed in proptest::collection::vec(any::<u8>(), 0..128), text in ".{0,64}") {
        let sealer = sealer(1);
        prop_assert!(sealer.open("c", &sealed).is_err());
        prop_assert!(sealer.open_text("c", &text).is_err());
        prop_assert_eq!(sealer.read_page_token("c", &text), None);
    }
}
