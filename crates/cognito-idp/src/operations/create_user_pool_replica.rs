//! CreateUserPoolReplica: the pool answers in a further region of this server; nothing is copied. It begins INACTIVE.

use model_cognito_idp::types::{
    CreateUserPoolReplicaRequest, CreateUserPoolReplicaResponse, ReplicaStatusType, UserPoolTierType,
};

use crate::Cx;
use crate::entity::Replica;
use crate::error::{Result, feature_unavailable, invalid_parameter, limit_exceeded};
use crate::replica::view;
use crate::rules::tags;

/// Secondary replicas of a pool.
const MAX_REPLICAS: usize = 4;

/// Adds a region to a pool.
pub async fn create_user_pool_replica(
    cx: &Cx<'_>,
    input: CreateUserPoolReplicaRequest,
) -> Result<CreateUserPoolReplicaResponse> {
    let tags = input.user_pool_tags.unwrap_or_default();
    tags::check(&tags)?;
    let Some(region) = aws_types::Region::parse(&input.region_name) else {
        return Err(invalid_parameter("RegionName is no name of a region."));
    };
    let replica = Replica { region: region.as_str().to_owned(), active: false, tags };
    cx.pool(&input.user_pool_id).await?;
    let pool = cx
        .change_pool(&input.user_pool_id, |pool| {
            if pool.settings.tier == UserPoolTierType::Lite {
                return Err(feature_unavailable("UserPoolReplica", pool.settings.tier.as_str()));
            }
            if pool.region == replica.region || pool.replica(&replica.region).is_some() {
                return Err(invalid_parameter(format_args!("The user pool is in {} already.", replica.region)));
            }
            if pool.replicas.len() >= MAX_REPLICAS {
                return Err(limit_exceeded("The user pool has reached its limit of replicas."));
            }
            pool.replicas.push(replica.clone());
            Ok(())
        })
        .await
        .map_err(without_race)?;
    let user_pool_replica = Some(view(&pool, &replica, ReplicaStatusType::Creating));
    Ok(CreateUserPoolReplicaResponse { user_pool_replica })
}

/// The model knows no `ConcurrentModificationException` here.
pub(crate) fn without_race(error: aws_types::AwsError) -> aws_types::AwsError {
    let race = crate::error::concurrent_modification();
    if error.code == race.code { crate::error::too_many_requests() } else { error }
}
