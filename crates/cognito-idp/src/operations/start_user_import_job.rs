//! StartUserImportJob. One job of a pool runs at a time.

use aws_types::AwsError;
use model_cognito_idp::types::{StartUserImportJobRequest, StartUserImportJobResponse};
use store::{Tx, retry};

use crate::Cx;
use crate::entity::UserImportJob;
use crate::entity::user::VERIFIABLE;
use crate::entity::user_import_job::Status;
use crate::error::{self, Result};
use crate::table::user_import_job::{IMPORT_JOBS, job_index};

/// Begins to import.
pub async fn start_user_import_job(
    cx: &Cx<'_>,
    input: StartUserImportJobRequest,
) -> Result<StartUserImportJobResponse> {
    let job = retry(cx.store(), || start(cx, &input)).await?;
    cx.service.begin_import(&job.pool_id, &job.id);
    let url = cx.service.upload_url(&job);
    Ok(StartUserImportJobResponse { user_import_job: Some(job.to_wire(cx.now(), url)) })
}

async fn start(cx: &Cx<'_>, input: &StartUserImportJobRequest) -> Result<UserImportJob, AwsError> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let job = cx.service.import_job(&pool.id, &input.job_id).await?;
    if job.status != Status::Created || job.has_lapsed(cx.now()) {
        return Err(error::import_not_waiting());
    }
    if job.upload.is_none() {
        return Err(error::import_without_file());
    }
    if !VERIFIABLE.iter().any(|attribute| pool.auto_verifies(attribute)) {
        return Err(error::import_without_verified_attributes());
    }
    if cx.service.is_importing(&pool.id).await? {
        return Err(error::import_beside_another());
    }
    let begun = UserImportJob { status: Status::Pending, started_ms: Some(cx.now().ms()), ..job.value.clone() };
    let mut tx = Tx::new();
    // Two starts at once meet here: the second sees the pool changed, and then the first one's job.
    crate::table::POOLS.update(&mut tx, &pool, &pool.value, crate::table::pool_index(&pool))?;
    IMPORT_JOBS.update(&mut tx, &job, &begun, job_index(&begun))?;
    cx.store().commit(tx).await?;
    Ok(begun)
}
