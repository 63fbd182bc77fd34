//! Counters of CloudWatch Logs, in Prometheus's text form.

use logs::Logs;

/// All counters as text.
pub fn render(logs: &Logs) -> String {
    format!(
        "# HELP portcullis_log_bytes Bytes of all log events.\n# TYPE portcullis_log_bytes gauge\nportcullis_log_bytes \
         {}\n# HELP portcullis_log_events_dropped_total Log events that could not be written in time.\n# TYPE \
         portcullis_log_events_dropped_total counter\nportcullis_log_events_dropped_total {}\n",
        logs.stored_bytes(),
        logs.writer().dropped(),
    )
}
