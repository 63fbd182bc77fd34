//! CreateUserImportJob. The role is kept and given back: what a job says of its lines is read at the job's own URL.

use model_cognito_idp::types::{CreateUserImportJobRequest, CreateUserImportJobResponse};
use store::Tx;
use world::rng;

use crate::Cx;
use crate::entity::UserImportJob;
use crate::entity::user_import_job::Status;
use crate::error::{Result, limit_or};
use crate::table::user_import_job::{IMPORT_JOBS, job_index, job_sk, jobs_counter};

/// Jobs of a pool (guide: "Quotas").
pub(crate) const MAX_JOBS: i64 = 1000;
const ID_LENGTH: usize = 10;

/// Makes a job that waits for its file.
pub async fn create_user_import_job(
    cx: &Cx<'_>,
    input: CreateUserImportJobRequest,
) -> Result<CreateUserImportJobResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let job = UserImportJob {
        id: format!("import-{}", rng::pick(cx.service.rng(), rng::ALNUM, ID_LENGTH)),
        name: input.job_name,
        pool_id: pool.id.clone(),
        role_arn: input.cloud_watch_logs_role_arn,
        algorithm: input.password_hashing_algorithm.map(Into::into),
        status: Status::Created,
        created: cx.now(),
        started_ms: None,
        completed_ms: None,
        imported: 0,
        skipped: 0,
        failed: 0,
        message: None,
        upload: None,
        offset: 0,
        line: 0,
    };
    let mut tx = Tx::new();
    crate::table::POOLS.require(&mut tx, &pool);
    IMPORT_JOBS.insert(&mut tx, &pool.pk, &job_sk(&job.id), &job, job_index(&job))?;
    tx.add(&jobs_counter(&pool.id), 1, Some(MAX_JOBS), None);
    let full = |error| limit_or(error, "The user pool has reached its limit of user import jobs.");
    cx.store().commit(tx).await.map_err(full)?;
    let url = cx.service.upload_url(&job);
    Ok(CreateUserImportJobResponse { user_import_job: Some(job.to_wire(cx.now(), url)) })
}
