//! TagResource, of log groups.

use std::collections::BTreeMap;

use model_logs::types::TagResourceRequest;
use store::Versioned;

use crate::Cx;
use crate::entity::LogGroup;
use crate::error::{Result, invalid_parameter, too_many_tags};

/// Tags that a group can bear.
const MOST_TAGS: usize = 50;

/// Adds tags to a group; values of keys it has are replaced.
pub async fn tag_resource(cx: &Cx<'_>, input: TagResourceRequest) -> Result<()> {
    let group = cx.by_arn(&input.resource_arn).await?;
    tag(cx, group, input.tags).await
}

/// The same for any way to name the group.
pub async fn tag(cx: &Cx<'_>, group: Versioned<LogGroup>, tags: BTreeMap<String, String>) -> Result<()> {
    if tags.keys().any(|key| key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"))) {
        return Err(invalid_parameter("Tag keys that begin with aws: are reserved for AWS."));
    }
    cx.change(group, |group| {
        group.tags.extend(tags.clone());
        if group.tags.len() > MOST_TAGS { Err(too_many_tags(&group.arn())) } else { Ok(()) }
    })
    .await
}
