//! CreateFunctionUrlConfig.

use model_lambda::types::{
    CreateFunctionUrlConfigRequest, CreateFunctionUrlConfigResponse, FunctionUrlAuthType, InvokeMode,
};
use store::{Expect, StoreError, Tx};

use crate::Cx;
use crate::configuration::last_modified;
use crate::entity::UrlConfig;
use crate::error::{Result, conflict};
use crate::name::Reference;
use crate::table::{FUNCTION_SK, URLS, function_pk, url_index, url_sk};

/// Gives a function or alias an address.
pub async fn create_function_url_config(
    cx: &Cx<'_>,
    input: CreateFunctionUrlConfigRequest,
) -> Result<CreateFunctionUrlConfigResponse> {
    let reference = addressed(cx, &input.function_name, input.qualifier.as_deref()).await?;
    let url = UrlConfig {
        id: cx.service.new_url_id(),
        account: reference.function.account.clone(),
        region: reference.function.region.clone(),
        function: reference.function.name.clone(),
        qualifier: reference.qualifier.clone(),
        auth_type: input.auth_type.as_str().to_owned(),
        cors: input.cors,
        invoke_mode: input.invoke_mode.unwrap_or(InvokeMode::Buffered).as_str().to_owned(),
        created: cx.now(),
        modified: cx.now(),
    };
    let pk = function_pk(&reference.function);
    let mut tx = Tx::new();
    tx.require(&pk, FUNCTION_SK, Expect::Present);
    URLS.insert(&mut tx, &pk, &url_sk(url.qualifier.as_deref()), &url, url_index(&url))?;
    match cx.store().commit(tx).await {
        // memory
        Err(StoreError::Conflict) => Err(conflict(format_args!(
            "Failed to create function url config for [functionArn = {}]. Error message:  FunctionUrlConfig exists for \
             this Lambda function",
            reference.arn()
        ))),
        Err(error) => Err(error.into()),
        Ok(_) => Ok(CreateFunctionUrlConfigResponse {
            function_url: Some(cx.service.url_of(&url)),
            function_arn: Some(url.arn()),
            auth_type: FunctionUrlAuthType::parse(&url.auth_type),
            cors: url.cors,
            creation_time: Some(last_modified(url.created)),
            invoke_mode: InvokeMode::parse(&url.invoke_mode),
        }),
    }
}

/// A function or alias that is there. The model admits no versions.
///
/// # Errors
/// `ResourceNotFoundException`, the store's.
pub async fn addressed(cx: &Cx<'_>, name: &str, qualifier: Option<&str>) -> Result<Reference> {
    let reference = cx.reference(name, qualifier)?;
    cx.service.find(&reference).await?;
    Ok(reference)
}
