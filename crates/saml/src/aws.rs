//! AWS as a service provider: its names and the places at which it takes responses (IAM guide, "Configure SAML assertions
//! for the authentication response"; its metadata). STS and identity pools go by them.

/// What all attributes that mean something to AWS begin with.
pub const ATTRIBUTES: &str = "https://aws.amazon.com/SAML/Attributes/";
/// Its names: those of its metadata.
pub const AUDIENCES: [&str; 2] = ["https://signin.aws.amazon.com/saml", "urn:amazon:webservices"];
/// By how many milliseconds a provider's clock may be ahead. (own)
pub const AHEAD_MS: i64 = 60 * 1_000;

/// Whether AWS takes responses at a URL: its global sign-in endpoint, or a region's.
pub fn is_sign_in_endpoint(url: &str) -> bool {
    let Some(host) = url.strip_prefix("https://").and_then(|rest| rest.strip_suffix("/saml")) else { return false };
    let Some(region) = host.strip_suffix("signin.aws.amazon.com") else { return false };
    let is_region =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    region.is_empty() || region.strip_suffix('.').is_some_and(|name| !name.is_empty() && is_region(name))
}

/// The role of a value of the attribute `Role`, which pairs it with the provider; which comes first does not matter.
pub fn role_of_pair<'a>(pair: &'a str, provider_arn: &str) -> Option<&'a str> {
    let (one, other) = pair.split_once(',')?;
    let (one, other) = (one.trim(), other.trim());
    if one == provider_arn { Some(other) } else { (other == provider_arn).then_some(one) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sign_in_endpoints_are_recipients() {
        for url in ["https://signin.aws.amazon.com/saml", "https://eu-west-1.signin.aws.amazon.com/saml"] {
            assert!(is_sign_in_endpoint(url), "{url}");
        }
        for url in [
            "",
            "http://signin.aws.amazon.com/saml",
            "https://.signin.aws.amazon.com/saml",
            "https://evilsignin.aws.amazon.com/saml",
            "https://evil.com/.signin.aws.amazon.com/saml",
            "https://a@signin.aws.amazon.com/saml",
            "https://signin.aws.amazon.com/saml/",
            "https://signin.aws.amazon.com.evil.com/saml",
        ] {
            assert!(!is_sign_in_endpoint(url), "{url}");
        }
    }

    #[test]
    fn a_role_is_the_one_that_is_paired_with_the_provider() {
        for pair in ["role,provider", "provider,role", " role , provider "] {
            assert_eq!(role_of_pair(pair, "provider"), Some("role"), "{pair}");
        }
        for pair in ["role", "", "role,other", "role;provider"] {
            assert_eq!(role_of_pair(pair, "provider"), None, "{pair}");
        }
    }
}
