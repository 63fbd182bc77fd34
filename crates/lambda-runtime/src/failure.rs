//! What callers are told of functions that did not answer: AWS's words.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use bytes::Bytes;
use serde_json::json;

/// Largest answer, bytes: AWS's 6 MB and a little.
pub(crate) const MAX_ANSWER: usize = 6_291_556;

/// Largest streamed answer, bytes: AWS's 200 MB.
pub(crate) const MAX_STREAM: u64 = 200 << 20;

/// A function's failure that AWS words, not the function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// `Runtime.ExitError`.
    pub(crate) kind: &'static str,
    /// Without the request's id.
    message: String,
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `RequestId: … Error: …`.
    WithId,
    /// As it is.
    Plain,
}

impl Failure {
    /// The time was up.
    pub(crate) fn timed_out(timeout_s: u32) -> Self {
        let message = format!("Task timed out after {timeout_s}.00 seconds");
        Self { kind: "Sandbox.Timedout", message, form: Form::WithId }
    }

    /// The process ended.
    pub(crate) fn exited(status: Option<ExitStatus>) -> Self {
        let message = match status {
            Some(status) if status.success() => "Runtime exited without providing a reason".to_owned(),
            Some(status) => format!("Runtime exited with error: {}", reason(status)),
            None => "Runtime exited without providing a reason".to_owned(),
        };
        Self { kind: "Runtime.ExitError", message, form: Form::WithId }
    }

    /// The answer is larger than 6 MB.
    pub(crate) fn too_large() -> Self {
        let message = format!("Response payload size exceeded maximum allowed payload size ({MAX_ANSWER} bytes).");
        Self { kind: "Function.ResponseSizeTooLarge", message, form: Form::Plain }
    }

    /// A streamed answer is larger than 200 MB.
    pub(crate) fn stream_too_large() -> Self {
        let message = format!("Response payload size exceeded maximum allowed payload size ({MAX_STREAM} bytes).");
        Self { kind: "Function.ResponseSizeTooLarge", message, form: Form::Plain }
    }

    /// A streamed answer ended amid its transfer. (The kind is AWS's, the words our own.)
    pub(crate) fn truncated() -> Self {
        let message = "The response stream ended before its end".to_owned();
        Self { kind: "Runtime.TruncatedResponse", message, form: Form::WithId }
    }

    /// The zip has no `bootstrap` that can be executed.
    pub(crate) fn no_bootstrap() -> Self {
        let message = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]".to_owned();
        Self { kind: "Runtime.InvalidEntrypoint", message, form: Form::WithId }
    }

    /// Whether the time was up.
    pub(crate) fn is_time_out(&self) -> bool {
        self.kind == "Sandbox.Timedout"
    }

    fn text(&self, request_id: &str) -> String {
        match self.form {
            Form::WithId => format!("RequestId: {request_id} Error: {}", self.message),
            Form::Plain => self.message.clone(),
        }
    }

    /// The caller's payload.
    pub(crate) fn payload(&self, request_id: &str) -> Bytes {
        json!({"errorType": self.kind, "errorMessage": self.text(request_id)}).to_string().into()
    }

    /// The log's line.
    pub(crate) fn line(&self, request_id: &str, now: aws_types::Timestamp) -> String {
        match self.kind {
            "Sandbox.Timedout" => format!("{} {request_id} {}\n", now.iso8601_ms(), self.message),
            kind => format!("{}\n{kind}\n", self.text(request_id)),
        }
    }
}

/// As Go's standard library words it, in which AWS's supervisor is written.
fn reason(status: ExitStatus) -> String {
    let Some(signal) = status.signal() else {
        return format!("exit status {}", status.code().unwrap_or(-1));
    };
    let name = match signal {
        1 => "hangup",
        2 => "interrupt",
        3 => "quit",
        4 => "illegal instruction",
        5 => "trace/breakpoint trap",
        6 => "aborted",
        7 => "bus error",
        8 => "floating point exception",
        9 => "killed",
        11 => "segmentation fault",
        13 => "broken pipe",
        14 => "alarm clock",
        15 => "terminated",
        25 => "file size limit exceeded",
        31 => "bad system call",
        other => return format!("signal: signal {other}"),
    };
    format!("signal: {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_aws_s() {
        let told = |failure: Failure| String::from_utf8(failure.payload("id-1").to_vec()).unwrap();
        assert_eq!(
            told(Failure::timed_out(1)),
            r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id-1 Error: Task timed out after 1.00 seconds"}"#
        );
        assert_eq!(
            told(Failure::exited(Some(ExitStatus::from_raw(127 << 8)))),
            r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id-1 Error: Runtime exited with error: exit status 127"}"#
        );
        assert_eq!(
            told(Failure::exited(Some(ExitStatus::from_raw(0)))),
            r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id-1 Error: Runtime exited without providing a reason"}"#
        );
        assert!(
            told(Failure::exited(Some(ExitStatus::from_raw(9)))).contains("Runtime exited with error: signal: killed")
        );
        assert_eq!(
            told(Failure::too_large()),
            r#"{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}"#
        );
    }
}
