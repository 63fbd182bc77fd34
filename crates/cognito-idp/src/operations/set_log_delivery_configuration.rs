//! SetLogDeliveryConfiguration. A bucket or a delivery stream must be there; a log group is made with its first event. See
//! `log_delivery.rs`.

use aws_types::Arn;
use model_cognito_idp::types::{
    EventSourceName, LogConfigurationType, LogLevel, SetLogDeliveryConfigurationRequest,
    SetLogDeliveryConfigurationResponse, UserPoolTierType,
};
use store::{Tx, retry};

use super::get_log_delivery_configuration::view;
use crate::Cx;
use crate::entity::{LogDelivery, UserPool};
use crate::error::{Result, feature_unavailable, invalid_parameter};
use crate::table::{LOG_DELIVERIES, LOG_DELIVERY_SK, POOLS};

/// Replaces where a pool's logs go.
pub async fn set_log_delivery_configuration(
    cx: &Cx<'_>,
    input: SetLogDeliveryConfigurationRequest,
) -> Result<SetLogDeliveryConfigurationResponse> {
    let kept = LogDelivery { configurations: input.log_configurations };
    retry(cx.store(), || async {
        let pool = cx.pool(&input.user_pool_id).await?;
        check(&pool, &kept.configurations)?;
        find_destinations(cx, &pool, &kept.configurations).await?;
        let mut tx = Tx::new();
        POOLS.require(&mut tx, &pool);
        LOG_DELIVERIES.put(&mut tx, &pool.pk, LOG_DELIVERY_SK, &kept, Vec::new())?;
        cx.store().commit(tx).await?;
        Ok::<_, aws_types::AwsError>(())
    })
    .await?;
    Ok(SetLogDeliveryConfigurationResponse { log_delivery_configuration: Some(view(&input.user_pool_id, kept)) })
}

/// Message delivery at ERROR to CloudWatch; activity at INFO to one place of any kind, in the Plus tier.
fn check(pool: &UserPool, configurations: &[LogConfigurationType]) -> Result<()> {
    for (at, one) in configurations.iter().enumerate() {
        if configurations.iter().take(at).any(|other| other.event_source == one.event_source) {
            return Err(invalid_parameter("Each EventSource can be configured once."));
        }
        let (logs, bucket) = (one.cloud_watch_logs_configuration.is_some(), one.s3_configuration.is_some());
        let stream = one.firehose_configuration.is_some();
        if usize::from(logs) + usize::from(bucket) + usize::from(stream) != 1 {
            return Err(invalid_parameter("A log configuration needs exactly one destination."));
        }
        match (one.event_source, one.log_level) {
            (EventSourceName::UserNotification, LogLevel::Error) if logs => {}
            (EventSourceName::UserAuthEvents, LogLevel::Info) => {
                if pool.settings.tier != UserPoolTierType::Plus {
                    return Err(feature_unavailable("userAuthEvents", pool.settings.tier.as_str()));
                }
            }
            _ => {
                return Err(invalid_parameter(
                    "userNotification takes the LogLevel ERROR and CloudWatchLogsConfiguration, userAuthEvents the \
                     LogLevel INFO.",
                ));
            }
        }
        check_destination(pool, one)?;
    }
    Ok(())
}

/// An ARN of its kind; a log group and a delivery stream are of the pool's own account, so that nobody writes into others'.
fn check_destination(pool: &UserPool, one: &LogConfigurationType) -> Result<()> {
    let group = one.cloud_watch_logs_configuration.as_ref().and_then(|place| place.log_group_arn.as_deref());
    let own = |arn: &Arn| arn.account == pool.account;
    let right = [
        group.and_then(Arn::parse).is_some_and(|arn| arn.service == "logs" && own(&arn)),
        bucket(one).and_then(Arn::parse).is_some_and(|arn| arn.service == "s3" && !arn.resource.contains('/')),
        stream(one)
            .and_then(Arn::parse)
            .is_some_and(|arn| arn.service == "firehose" && own(&arn) && arn.resource.starts_with("deliverystream/")),
    ];
    if right.contains(&true) {
        Ok(())
    } else {
        Err(invalid_parameter("The destination of a log configuration is not an ARN of its kind."))
    }
}

async fn find_destinations(cx: &Cx<'_>, pool: &UserPool, configurations: &[LogConfigurationType]) -> Result<()> {
    for arn in configurations.iter().filter_map(|one| bucket(one).or(stream(one))) {
        if !cx.service.doors().logs.is_there(arn, &pool.account).await? {
            return Err(invalid_parameter(format!(
                "The destination of a log configuration does not exist: {arn:.200}"
            )));
        }
    }
    Ok(())
}

fn bucket(one: &LogConfigurationType) -> Option<&str> {
    one.s3_configuration.as_ref().and_then(|place| place.bucket_arn.as_deref())
}

fn stream(one: &LogConfigurationType) -> Option<&str> {
    one.firehose_configuration.as_ref().and_then(|place| place.stream_arn.as_deref())
}
