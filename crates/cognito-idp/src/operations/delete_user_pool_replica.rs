//! DeleteUserPoolReplica: an inactive secondary replica, from the pool's own region.

use model_cognito_idp::types::{DeleteUserPoolReplicaRequest, DeleteUserPoolReplicaResponse, ReplicaStatusType};

use super::create_user_pool_replica::without_race;
use crate::Cx;
use crate::entity::Replica;
use crate::error::{Result, invalid_parameter, replica_not_found};
use crate::replica::view;

/// Takes a region from a pool.
pub async fn delete_user_pool_replica(
    cx: &Cx<'_>,
    input: DeleteUserPoolReplicaRequest,
) -> Result<DeleteUserPoolReplicaResponse> {
    let region = input.region_name.as_str();
    let pool = cx
        .change_pool(&input.user_pool_id, |pool| {
            if pool.region == region {
                return Err(invalid_parameter("The primary replica cannot be deleted."));
            }
            match pool.replica(region) {
                None => return Err(replica_not_found(region)),
                Some(replica) if replica.active => {
                    return Err(invalid_parameter("Only an INACTIVE replica can be deleted."));
                }
                Some(_) => {}
            }
            pool.replicas.retain(|replica| replica.region != region);
            Ok(())
        })
        .await
        .map_err(without_race)?;
    let gone = Replica { region: region.to_owned(), active: false, tags: std::collections::BTreeMap::new() };
    Ok(DeleteUserPoolReplicaResponse { user_pool_replica: Some(view(&pool, &gone, ReplicaStatusType::Deleting)) })
}
