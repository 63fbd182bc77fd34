//! GetProvisionedLimit. The rates are kept, and hold where the server's settings say that rates count: `rates.rs`.

use model_cognito_idp::types::{
    GetProvisionedLimitRequest, GetProvisionedLimitResponse, LimitClass, LimitDefinitionType, LimitType,
};

use crate::Cx;
use crate::error::Result;
use crate::rules::limits::{Limit, named};
use crate::table::{ACCOUNT_LIMITS, limits_pk};

/// Shows the rate of an API category.
pub async fn get_provisioned_limit(
    cx: &Cx<'_>,
    input: GetProvisionedLimitRequest,
) -> Result<GetProvisionedLimitResponse> {
    let limit = named(&input.limit_definition.attributes)?;
    let pk = limits_pk(cx.call.account.as_str(), cx.call.region.as_str());
    let kept = ACCOUNT_LIMITS.get(cx.store(), &pk, limit.category).await?;
    Ok(GetProvisionedLimitResponse { limit: Some(view(limit, kept.map_or(limit.default, |kept| kept.value))) })
}

/// As both operations show it.
pub(crate) fn view(limit: Limit, provisioned: i32) -> LimitType {
    LimitType {
        limit_definition: Some(LimitDefinitionType {
            limit_class: LimitClass::ApiCategory,
            attributes: [("Category".to_owned(), limit.category.to_owned())].into(),
        }),
        provisioned_limit_value: Some(provisioned),
        free_limit_value: Some(limit.default),
    }
}
