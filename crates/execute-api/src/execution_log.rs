//! The execution log of one request ("Set up CloudWatch API logging using the API Gateway console"): what test-invoke
//! shows, and what stage logging will write. Every stage writes to it itself; where nobody asked for a log, writing
//! costs one comparison.

use std::fmt::Write as _;
use std::sync::Arc;

use aws_types::Timestamp;
use http::HeaderMap;
use world::Clock;

use crate::header_spelling::HeaderSpelling;
use crate::ports::LogEvent;
use crate::stage_settings::LogLevel;

/// Longest log of one request, in bytes; lines beyond are dropped.
const MAX_LOG_BYTES: usize = 256 * 1024;
/// Longest line; API Gateway cuts at the same size (recorded logs of tests, 2019 and 2023).
const MAX_LINE_BYTES: usize = 1024;
/// Longest event of a log stream (guide: "API Gateway truncates log events of more than 1024 bytes").
const MAX_EVENT_BYTES: usize = 1024;
const TRUNCATED: &str = " [TRUNCATED]";

/// Lines with the time of each.
pub struct ExecutionLog {
    sink: Option<Sink>,
}

struct Sink {
    clock: Arc<dyn Clock>,
    request_id: String,
    level: LogLevel,
    data_trace: bool,
    bytes: usize,
    lines: Vec<(Timestamp, String)>,
}

impl ExecutionLog {
    /// Takes nothing down.
    pub const fn off() -> Self {
        Self { sink: None }
    }

    /// Begins a log of everything, as test-invoke shows it.
    pub fn on(clock: Arc<dyn Clock>, request_id: &str) -> Self {
        Self::of_stage(clock, request_id, LogLevel::Info, true)
    }

    /// Begins a log of what a stage's settings ask for.
    pub(crate) fn of_stage(clock: Arc<dyn Clock>, request_id: &str, level: LogLevel, data_trace: bool) -> Self {
        let lines = Vec::new();
        Self { sink: Some(Sink { clock, request_id: request_id.to_owned(), level, data_trace, bytes: 0, lines }) }
    }

    /// Adds a step; `text` is called only where someone asked for it.
    pub fn line(&mut self, text: impl FnOnce() -> String) {
        self.add(|sink| sink.level >= LogLevel::Info, text);
    }

    /// Adds what went wrong.
    pub fn error(&mut self, text: impl FnOnce() -> String) {
        self.add(|sink| sink.level >= LogLevel::Error, text);
    }

    /// Adds what may hold the caller's or the backend's own data (`dataTraceEnabled`).
    pub fn data(&mut self, text: impl FnOnce() -> String) {
        self.add(|sink| sink.level >= LogLevel::Info && sink.data_trace, text);
    }

    fn add(&mut self, wanted: impl FnOnce(&Sink) -> bool, text: impl FnOnce() -> String) {
        let Some(sink) = self.sink.as_mut().filter(|sink| sink.bytes < MAX_LOG_BYTES && wanted(sink)) else { return };
        let mut text = text();
        if text.len() > MAX_LINE_BYTES {
            let cut = (0..=MAX_LINE_BYTES).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            text.truncate(cut);
            text.push_str(TRUNCATED);
        }
        sink.bytes += text.len() + 32;
        sink.lines.push((sink.clock.now(), text));
    }

    /// The text so far, as test-invoke answers it; empty where nobody asked.
    pub fn into_text(self) -> String {
        let Some(sink) = self.sink else { return String::new() };
        let mut text = format!("Execution log for request {}\n", sink.request_id);
        for (at, line) in sink.lines {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{} : {line}", at.java_date());
        }
        text
    }

    /// The lines as a log stream holds them: each bears the request's id, and none more than 1,024 bytes.
    pub(crate) fn into_events(self) -> Vec<LogEvent> {
        let Some(sink) = self.sink else { return Vec::new() };
        let event = |(at, line): (Timestamp, String)| {
            let mut message = format!("({}) {line}", sink.request_id);
            if message.len() > MAX_EVENT_BYTES {
                let room = MAX_EVENT_BYTES - TRUNCATED.len();
                let cut = (0..=room).rev().find(|at| message.is_char_boundary(*at)).unwrap_or(0);
                message.truncate(cut);
                message.push_str(TRUNCATED);
            }
            LogEvent { at, message }
        };
        sink.lines.into_iter().map(event).collect()
    }
}

/// `{a=1, b=2}`, as Java prints a map.
pub fn map_text<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let entries: Vec<String> = entries.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{{{}}}", entries.join(", "))
}

/// Headers in the same form, repeated ones joined, credentials masked.
pub fn headers_text(headers: &HeaderMap) -> String {
    named_headers_text(headers, spelled)
}

/// A request's, names as the client spelled them.
pub(crate) fn request_headers_text(headers: &HeaderMap, spelling: &HeaderSpelling) -> String {
    let table = spelling.table();
    named_headers_text(headers, |name| table.of(name).into_owned())
}

fn named_headers_text(headers: &HeaderMap, shown: impl Fn(&str) -> String) -> String {
    let values: Vec<(String, String)> = headers
        .keys()
        .map(|name| {
            let all: Vec<_> = headers.get_all(name).iter().map(|v| String::from_utf8_lossy(v.as_bytes())).collect();
            let value = all.join(",");
            (shown(name.as_str()), if is_credential(name.as_str()) { masked(&value) } else { value })
        })
        .collect();
    map_text(values.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

/// A header's name as people write it: HTTP libraries keep names in lower case, AWS shows `Content-Type`.
pub fn spelled(name: &str) -> String {
    match name {
        "x-amzn-requestid" => return "x-amzn-RequestId".to_owned(),
        "x-amzn-errortype" => return "x-amzn-ErrorType".to_owned(),
        _ => {}
    }
    let title = |part: &str| {
        let mut letters = part.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    name.split('-').map(title).collect::<Vec<_>>().join("-")
}

fn is_credential(name: &str) -> bool {
    ["authorization", "x-api-key", "cookie", "x-amz-security-token", "auth-token"].contains(&name)
}

/// All but the last six characters as stars, as API Gateway has it; of a short one, all of them.
pub fn masked(secret: &str) -> String {
    let length = secret.chars().count();
    let shown = if length >= 12 { 6 } else { 0 };
    let tail: String = secret.chars().skip(length - shown).collect();
    format!("{}{tail}", "*".repeat(length - shown))
}

#[cfg(test)]
mod tests {
    use world::fake::ManualClock;

    use super::*;

    #[test]
    fn lines_bear_the_date_as_java_prints_it() {
        let mut log = ExecutionLog::on(Arc::new(ManualClock::default()), "id");
        log.line(|| "HTTP Method: GET, Resource Path: /pets/123".to_owned());
        let expected = "Execution log for request id\n\
            Fri Jan 02 03:04:05 UTC 2026 : HTTP Method: GET, Resource Path: /pets/123\n";
        assert_eq!(log.into_text(), expected);
    }

    #[test]
    fn long_lines_and_long_logs_are_cut() {
        let mut log = ExecutionLog::on(Arc::new(ManualClock::default()), "id");
        for _ in 0..100 {
            log.line(|| "é".repeat(MAX_LINE_BYTES));
        }
        let text = log.into_text();
        assert!(text.len() < MAX_LOG_BYTES + MAX_LINE_BYTES + 100);
        assert!(text.contains(" [TRUNCATED]\n"));
    }

    #[test]
    fn a_stage_writes_what_its_level_asks_for() {
        let write = |level, data_trace| {
            let mut log = ExecutionLog::of_stage(Arc::new(ManualClock::default()), "id", level, data_trace);
            log.line(|| "step".to_owned());
            log.data(|| "é".repeat(1000));
            log.error(|| "wrong".to_owned());
            log.into_events().into_iter().map(|event| event.message).collect::<Vec<_>>()
        };
        assert_eq!(write(LogLevel::Off, true), Vec::<String>::new());
        assert_eq!(write(LogLevel::Error, true), ["(id) wrong"]);
        assert_eq!(write(LogLevel::Info, false), ["(id) step", "(id) wrong"]);
        let all = write(LogLevel::Info, true);
        assert_eq!(all.len(), 3);
        assert!(all[1].len() <= 1024 && all[1].ends_with("é [TRUNCATED]"), "{}", all[1].len());
    }

    #[test]
    fn a_log_nobody_asked_for_is_not_written() {
        let mut log = ExecutionLog::off();
        log.line(|| panic!("must not be called"));
        assert_eq!(log.into_text(), "");
    }

    #[test]
    fn credentials_are_masked() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", "eyJraWQiOiJhYmNkZWZnaGlqa2nop9x8".parse().unwrap());
        headers.insert("accept", "*/*".parse().unwrap());
        let text = headers_text(&headers);
        assert_eq!(text, "{Authorization=**************************nop9x8, Accept=*/*}");
        assert!(!text.contains("eyJraWQ"));
        assert_eq!(masked("short"), "*****");
    }
}
