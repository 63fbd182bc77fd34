//! What terms documents link to.

use std::collections::BTreeMap;

use crate::error::{Result, invalid_parameter};
use crate::rules::identity_provider::is_provider_url;

/// A link by language; `cognito:default` serves all others.
///
/// # Errors
/// `InvalidParameterException`.
pub fn check_links(links: &BTreeMap<String, String>) -> Result<()> {
    if !links.contains_key("cognito:default") {
        return Err(invalid_parameter("Links must contain a URL for cognito:default."));
    }
    match links.iter().find(|(_, url)| !is_provider_url(url)) {
        Some((language, _)) => Err(invalid_parameter(format_args!("The link for {language} must be an HTTPS URL."))),
        None => Ok(()),
    }
}
