//! CreateLogGroup. Keys of KMS are refused: there are none here that a group could be encrypted with.

use model_logs::types::{CreateLogGroupRequest, LogGroupClass};
use store::Tx;

use crate::Cx;
use crate::append::new_id;
use crate::entity::LogGroup;
use crate::error::{Result, aborted, group_exists, invalid_parameter, limit_exceeded, lost};
use crate::table::{GROUPS, group_index, groups_of};

/// Log groups of an account and region. At AWS there may be a million.
const MOST_GROUPS: usize = 10_000;
/// Days that a group of class DELIVERY keeps events, which cannot be changed.
const DELIVERY_DAYS: i32 = 2;

/// Makes a group.
pub async fn create_log_group(cx: &Cx<'_>, input: CreateLogGroupRequest) -> Result<()> {
    check_name(&input.log_group_name)?;
    if input.kms_key_id.is_some() {
        return Err(invalid_parameter("The specified KMS Key Id could not be found."));
    }
    let class = input.log_group_class.unwrap_or(LogGroupClass::Standard);
    let group = LogGroup {
        id: new_id(cx.service.rng()),
        account: cx.call.account.to_string(),
        region: cx.call.region.to_string(),
        name: input.log_group_name,
        class: class.as_str().to_owned(),
        retention_days: (class == LogGroupClass::Delivery).then_some(DELIVERY_DAYS),
        tags: input.tags.unwrap_or_default(),
        created: cx.now(),
        protected: input.deletion_protection_enabled.unwrap_or(false),
    };
    let pk = groups_of(cx.call);
    if GROUPS.get(cx.store(), &pk, &group.name).await?.is_some() {
        return Err(group_exists());
    }
    if cx.store().query(&pk, "", None, MOST_GROUPS).await?.len() >= MOST_GROUPS {
        return Err(limit_exceeded());
    }
    let mut tx = Tx::new();
    GROUPS.insert(&mut tx, &pk, &group.name, &group, group_index(&group))?;
    cx.store().commit(tx).await.map_err(|error| lost(error.into(), aborted))?;
    Ok(())
}

fn check_name(name: &str) -> Result<()> {
    let reserved = name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws/"));
    if reserved { Err(invalid_parameter("Log groups starting with AWS/ are reserved for AWS.")) } else { Ok(()) }
}
