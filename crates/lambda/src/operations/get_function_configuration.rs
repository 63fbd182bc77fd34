//! GetFunctionConfiguration.

use model_lambda::types::{FunctionConfiguration, GetFunctionConfigurationRequest};

use crate::Cx;
use crate::configuration::{Shown, to_wire};
use crate::error::Result;

/// Shows a version's configuration.
pub async fn get_function_configuration(
    cx: &Cx<'_>,
    input: GetFunctionConfigurationRequest,
) -> Result<FunctionConfiguration> {
    let reference = cx.reference(&input.function_name, input.qualifier.as_deref())?;
    let found = cx.service.find(&reference).await?;
    let qualifier = reference.qualifier.as_deref();
    to_wire(cx.store().sealer(), &found.function, &found.version, qualifier, Shown::AsItIs)
}
