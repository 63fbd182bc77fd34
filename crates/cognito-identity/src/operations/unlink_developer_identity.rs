//! UnlinkDeveloperIdentity.

use model_cognito_identity::types::UnlinkDeveloperIdentityInput;

use crate::Cx;
use crate::developer;
use crate::entity::Login;
use crate::error::{Result, conflict, invalid_parameter, no_identity};
use crate::link;

/// Takes one of the developer's users off an identity. The next time it is seen it is somebody new.
pub async fn unlink_developer_identity(cx: &Cx<'_>, input: UnlinkDeveloperIdentityInput) -> Result<()> {
    let pool = cx.pool(&input.identity_pool_id).await?;
    let name = developer::provider(&pool)?;
    if input.developer_provider_name != name {
        return Err(invalid_parameter("The developer provider name is not this identity pool's."));
    }
    let (identity, _) = link::find(cx, &input.identity_id).await?;
    if identity.pool_id != pool.id {
        return Err(no_identity(&input.identity_id));
    }
    let login = Login { provider: name.to_owned(), subject: input.developer_user_identifier };
    if !identity.has(&login) {
        return Err(conflict("The developer user identifier is not of this identity."));
    }
    link::unlink(cx, &input.identity_id, |other| *other == login).await
}
