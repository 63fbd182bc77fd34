//! GetAccessKeyInfo. The account's number stands in the id; whether there is such a key is not said.

use model_sts::types::{GetAccessKeyInfoRequest, GetAccessKeyInfoResponse};

use crate::Cx;
use crate::error::Result;
use crate::ids::account_of;
use crate::sts::error::validation;

/// Shows the account of an access key id.
pub async fn get_access_key_info(_: &Cx<'_>, input: GetAccessKeyInfoRequest) -> Result<GetAccessKeyInfoResponse> {
    // memory
    let invalid = || validation("Invalid Access Key ID provided.");
    let account = account_of(&input.access_key_id).ok_or_else(invalid)?;
    Ok(GetAccessKeyInfoResponse { account: Some(account.as_str().to_owned()) })
}
