//! GetApiKey.

use model::GetApiKeyRequest;
use model_apigateway as model;

use crate::Cx;
use crate::error::Result;

/// Shows a key, with its value where it is asked for.
pub async fn get_api_key(cx: &Cx<'_>, input: GetApiKeyRequest) -> Result<model::ApiKey> {
    let key = cx.api_key(&input.api_key).await?;
    let value = input.include_value.unwrap_or(false).then(|| cx.key_value(&key)).transpose()?;
    Ok(model::ApiKey { value, ..key.output() })
}
