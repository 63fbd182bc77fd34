//! Points in time as AWS's models carry them.

/// Milliseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// The calendar fields of a [`Timestamp`], UTC, proleptic Gregorian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Year, possibly negative.
    pub year: i64,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 59.
    pub second: u32,
    /// 0 to 999.
    pub millisecond: u32,
    /// 0 is Sunday.
    pub weekday: u32,
}

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Timestamp {
    /// From milliseconds since the epoch.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// From whole seconds since the epoch; saturates at the ends of time.
    pub const fn from_secs(s: i64) -> Self {
        Self(s.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Later by `ms` milliseconds (earlier where negative).
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// The calendar fields (days-from-civil algorithm of H. Hinnant, inverted).
    pub fn civil(self) -> Civil {
        let days = self.0.div_euclid(86_400_000);
        let ms_of_day = self.0.rem_euclid(86_400_000);
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        Civil {
            year: yoe + era * 400 + i64::from(month <= 2),
            month: small(month),
            day: small(doy - (153 * mp + 2) / 5 + 1),
            hour: small(ms_of_day / 3_600_000),
            minute: small(ms_of_day / 60_000 % 60),
            second: small(ms_of_day / 1000 % 60),
            millisecond: small(ms_of_day % 1000),
            weekday: small((days + 4).rem_euclid(7)),
        }
    }

    /// From calendar fields, UTC; `None` where a field is out of range.
    pub fn from_civil(year: i64, month: u32, day: u32, hour: u32, minute: u32, second: u32) -> Option<Self> {
        let in_range = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && hour < 24
            && minute < 60
            && second < 61;
        if !in_range {
            return None;
        }
        let y = if month <= 2 { year - 1 } else { year };
        let era = y.div_euclid(400);
        let yoe = y.rem_euclid(400);
        let mp = i64::from(if month > 2 { month - 3 } else { month + 9 });
        let doy = (153 * mp + 2) / 5 + i64::from(day) - 1;
        let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
        let days = era * 146_097 + doe - 719_468;
        let at = Self::from_secs(days * 86_400 + i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second));
        (at.civil().day == day || second == 60).then_some(at)
    }

    /// `2026-01-02T03:04:05Z`, with `.123` before the `Z` where there is a fraction.
    pub fn iso8601(self) -> String {
        let c = self.civil();
        let base = format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute, c.second);
        if c.millisecond == 0 { format!("{base}Z") } else { format!("{base}.{:03}Z", c.millisecond) }
    }

    /// `2026-01-02T03:04:05.000Z`, the form of S3's documents: the fraction always stands.
    pub fn iso8601_ms(self) -> String {
        let c = self.civil();
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            c.year, c.month, c.day, c.hour, c.minute, c.second, c.millisecond
        )
    }

    /// `20260102T030405Z`, the basic form that Signature Version 4 uses.
    pub fn iso8601_basic(self) -> String {
        let c = self.civil();
        format!("{:04}{:02}{:02}T{:02}{:02}{:02}Z", c.year, c.month, c.day, c.hour, c.minute, c.second)
    }

    /// `Fri, 02 Jan 2026 03:04:05 GMT` (RFC 9110 IMF-fixdate).
    pub fn http_date(self) -> String {
        let c = self.civil();
        format!(
            "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
            name(&WEEKDAYS, c.weekday),
            c.day,
            name(&MONTHS, c.month - 1),
            c.year,
            c.hour,
            c.minute,
            c.second
        )
    }

    /// `Fri Jan 02 03:04:05 UTC 2026`, Java's `Date.toString`, as execution logs and claims print it.
    pub fn java_date(self) -> String {
        let c = self.civil();
        format!(
            "{} {} {:02} {:02}:{:02}:{:02} UTC {:04}",
            name(&WEEKDAYS, c.weekday),
            name(&MONTHS, c.month - 1),
            c.day,
            c.hour,
            c.minute,
            c.second,
            c.year
        )
    }

    /// Reads RFC 3339 with `Z` or an offset, seconds optional fraction.
    pub fn parse_iso8601(text: &str) -> Option<Self> {
        let (date, rest) = text.split_once(['T', 't', ' '])?;
        let (clock, offset_min) = split_offset(rest)?;
        let mut ymd = date.splitn(3, '-').map(|part| part.parse::<u32>().ok());
        let (year, month, day) = (ymd.next()??, ymd.next()??, ymd.next()??);
        let (hms, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let mut parts = hms.splitn(3, ':').map(|part| part.parse::<u32>().ok());
        let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
        let ms: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
        let at = Self::from_civil(i64::from(year), month, day, hour, minute, second)?;
        Some(at.plus_ms(ms - offset_min * 60_000))
    }

    /// Reads RFC 9110's IMF-fixdate, the only HTTP date form clients send today.
    pub fn parse_http_date(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once(", ")?;
        let mut parts = rest.split(' ');
        let day = parts.next()?.parse().ok()?;
        let month_name = parts.next()?;
        let month = MONTHS.iter().zip(1u32..).find(|(m, _)| **m == month_name)?.1;
        let year = parts.next()?.parse().ok()?;
        let mut clock = parts.next()?.splitn(3, ':').map(|part| part.parse::<u32>().ok());
        if parts.next()? != "GMT" {
            return None;
        }
        Self::from_civil(year, month, day, clock.next()??, clock.next()??, clock.next()??)
    }

    /// Reads `20260102T030405Z`.
    pub fn parse_iso8601_basic(text: &str) -> Option<Self> {
        if text.len() != 16 || !text.is_ascii() || text.get(8..9)? != "T" || !text.ends_with('Z') {
            return None;
        }
        let digits = |range: std::ops::Range<usize>| {
            text.get(range).filter(|t| t.bytes().all(|b| b.is_ascii_digit()))?.parse::<u32>().ok()
        };
        Self::from_civil(
            i64::from(digits(0..4)?),
            digits(4..6)?,
            digits(6..8)?,
            digits(9..11)?,
            digits(11..13)?,
            digits(13..15)?,
        )
    }
}

fn split_offset(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let at = text.rfind(['+', '-'])?;
    let (clock, offset) = text.split_at_checked(at)?;
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let number = |text: &str, most: i64| text.parse::<u8>().ok().map(i64::from).filter(|n| *n <= most);
    let minutes = number(hours, 23)? * 60 + number(minutes, 59)?;
    Some((clock, if offset.starts_with('-') { -minutes } else { minutes }))
}

fn small(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

fn name(table: &[&'static str], at: u32) -> &'static str {
    usize::try_from(at).ok().and_then(|i| table.get(i).copied()).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_one_moment() {
        let at = Timestamp::from_ms(1_767_323_045_123);
        assert_eq!(at.iso8601(), "2026-01-02T03:04:05.123Z");
        assert_eq!(at.iso8601_basic(), "20260102T030405Z");
        assert_eq!(at.http_date(), "Fri, 02 Jan 2026 03:04:05 GMT");
        assert_eq!(at.java_date(), "Fri Jan 02 03:04:05 UTC 2026");
        assert_eq!(Timestamp::parse_iso8601("2026-01-02T04:04:05.123+01:00"), Some(at));
        assert_eq!(Timestamp::parse_iso8601_basic("20260102T030405Z"), Some(Timestamp::from_secs(1_767_323_045)));
        assert_eq!(
            Timestamp::parse_http_date("Fri, 02 Jan 2026 03:04:05 GMT"),
            Some(Timestamp::from_secs(1_767_323_045))
        );
    }

    #[test]
    fn days_survive_the_calendar_both_ways() {
        for day in -200_000..200_000i64 {
            let c = Timestamp::from_secs(day * 86_400).civil();
            if (1..=9999).contains(&c.year) {
                assert_eq!(
                    Timestamp::from_civil(c.year, c.month, c.day, 0, 0, 0),
                    Some(Timestamp::from_secs(day * 86_400))
                );
            }
        }
        assert_eq!(Timestamp::from_civil(2026, 2, 30, 0, 0, 0), None);
    }

    #[test]
    fn nonsense_is_no_time() {
        for text in [
            "",
            "2026",
            "2026-13-01T00:00:00Z",
            "20261301T000000Z",
            "2026-01-01T00:00:00+24:00",
            "2026-01-01T00:00:00+9999999999999999:00",
            "2026010+T030405Z",
            "é0260102T03040Z",
        ] {
            assert_eq!(Timestamp::parse_iso8601(text), None, "{text}");
            assert_eq!(Timestamp::parse_iso8601_basic(text), None, "{text}");
        }
    }
}
