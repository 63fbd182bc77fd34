//! GetFunctionUrlConfig.

use model_lambda::types::{FunctionUrlAuthType, GetFunctionUrlConfigRequest, GetFunctionUrlConfigResponse, InvokeMode};
use store::Versioned;

use super::create_function_url_config::addressed;
use crate::Cx;
use crate::configuration::last_modified;
use crate::entity::UrlConfig;
use crate::error::{Result, not_found};
use crate::name::Reference;
use crate::table::{URLS, function_pk, url_sk};

/// Shows an address.
pub async fn get_function_url_config(
    cx: &Cx<'_>,
    input: GetFunctionUrlConfigRequest,
) -> Result<GetFunctionUrlConfigResponse> {
    let reference = addressed(cx, &input.function_name, input.qualifier.as_deref()).await?;
    let url = url(cx, &reference).await?.value;
    Ok(GetFunctionUrlConfigResponse {
        function_url: Some(cx.service.url_of(&url)),
        function_arn: Some(url.arn()),
        auth_type: FunctionUrlAuthType::parse(&url.auth_type),
        creation_time: Some(last_modified(url.created)),
        last_modified_time: Some(last_modified(url.modified)),
        invoke_mode: InvokeMode::parse(&url.invoke_mode),
        cors: url.cors,
    })
}

/// The address of a function or alias.
///
/// # Errors
/// `ResourceNotFoundException` (memory), the store's.
pub async fn url(cx: &Cx<'_>, reference: &Reference) -> Result<Versioned<UrlConfig>> {
    let pk = function_pk(&reference.function);
    let url = URLS.get(cx.store(), &pk, &url_sk(reference.qualifier.as_deref())).await?;
    url.ok_or_else(|| not_found("The resource you requested does not exist."))
}
