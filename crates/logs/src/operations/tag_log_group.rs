//! TagLogGroup, the older form of TagResource.

use model_logs::types::TagLogGroupRequest;

use crate::Cx;
use crate::error::{Result, invalid_parameter};

/// Adds tags to a group.
pub async fn tag_log_group(cx: &Cx<'_>, input: TagLogGroupRequest) -> Result<()> {
    let group = cx.group(&input.log_group_name).await?;
    let done = super::tag_resource::tag(cx, group, input.tags).await;
    // This form knows no error of its own for too many.
    done.map_err(|error| if error.code == "TooManyTagsException" { invalid_parameter(error.message) } else { error })
}
