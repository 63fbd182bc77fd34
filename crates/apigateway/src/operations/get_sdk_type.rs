//! GetSdkType.

use model_apigateway::{GetSdkTypeRequest, SdkType};

use super::get_sdk_types::sdk_type;
use crate::Cx;
use crate::error::{Result, not_found};

/// Shows a kind of SDK.
pub async fn get_sdk_type(_: &Cx<'_>, input: GetSdkTypeRequest) -> Result<SdkType> {
    sdk_type(&input.id).ok_or_else(|| not_found("Invalid SDK type identifier specified"))
}
