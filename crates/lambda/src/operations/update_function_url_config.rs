//! UpdateFunctionUrlConfig: what is not named stays.

use aws_types::AwsError;
use model_lambda::types::{
    FunctionUrlAuthType, InvokeMode, UpdateFunctionUrlConfigRequest, UpdateFunctionUrlConfigResponse,
};
use store::{Tx, retry};

use super::create_function_url_config::addressed;
use super::get_function_url_config::url;
use crate::Cx;
use crate::configuration::last_modified;
use crate::error::{Result, lost};
use crate::table::{URLS, url_index};

/// Changes what an address admits.
pub async fn update_function_url_config(
    cx: &Cx<'_>,
    input: UpdateFunctionUrlConfigRequest,
) -> Result<UpdateFunctionUrlConfigResponse> {
    let reference = addressed(cx, &input.function_name, input.qualifier.as_deref()).await?;
    let run = || async {
        let current = url(cx, &reference).await?;
        let mut url = current.value.clone();
        if let Some(auth_type) = input.auth_type {
            auth_type.as_str().clone_into(&mut url.auth_type);
        }
        if let Some(mode) = input.invoke_mode {
            mode.as_str().clone_into(&mut url.invoke_mode);
        }
        url.cors = input.cors.clone().or(url.cors);
        url.modified = cx.now();
        let mut tx = Tx::new();
        URLS.update(&mut tx, &current, &url, url_index(&url))?;
        cx.store().commit(tx).await?;
        Ok::<_, AwsError>(url)
    };
    let url = retry(cx.store(), run).await.map_err(lost)?;
    Ok(UpdateFunctionUrlConfigResponse {
        function_url: Some(cx.service.url_of(&url)),
        function_arn: Some(url.arn()),
        auth_type: FunctionUrlAuthType::parse(&url.auth_type),
        creation_time: Some(last_modified(url.created)),
        last_modified_time: Some(last_modified(url.modified)),
        invoke_mode: InvokeMode::parse(&url.invoke_mode),
        cors: url.cors,
    })
}
