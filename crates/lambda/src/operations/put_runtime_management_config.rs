//! PutRuntimeManagementConfig, which is kept and shown: what runs is the machine's own interpreter.

use model_lambda::types::{PutRuntimeManagementConfigRequest, PutRuntimeManagementConfigResponse, UpdateRuntimeOn};
use store::{Tx, retry};

use crate::Cx;
use crate::error::{Result, invalid_parameter, lost, no_function};
use crate::lookup::is_number;
use crate::name::LATEST;
use crate::table::{VERSIONS, function_pk, home, version_index, version_sk};

/// Says when a version's runtime is renewed.
pub async fn put_runtime_management_config(
    cx: &Cx<'_>,
    input: PutRuntimeManagementConfigRequest,
) -> Result<PutRuntimeManagementConfigResponse> {
    let reference = cx.reference(&input.function_name, input.qualifier.as_deref())?;
    let manual = input.update_runtime_on == UpdateRuntimeOn::Manual;
    if manual != input.runtime_version_arn.is_some() {
        // own
        return Err(invalid_parameter("RuntimeVersionArn goes with UpdateRuntimeOn Manual, and with nothing else."));
    }
    let said = Some((input.update_runtime_on.as_str().to_owned(), input.runtime_version_arn.clone()));
    let name = &reference.function;
    match reference.qualifier.as_deref().filter(|qualifier| *qualifier != LATEST) {
        None => {
            let put = |function: &mut crate::entity::Function, _: &mut Tx| {
                function.latest.runtime_management.clone_from(&said);
                Ok(())
            };
            cx.change(name, put).await?;
        }
        Some(number) if is_number(number) => {
            let run = || async {
                let function = cx.function(name).await?;
                let current = VERSIONS.get(cx.store(), &function_pk(name), &version_sk(number)).await?;
                let current = current.ok_or_else(|| no_function(reference.arn()))?;
                let mut version = current.value.clone();
                version.runtime_management.clone_from(&said);
                let mut tx = Tx::new();
                let index = version_index(&version, &home(&function.account, &function.region));
                VERSIONS.update(&mut tx, &current, &version, index)?;
                cx.store().commit(tx).await.map_err(aws_types::AwsError::from)
            };
            retry(cx.store(), run).await.map_err(lost)?;
        }
        Some(_) => return Err(no_function(reference.arn())),
    }
    Ok(PutRuntimeManagementConfigResponse {
        update_runtime_on: Some(input.update_runtime_on),
        function_arn: Some(reference.arn()),
        runtime_version_arn: input.runtime_version_arn,
    })
}
