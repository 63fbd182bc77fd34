//! GetLogDeliveryConfiguration.

use model_cognito_idp::types::{
    GetLogDeliveryConfigurationRequest, GetLogDeliveryConfigurationResponse, LogDeliveryConfigurationType,
};

use crate::Cx;
use crate::entity::LogDelivery;
use crate::error::Result;
use crate::table::{LOG_DELIVERIES, LOG_DELIVERY_SK};

/// Shows where a pool's logs go.
pub async fn get_log_delivery_configuration(
    cx: &Cx<'_>,
    input: GetLogDeliveryConfigurationRequest,
) -> Result<GetLogDeliveryConfigurationResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let kept = LOG_DELIVERIES.get(cx.store(), &pool.pk, LOG_DELIVERY_SK).await?;
    let kept = kept.map(|kept| kept.value).unwrap_or_default();
    Ok(GetLogDeliveryConfigurationResponse { log_delivery_configuration: Some(view(&pool.id, kept)) })
}

/// As both operations show it.
pub(crate) fn view(pool_id: &str, kept: LogDelivery) -> LogDeliveryConfigurationType {
    LogDeliveryConfigurationType {
        user_pool_id: Some(pool_id.to_owned()),
        log_configurations: Some(kept.configurations),
    }
}
