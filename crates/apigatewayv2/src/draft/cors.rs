//! `corsConfiguration` ("Configuring CORS for an HTTP API").

use execute_api::catalogue::HttpMethod;
use model_apigatewayv2::Cors;

use crate::error::{Result, bad_request};

/// Most entries of a list, and most characters of one.
const MOST: usize = 100;

/// Judges a configuration.
///
/// # Errors
/// `BadRequestException` that names the member.
pub fn check(cors: &Cors) -> Result<()> {
    let lists = [
        ("allowOrigins", &cors.allow_origins),
        ("allowMethods", &cors.allow_methods),
        ("allowHeaders", &cors.allow_headers),
        ("exposeHeaders", &cors.expose_headers),
    ];
    for (name, list) in lists {
        let list = list.as_deref().unwrap_or_default();
        if list.len() > MOST || list.iter().any(|one| one.is_empty() || one.len() > 1024) {
            return Err(invalid(name, "too many or too long entries"));
        }
    }
    let origins = cors.allow_origins.as_deref().unwrap_or_default();
    if let Some(bad) = origins.iter().find(|origin| !is_origin(origin)) {
        return Err(invalid("allowOrigins", bad));
    }
    let methods = cors.allow_methods.as_deref().unwrap_or_default();
    let is_method = |text: &str| text == "*" || HttpMethod::parse(text).is_some_and(|m| m != HttpMethod::Any);
    if let Some(bad) = methods.iter().find(|method| !is_method(method)) {
        return Err(invalid("allowMethods", bad));
    }
    for (name, list) in [("allowHeaders", &cors.allow_headers), ("exposeHeaders", &cors.expose_headers)] {
        let list = list.as_deref().unwrap_or_default();
        if let Some(bad) = list.iter().find(|header| !is_header(header)) {
            return Err(invalid(name, bad));
        }
    }
    if cors.max_age.is_some_and(|age| !(-1..=86_400).contains(&age)) {
        return Err(bad_request("Invalid maxAge specified in corsConfiguration. It must be between -1 and 86400"));
    }
    if cors.allow_credentials == Some(true) && origins.iter().any(|origin| origin == "*") {
        return Err(bad_request("allow-credentials is not supported if origin is *"));
    }
    Ok(())
}

fn invalid(member: &str, what: &str) -> aws_types::AwsError {
    bad_request(format_args!("Invalid {member} specified in corsConfiguration: {what:.200}"))
}

/// `*`, `https://*`, `http://*`, or a scheme, a host and perhaps a port.
fn is_origin(text: &str) -> bool {
    if ["*", "https://*", "http://*", "null"].contains(&text) {
        return true;
    }
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let word = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
    let (host, port) = rest.rsplit_once(':').filter(|_| !rest.ends_with(']')).unwrap_or((rest, "1"));
    let host_fits = host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._[]:".contains(&b));
    !scheme.is_empty() && scheme.bytes().all(word) && !host.is_empty() && host_fits && port.parse::<u16>().is_ok()
}

/// A name of a header (a token of HTTP), or `*`.
fn is_header(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_a_scheme_and_a_host() {
        for good in ["*", "https://*", "https://a.example", "http://localhost:3000", "http://[::1]:80", "app://x"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in ["", "a.example", "https://", "https://a/b", "https://a b", "https://*.a.example", "https://a:x"] {
            assert!(!is_origin(bad), "{bad}");
        }
    }

    #[test]
    fn each_malformed_member_is_named() {
        let list = |text: &str| Some(vec![text.to_owned()]);
        let refused = |cors: Cors| check(&cors).unwrap_err().message.into_owned();
        let origin = refused(Cors { allow_origins: list("nowhere"), ..Cors::default() });
        assert_eq!(origin, "Invalid allowOrigins specified in corsConfiguration: nowhere");
        assert!(refused(Cors { allow_methods: list("FETCH"), ..Cors::default() }).contains("allowMethods"));
        assert!(refused(Cors { allow_headers: list("a b"), ..Cors::default() }).contains("allowHeaders"));
        assert!(refused(Cors { expose_headers: list(""), ..Cors::default() }).contains("exposeHeaders"));
        assert!(refused(Cors { max_age: Some(-2), ..Cors::default() }).contains("maxAge"));
        let all = Cors { allow_origins: list("*"), allow_credentials: Some(true), ..Cors::default() };
        assert_eq!(refused(all), "allow-credentials is not supported if origin is *");
    }
}
