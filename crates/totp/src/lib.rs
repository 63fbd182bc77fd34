//! Time-based one-time passwords (RFC 6238): SHA-1, six digits, steps of thirty seconds, as authenticator apps take them
//! from a bare secret. What comes in: a secret, a code, the time, the last step that was taken. What goes out: a verdict.
//! What it must not know: users, devices, where a secret or a step is kept. That no step is taken twice is its callers'
//! task, who keep [`Verdict::Right`]'s step.

use aws_lc_rs::{constant_time, hmac};

/// Bytes of a secret: 52 characters of base32.
pub const SECRET_BYTES: usize = 32;
/// Length of a step, seconds.
const STEP_S: i64 = 30;
/// How far a person's clock may be off, steps.
const DRIFT: i64 = 1;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What a code is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the code of this step, which is later than the last one that was taken.
    Right(i64),
    /// It is the code of a step that is over: of the last one that was taken, or an earlier one.
    Replayed,
    /// It is nothing.
    Wrong,
}

/// Judges a code at a time (epoch seconds); `last` is the last step that was taken. All steps of the window are worked
/// out, whichever it is.
pub fn judge(secret: &[u8], code: &str, now_s: i64, last: Option<i64>) -> Verdict {
    judge_by(|step| at(secret, step), code, now_s, last)
}

fn judge_by(mut code_of: impl FnMut(i64) -> String, code: &str, now_s: i64, last: Option<i64>) -> Verdict {
    let current = now_s.div_euclid(STEP_S);
    let mut verdict = Verdict::Wrong;
    for step in current - DRIFT..=current + DRIFT {
        let expected = code_of(step);
        if constant_time::verify_slices_are_equal(expected.as_bytes(), code.as_bytes()).is_ok() {
            let fresh = last.is_none_or(|last| step > last);
            verdict = match verdict {
                Verdict::Right(taken) => Verdict::Right(taken),
                _ if fresh => Verdict::Right(step),
                _ => Verdict::Replayed,
            };
        }
    }
    verdict
}

/// The code of a step.
pub fn at(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes.last().copied().unwrap_or_default() & 15);
    let word = bytes.get(offset..offset + 4).and_then(|word| <[u8; 4]>::try_from(word).ok()).unwrap_or_default();
    format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000)
}

/// The first step of two codes that follow one another, by which a device shows how far its clock is off; it may be off by
/// `reach` steps. Twelve digits are no easier to guess for a wide search.
pub fn consecutive(secret: &[u8], codes: [&str; 2], now_s: i64, reach: i64) -> Option<i64> {
    let current = now_s.div_euclid(STEP_S);
    let same = |step: i64, code: &str| {
        constant_time::verify_slices_are_equal(at(secret, step).as_bytes(), code.as_bytes()).is_ok()
    };
    let [first, second] = codes;
    (current - reach..current + reach).find(|step| same(*step, first) && same(*step + 1, second))
}

/// The step of a time, epoch seconds.
pub const fn step_of(now_s: i64) -> i64 {
    now_s.div_euclid(STEP_S)
}

/// As people type it into their app: base32 without padding (RFC 4648).
pub fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let word = (0..5).fold(0_u64, |word, at| (word << 8) | u64::from(chunk.get(at).copied().unwrap_or_default()));
        let characters = (chunk.len() * 8).div_ceil(5);
        for at in 0..characters {
            let five = usize::try_from((word >> (35 - 5 * at)) & 31).unwrap_or_default();
            text.push(char::from(BASE32.get(five).copied().unwrap_or(b'A')));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = b"12345678901234567890";
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(at(secret, step_of(second)), code);
            assert_eq!(judge(secret, code, second, None), Verdict::Right(step_of(second)));
        }
    }

    /// RFC 4648, section 10.
    #[test]
    fn base32_is_that_of_the_rfc() {
        for (plain, text) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB")]
        {
            assert_eq!(base32(plain.as_bytes()), text);
        }
        assert_eq!(base32(&[0; SECRET_BYTES]).len(), 52);
    }

    #[test]
    fn one_step_of_drift_is_allowed_and_no_more() {
        let secret = [7; SECRET_BYTES];
        let now = 1_000_000 * 30;
        for (off, taken) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let verdict = judge(&secret, &at(&secret, 1_000_000 + off), now, None);
            assert_eq!(verdict == Verdict::Right(1_000_000 + off), taken, "{off}");
        }
    }

    #[test]
    fn attack_102_a_step_at_or_before_the_last_one_is_a_replay() {
        let secret = [7; SECRET_BYTES];
        let now = 1_000_000 * 30;
        for (off, last, expected) in [
            (0, 1_000_000, Verdict::Replayed),
            (-1, 1_000_000, Verdict::Replayed),
            (-1, 999_999, Verdict::Replayed),
            (0, 999_999, Verdict::Right(1_000_000)),
            (1, 1_000_000, Verdict::Right(1_000_001)),
        ] {
            assert_eq!(judge(&secret, &at(&secret, 1_000_000 + off), now, Some(last)), expected, "{off} {last}");
        }
    }

    #[test]
    fn two_codes_in_a_row_show_where_a_clock_stands() {
        let secret = [7; SECRET_BYTES];
        let now = 1_000_000 * 30;
        let codes = |first: i64, second: i64| (at(&secret, first), at(&secret, second));
        for (first, second, found) in [
            (999_999, 1_000_000, Some(999_999)),
            (999_990, 999_991, Some(999_990)),
            (1_000_009, 1_000_010, Some(1_000_009)),
            (1_000_010, 1_000_011, None),
            (999_989, 999_990, None),
            (999_999, 999_999, None),
            (999_999, 1_000_001, None),
            (1_000_000, 999_999, None),
        ] {
            let (one, other) = codes(first, second);
            assert_eq!(consecutive(&secret, [&one, &other], now, 10), found, "{first} {second}");
        }
    }

    proptest! {
        #[test]
        fn anything_may_be_judged(secret in proptest::collection::vec(any::<u8>(), 0..80), code in ".*", now in any::<i32>()) {
            let verdict = judge(&secret, &code, i64::from(now), None);
            prop_assert!(verdict == Verdict::Wrong || code.len() == 6);
        }
    }

    #[test]
    fn attack_067_every_code_costs_the_work_of_the_whole_window() {
        let now_s = 1_767_323_045;
        let right = at(b"secret", step_of(now_s));
        let codes = [right.as_str(), "000000", "", "1", "1234567890"];
        for (code, last) in codes.into_iter().flat_map(|code| [(code, None), (code, Some(step_of(now_s)))]) {
            let mut worked_out = Vec::new();
            let code_of = |step| {
                worked_out.push(step - step_of(now_s));
                at(b"secret", step)
            };
            judge_by(code_of, code, now_s, last);
            assert_eq!(worked_out, [-1, 0, 1], "{code} {last:?}");
        }
    }
}
