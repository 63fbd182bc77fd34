//! The formats of draft 4.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A format that is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    DateTime,
    Email,
    Hostname,
    Ipv4,
    Ipv6,
    Uri,
}

impl Format {
    pub(super) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "date-time" => Self::DateTime,
            "email" => Self::Email,
            "hostname" => Self::Hostname,
            "ipv4" => Self::Ipv4,
            "ipv6" => Self::Ipv6,
            "uri" => Self::Uri,
            _ => return None,
        })
    }

    pub(super) fn fits(self, text: &str) -> bool {
        match self {
            Self::DateTime => date_time(text).is_some(),
            Self::Email => email(text),
            Self::Hostname => hostname(text),
            Self::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
            Self::Uri => uri(text),
        }
    }

    /// What is said of a text that does not fit.
    pub(super) fn complaint(self, text: &str) -> String {
        match self {
            Self::DateTime => format!(
                "string \"{text}\" is invalid against requested date format(s) [yyyy-MM-dd'T'HH:mm:ssZ, \
                 yyyy-MM-dd'T'HH:mm:ss.[0-9]{{1,12}}Z]"
            ),
            Self::Email => format!("string \"{text}\" is not a valid email address"),
            Self::Hostname => format!("string \"{text}\" is not a valid Internet domain name"),
            Self::Ipv4 => format!("string \"{text}\" is not a valid IPv4 address"),
            Self::Ipv6 => format!("string \"{text}\" is not a valid IPv6 address"),
            Self::Uri => format!("string \"{text}\" is not a valid URI"),
        }
    }
}

/// RFC 3339.
fn date_time(text: &str) -> Option<()> {
    let (date, rest) = text.split_once(['T', 't'])?;
    let mut parts = date.split('-');
    let mut part = |len: usize| {
        let text = parts.next()?;
        (text.len() == len && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<u32>().ok())?
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if date.len() != 10 || !(1..=days).contains(&day) {
        return None;
    }
    let at = rest.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = rest.split_at_checked(at)?;
    let (clock, fraction) = time.split_once('.').map_or((time, None), |(clock, fraction)| (clock, Some(fraction)));
    let good_fraction = fraction.is_none_or(|f| (1..=12).contains(&f.len()) && f.bytes().all(|b| b.is_ascii_digit()));
    let offset = hours_minutes(zone.get(1..).unwrap_or_default());
    let good_zone = zone.eq_ignore_ascii_case("z") || offset.is_some();
    let (hm, seconds) = clock.rsplit_once(':')?;
    let good_seconds = seconds.len() == 2 && seconds.parse::<u32>().is_ok_and(|s| s < 60);
    (hours_minutes(hm).is_some() && good_seconds && good_fraction && good_zone).then_some(())
}

fn hours_minutes(text: &str) -> Option<()> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |part: &str, below: u32| {
        part.len() == 2
            && part.bytes().all(|b| b.is_ascii_digit())
            && part.parse::<u32>().is_ok_and(|value| value < below)
    };
    (two(hours, 24) && two(minutes, 60)).then_some(())
}

fn email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let plain = !local.is_empty()
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && !local.contains(['@', ' ', '"']);
    let literal = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(|inside| {
        inside.parse::<Ipv4Addr>().is_ok()
            || inside.strip_prefix("IPv6:").is_some_and(|rest| rest.parse::<Ipv6Addr>().is_ok())
    });
    (plain || quoted) && (literal || hostname(domain))
}

fn hostname(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (1..=253).contains(&text.len()) && text.split('.').all(label)
}

/// A scheme and what may stand in a URI.
fn uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let good_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let good = |b: u8| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b);
    let mut encoded = rest.split('%').skip(1);
    let good_encoding =
        encoded.all(|after| after.get(..2).is_some_and(|two| two.bytes().all(|b| b.is_ascii_hexdigit())));
    good_scheme && rest.bytes().all(good) && good_encoding
}
