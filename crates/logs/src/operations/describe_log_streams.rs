//! DescribeLogStreams.

use std::collections::BTreeMap;

use model_logs::types::{DescribeLogStreamsRequest, DescribeLogStreamsResponse, OrderBy};

use crate::Cx;
use crate::entity::{LogGroup, LogStream};
use crate::error::{Result, invalid_parameter, invalid_token};
use crate::table::{STREAMS, streams_pk};

/// Streams on a page.
const MOST: usize = 50;
/// Streams that are read at a time.
const READ: usize = 1_000;

/// What a list is ordered by: the time of the last event, or nothing, and the name.
type Rank = (i64, String);

/// Lists streams by name or by their last event. All streams of the group are looked at, and those of the page kept.
pub async fn describe_log_streams(cx: &Cx<'_>, input: DescribeLogStreamsRequest) -> Result<DescribeLogStreamsResponse> {
    let order = input.order_by.unwrap_or(OrderBy::LogStreamName);
    if order == OrderBy::LastEventTime && input.log_stream_name_prefix.is_some() {
        return Err(invalid_parameter("Cannot order by LastEventTime with a logStreamNamePrefix."));
    }
    cx.service.writer().flush().await;
    let group = cx.named(input.log_group_name.as_deref(), input.log_group_identifier.as_deref()).await?;
    let way = if input.descending.unwrap_or(false) { Way::Down } else { Way::Up };
    let prefix = input.log_stream_name_prefix.unwrap_or_default();
    let query = format!("DescribeLogStreams {} {order:?} {way:?} {prefix}", group.id);
    let read = |token: &str| {
        let text = cx.store().sealer().read_page_token(&query, token).ok_or_else(invalid_token)?;
        let (at, name) = text.split_once(' ').ok_or_else(invalid_token)?;
        Ok::<Rank, aws_types::AwsError>((at.parse().map_err(|_| invalid_token())?, name.to_owned()))
    };
    let after: Option<Rank> = input.next_token.as_deref().map(read).transpose()?;
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MOST).clamp(1, MOST);
    let rank = |stream: &LogStream| match order {
        OrderBy::LogStreamName => (0, stream.name.clone()),
        OrderBy::LastEventTime => (stream.last.unwrap_or(stream.created), stream.name.clone()),
    };
    let mut page = best(cx, (&group, &prefix), way, (limit + 1, after), rank).await?;
    let more = page.len() > limit;
    page.truncate(limit);
    let last = page.last().filter(|_| more).map(|(rank, _)| rank);
    let next_token = last.map(|(at, name)| cx.store().sealer().page_token(&query, &format!("{at} {name}")));
    let log_streams = page.into_iter().map(|(_, stream)| stream.to_wire(&group)).collect();
    Ok(DescribeLogStreamsResponse { log_streams: Some(log_streams), next_token })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

/// The first `count` streams beyond `after` that way.
async fn best(
    cx: &Cx<'_>,
    (group, prefix): (&LogGroup, &str),
    way: Way,
    (count, after): (usize, Option<Rank>),
    rank: impl Fn(&LogStream) -> Rank,
) -> Result<Vec<(Rank, LogStream)>> {
    let mut best: BTreeMap<Rank, LogStream> = BTreeMap::new();
    let mut read: Option<String> = None;
    loop {
        let pk = streams_pk(group.id);
        let streams = STREAMS.list(cx.store(), &pk, prefix, read.as_deref(), READ).await?;
        let Some(last) = streams.last() else { break };
        read = Some(last.sk.clone());
        for stream in streams {
            let rank = rank(&stream);
            let beyond = after.as_ref().is_none_or(|after| match way {
                Way::Up => rank > *after,
                Way::Down => rank < *after,
            });
            if !beyond {
                continue;
            }
            best.insert(rank, stream.value);
            if best.len() > count {
                match way {
                    Way::Up => best.pop_last(),
                    Way::Down => best.pop_first(),
                };
            }
        }
    }
    let mut page: Vec<_> = best.into_iter().collect();
    if way == Way::Down {
        page.reverse();
    }
    Ok(page)
}
