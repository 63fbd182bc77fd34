//! StopUserImportJob. What was imported stays.

use aws_types::AwsError;
use model_cognito_idp::types::{StopUserImportJobRequest, StopUserImportJobResponse};
use store::{Tx, retry};

use crate::Cx;
use crate::entity::UserImportJob;
use crate::entity::user_import_job::Status;
use crate::error::{self, Result};
use crate::table::user_import_job::{IMPORT_JOBS, job_index};

/// Tells a job to stop after the row it is at.
pub async fn stop_user_import_job(cx: &Cx<'_>, input: StopUserImportJobRequest) -> Result<StopUserImportJobResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let job = retry(cx.store(), || stop(cx, &pool.id, &input.job_id)).await?;
    // A job whose task is gone is taken up, to be ended.
    cx.service.begin_import(&job.pool_id, &job.id);
    let url = cx.service.upload_url(&job);
    Ok(StopUserImportJobResponse { user_import_job: Some(job.to_wire(cx.now(), url)) })
}

async fn stop(cx: &Cx<'_>, pool_id: &str, job_id: &str) -> Result<UserImportJob, AwsError> {
    let job = cx.service.import_job(pool_id, job_id).await?;
    if !job.status.is_active() {
        return Err(error::import_not_running());
    }
    let stopping = UserImportJob { status: Status::Stopping, ..job.value.clone() };
    let mut tx = Tx::new();
    IMPORT_JOBS.update(&mut tx, &job, &stopping, job_index(&stopping))?;
    cx.store().commit(tx).await?;
    Ok(stopping)
}
