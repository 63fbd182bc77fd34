//! GetSessionToken. A user's own credentials for a while; they may not call IAM, nor STS but for AssumeRole and
//! GetCallerIdentity. The root gets an hour at most.

use model_sts::types::{GetSessionTokenRequest, GetSessionTokenResponse};

use crate::Cx;
use crate::error::Result;
use crate::identity::Identity;
use crate::session::{Session, SessionKind};
use crate::sts::error::{mfa_failed, session_credentials};
use crate::sts::grant::{HOUR_S, credentials_to_wire, grant};

/// Seconds where a request does not say.
const DEFAULT_S: i32 = 43_200;

/// Gives temporary credentials to a user.
pub async fn get_session_token(cx: &Cx<'_>, input: GetSessionTokenRequest) -> Result<GetSessionTokenResponse> {
    if input.serial_number.is_some() || input.token_code.is_some() {
        return Err(mfa_failed());
    }
    let identity = cx.long_term_identity(session_credentials("GetSessionToken")).await?;
    let asked = input.duration_seconds.unwrap_or(DEFAULT_S);
    let session = match &identity {
        Identity::User(user) => Session::of_user(&user.account, user, asked, cx.shared),
        other => Session::begin(cx.shared, other.account(), SessionKind::Root, asked.min(HOUR_S)),
    };
    let granted = grant(cx.shared, session)?;
    Ok(GetSessionTokenResponse {
        credentials: Some(credentials_to_wire(granted.credentials)),
        ..GetSessionTokenResponse::default()
    })
}
