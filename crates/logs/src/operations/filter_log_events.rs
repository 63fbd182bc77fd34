//! FilterLogEvents: all streams of a group, or some, in the order of the events' times. A call that has looked at much
//! answers what it found, be it nothing, and where to go on.

use model_logs::types::{FilterLogEventsRequest, FilterLogEventsResponse, FilteredLogEvent};

use crate::Cx;
use crate::error::{Result, invalid_parameter, invalid_pattern, invalid_token};
use crate::filter::FilterPattern;
use crate::read::{Direction, Page, Position, Question, read};
use crate::table::Scope;

/// Events on a page.
const MOST: usize = 10_000;

/// Searches a group.
pub async fn filter_log_events(cx: &Cx<'_>, input: FilterLogEventsRequest) -> Result<FilterLogEventsResponse> {
    let pattern = FilterPattern::parse(input.filter_pattern.as_deref().unwrap_or_default());
    let pattern = pattern.map_err(|error| invalid_pattern(&error))?;
    if input.log_stream_names.is_some() && input.log_stream_name_prefix.is_some() {
        return Err(invalid_parameter("logStreamNames and logStreamNamePrefix cannot be specified together."));
    }
    cx.service.writer().flush().await;
    let group = cx.named(input.log_group_name.as_deref(), input.log_group_identifier.as_deref()).await?;
    for name in input.log_stream_names.iter().flatten() {
        cx.stream(&group, name).await?;
    }
    let query = question(group.id, &input);
    let token = input.next_token.as_deref().map(|token| {
        let text = cx.store().sealer().read_page_token(&query, token)?;
        let (way, digits) = text.split_at_checked(1)?;
        let direction = if way == "f" { Direction::Forward } else { Direction::Back };
        Some((direction, Position::parse(digits)?))
    });
    let token = token.map(|token| token.ok_or_else(invalid_token)).transpose()?;
    let from_head = if input.start_from_head.unwrap_or(true) { Direction::Forward } else { Direction::Back };
    let direction = token.map_or(from_head, |(direction, _)| direction);
    let asked = Question {
        scope: Scope::Group(group.id),
        from: input.start_time.unwrap_or(0).max(group.cutoff(cx.now())),
        // Events at the end time itself are shown.
        until: input.end_time.map_or(i64::MAX, |end| end.saturating_add(1)),
        beyond: token.map(|(_, position)| position),
        direction,
        limit: input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MOST).clamp(1, MOST),
        streams: &|name| is_wanted(&input, name),
        events: &|message| pattern.matches(message),
    };
    let page = read(cx.store(), &asked).await?;
    let way = if direction == Direction::Forward { "f" } else { "b" };
    let next_token = page.next.map(|next| cx.store().sealer().page_token(&query, &format!("{way}{}", next.digits())));
    Ok(FilterLogEventsResponse {
        events: Some(shown(page, direction)),
        searched_log_streams: Some(Vec::new()),
        next_token,
    })
}

/// Start and end may be moved between two pages; the streams and the pattern may not.
fn question(group: u64, input: &FilterLogEventsRequest) -> String {
    format!(
        "FilterLogEvents {group} {:?} {:?} {:?}",
        input.log_stream_names, input.log_stream_name_prefix, input.filter_pattern
    )
}

fn is_wanted(input: &FilterLogEventsRequest, stream: &str) -> bool {
    let listed = input.log_stream_names.as_ref().is_none_or(|names| names.iter().any(|name| name == stream));
    listed && input.log_stream_name_prefix.as_ref().is_none_or(|prefix| stream.starts_with(prefix))
}

fn shown(page: Page, direction: Direction) -> Vec<FilteredLogEvent> {
    let mut events: Vec<FilteredLogEvent> = page
        .events
        .into_iter()
        .map(|(position, found)| FilteredLogEvent {
            log_stream_name: Some(found.stream),
            timestamp: Some(found.event.t),
            message: Some(found.event.m),
            ingestion_time: Some(found.event.i),
            event_id: Some(position.digits()),
        })
        .collect();
    if direction == Direction::Back {
        events.reverse();
    }
    events
}
