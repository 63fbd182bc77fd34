//! ListUserImportJobs. In order of their ids.

use model_cognito_idp::types::{ListUserImportJobsRequest, ListUserImportJobsResponse};

use crate::Cx;
use crate::error::Result;
use crate::paging::{MAX_PAGE, Page};
use crate::table::user_import_job::{IMPORT_JOBS, JOB_PREFIX};

/// Lists the jobs of a pool.
pub async fn list_user_import_jobs(
    cx: &Cx<'_>,
    input: ListUserImportJobsRequest,
) -> Result<ListUserImportJobsResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let query = format!("ListUserImportJobs {}", pool.id);
    let page = Page::read(cx.store(), query, input.pagination_token.as_deref(), Some(input.max_results), MAX_PAGE)?;
    let (jobs, pagination_token) = page.list(cx.store(), &IMPORT_JOBS, &pool.pk, JOB_PREFIX).await?;
    let jobs = jobs.iter().map(|job| job.to_wire(cx.now(), cx.service.upload_url(job))).collect();
    Ok(ListUserImportJobsResponse { user_import_jobs: Some(jobs), pagination_token })
}
