//! Values that are more than text: numbers, dates, truth values, bytes, networks.

use std::cmp::Ordering;
use std::net::IpAddr;

use aws_types::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// `true` or `false`, in any case.
pub(super) fn truth(text: &str) -> Option<bool> {
    let truths = [("true", true), ("false", false)];
    truths.into_iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|(_, truth)| truth)
}

/// Base64 with padding.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// An integer or decimal of any length, compared exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    negative: bool,
    /// Without leading zeros.
    whole: Box<str>,
    /// Without trailing zeros.
    fraction: Box<str>,
}

impl Number {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !fraction.is_none_or(is_digits) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.unwrap_or("").trim_end_matches('0'));
        let is_zero = whole.is_empty() && fraction.is_empty();
        Some(Self { negative: negative && !is_zero, whole: Box::from(whole), fraction: Box::from(fraction) })
    }

    fn magnitude(&self) -> (usize, &str, &str) {
        (self.whole.len(), &self.whole, &self.fraction)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.magnitude().cmp(&other.magnitude()),
            (true, true) => other.magnitude().cmp(&self.magnitude()),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Milliseconds since the epoch of epoch seconds or of a W3C date: `2026-01-02`, `2026-01-02T03:04Z`,
/// `2026-01-02T03:04:05.6+01:00`.
pub(super) fn date_ms(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse::<i64>().ok().map(|seconds| Timestamp::from_secs(seconds).ms());
    }
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let (year, month_and_day) = date.split_once('-')?;
    let (month, day) = month_and_day.split_once('-')?;
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    let Time { hour, minute, second, ms, offset_min } = time.map_or(Some(Time::default()), Time::parse)?;
    let at = Timestamp::from_civil(i64::from(year), month, day, hour, minute, second)?;
    Some(at.plus_ms(i64::from(ms)).plus_ms(-60_000 * offset_min).ms())
}

#[derive(Default)]
struct Time {
    hour: u32,
    minute: u32,
    second: u32,
    ms: u32,
    offset_min: i64,
}

impl Time {
    fn parse(text: &str) -> Option<Self> {
        let (clock, offset_min) = match text.strip_suffix('Z') {
            Some(clock) => (clock, 0),
            None => {
                let (clock, offset) = text.split_at_checked(text.rfind(['+', '-'])?)?;
                let (hours, minutes) = offset.strip_prefix(['+', '-'])?.split_once(':')?;
                let minutes = i64::from(number(hours, 2)?) * 60 + i64::from(number(minutes, 2)?);
                (clock, if offset.starts_with('-') { -minutes } else { minutes })
            }
        };
        let (hour, rest) = clock.split_once(':')?;
        let (minute, seconds) = rest.split_once(':').map_or((rest, "00"), |(minute, seconds)| (minute, seconds));
        let (second, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
        Some(Self {
            hour: number(hour, 2)?,
            minute: number(minute, 2)?,
            second: number(second, 2)?,
            ms: milliseconds(fraction)?,
            offset_min,
        })
    }
}

/// Digits after the point, of which three count.
fn milliseconds(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    fraction
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(3)
        .try_fold(0, |ms: u32, digit| Some(ms * 10 + u32::from(digit.checked_sub(b'0')?)))
}

fn number(text: &str, digits: usize) -> Option<u32> {
    let well_formed = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if well_formed { text.parse().ok() } else { None }
}

/// A network in CIDR notation, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    address: u128,
    mask: u128,
    is_v4: bool,
}

impl Network {
    /// Bits below the prefix are ignored, as AWS does. A v4 network in v6 clothes is a v4 network.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().ok()?;
        let width = width(address);
        let prefix = match prefix {
            None => width,
            Some(digits) if digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().ok().filter(|prefix| *prefix <= width)?
            }
            Some(_) => return None,
        };
        let canonical = address.to_canonical();
        let (address, prefix) = match prefix.checked_sub(width - self::width(canonical)) {
            Some(prefix) => (canonical, prefix),
            None => (address, prefix),
        };
        let mask = mask(self::width(address), prefix);
        Some(Self { address: bits(address) & mask, mask, is_v4: address.is_ipv4() })
    }

    /// Whether it is no broader than /8, or /32 where it is of version 6.
    pub(super) fn is_narrow(&self) -> bool {
        self.mask.trailing_zeros() <= if self.is_v4 { 32 - 8 } else { 128 - 32 }
    }

    pub(super) fn contains(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.is_v4 && bits(address) & self.mask == self.address
    }
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// The upper `prefix` of the lower `width` bits; bits above stay out, where both sides are zero.
fn mask(width: u32, prefix: u32) -> u128 {
    u128::MAX.checked_shl(width - prefix).unwrap_or(0)
}
