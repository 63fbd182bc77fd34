//! UpdateAccessKey.

use model_iam::types::{StatusType, UpdateAccessKeyRequest};

use crate::Cx;
use crate::error::{Result, validation};
use crate::keys::set_active;

/// Switches an access key on or off.
pub async fn update_access_key(cx: &Cx<'_>, input: UpdateAccessKeyRequest) -> Result<()> {
    let active = match input.status {
        StatusType::Active => true,
        StatusType::Inactive => false,
        StatusType::Expired => return Err(validation("Expired is not a status that an access key can be set to.")),
    };
    set_active(cx, &cx.owner(input.user_name)?, &input.access_key_id, active).await
}
