//! TagResource.

use model_lambda::types::TagResourceRequest;

use crate::Cx;
use crate::configuration;
use crate::error::{Result, invalid_parameter, no_function, not_here};
use crate::name::{FunctionName, Reference};

/// Adds tags to a function.
pub async fn tag_resource(cx: &Cx<'_>, input: TagResourceRequest) -> Result<()> {
    let name = tagged(cx, &input.resource)?;
    let add = |function: &mut crate::entity::Function, _: &mut store::Tx| {
        function.tags.extend(input.tags.clone());
        configuration::tags(&function.tags)
    };
    cx.change(&name, add).await.map(drop)
}

/// The function that an ARN names: nothing else bears tags here.
///
/// # Errors
/// `InvalidParameterValueException`, `ResourceNotFoundException`.
pub fn tagged(cx: &Cx<'_>, arn: &str) -> Result<FunctionName> {
    if !arn.contains(":function:") {
        return Err(not_here("The resource of this ARN"));
    }
    let reference = Reference::of_arn(arn).ok_or_else(|| no_function(arn))?;
    if reference.qualifier.is_some() {
        // memory
        return Err(invalid_parameter(
            "Tags on function aliases and versions are not supported. Please specify a function ARN.",
        ));
    }
    cx.reference(arn, None).map(|reference| reference.function)
}
