//! What a provider's configuration must look like (API reference, CreateIdentityProvider; guide, "User pool sign-in with
//! third-party identity providers"). Nothing is fetched: what the details name is looked at, never called.

use std::collections::BTreeMap;

use model_cognito_idp::types::IdentityProviderTypeType as Kind;

use crate::entity::UserPool;
use crate::error::{Result, invalid_parameter};

/// `ProviderDetails`.
pub type Details = BTreeMap<String, String>;

/// Details that are sealed.
pub const SECRETS: [&str; 2] = ["client_secret", "private_key"];
/// Where a secret or a token would be sent, and for whom.
const ENDPOINTS: [&str; 6] = ["oidc_issuer", "token_url", "attributes_url", "jwks_uri", "authorize_url", "client_id"];
const URLS: [&str; 6] = ["oidc_issuer", "authorize_url", "token_url", "attributes_url", "jwks_uri", "MetadataURL"];
const FLAGS: [&str; 3] = ["IDPSignout", "IDPInit", "EncryptedResponses"];
/// Names that stand for something else.
const RESERVED: [&str; 3] = ["COGNITO", "Cognito", "cognito"];
const SOCIAL: [Kind; 4] = [Kind::Facebook, Kind::Google, Kind::LoginWithAmazon, Kind::SignInWithApple];
const MAX_METADATA_BYTES: usize = 100_000;
const MAX_DETAIL_BYTES: usize = 2048;
const MAX_KEY_BYTES: usize = 8192;
const MAX_CLAIM_CHARS: usize = 256;

/// Which details a type takes.
struct Takes {
    required: &'static [&'static str],
    optional: &'static [&'static str],
}

const fn takes(kind: Kind) -> Takes {
    match kind {
        Kind::Facebook => Takes {
            required: &["client_id", "client_secret", "authorize_scopes"],
            optional: &[
                "api_version",
                "attributes_url",
                "attributes_url_add_attributes",
                "authorize_url",
                "token_url",
                "token_request_method",
            ],
        },
        Kind::Google | Kind::LoginWithAmazon => Takes {
            required: &["client_id", "client_secret", "authorize_scopes"],
            optional: &[
                "attributes_url",
                "attributes_url_add_attributes",
                "authorize_url",
                "oidc_issuer",
                "token_url",
                "token_request_method",
            ],
        },
        Kind::SignInWithApple => Takes {
            required: &["client_id", "team_id", "key_id", "private_key", "authorize_scopes"],
            optional: &[
                "attributes_url_add_attributes",
                "authorize_url",
                "oidc_issuer",
                "token_url",
                "token_request_method",
            ],
        },
        Kind::Oidc => Takes {
            required: &["client_id", "attributes_request_method", "oidc_issuer", "authorize_scopes"],
            optional: &[
                "client_secret",
                "authorize_url",
                "token_url",
                "attributes_url",
                "jwks_uri",
                "attributes_url_add_attributes",
            ],
        },
        Kind::Saml => Takes {
            required: &[],
            optional: &[
                "MetadataURL",
                "MetadataFile",
                "IDPSignout",
                "IDPInit",
                "EncryptedResponses",
                "RequestSigningAlgorithm",
                "ActiveEncryptionCertificate",
                "SLORedirectBindingURI",
                "SSORedirectBindingURI",
            ],
        },
    }
}

/// What Cognito adds to the details of a type where they do not say it.
pub const fn added(kind: Kind) -> &'static [(&'static str, &'static str)] {
    match kind {
        Kind::Facebook => &[("attributes_url_add_attributes", "true"), ("token_request_method", "GET")],
        Kind::Google => &[
            ("attributes_url", "https://people.googleapis.com/v1/people/me?personFields="),
            ("attributes_url_add_attributes", "true"),
            ("authorize_url", "https://accounts.google.com/o/oauth2/v2/auth"),
            ("oidc_issuer", "https://accounts.google.com"),
            ("token_request_method", "POST"),
            ("token_url", "https://www.googleapis.com/oauth2/v4/token"),
        ],
        Kind::LoginWithAmazon => &[
            ("attributes_url", "https://api.amazon.com/user/profile"),
            ("attributes_url_add_attributes", "false"),
            ("authorize_url", "https://www.amazon.com/ap/oa"),
            ("token_request_method", "POST"),
            ("token_url", "https://api.amazon.com/auth/o2/token"),
        ],
        Kind::SignInWithApple => &[
            ("attributes_url_add_attributes", "false"),
            ("authorize_url", "https://appleid.apple.com/auth/authorize"),
            ("oidc_issuer", "https://appleid.apple.com"),
            ("token_request_method", "POST"),
            ("token_url", "https://appleid.apple.com/auth/token"),
        ],
        Kind::Oidc => &[("attributes_url_add_attributes", "false")],
        Kind::Saml => &[],
    }
}

/// Facebook's places bear the version of its API.
pub fn facebook_urls(version: &str) -> [(&'static str, String); 3] {
    [
        ("attributes_url", format!("https://graph.facebook.com/{version}/me?fields=")),
        ("authorize_url", format!("https://www.facebook.com/{version}/dialog/oauth")),
        ("token_url", format!("https://graph.facebook.com/{version}/oauth/access_token")),
    ]
}

/// The claim that names somebody, where the mapping names none.
pub const fn subject_claim(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Facebook => Some("id"),
        Kind::LoginWithAmazon => Some("user_id"),
        Kind::Google | Kind::SignInWithApple | Kind::Oidc => Some("sub"),
        Kind::Saml => None,
    }
}

/// Whether this is one of the social types, whose users are found by their subject alone.
pub fn is_social(kind: Kind) -> bool {
    SOCIAL.contains(&kind)
}

/// Whether this names the pool itself.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// A social provider bears its type's name; others bear none of those.
///
/// # Errors
/// `InvalidParameterException`.
pub fn check_name(kind: Kind, name: &str) -> Result<()> {
    let taken = is_reserved(name) || SOCIAL.iter().any(|social| social.as_str().eq_ignore_ascii_case(name));
    match (is_social(kind), name == kind.as_str()) {
        (true, true) => Ok(()),
        (true, false) => Err(invalid_parameter(format_args!(
            "The ProviderName of a {} provider must be {}.",
            kind.as_str(),
            kind.as_str()
        ))),
        (false, _) if taken => Err(invalid_parameter(format_args!("The ProviderName {name} is reserved."))),
        (false, _) => Ok(()),
    }
}

/// Whether these may be the details of a provider; secrets among them.
///
/// # Errors
/// `InvalidParameterException` naming the detail.
pub fn check_details(kind: Kind, details: &Details) -> Result<()> {
    let takes = takes(kind);
    if let Some(name) = takes.required.iter().find(|name| details.get(**name).is_none_or(String::is_empty)) {
        return Err(invalid_parameter(format_args!(
            "ProviderDetails of a {} provider must contain {name}.",
            kind.as_str()
        )));
    }
    for (name, value) in details {
        if !takes.required.contains(&name.as_str()) && !takes.optional.contains(&name.as_str()) {
            return Err(invalid_parameter(format_args!("ProviderDetails contains the unknown key {}.", shown(name))));
        }
        check_detail(name, value)?;
    }
    match kind {
        Kind::Saml => check_saml(details),
        Kind::Oidc => check_oidc(details),
        _ => Ok(()),
    }
}

fn check_detail(name: &str, value: &str) -> Result<()> {
    let wrong = |what: &str| Err(invalid_parameter(format_args!("The provider detail {name} {what}.")));
    let most = match name {
        "MetadataFile" => MAX_METADATA_BYTES,
        "private_key" | "ActiveEncryptionCertificate" => MAX_KEY_BYTES,
        _ => MAX_DETAIL_BYTES,
    };
    if value.len() > most {
        return wrong("is too long");
    }
    let lines = name == "MetadataFile" || name == "private_key" || name == "ActiveEncryptionCertificate";
    if value.chars().any(|c| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'))) {
        return wrong("contains control characters");
    }
    if URLS.contains(&name) && !value.is_empty() && !is_provider_url(value) {
        return wrong("must be an HTTPS URL");
    }
    if FLAGS.contains(&name) && value != "true" && value != "false" {
        return wrong("must be true or false");
    }
    if name == "api_version" && !is_version(value) {
        return wrong("must be a version such as v17.0");
    }
    Ok(())
}

fn is_version(text: &str) -> bool {
    text.strip_prefix('v').is_some_and(|rest| {
        let parts: Vec<&str> = rest.split('.').collect();
        parts.len() == 2
            && parts.iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
    })
}

fn check_oidc(details: &Details) -> Result<()> {
    let detail = |name: &str| details.get(name).map(String::as_str).unwrap_or_default();
    if !["GET", "POST"].contains(&detail("attributes_request_method")) {
        return Err(invalid_parameter("The provider detail attributes_request_method must be GET or POST."));
    }
    if !detail("authorize_scopes").split([' ', ',']).any(|scope| scope == "openid") {
        return Err(invalid_parameter("The provider detail authorize_scopes must contain openid."));
    }
    let places = ["authorize_url", "token_url", "attributes_url", "jwks_uri"];
    let given = places.iter().filter(|name| !detail(name).is_empty()).count();
    if given != 0 && given != places.len() {
        return Err(invalid_parameter(
            "authorize_url, token_url, attributes_url and jwks_uri must be given together or not at all.",
        ));
    }
    Ok(())
}

fn check_saml(details: &Details) -> Result<()> {
    let filled = |name: &str| details.get(name).filter(|value| !value.is_empty());
    match (filled("MetadataURL"), filled("MetadataFile")) {
        (None, None) => return Err(invalid_parameter("ProviderDetails must contain MetadataURL or MetadataFile.")),
        (Some(_), Some(_)) => {
            return Err(invalid_parameter("Only one of MetadataURL and MetadataFile can be given."));
        }
        (None, Some(file)) if !is_metadata(file) => {
            return Err(invalid_parameter("MetadataFile is no SAML metadata document of an identity provider."));
        }
        _ => {}
    }
    if details.get("RequestSigningAlgorithm").is_some_and(|algorithm| algorithm != "rsa-sha256") {
        return Err(invalid_parameter("RequestSigningAlgorithm must be rsa-sha256."));
    }
    Ok(())
}

/// The shape of a metadata document; what it says is read when somebody signs in by it. A document type is refused
/// outright: entities have no business here.
fn is_metadata(xml: &str) -> bool {
    let lower = xml.to_ascii_lowercase();
    xml.trim_start().trim_start_matches('\u{feff}').starts_with('<')
        && !lower.contains("<!doctype")
        && !lower.contains("<!entity")
        && xml.contains("EntityDescriptor")
        && xml.contains("IDPSSODescriptor")
}

/// An absolute URL that a person could mean: HTTPS, or HTTP at a loopback name; without user, fragment or blanks.
pub fn is_provider_url(url: &str) -> bool {
    let (secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return false,
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or("", |(host, _)| host),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let clean = url.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"#\\<>\"'`{}|^".contains(c));
    let loopback = ["localhost", "127.0.0.1", "::1"].contains(&host);
    clean && !host.is_empty() && !authority.contains('@') && (secure || loopback)
}

/// Whether attributes of the pool may be filled from these claims. What a token says of itself is never a provider's to
/// say, nor what only administrators write.
///
/// # Errors
/// `InvalidParameterException` naming the attribute.
pub fn check_mapping(pool: &UserPool, mapping: &BTreeMap<String, String>) -> Result<()> {
    for (attribute, claim) in mapping {
        let wrong =
            |what: &str| Err(invalid_parameter(format_args!("Attribute mapping: {} {what}.", shown(attribute))));
        if attribute == "sub" || attribute == "identities" || attribute.starts_with("cognito:") {
            return wrong("cannot be mapped");
        }
        if attribute.starts_with("dev:") {
            return wrong("is written by administrators only");
        }
        if attribute != "username" && pool.attribute(attribute).is_none() {
            return wrong("is not in the schema");
        }
        if claim.is_empty() || claim.chars().count() > MAX_CLAIM_CHARS || claim.chars().any(char::is_control) {
            return wrong("is mapped to no claim");
        }
    }
    Ok(())
}

/// ACR values belong to OIDC.
///
/// # Errors
/// `InvalidParameterException`.
pub fn check_acr(kind: Kind, mapping: Option<&BTreeMap<String, String>>) -> Result<()> {
    match mapping {
        Some(mapping) if !mapping.is_empty() && kind != Kind::Oidc => {
            Err(invalid_parameter("Only OIDC identity providers support AcrMapping."))
        }
        _ => Ok(()),
    }
}

/// Whether a secret would go elsewhere than before.
pub fn endpoints_differ(before: &Details, after: &Details) -> bool {
    ENDPOINTS.iter().any(|name| before.get(*name) != after.get(*name))
}

/// A name as an error may repeat it.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_providers_are_absolute_and_plain() {
        for good in ["https://a.example", "https://a.example:8443/x?y=z", "http://localhost:9000/t", "http://[::1]:1/"]
        {
            assert!(is_provider_url(good), "{good}");
        }
        for bad in [
            "",
            "a.example",
            "ftp://a",
            "https://",
            "http://a.example/",
            "https://u@a.example",
            "https://a#b",
            "https://a b",
            "javascript:alert(1)",
            "https:///x",
            "https://a\r\nb",
            "http://localhost.evil.test/",
        ] {
            assert!(!is_provider_url(bad), "{bad}");
        }
    }
}
