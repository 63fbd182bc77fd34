//! Segments of traces: sent to an X-Ray daemon where one is configured, and in local mode kept for whoever asks. Taking one
//! never waits: what has no room is dropped, and counted.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use execute_api::ports::{Segment, TraceSink};
use serde_json::{Value, json};
use tokio::net::UdpSocket;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use world::Lock;

use crate::config::Mode;

/// Segments that wait to be sent.
const MOST_WAITING: usize = 1_024;
/// Segments that are kept; each is bounded where it is made.
const MOST_KEPT: usize = 1_000;
/// Traces in one list.
const MOST_LISTED: usize = 100;
/// What the daemon wants before a document.
const HEAD: &str = "{\"format\": \"json\", \"version\": 1}\n";

/// The traces.
#[derive(Default)]
pub struct Traces {
    kept: Option<Lock<VecDeque<Segment>>>,
    daemon: Option<Sender<String>>,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    sent: AtomicU64,
    dropped: AtomicU64,
}

impl Traces {
    /// With what sends to the daemon at `host:port`, where there is one.
    pub fn new(
        mode: Mode,
        daemon: Option<&str>,
    ) -> (Arc<Self>, Option<impl Future<Output = ()> + Send + 'static + use<>>) {
        let counts = Arc::new(Counts::default());
        let kept = (mode == Mode::Local).then(Lock::default);
        let Some(address) = daemon else { return (Arc::new(Self { kept, daemon: None, counts }), None) };
        let (sender, waiting) = channel(MOST_WAITING);
        let sending = send(address.to_owned(), waiting, Arc::clone(&counts));
        (Arc::new(Self { kept, daemon: Some(sender), counts }), Some(sending))
    }

    /// The newest traces, one line each; the newest first.
    pub fn list(&self) -> Value {
        let Some(kept) = &self.kept else { return json!([]) };
        let kept = kept.lock();
        let listed = kept.iter().rev().take(MOST_LISTED).map(|segment| {
            let of = |path: &str| segment.document.pointer(path).cloned().unwrap_or_default();
            json!({
                "id": segment.trace_id, "name": of("/name"), "start_time": of("/start_time"),
                "method": of("/http/request/method"), "url": of("/http/request/url"),
                "status": of("/http/response/status"),
            })
        });
        Value::Array(listed.collect())
    }

    /// The segments of a trace, oldest first; none where there is none, or too many have been since.
    pub fn find(&self, trace_id: &str) -> Option<Value> {
        let kept = self.kept.as_ref()?.lock();
        let segments: Vec<Value> = kept
            .iter()
            .filter(|segment| segment.trace_id == trace_id)
            .map(|segment| segment.document.clone())
            .collect();
        (!segments.is_empty()).then(|| json!({ "id": trace_id, "segments": segments }))
    }

    /// All counters, in Prometheus's text form.
    pub fn render(&self) -> String {
        format!(
            "# HELP portcullis_trace_segments_total Segments for the X-Ray daemon.\n# TYPE portcullis_trace_segments_total \
             counter\nportcullis_trace_segments_total{{outcome=\"sent\"}} {}\nportcullis_trace_segments_total\
             {{outcome=\"dropped\"}} {}\n",
            self.counts.sent.load(Ordering::Relaxed),
            self.counts.dropped.load(Ordering::Relaxed),
        )
    }
}

impl TraceSink for Traces {
    fn put(&self, segment: Segment) {
        if let Some(daemon) = &self.daemon
            && daemon.try_send(format!("{HEAD}{}", segment.document)).is_err()
        {
            self.counts.dropped.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(kept) = &self.kept {
            let mut kept = kept.lock();
            if kept.len() >= MOST_KEPT {
                kept.pop_front();
            }
            kept.push_back(segment);
        }
    }
}

/// Sends what comes, a packet a segment. The address is looked up again after a packet that could not be sent.
async fn send(address: String, mut waiting: Receiver<String>, counts: Arc<Counts>) {
    let mut socket = None;
    while let Some(packet) = waiting.recv().await {
        if socket.is_none() {
            socket = connect(&address).await.ok();
        }
        let sent = match &socket {
            Some(socket) => socket.send(packet.as_bytes()).await.is_ok(),
            None => false,
        };
        let count = if sent { &counts.sent } else { &counts.dropped };
        count.fetch_add(1, Ordering::Relaxed);
        if !sent {
            tracing::debug!(address, "a segment could not be sent to the X-Ray daemon");
            socket = None;
        }
    }
}

async fn connect(address: &str) -> std::io::Result<UdpSocket> {
    let mut failed = std::io::Error::from(std::io::ErrorKind::NotFound);
    for to in tokio::net::lookup_host(address).await? {
        let any = if to.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        match UdpSocket::bind(any).await {
            Ok(socket) => match socket.connect(to).await {
                Ok(()) => return Ok(socket),
                Err(error) => failed = error,
            },
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(n: usize) -> Segment {
        let document = json!({ "name": "api/dev", "http": { "response": { "status": 200 } } });
        Segment { trace_id: format!("1-{n:08x}-000000000000000000000000"), document }
    }

    #[tokio::test]
    async fn the_newest_segments_are_kept_in_local_mode_alone() {
        let (traces, sending) = Traces::new(Mode::Local, None);
        assert!(sending.is_none());
        for n in 0..=MOST_KEPT {
            traces.put(segment(n));
        }
        assert!(traces.find(&segment(0).trace_id).is_none());
        let found = traces.find(&segment(1).trace_id).unwrap();
        assert_eq!(found["segments"][0]["name"], "api/dev");
        let list = traces.list();
        assert_eq!(list.as_array().unwrap().len(), MOST_LISTED);
        assert_eq!((&list[0]["id"], &list[0]["status"]), (&json!(segment(MOST_KEPT).trace_id), &json!(200)));
        let (traces, _) = Traces::new(Mode::Enforced, None);
        traces.put(segment(0));
        assert!(traces.find(&segment(0).trace_id).is_none());
        assert_eq!(traces.list(), json!([]));
    }

    #[tokio::test]
    async fn a_segment_is_one_packet_and_what_has_no_room_is_counted() {
        let daemon = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = daemon.local_addr().unwrap().to_string();
        let (traces, sending) = Traces::new(Mode::Enforced, Some(&address));
        for n in 0..MOST_WAITING + 3 {
            traces.put(segment(n));
        }
        assert!(traces.render().contains("{outcome=\"dropped\"} 3\n"), "{}", traces.render());
        let task = world::spawn("daemon", sending.unwrap());
        let mut packet = vec![0; 65_535];
        let length = daemon.recv(&mut packet).await.unwrap();
        let text = std::str::from_utf8(&packet[..length]).unwrap();
        let (head, document) = text.split_once('\n').unwrap();
        assert_eq!(serde_json::from_str::<Value>(head).unwrap(), json!({ "format": "json", "version": 1 }));
        assert_eq!(serde_json::from_str::<Value>(document).unwrap(), segment(0).document);
        task.abort();
    }
}
