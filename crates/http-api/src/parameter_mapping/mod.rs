//! Parameter mappings ("Transforming API requests and responses for HTTP APIs"): `append:header.x`, `overwrite:path`,
//! `remove:querystring.y` on requests, `append:header.x`, `overwrite:statuscode` on responses, with values that are text,
//! variables, or both.

mod value;

use http::HeaderName;

use value::Side;
pub use value::{Source, ValueTemplate};

/// A mapping of a request.
#[derive(Clone, Debug)]
pub struct RequestMapping {
    /// What is changed.
    pub target: RequestTarget,
    /// How.
    pub change: Change,
}

/// What a request mapping changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestTarget {
    /// `header.x`
    Header(HeaderName),
    /// `querystring.x`
    Query(String),
    /// `path`
    Path,
}

/// A mapping of a response.
#[derive(Clone, Debug)]
pub struct ResponseMapping {
    /// What is changed.
    pub target: ResponseTarget,
    /// How.
    pub change: Change,
}

/// What a response mapping changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseTarget {
    /// `header.x`
    Header(HeaderName),
    /// `statuscode`
    StatusCode,
}

/// How a parameter is changed.
#[derive(Clone, Debug)]
pub enum Change {
    /// A value more.
    Append(ValueTemplate),
    /// This value in place of all others.
    Overwrite(ValueTemplate),
    /// None.
    Remove,
}

/// Why a mapping is refused. The sentences are those of BadRequestException.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// (known from the field)
    #[error("Operations on header {0} are restricted")]
    Restricted(String),
    /// (known from the field)
    #[error(
        "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: {0}]"
    )]
    Invalid(String),
}

/// Headers that nothing may be mapped to ("Reserved headers").
const RESERVED: [&str; 21] = [
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-location",
    "forwarded",
    "keep-alive",
    "origin",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "trailers",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "proxy-connection",
    "expect",
];
/// Families of such headers.
const RESERVED_PREFIXES: [&str; 4] = ["access-control-", "apigw-", "x-amz-", "x-amzn-"];

impl RequestMapping {
    /// Reads a member of `requestParameters`. The value of a removal is `''` or anything.
    ///
    /// # Errors
    /// [`MappingError`] with the sentence for the caller.
    pub fn parse(key: &str, value: &str) -> Result<Self, MappingError> {
        let invalid = || MappingError::Invalid(key.to_owned());
        let (verb, place) = key.split_once(':').ok_or_else(invalid)?;
        let target = match place.split_once('.') {
            Some(("header", name)) => RequestTarget::Header(header(name, key)?),
            Some(("querystring", name)) if !name.is_empty() => RequestTarget::Query(name.to_owned()),
            None if place == "path" && verb == "overwrite" => RequestTarget::Path,
            _ => return Err(invalid()),
        };
        let change = change(verb, value, Side::Request).ok_or_else(invalid)??;
        Ok(Self { target, change })
    }
}

impl ResponseMapping {
    /// Reads a member of `responseParameters`.
    ///
    /// # Errors
    /// [`MappingError`] with the sentence for the caller.
    pub fn parse(key: &str, value: &str) -> Result<Self, MappingError> {
        let invalid = || MappingError::Invalid(key.to_owned());
        let (verb, place) = key.split_once(':').ok_or_else(invalid)?;
        let target = match place.split_once('.') {
            Some(("header", name)) => ResponseTarget::Header(header(name, key)?),
            None if place == "statuscode" && verb == "overwrite" => ResponseTarget::StatusCode,
            _ => return Err(invalid()),
        };
        let change = change(verb, value, Side::Response).ok_or_else(invalid)??;
        if let (ResponseTarget::StatusCode, Change::Overwrite(template)) = (&target, &change) {
            let fixed = template.fixed();
            if fixed.is_some_and(|text| status(text).is_none()) {
                return Err(MappingError::Invalid(value.to_owned()));
            }
        }
        Ok(Self { target, change })
    }
}

/// A status that a mapping may set.
pub(crate) fn status(text: &str) -> Option<u16> {
    text.parse().ok().filter(|status| (200..=599).contains(status))
}

fn header(name: &str, key: &str) -> Result<HeaderName, MappingError> {
    let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| MappingError::Invalid(key.to_owned()))?;
    let reserved = RESERVED.contains(&parsed.as_str())
        || RESERVED_PREFIXES.iter().any(|prefix| parsed.as_str().starts_with(prefix));
    if reserved { Err(MappingError::Restricted(parsed.as_str().to_owned())) } else { Ok(parsed) }
}

/// `None` where the verb is none.
fn change(verb: &str, value: &str, side: Side) -> Option<Result<Change, MappingError>> {
    let template = || ValueTemplate::parse(value, side).ok_or_else(|| MappingError::Invalid(value.to_owned()));
    Some(match verb {
        "append" => template().map(Change::Append),
        "overwrite" => template().map(Change::Overwrite),
        "remove" => Ok(Change::Remove),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn mappings_of_requests_are_read() {
        for (key, value) in [
            ("append:header.x-id", "$context.requestId"),
            ("overwrite:header.Host", "example.com"),
            ("remove:header.x-old", "''"),
            ("append:querystring.a", "$request.querystring.b"),
            ("remove:querystring.a", ""),
            ("overwrite:path", "/v2${request.path}"),
            ("append:header.y", "${request.path.name} and ${stageVariables.b}"),
            ("append:header.z", "$request.body.a.b[0]"),
        ] {
            assert!(RequestMapping::parse(key, value).is_ok(), "{key} {value}");
        }
    }

    #[test]
    fn mappings_of_requests_that_are_none_are_refused_with_their_text() {
        for (key, value, culprit) in [
            ("header.x", "a", "header.x"),
            ("set:header.x", "a", "set:header.x"),
            ("append:path", "/a", "append:path"),
            ("remove:path", "", "remove:path"),
            ("append:header.", "a", "append:header."),
            ("append:header.a b", "a", "append:header.a b"),
            ("append:querystring.", "a", "append:querystring."),
            ("append:cookie.x", "a", "append:cookie.x"),
            ("append:header.x", "$request.cookie.x", "$request.cookie.x"),
            ("append:header.x", "$response.header.x", "$response.header.x"),
            ("append:header.x", "${request.header.x", "${request.header.x"),
            ("append:header.x", "$request.body..x", "$request.body..x"),
            ("append:header.x", "$request.body.x[?(@.a)]", "$request.body.x[?(@.a)]"),
            ("append:header.x", "$request.header.", "$request.header."),
        ] {
            assert_eq!(
                RequestMapping::parse(key, value).unwrap_err(),
                MappingError::Invalid(culprit.to_owned()),
                "{key} {value}"
            );
        }
    }

    #[test]
    fn reserved_headers_are_restricted_and_host_is_none() {
        for name in ["Authorization", "x-amzn-trace-id", "X-Amz-Date", "Via", "apigw-x", "access-control-allow-origin"]
        {
            let refused = RequestMapping::parse(&format!("overwrite:header.{name}"), "x").unwrap_err();
            assert_eq!(refused.to_string(), format!("Operations on header {} are restricted", name.to_lowercase()));
            assert!(ResponseMapping::parse(&format!("append:header.{name}"), "x").is_err(), "{name}");
        }
        assert!(RequestMapping::parse("overwrite:header.Host", "x").is_ok());
    }

    #[test]
    fn mappings_of_responses_are_read_and_refused() {
        for (key, value) in [
            ("append:header.x", "$response.header.y"),
            ("overwrite:statuscode", "404"),
            ("overwrite:statuscode", "$response.body.status"),
            ("remove:header.x", ""),
            ("append:header.x", "$context.integration.latency"),
        ] {
            assert!(ResponseMapping::parse(key, value).is_ok(), "{key} {value}");
        }
        for (key, value) in [
            ("append:statuscode", "404"),
            ("overwrite:statuscode", "99"),
            ("overwrite:statuscode", "many"),
            ("overwrite:path", "/x"),
            ("append:querystring.x", "a"),
            ("append:header.x", "$request.header.y"),
        ] {
            assert!(ResponseMapping::parse(key, value).is_err(), "{key} {value}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(key in ".{0,40}", value in ".{0,60}") {
            let _ = RequestMapping::parse(&key, &value);
            let _ = ResponseMapping::parse("append:header.x", &value);
        }
    }
}
