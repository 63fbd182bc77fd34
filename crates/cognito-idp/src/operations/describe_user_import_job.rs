//! DescribeUserImportJob. Each answer bears a fresh URL.

use model_cognito_idp::types::{DescribeUserImportJobRequest, DescribeUserImportJobResponse};

use crate::Cx;
use crate::error::Result;

/// Shows a job.
pub async fn describe_user_import_job(
    cx: &Cx<'_>,
    input: DescribeUserImportJobRequest,
) -> Result<DescribeUserImportJobResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let job = cx.service.import_job(&pool.id, &input.job_id).await?;
    let url = cx.service.upload_url(&job);
    Ok(DescribeUserImportJobResponse { user_import_job: Some(job.to_wire(cx.now(), url)) })
}
