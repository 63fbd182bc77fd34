//! Names and settings of domains.

use aws_types::Timestamp;
use model_cognito_idp::types::{CustomDomainConfigType, UserPoolTierType};

use crate::error::{Result, feature_unavailable, invalid_parameter};

/// Words that a prefix may not contain. (memory)
const RESERVED: [&str; 3] = ["aws", "amazon", "cognito"];
const MAX_HOST_BYTES: usize = 253;

/// Whether this can be a prefix: one label of a host name without a reserved word.
///
/// # Errors
/// `InvalidParameterException`.
pub fn check_prefix(name: &str) -> Result<()> {
    if !is_label(name) {
        return Err(invalid_parameter("A domain prefix consists of 1 to 63 lower-case letters, digits and hyphens."));
    }
    match RESERVED.iter().find(|word| name.contains(**word)) {
        Some(word) => Err(invalid_parameter(format_args!("Domain cannot contain reserved word: {word}"))),
        None => Ok(()),
    }
}

/// Whether this can be an own domain: a host name of at least two labels.
///
/// # Errors
/// `InvalidParameterException`.
pub fn check_custom(name: &str, config: &CustomDomainConfigType) -> Result<()> {
    let host = name.len() <= MAX_HOST_BYTES && name.contains('.') && name.split('.').all(is_label);
    if !host {
        return Err(invalid_parameter(format_args!("{name} is not a valid custom domain name.")));
    }
    let certificate = config.certificate_arn.split(':').nth(2);
    if certificate != Some("acm") {
        return Err(invalid_parameter("CertificateArn must name a certificate of AWS Certificate Manager."));
    }
    Ok(())
}

/// The pages' version: 1 classic, 2 managed login, which the Lite tier does not have.
///
/// # Errors
/// `InvalidParameterException`, `FeatureUnavailableInTierException`.
pub fn managed_login_version(given: Option<i32>, tier: UserPoolTierType) -> Result<Option<i32>> {
    match given {
        Some(2) if tier == UserPoolTierType::Lite => Err(feature_unavailable("ManagedLoginVersion 2", tier.as_str())),
        None | Some(1 | 2) => Ok(given),
        Some(other) => Err(invalid_parameter(format_args!("ManagedLoginVersion must be 1 or 2, not {other}."))),
    }
}

fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// `Version` of a domain: the fourteen digits of a moment.
pub fn version(at: Timestamp) -> String {
    at.iso8601_basic().chars().filter(char::is_ascii_digit).collect()
}
