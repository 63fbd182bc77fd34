//! UpdateUserPoolReplica: an active replica lets people in, an inactive one serves administrators.

use model_cognito_idp::types::{UpdateReplicaStatusType, UpdateUserPoolReplicaRequest, UpdateUserPoolReplicaResponse};

use super::create_user_pool_replica::without_race;
use crate::Cx;
use crate::error::{Result, invalid_parameter, replica_not_found};
use crate::replica::{status, view};

/// Switches a replica on or off.
pub async fn update_user_pool_replica(
    cx: &Cx<'_>,
    input: UpdateUserPoolReplicaRequest,
) -> Result<UpdateUserPoolReplicaResponse> {
    let region = input.region_name.as_str();
    let pool = cx
        .change_pool(&input.user_pool_id, |pool| {
            if pool.region == region {
                return Err(invalid_parameter("The status of the primary replica cannot be changed."));
            }
            let replica = pool.replicas.iter_mut().find(|replica| replica.region == region);
            let replica = replica.ok_or_else(|| replica_not_found(region))?;
            replica.active = input.status == UpdateReplicaStatusType::Active;
            Ok(())
        })
        .await
        .map_err(without_race)?;
    let replica = pool.replica(region).ok_or_else(|| replica_not_found(region))?;
    Ok(UpdateUserPoolReplicaResponse { user_pool_replica: Some(view(&pool, replica, status(replica))) })
}
