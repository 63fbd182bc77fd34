//! The errors that a protocol makes by itself, in the words of the service that it speaks for.

use std::borrow::Cow;

use aws_types::schema::{Protocol, ServiceModel};
use aws_types::{AwsError, error::INTERNAL};

/// A wire value that is not what the model says, with the sentence that names the difference. The sentences are those of
/// AWS's own JSON unmarshaller, measured on awsJson 1.1 services.
#[derive(Debug, PartialEq, Eq)]
pub struct Mismatch(pub Cow<'static, str>);

impl Mismatch {
    /// A list where a scalar or a structure should be.
    pub const LIST: Self = Self(Cow::Borrowed("Start of list found where not expected"));
    /// A structure where something else should be.
    pub const STRUCTURE: Self = Self(Cow::Borrowed("Start of structure or map found where not expected."));
    /// A scalar where a list should be.
    pub const NO_LIST: Self = Self(Cow::Borrowed("Expected list or null"));
    /// A scalar where a structure should be.
    pub const NO_STRUCTURE: Self = Self(Cow::Borrowed("Expected null"));
    /// Deeper than [`crate::MAX_DEPTH`].
    pub const DEPTH: Self = Self(Cow::Borrowed("The document is nested too deeply"));
    /// A union with several members.
    pub const UNION: Self = Self(Cow::Borrowed("Unexpected member: a union must contain only one member"));

    /// `STRING_VALUE can not be converted to an Integer`.
    pub fn scalar(found: &str, wanted: &str) -> Self {
        Self(format!("{found} can not be converted to {wanted}").into())
    }
}

/// A document that the protocol cannot read.
pub fn malformed(model: &ServiceModel, message: impl Into<Cow<'static, str>>) -> AwsError {
    match model.protocol {
        Protocol::AwsJson11 | Protocol::RestJson1 => AwsError::sender("SerializationException", 400, message),
        Protocol::AwsQuery => AwsError::sender("MalformedInput", 400, message),
        Protocol::RestXml => malformed_xml(),
    }
}

/// S3's one sentence for every body that its schema does not admit.
pub fn malformed_xml() -> AwsError {
    AwsError::sender(
        "MalformedXML",
        400,
        "The XML you provided was not well-formed or did not validate against our published schema",
    )
}

/// A path or query that is not UTF-8 behind its percent signs.
pub fn malformed_uri(model: &ServiceModel) -> AwsError {
    match model.protocol {
        Protocol::RestXml => AwsError::sender("InvalidURI", 400, "Couldn't parse the specified URI."),
        Protocol::AwsQuery => {
            AwsError::sender("MalformedQueryString", 400, "The query string contains a syntax error.")
        }
        Protocol::AwsJson11 | Protocol::RestJson1 => {
            AwsError::sender("SerializationException", 400, "The request URI is not valid UTF-8.")
        }
    }
}

/// Neither method and path, nor target, nor action name an operation of the model.
pub fn unknown_operation(model: &ServiceModel, wanted: &str) -> AwsError {
    let wanted: String = wanted.chars().filter(|c| !c.is_control()).take(128).collect();
    match model.protocol {
        Protocol::AwsJson11 => {
            AwsError::sender("UnknownOperationException", 400, format!("Unknown operation: {wanted}"))
        }
        Protocol::RestJson1 => {
            AwsError::sender("UnknownOperationException", 404, format!("Unknown operation: {wanted}"))
        }
        Protocol::AwsQuery => AwsError::sender(
            "InvalidAction",
            400,
            format!("Could not find operation {wanted} for version {}", model.api_version),
        ),
        Protocol::RestXml => {
            AwsError::sender("MethodNotAllowed", 405, "The specified method is not allowed against this resource.")
        }
    }
}

/// Code of a broken constraint. The sentence is the same everywhere, its name is not.
pub fn constraint_code(model: &ServiceModel) -> &'static str {
    match model.name {
        "cognito-idp" | "logs" => "InvalidParameterException",
        "apigatewayv2" => "BadRequestException",
        _ if model.protocol == Protocol::AwsQuery => "ValidationError",
        _ => "ValidationException",
    }
}

/// Code and sentence of an error as this service shows it: what broke on our side bears the service's own name for that.
pub fn named<'a>(model: &ServiceModel, error: &'a AwsError) -> (&'a str, &'a str) {
    if error.code != INTERNAL {
        return (&error.code, &error.message);
    }
    match model.name {
        "cognito-idp" | "cognito-identity" => ("InternalErrorException", "Internal server error"),
        "wafv2" => ("WAFInternalErrorException", "Internal server error"),
        "lambda" => ("ServiceException", "Internal server error"),
        "logs" => ("ServiceUnavailableException", "The service cannot complete the request."),
        "iam" => ("ServiceFailure", "Internal server error"),
        "s3" => ("InternalError", "We encountered an internal error. Please try again."),
        _ => (INTERNAL, "Internal server error"),
    }
}
