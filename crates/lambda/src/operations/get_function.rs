//! GetFunction. Where the code can be fetched is an address that holds for ten minutes.

use model_lambda::types::{self as wire, GetFunctionRequest, GetFunctionResponse};

use crate::Cx;
use crate::configuration::{Shown, to_wire};
use crate::error::Result;

/// Shows a function.
pub async fn get_function(cx: &Cx<'_>, input: GetFunctionRequest) -> Result<GetFunctionResponse> {
    let reference = cx.reference(&input.function_name, input.qualifier.as_deref())?;
    let found = cx.service.find(&reference).await?;
    let (function, version) = (&found.function, &found.version);
    let qualifier = reference.qualifier.as_deref();
    let location = cx.service.code_address(&version.code.sha256, cx.now());
    let tags = Some(function.tags.clone()).filter(|tags| !tags.is_empty());
    Ok(GetFunctionResponse {
        configuration: Some(to_wire(cx.store().sealer(), function, version, qualifier, Shown::AsItIs)?),
        code: Some(wire::FunctionCodeLocation {
            repository_type: Some("S3".to_owned()),
            location: Some(location),
            ..wire::FunctionCodeLocation::default()
        }),
        tags,
        concurrency: function
            .reserved_concurrency
            .map(|reserved| wire::Concurrency { reserved_concurrent_executions: Some(reserved) }),
        ..GetFunctionResponse::default()
    })
}
