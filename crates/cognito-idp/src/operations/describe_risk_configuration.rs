//! DescribeRiskConfiguration. Of a client without a configuration of its own, the pool's is shown.

use model_cognito_idp::types::{
    DescribeRiskConfigurationRequest, DescribeRiskConfigurationResponse, RiskConfigurationType,
};

use crate::Cx;
use crate::error::Result;
use crate::rules::risk::require_add_on;

/// Shows the threat protection of a pool or a client.
pub async fn describe_risk_configuration(
    cx: &Cx<'_>,
    input: DescribeRiskConfigurationRequest,
) -> Result<DescribeRiskConfigurationResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    require_add_on(&pool)?;
    if let Some(client_id) = &input.client_id {
        cx.client(&pool.id, client_id).await?;
    }
    let found = cx.service.risk_configuration(&pool, input.client_id.as_deref()).await?;
    let nothing = || RiskConfigurationType { user_pool_id: Some(pool.id.clone()), ..RiskConfigurationType::default() };
    Ok(DescribeRiskConfigurationResponse {
        risk_configuration: Some(found.map_or_else(nothing, |risk| risk.to_wire())),
    })
}
