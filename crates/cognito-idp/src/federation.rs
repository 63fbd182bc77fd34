//! Identities at outside providers that lead to users of a pool (guide, "Linking federated users to an existing user
//! profile").

use model_cognito_idp::types::ProviderUserIdentifierType;

use crate::auth::hashed;
use crate::entity::UserPool;
use crate::error::{Result, invalid_parameter};

/// The attribute that stands for a provider's own id of somebody.
pub(crate) const SUBJECT: &str = "Cognito_Subject";
/// The provider that stands for the pool itself.
const NATIVE: &str = "Cognito";
const MAX_VALUE_BYTES: usize = 2048;

/// Whether this names the pool itself.
pub(crate) fn is_native(provider: &str) -> bool {
    provider.eq_ignore_ascii_case(NATIVE)
}

/// Provider and value of a user's identifier.
///
/// # Errors
/// `InvalidParameterException` where one is missing.
pub(crate) fn named<'a>(user: &'a ProviderUserIdentifierType, what: &str) -> Result<(&'a str, &'a str)> {
    let filled = |member: &'a Option<String>| member.as_deref().filter(|text| !text.is_empty());
    let provider = filled(&user.provider_name);
    let value = filled(&user.provider_attribute_value).filter(|value| value.len() <= MAX_VALUE_BYTES);
    provider.zip(value).ok_or_else(|| {
        invalid_parameter(format_args!(
            "{what} needs a ProviderName and a ProviderAttributeValue of at most 2048 bytes."
        ))
    })
}

/// Key of an identity in [`crate::table::user::IDENTITIES`]. Values compare as they are, and may be long.
pub(crate) fn identity_key(pool: &UserPool, provider: &str, attribute: &str, value: &str) -> String {
    format!("{}/{provider}/{}", pool.id, hashed(&format!("{attribute}\0{value}")))
}
