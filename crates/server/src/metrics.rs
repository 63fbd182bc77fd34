//! Counters of the front door, in Prometheus's text form (exposition format 0.0.4).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use http::StatusCode;
use world::Lock;

/// Upper bounds of the latency buckets, in seconds.
const BUCKETS_S: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

/// Requests by door: how many, with which class of status, how long.
#[derive(Debug, Default)]
pub struct Metrics {
    doors: Lock<BTreeMap<&'static str, Door>>,
}

#[derive(Debug, Default)]
struct Door {
    by_class: [u64; 6],
    buckets: [u64; BUCKETS_S.len()],
    sum_ns: u64,
}

impl Metrics {
    /// Counts a request.
    pub fn request(&self, door: &'static str, status: StatusCode, took_ns: u64) {
        let mut doors = self.doors.lock();
        let door = doors.entry(door).or_default();
        if let Some(count) = door.by_class.get_mut(usize::from(status.as_u16() / 100)) {
            *count += 1;
        }
        #[expect(clippy::cast_precision_loss, reason = "a latency needs no 64 bits")]
        let took_s = took_ns as f64 / 1e9;
        for (bucket, bound) in door.buckets.iter_mut().zip(BUCKETS_S) {
            *bucket += u64::from(took_s <= bound);
        }
        door.sum_ns = door.sum_ns.saturating_add(took_ns);
    }

    /// All counters as text.
    pub fn render(&self) -> String {
        let doors = self.doors.lock();
        let mut out = String::from(
            "# HELP portcullis_requests_total Requests answered.\n# TYPE portcullis_requests_total counter\n",
        );
        for (name, door) in doors.iter() {
            for (class, count) in door.by_class.iter().enumerate().filter(|(_, count)| **count > 0) {
                let _ = writeln!(out, "portcullis_requests_total{{door=\"{name}\",status=\"{class}xx\"}} {count}");
            }
        }
        out.push_str("# HELP portcullis_request_seconds Time to the head of the answer.\n# TYPE portcullis_request_seconds histogram\n");
        for (name, door) in doors.iter() {
            let count: u64 = door.by_class.iter().sum();
            for (bucket, bound) in door.buckets.iter().zip(BUCKETS_S) {
                let _ = writeln!(out, "portcullis_request_seconds_bucket{{door=\"{name}\",le=\"{bound}\"}} {bucket}");
            }
            #[expect(clippy::cast_precision_loss, reason = "a sum of latencies needs no 64 bits")]
            let sum_s = door.sum_ns as f64 / 1e9;
            let _ = writeln!(out, "portcullis_request_seconds_bucket{{door=\"{name}\",le=\"+Inf\"}} {count}");
            let _ = writeln!(out, "portcullis_request_seconds_sum{{door=\"{name}\"}} {sum_s}");
            let _ = writeln!(out, "portcullis_request_seconds_count{{door=\"{name}\"}} {count}");
        }
        out
    }
}
