//! Sign-in by SRP. The server's two calls are measured; what the client works out between them is not. The client is
//! written by its own rules (amazon-cognito-identity-js), so that both sides must agree.

use ::srp::{Names, Number, hex, parse_public, public_number, shared_key, signature, verifier};
use aws_lc_rs::digest::{Context, SHA256};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::modular::{ConstMontyForm, ConstMontyParams};
use crypto_bigint::{U256, U512, U3072, const_monty_params};
use serde_json::{Value, json};

use crate::aws::text;
use crate::report::{Row, limited};
use crate::room::{PASSWORD, Room};
use crate::watch::{Begun, Rate};
use crate::{Bench, Outcome};

const_monty_params!(
    Modulus,
    U3072,
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3be39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff",
    "The prime of group 15 of RFC 3526."
);

type Element = ConstMontyForm<Modulus, { U3072::LIMBS }>;

/// Sign-ins that are measured together.
const SIGN_INS: usize = 200;
/// The client's secret number.
const SECRET: [u8; 32] = [0x5a; 32];

/// Measures; `sign` is what the library signs in a second of a core.
pub async fn row(bench: &Bench, room: &Room, (pool, client, user): (&str, &str, &str), sign: f64) -> Outcome<Row> {
    let a_public = number(&generator().pow(&U256::from_be_slice(&SECRET)))?;
    let parameters = json!({ "USERNAME": user, "SRP_A": hex(&a_public) });
    let start = json!({ "ClientId": client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters });
    room.call("InitiateAuth", start.clone()).await?;
    let begun = Begun::now(&bench.watch)?;
    let mut challenges = Vec::with_capacity(SIGN_INS);
    for _ in 0..SIGN_INS {
        challenges.push(room.call("InitiateAuth", start.clone()).await?);
    }
    let first = begun.end(&bench.watch, u64::try_from(SIGN_INS)?)?;
    let short = pool.split_once('_').map_or(pool, |(_, short)| short);
    let names = Names { pool: short, user };
    let now = room.now().java_date();
    let answers = challenges.iter().map(|challenge| answer(challenge, (client, names), &a_public, &now));
    let answers = answers.collect::<Outcome<Vec<Value>>>()?;
    let begun = Begun::now(&bench.watch)?;
    for answer in answers {
        let done = room.call("RespondToAuthChallenge", answer).await?;
        text(&done, "/AuthenticationResult/AccessToken")?;
    }
    let second = begun.end(&bench.watch, u64::try_from(SIGN_INS)?)?;
    let both = Rate { wall_ns: first.wall_ns + second.wall_ns, cpu_ns: first.cpu_ns + second.cpu_ns, ..first };
    let bare = bare(bench, names, &a_public)?;
    let limit = 1.0 / (1.0 / bare + 2.0 / sign);
    let row = limited("sign-in by SRP", both.per_core(), ("the server's powers and two RSA signatures", limit));
    Ok(row.at_least(both.per_core(), 180.0, "per core"))
}

/// What the server works out for one sign-in, with nothing around it: how often a second.
fn bare(bench: &Bench, names: Names<'_>, a_public: &Number) -> Outcome<f64> {
    let verifier = verifier(names, PASSWORD, [7; 16]);
    let one = || {
        let b_public = public_number(&verifier.number, &SECRET);
        Ok(shared_key(&verifier.number, a_public, &SECRET, &b_public).ok_or("no key")?)
    };
    Ok(bench.watch.rate(one)?.per_core())
}

/// Input of RespondToAuthChallenge.
fn answer(asked: &Value, (client, names): (&str, Names<'_>), a_public: &Number, now: &str) -> Outcome<Value> {
    let given = |name: &str| text(asked, &format!("/ChallengeParameters/{name}"));
    let block = given("SECRET_BLOCK")?;
    let key = client_key(names, (&given("SALT")?, &given("SRP_B")?), a_public)?;
    let proof = signature(&key, names, &STANDARD.decode(&block)?, now);
    let responses = json!({
        "USERNAME": names.user, "PASSWORD_CLAIM_SECRET_BLOCK": block, "TIMESTAMP": now,
        "PASSWORD_CLAIM_SIGNATURE": STANDARD.encode(proof),
    });
    Ok(json!({ "ClientId": client, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": responses }))
}

/// S = (B - kg^x)^(a + ux), and the key that is derived of it.
fn client_key(names: Names<'_>, (salt, srp_b): (&str, &str), a_public: &Number) -> Outcome<[u8; 16]> {
    let b_public = parse_public(srp_b).ok_or("SRP_B is no number of the group")?;
    // A salt has no more digits than a number of the group.
    let salt = parse_public(salt).ok_or("SALT is no number")?;
    let inner = sha256(&[names.pool.as_bytes(), names.user.as_bytes(), b":", PASSWORD.as_bytes()]);
    let x = U256::from_be_slice(&sha256(&[&positive(&salt), &inner]));
    let u = sha256(&[&positive(a_public), &positive(&b_public)]);
    let prime = big_endian(Modulus::PARAMS.modulus().as_ref());
    let k = Element::new(&U256::from_be_slice(&sha256(&[&positive(&prime), &[2]])).resize());
    let exponent: U512 = x.concatenating_mul(&U256::from_be_slice(&u));
    let exponent = exponent.wrapping_add(&U256::from_be_slice(&SECRET).resize());
    let base = Element::new(&U3072::from_be_slice(&b_public)) - k * generator().pow(&x);
    let secret = number(&base.pow(&exponent))?;
    let pseudorandom = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &positive(&u)), &positive(&secret));
    let key = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, pseudorandom.as_ref()), b"Caldera Derived Key\x01");
    Ok(*key.as_ref().first_chunk().ok_or("a short hash")?)
}

fn generator() -> Element {
    Element::new(&U3072::from_u8(2))
}

fn number(element: &Element) -> Outcome<Number> {
    let digits = hex(&big_endian(&element.retrieve()));
    Ok(parse_public(&digits).ok_or("no number of the group")?)
}

fn big_endian(number: &U3072) -> Vec<u8> {
    number.to_be_bytes().as_ref().to_vec()
}

/// Without leading zeros, and with one zero byte where the first bit would read as a sign.
fn positive(number: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = number.iter().copied().skip_while(|byte| *byte == 0).collect();
    let sign = digits.first().is_none_or(|byte| *byte >= 0x80);
    std::iter::repeat_n(0, usize::from(sign)).chain(digits).collect()
}

fn sha256(parts: &[&[u8]]) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    context.finish().as_ref().to_vec()
}
