//! PublishVersion. What was published already is not published again.

use model_lambda::types::{FunctionConfiguration, PublishVersionRequest};

use crate::Cx;
use crate::code::shown;
use crate::configuration::{Shown, to_wire};
use crate::error::{Result, invalid_parameter, no_function, revision_differs};
use crate::name::Reference;

/// Publishes a version.
pub async fn publish_version(cx: &Cx<'_>, input: PublishVersionRequest) -> Result<FunctionConfiguration> {
    let name = cx.reference(&input.function_name, None)?.function;
    let (function, published) = cx
        .change(&name, |function, tx| {
            let latest = &function.latest;
            if input.revision_id.as_ref().is_some_and(|revision| *revision != latest.revision) {
                return Err(revision_differs());
            }
            let sha256 = shown(&latest.code.sha256);
            if let Some(given) = input.code_sha256.as_ref().filter(|given| !given.is_empty() && **given != sha256) {
                // memory
                return Err(invalid_parameter(format_args!(
                    "CodeSHA256 ({given}) is different from current CodeSHA256 in $LATEST ({sha256}). Please try again \
                     with the CodeSHA256 in $LATEST."
                )));
            }
            if function.published_mark.as_ref() == Some(&latest.mark) {
                return Ok(None);
            }
            cx.service.publish(tx, function, input.description.clone(), cx.now()).map(Some)
        })
        .await?;
    let sealer = cx.store().sealer();
    if let Some(version) = published {
        return to_wire(sealer, &function, &version, Some(&version.number), Shown::AsItIs);
    }
    let last = Reference { function: name, qualifier: Some(function.published.to_string()) };
    match cx.service.find(&last).await {
        Ok(found) => to_wire(sealer, &found.function, &found.version, last.qualifier.as_deref(), Shown::AsItIs),
        // It was published and deleted: publishing anew needs a change.
        Err(error) if error.internal.is_none() => Err(no_function(last.arn())),
        Err(error) => Err(error),
    }
}
