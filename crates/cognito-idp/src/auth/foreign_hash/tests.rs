use super::*;

/// Of [`RIGHT`], made by other implementations (Python's bcrypt 5.0, hashlib, argon2-cffi 25.1).
const VECTORS: [(Algorithm, &str); 6] = [
    (Algorithm::Bcrypt, "$2b$04$abcdefghijklmnopqrstuuuGd5G6XQtxq053SV3cZQia11sZirVfe"),
    (Algorithm::Scrypt, "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$OJ/jxpJKMrfhh3sSy+8OKOT3V0iCfZyVXe71ZD21vGI"),
    (
        Algorithm::Argon2id,
        "$argon2id$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$+X3AuWLJHtXz3YNGXkYxzRXHFmfDTpNXuAk58qcdP7o",
    ),
    (
        Algorithm::Pbkdf2Sha256,
        "$pbkdf2-sha256$i=1000,l=32$MDEyMzQ1Njc4OWFiY2RlZg$CGHfOCHiWZmwEJtXvX7A3HhzVpriXLDULwG6w2PpuiE",
    ),
    (
        Algorithm::Pbkdf2Sha256,
        "$pbkdf2-sha256$1000$.//..//..//..//..//..//.$XShAnCyNOKd735njkIFiD1Ux8XUtDBfwGGQlm6u5pEA",
    ),
    (Algorithm::Pbkdf2Sha256, "pbkdf2_sha256$1000$salty-salt$/WbNl9xdYau8lB3taK5UST4mUO41R68qJIivnVgIiVg="),
];
/// Of 72 times `x`.
const BCRYPT_OF_72: &str = "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i";
const RIGHT: &[u8] = b"P@ssw0rd-1";

#[test]
fn hashes_of_other_systems_are_checked_as_they_are() {
    for (algorithm, hash) in VECTORS {
        assert_eq!(check(algorithm, hash).as_deref(), Ok(hash));
        assert_eq!(verify(hash, RIGHT), Ok(true), "{hash}");
        for wrong in [&b"P@ssw0rd-2"[..], b"", b"P@ssw0rd-1 ", b"P@ssw0rd-1\0"] {
            assert_eq!(verify(hash, wrong), Ok(false), "{hash}");
        }
    }
    for prefix in ["$2a$", "$2y$"] {
        let other = VECTORS[0].1.replace("$2b$", prefix);
        assert_eq!(verify(&other, RIGHT), Ok(true), "{prefix}");
    }
}

#[test]
fn attack_074_what_bcrypt_cuts_is_not_the_right_password() {
    let long = [b'x'; 80];
    let cut = |n: usize| long.get(..n).unwrap();
    assert_eq!(verify(BCRYPT_OF_72, cut(72)), Ok(true));
    for n in [71, 73, 80] {
        assert_eq!(verify(BCRYPT_OF_72, cut(n)), Ok(false), "{n}");
    }
    let with_nul = [RIGHT, b"\0tail"].concat();
    assert_eq!(verify(VECTORS[0].1, &with_nul), Ok(false));
}

#[test]
fn attack_076_hashes_of_extreme_cost_are_refused() {
    let (salt, hash) = ("MDEyMzQ1Njc4OWFiY2RlZg", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY");
    for (algorithm, text) in [
        (Algorithm::Bcrypt, VECTORS[0].1.replace("$04$", "$31$")),
        (Algorithm::Bcrypt, VECTORS[0].1.replace("$04$", "$16$")),
        (Algorithm::Bcrypt, VECTORS[0].1.replace("$04$", "$03$")),
        (Algorithm::Argon2id, format!("$argon2id$v=19$m=4194304,t=1,p=1${salt}${hash}")),
        (Algorithm::Argon2id, format!("$argon2id$v=19$m=65536,t=1000,p=1${salt}${hash}")),
        (Algorithm::Argon2id, format!("$argon2id$v=19$m=65536,t=1,p=64${salt}${hash}")),
        (Algorithm::Scrypt, format!("$scrypt$ln=31,r=8,p=1${salt}${hash}")),
        (Algorithm::Scrypt, format!("$scrypt$ln=63,r=4294967295,p=1${salt}${hash}")),
        (Algorithm::Scrypt, format!("$scrypt$ln=200,r=8,p=1${salt}${hash}")),
        (Algorithm::Scrypt, format!("$scrypt$ln=14,r=8,p=1000${salt}${hash}")),
        (Algorithm::Pbkdf2Sha256, format!("$pbkdf2-sha256$i=4294967295${salt}${hash}")),
        (Algorithm::Pbkdf2Sha256, format!("$pbkdf2-sha256$1${salt}${hash}")),
    ] {
        assert_eq!(check(algorithm, &text), Err(HashError::TooDear), "{text}");
        assert!(verify(&text, RIGHT).is_err(), "nor is it worked out: {text}");
    }
}

#[test]
fn what_is_no_hash_of_the_algorithm_is_refused() {
    for (algorithm, _) in VECTORS {
        for (other, hash) in VECTORS {
            assert_eq!(check(algorithm, hash).is_ok(), algorithm == other, "{algorithm:?} {hash}");
        }
        for text in [
            "",
            "$",
            "$2b$04$short",
            "$argon2i$v=19$m=64,t=1,p=1$YWFhYWFhYWE$YWFhYWFhYWFhYWFhYWFhYQ",
            "secret",
            "$scrypt$$$",
        ] {
            assert_eq!(check(algorithm, text), Err(HashError::Malformed), "{text}");
        }
        assert_eq!(check(algorithm, &"$2b$".repeat(200)), Err(HashError::Malformed));
    }
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "[$a-z0-9=,/+.-]{0,120}") {
        for (algorithm, _) in VECTORS {
            let _ = check(algorithm, &text);
        }
    }
}
