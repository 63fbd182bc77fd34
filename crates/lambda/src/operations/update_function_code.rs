//! UpdateFunctionCode.

use model_lambda::types::{FunctionConfiguration, UpdateFunctionCodeRequest};

use crate::Cx;
use crate::configuration::{self, Shown, count, to_wire};
use crate::error::{Result, invalid_parameter, revision_differs};
use crate::name::LATEST;
use crate::upload::{Upload, keep};
use crate::versions::count_code;

/// Gives `$LATEST` other code.
pub async fn update_function_code(cx: &Cx<'_>, input: UpdateFunctionCodeRequest) -> Result<FunctionConfiguration> {
    let reference = cx.reference(&input.function_name, None)?;
    if reference.qualifier.as_deref().is_some_and(|qualifier| qualifier != LATEST) {
        // own
        return Err(invalid_parameter("Only $LATEST can be changed."));
    }
    let name = reference.function;
    cx.function(&name).await?;
    let upload = Upload {
        zip: input.zip_file,
        bucket: input.s3_bucket,
        key: input.s3_key,
        version: input.s3_object_version,
        image: input.image_uri,
    };
    let architectures = input.architectures.map(|given| configuration::architectures(Some(given))).transpose()?;
    let (zip, code) = upload.read(cx).await?;
    let publish = input.publish == Some(true);
    let set = |function: &mut crate::entity::Function| {
        if input.revision_id.as_ref().is_some_and(|revision| *revision != function.latest.revision) {
            return Err(revision_differs());
        }
        let latest = &mut function.latest;
        latest.code = code.clone();
        if let Some(architectures) = &architectures {
            latest.architectures.clone_from(architectures);
        }
        latest.mark = cx.service.uuid();
        latest.revision = cx.service.uuid();
        latest.modified = cx.now();
        Ok(())
    };
    let sealer = cx.store().sealer();
    if input.dry_run == Some(true) {
        let mut function = cx.function(&name).await?.value;
        set(&mut function)?;
        return to_wire(sealer, &function, &function.latest, None, Shown::AsItIs);
    }
    let held = keep(cx, &zip).await?;
    let changed = cx
        .change(&name, |function, tx| {
            let old = function.latest.code.clone();
            set(function)?;
            count_code(tx, &function.account, &function.region, count(code.size)? - count(old.size)?);
            let published = publish.then(|| cx.service.publish(tx, function, None, cx.now())).transpose()?;
            Ok((published, old.sha256))
        })
        .await;
    let new = held.sha256.clone();
    drop(held);
    let left = changed.as_ref().map_or(new, |(_, (_, old))| old.clone());
    cx.service.doors.code.release([left]).await;
    let (function, (published, _)) = changed?;
    cx.service.doors.runs.forget(&name.to_string(), Some(&function.latest.mark));
    let shown = published.as_ref().unwrap_or(&function.latest);
    to_wire(sealer, &function, shown, published.as_ref().map(|version| version.number.as_str()), Shown::Updated)
}
