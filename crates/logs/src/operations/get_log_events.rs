//! GetLogEvents: one stream, a page at a time, in either direction. At the end a token leads to itself.

use model_logs::types::{GetLogEventsRequest, GetLogEventsResponse, OutputLogEvent};

use crate::Cx;
use crate::error::{Result, invalid_token};
use crate::read::{Direction, Position, Question, read};
use crate::table::Scope;

/// Events on a page.
const MOST: usize = 10_000;

/// Reads a stream. Events are shown earliest first, whichever way they are read.
pub async fn get_log_events(cx: &Cx<'_>, input: GetLogEventsRequest) -> Result<GetLogEventsResponse> {
    cx.service.writer().flush().await;
    let group = cx.named(input.log_group_name.as_deref(), input.log_group_identifier.as_deref()).await?;
    let stream = cx.stream(&group, &input.log_stream_name).await?;
    let token = input.next_token.as_deref().map(|token| parse(token).ok_or_else(invalid_token)).transpose()?;
    let from_head = if input.start_from_head.unwrap_or(false) { Direction::Forward } else { Direction::Back };
    let question = Question {
        scope: Scope::Stream(stream.id),
        from: input.start_time.unwrap_or(0).max(group.cutoff(cx.now())),
        until: input.end_time.unwrap_or(i64::MAX),
        beyond: token.map(|(_, position)| position),
        direction: token.map_or(from_head, |(direction, _)| direction),
        limit: input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MOST).clamp(1, MOST),
        streams: &|_| true,
        events: &|_| true,
    };
    let page = read(cx.store(), &question).await?;
    let edge = |position: Option<&Position>, standing: Position| position.copied().unwrap_or(standing);
    let standing = question.beyond.unwrap_or_else(|| standing(&question));
    // Where nothing was found, but not all was looked at, the search goes on from where it stopped.
    let standing = if page.events.is_empty() { page.next.unwrap_or(standing) } else { standing };
    let first = edge(page.events.first().map(|(position, _)| position), standing);
    let last = edge(page.events.last().map(|(position, _)| position), standing);
    let events = page.events.into_iter().map(|(_, found)| OutputLogEvent {
        timestamp: Some(found.event.t),
        message: Some(found.event.m),
        ingestion_time: Some(found.event.i),
    });
    Ok(GetLogEventsResponse {
        events: Some(events.collect()),
        next_forward_token: Some(format!("f/{}/s", last.digits())),
        next_backward_token: Some(format!("b/{}/s", first.digits())),
    })
}

/// Where a stream is read on that shows nothing yet.
fn standing(question: &Question<'_>) -> Position {
    Position::before(question.from.clamp(0, 99_999_999_999_999))
}

fn parse(token: &str) -> Option<(Direction, Position)> {
    let (direction, rest) = match token.split_at_checked(2)? {
        ("f/", rest) => (Direction::Forward, rest),
        ("b/", rest) => (Direction::Back, rest),
        _ => return None,
    };
    Some((direction, Position::parse(rest.strip_suffix("/s")?)?))
}
