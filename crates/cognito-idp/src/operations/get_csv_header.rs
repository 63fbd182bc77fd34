//! GetCSVHeader.

use model_cognito_idp::types::{GetCSVHeaderRequest, GetCSVHeaderResponse};

use crate::Cx;
use crate::error::Result;
use crate::import::csv;

/// The columns of a file for this pool. A job with `PasswordHashingAlgorithm` may have one more:
/// [`csv::PASSWORD_HASH`].
pub async fn get_csv_header(cx: &Cx<'_>, input: GetCSVHeaderRequest) -> Result<GetCSVHeaderResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    Ok(GetCSVHeaderResponse { csv_header: Some(csv::header(&pool)), user_pool_id: Some(pool.id.clone()) })
}
