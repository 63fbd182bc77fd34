//! PutLogEvents. Sequence tokens are ignored, as at AWS since 2023.

use model_logs::types::{InputLogEvent, PutLogEventsRequest, PutLogEventsResponse, RejectedLogEventsInfo};
use store::Tx;

use crate::Cx;
use crate::append::{Incoming, Target, stage};
use crate::entity::{EVENT_OVERHEAD, LogGroup};
use crate::error::{Result, invalid_parameter, lost, unavailable};

const HOUR_MS: i64 = 3_600_000;
/// Events may be so much older than now.
const TOO_OLD_MS: i64 = 14 * 24 * HOUR_MS;
/// Events may be so much ahead of now.
const TOO_NEW_MS: i64 = 2 * HOUR_MS;
/// The events of a batch may be so far apart.
const MAX_SPAN_MS: i64 = 24 * HOUR_MS;
/// Bytes of a batch.
const MAX_BYTES: usize = 1_048_576;
/// Times that keys and event ids have room for: to the year 5138.
const LATEST_MS: i64 = 99_999_999_999_999;

/// Keeps events. Those too old or too new are left out and told of; the others are kept.
pub async fn put_log_events(cx: &Cx<'_>, input: PutLogEventsRequest) -> Result<PutLogEventsResponse> {
    check(&input.log_events)?;
    let run = || async {
        let group = cx.group(&input.log_group_name).await?;
        let stream = cx.stream(&group, &input.log_stream_name).await?;
        let rejected = Rejected::of(&input.log_events, &group, cx.now());
        let kept: Vec<Incoming> = rejected.rest(&input.log_events, cx.now());
        if let (Some(first), Some(last)) = (kept.first(), kept.last())
            && last.at - first.at > MAX_SPAN_MS
        {
            return Err(invalid_parameter(
                "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
            ));
        }
        let next = stream.next;
        if !kept.is_empty() {
            let mut tx = Tx::new();
            let added = stage(cx.store(), &mut tx, Target::of(group, stream), kept).await?;
            cx.store().commit(tx).await?;
            cx.service.size().add(added);
        }
        Ok((rejected, next))
    };
    let (rejected, next) = store::retry(cx.store(), run).await.map_err(|error| lost(error, unavailable))?;
    let count = u64::try_from(input.log_events.len()).unwrap_or(0);
    Ok(PutLogEventsResponse {
        next_sequence_token: Some(format!("{:056}", next.saturating_add(count))),
        rejected_log_events_info: rejected.to_wire(),
        rejected_entity_info: None,
    })
}

fn check(events: &[InputLogEvent]) -> Result<()> {
    let bytes: usize = events.iter().map(|event| event.message.len() + EVENT_OVERHEAD).sum();
    if bytes > MAX_BYTES {
        return Err(invalid_parameter(format_args!("Upload too large: {bytes} bytes exceeds limit of {MAX_BYTES}")));
    }
    if !events.is_sorted_by_key(|event| event.timestamp) {
        return Err(invalid_parameter("Log events in a single PutLogEvents request must be in chronological order."));
    }
    Ok(())
}

/// What is left out, as indexes into the batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Rejected {
    /// Events before this index are older than the group keeps.
    expired: usize,
    /// Events before this index are too old for any group.
    too_old: usize,
    /// Events from this index on are too new.
    too_new: usize,
    /// All.
    count: usize,
}

impl Rejected {
    fn of(events: &[InputLogEvent], group: &LogGroup, now: i64) -> Self {
        let before = |time: i64| events.partition_point(|event| event.timestamp < time);
        Self {
            expired: before(group.cutoff(now)),
            too_old: before(now.saturating_sub(TOO_OLD_MS)),
            too_new: before(now.saturating_add(TOO_NEW_MS).min(LATEST_MS).saturating_add(1)),
            count: events.len(),
        }
    }

    fn rest(self, events: &[InputLogEvent], now: i64) -> Vec<Incoming> {
        let first = self.expired.max(self.too_old);
        let rest = events.get(first..self.too_new.max(first)).unwrap_or_default();
        rest.iter()
            .map(|event| Incoming { at: event.timestamp, ingested: now, message: event.message.clone() })
            .collect()
    }

    fn to_wire(self) -> Option<RejectedLogEventsInfo> {
        let index = |at: usize| i32::try_from(at).ok();
        let info = RejectedLogEventsInfo {
            too_new_log_event_start_index: index(self.too_new).filter(|_| self.too_new < self.count),
            too_old_log_event_end_index: index(self.too_old).filter(|_| self.too_old > 0),
            expired_log_event_end_index: index(self.expired).filter(|_| self.expired > self.too_old),
        };
        let any = info.too_new_log_event_start_index.is_some()
            || info.too_old_log_event_end_index.is_some()
            || info.expired_log_event_end_index.is_some();
        any.then_some(info)
    }
}
