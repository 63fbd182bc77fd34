//! URLs that a client may register for redirects (CallbackURLs, LogoutURLs): the rules of [`oauth2`], in AWS's words.

use oauth2::{RedirectUriError, check_registration};

use crate::error::{Result, invalid_parameter};

/// `https` to any host, `http` to this machine, or an app's own scheme. Beyond AWS, `http` may also go to hosts under
/// `localhost` (RFC 6761: always this machine), where this server's own websites live.
///
/// # Errors
/// `InvalidParameterException`.
pub fn check(url: &str) -> Result<()> {
    match check_registration(url) {
        Ok(()) => Ok(()),
        Err(RedirectUriError::NotLoopback) if is_under_localhost(url) => Ok(()),
        // (field)
        Err(RedirectUriError::NotLoopback) => {
            Err(invalid_parameter(format_args!("{url} cannot use the HTTP protocol.")))
        }
        Err(error) => Err(invalid_parameter(format_args!("Invalid redirect URL: {error}."))),
    }
}

fn is_under_localhost(url: &str) -> bool {
    let authority = url.split_once("://").and_then(|(_, rest)| rest.split(['/', '?']).next()).unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    host.ends_with(".localhost")
}
