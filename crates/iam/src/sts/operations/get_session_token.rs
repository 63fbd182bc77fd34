//! GetSessionToken. A user's own credentials for a while; without MFA they may not call IAM, and never STS but for
//! AssumeRole and GetCallerIdentity. The root gets an hour at most.

use aws_types::Timestamp;
use model_sts::types::{GetSessionTokenRequest, GetSessionTokenResponse};

use crate::Cx;
use crate::error::Result;
use crate::identity::Identity;
use crate::session::{Session, SessionKind};
use crate::sts::error::session_credentials;
use crate::sts::grant::{HOUR_S, credentials_to_wire, grant};
use crate::sts::mfa;

/// Seconds where a request does not say.
const DEFAULT_S: i32 = 43_200;

/// Gives temporary credentials to a user.
pub async fn get_session_token(cx: &Cx<'_>, input: GetSessionTokenRequest) -> Result<GetSessionTokenResponse> {
    let identity = cx.long_term_identity(session_credentials("GetSessionToken")).await?;
    let asked = input.duration_seconds.unwrap_or(DEFAULT_S);
    let proven = mfa::proven(cx, &identity, input.serial_number.as_deref(), input.token_code.as_deref()).await?;
    let mut session = match &identity {
        Identity::User(user) => Session::of_user(&user.account, user, asked, cx.shared),
        other => Session::begin(cx.shared, other.account(), SessionKind::Root, asked.min(HOUR_S)),
    };
    session.mfa_s = proven.map(Timestamp::secs);
    let granted = grant(cx.shared, session)?;
    Ok(GetSessionTokenResponse {
        credentials: Some(credentials_to_wire(granted.credentials)),
        ..GetSessionTokenResponse::default()
    })
}
