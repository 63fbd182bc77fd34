//! DescribeLogGroups: those of the call's account and region. No other accounts are linked.

use model_logs::types::{self as wire, DescribeLogGroupsRequest, DescribeLogGroupsResponse};

use crate::Cx;
use crate::entity::LogGroup;
use crate::error::{Result, invalid_parameter, invalid_token};
use crate::table::{GROUPS, bytes_counter, groups_of};

/// Groups on a page.
const MOST: usize = 50;
/// Groups that are looked at in one read.
const LOOKED_AT: usize = 500;

/// Lists groups by name.
pub async fn describe_log_groups(cx: &Cx<'_>, input: DescribeLogGroupsRequest) -> Result<DescribeLogGroupsResponse> {
    check(&input)?;
    cx.service.writer().flush().await;
    let query = question(cx, &input);
    let read = |token: &str| cx.store().sealer().read_page_token(&query, token).ok_or_else(invalid_token);
    let mut after = input.next_token.as_deref().map(read).transpose()?;
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MOST).clamp(1, MOST);
    let prefix = input.log_group_name_prefix.as_deref().unwrap_or_default();
    let mut found: Vec<LogGroup> = Vec::new();
    while found.len() <= limit {
        let groups = GROUPS.list(cx.store(), &groups_of(cx.call), prefix, after.as_deref(), LOOKED_AT).await?;
        let Some(last) = groups.last() else { break };
        after = Some(last.sk.clone());
        found.extend(groups.into_iter().map(|group| group.value).filter(|group| is_wanted(&input, group)));
    }
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| more);
    let next_token = last.map(|group| cx.store().sealer().page_token(&query, &group.name));
    let mut log_groups = Vec::with_capacity(found.len());
    for group in found {
        log_groups.push(shown(cx, &input, &group).await?);
    }
    Ok(DescribeLogGroupsResponse { log_groups: Some(log_groups), next_token })
}

fn check(input: &DescribeLogGroupsRequest) -> Result<()> {
    if input.log_group_name_prefix.is_some() && input.log_group_name_pattern.is_some() {
        return Err(invalid_parameter(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        ));
    }
    let others = input.log_group_name_prefix.is_some()
        || input.log_group_name_pattern.is_some()
        || input.log_group_class.is_some()
        || input.account_identifiers.is_some();
    if input.log_group_identifiers.is_some() && others {
        return Err(invalid_parameter("logGroupIdentifiers cannot be combined with other filters."));
    }
    Ok(())
}

fn question(cx: &Cx<'_>, input: &DescribeLogGroupsRequest) -> String {
    format!(
        "DescribeLogGroups {} {:?} {:?} {:?} {:?}",
        groups_of(cx.call),
        input.log_group_name_prefix,
        input.log_group_name_pattern,
        input.log_group_class,
        input.log_group_identifiers,
    )
}

fn is_wanted(input: &DescribeLogGroupsRequest, group: &LogGroup) -> bool {
    let pattern = input.log_group_name_pattern.as_ref().is_none_or(|pattern| group.name.contains(pattern));
    let class = input.log_group_class.is_none_or(|class| class.as_str() == group.class);
    let accounts = input.account_identifiers.as_ref().filter(|accounts| !accounts.is_empty());
    let account = accounts.is_none_or(|accounts| accounts.contains(&group.account));
    let listed = input.log_group_identifiers.as_ref().is_none_or(|identifiers| {
        identifiers.iter().any(|id| *id == group.name || *id == group.arn() || *id == format!("{}:*", group.arn()))
    });
    pattern && class && account && listed
}

/// Where a pattern was given, AWS shows little of each.
async fn shown(cx: &Cx<'_>, input: &DescribeLogGroupsRequest, group: &LogGroup) -> Result<wire::LogGroup> {
    if input.log_group_name_pattern.is_some() {
        let all = group.to_wire(0);
        return Ok(wire::LogGroup {
            log_group_name: all.log_group_name,
            creation_time: all.creation_time,
            arn: all.arn,
            log_group_arn: all.log_group_arn,
            log_group_class: all.log_group_class,
            ..wire::LogGroup::default()
        });
    }
    Ok(group.to_wire(cx.store().counter(&bytes_counter(group.id)).await?))
}
