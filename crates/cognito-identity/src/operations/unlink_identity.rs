//! UnlinkIdentity. Open to all: logins are the proof.

use model_cognito_identity::types::UnlinkIdentityInput;

use crate::Cx;
use crate::error::{Result, logins_do_not_match};
use crate::{link, login};

/// Takes logins off an identity that the caller proves to be. The next time they are seen they are somebody new.
pub async fn unlink_identity(cx: &Cx<'_>, input: UnlinkIdentityInput) -> Result<()> {
    let (identity, pool) = link::find(cx, &input.identity_id).await?;
    let proven = login::prove(cx, &pool, &input.logins).await?;
    // Nothing is linked here: a login that is not the identity's own proves nothing.
    let owns = |proven: &login::Proven| identity.has(&proven.login);
    if proven.is_empty() || !proven.iter().all(owns) {
        return Err(logins_do_not_match());
    }
    link::unlink(cx, &input.identity_id, |login| input.logins_to_remove.contains(&login.provider)).await
}
