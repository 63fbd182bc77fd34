//! CreateAccessKey. The secret is shown here and never again. Without a name: for the user whose key signed, or the
//! account's root.

use model_iam::types::{self as wire, CreateAccessKeyRequest, CreateAccessKeyResponse};

use crate::Cx;
use crate::error::Result;
use crate::keys::create;

/// Makes an access key.
pub async fn create_access_key(cx: &Cx<'_>, input: CreateAccessKeyRequest) -> Result<CreateAccessKeyResponse> {
    let owner = cx.owner(input.user_name)?;
    let (key, secret) = create(cx, &owner).await?;
    Ok(CreateAccessKeyResponse {
        access_key: Some(wire::AccessKey {
            user_name: key.owner.user_name().map(str::to_owned),
            status: Some(key.status()),
            create_date: Some(key.created),
            access_key_id: Some(key.id),
            secret_access_key: Some(secret.into_inner()),
        }),
    })
}
