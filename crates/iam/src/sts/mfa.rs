//! `SerialNumber` and `TokenCode`: a user proves a device with a request.

use aws_types::Timestamp;

use super::error::{mfa_incomplete, mfa_unknown};
use crate::Cx;
use crate::error::Result;
use crate::identity::Identity;
use crate::session::SessionKind;

/// When the caller proved a device: now, where the request brings a code.
///
/// # Errors
/// `AccessDenied`, the store's.
pub async fn proven(
    cx: &Cx<'_>,
    identity: &Identity,
    serial: Option<&str>,
    code: Option<&str>,
) -> Result<Option<Timestamp>> {
    let given = match (serial, code) {
        (None, None) => return Ok(None),
        (Some(serial), Some(code)) => (serial, code),
        _ => return Err(mfa_incomplete()),
    };
    let user = match identity {
        Identity::User(user) => user.name.as_str(),
        Identity::Session(session) => match &session.kind {
            SessionKind::User { name, .. } => name,
            _ => return Err(mfa_unknown()),
        },
        Identity::Root { .. } => return Err(mfa_unknown()),
    };
    crate::mfa::prove(cx, identity.account().as_str(), user, given).await?;
    Ok(Some(cx.call.now))
}
