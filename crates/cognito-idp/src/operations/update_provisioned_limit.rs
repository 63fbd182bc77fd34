//! UpdateProvisionedLimit: between a category's default and the account's quota, which is a hundred times that here.

use model_cognito_idp::types::{UpdateProvisionedLimitRequest, UpdateProvisionedLimitResponse};
use store::Tx;

use super::get_provisioned_limit::view;
use crate::Cx;
use crate::error::{Result, invalid_parameter, quota_exceeded};
use crate::rules::limits::named;
use crate::table::{ACCOUNT_LIMITS, limits_pk};

/// Sets the rate of an API category.
pub async fn update_provisioned_limit(
    cx: &Cx<'_>,
    input: UpdateProvisionedLimitRequest,
) -> Result<UpdateProvisionedLimitResponse> {
    let limit = named(&input.limit_definition.attributes)?;
    let wanted = input.requested_limit_value;
    if wanted < limit.default {
        return Err(invalid_parameter(format_args!("The limit must not be below the default of {}.", limit.default)));
    }
    if wanted > limit.most() {
        return Err(quota_exceeded(limit.most()));
    }
    let pk = limits_pk(cx.call.account.as_str(), cx.call.region.as_str());
    let mut tx = Tx::new();
    ACCOUNT_LIMITS.put(&mut tx, &pk, limit.category, &wanted, Vec::new())?;
    cx.store().commit(tx).await?;
    Ok(UpdateProvisionedLimitResponse { limit: Some(view(limit, wanted)) })
}
