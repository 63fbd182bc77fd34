//! The same refusals in S3's words (S3 API reference, "Error responses").

use aws_types::AwsError;

use super::{HEADERS_NOT_SIGNED, Mismatch, ScopeFault, SigError, TimeFault, bad_expires};
use crate::presented::Form;

pub const V2_UNSUPPORTED: &str =
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your key \
                        and signing method.";
const QUERY_PARTS: &str = "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
                           X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.";
const BODY_HASH_INVALID: &str = "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
                                 STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a \
                                 valid sha256 value.";
const QUERY_CODE: &str = "AuthorizationQueryParametersError";
const HEADER_CODE: &str = "AuthorizationHeaderMalformed";

pub fn render(error: &SigError) -> AwsError {
    match error {
        SigError::MissingToken => AwsError::sender("AccessDenied", 403, "Access Denied"),
        SigError::BothForms => AwsError::sender(
            "InvalidArgument",
            400,
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string \
             parameter or the Authorization header should be specified",
        ),
        SigError::MissingEqualSign { .. } | SigError::UnsupportedAlgorithm { .. } => {
            AwsError::sender("InvalidRequest", 400, V2_UNSUPPORTED)
        }
        SigError::MissingMembers { present, .. } => missing_members(*present),
        SigError::MissingQueryMembers { .. } => AwsError::sender(QUERY_CODE, 400, QUERY_PARTS),
        SigError::BadDate { form: Form::Query, .. } => {
            AwsError::sender(QUERY_CODE, 400, "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
        }
        SigError::BadDate { form: Form::Header, .. } => no_date(),
        SigError::BadExpires(fault) => AwsError::sender(QUERY_CODE, 400, bad_expires(*fault)),
        SigError::HeaderNotSigned { .. } => {
            AwsError::sender("AccessDenied", 403, HEADERS_NOT_SIGNED).with("HeadersNotSigned", "host")
        }
        SigError::HeadersNotSigned { names } => {
            AwsError::sender("AccessDenied", 403, HEADERS_NOT_SIGNED).with("HeadersNotSigned", names.clone())
        }
        SigError::BadCredential { form, .. } => bad_credential(*form),
        SigError::Scope(fault) => scope(fault),
        SigError::Expired(fault) => expired(fault),
        SigError::NotYetCurrent(fault) => not_yet_current(fault),
        SigError::UnknownKey { access_key_id } => AwsError::sender(
            "InvalidAccessKeyId",
            403,
            "The AWS Access Key Id you provided does not exist in our records.",
        )
        .with("AWSAccessKeyId", access_key_id.clone()),
        SigError::BadSessionToken => {
            AwsError::sender("InvalidToken", 400, "The provided token is malformed or otherwise invalid.")
        }
        SigError::ExpiredToken => AwsError::sender("ExpiredToken", 400, "The provided token has expired."),
        SigError::Mismatch(fault) => mismatch(fault),
        SigError::BodyHashMissing => {
            AwsError::sender("InvalidRequest", 400, "Missing required header for this request: x-amz-content-sha256")
        }
        SigError::BodyHashInvalid => AwsError::sender("InvalidArgument", 400, BODY_HASH_INVALID),
        SigError::BodyHashMismatch { claimed, actual } => body_hash(claimed, actual),
        SigError::Repeated(what) => {
            AwsError::sender("InvalidArgument", 400, format!("The request must have '{what}' only once."))
        }
        SigError::TooLarge(what) => {
            AwsError::sender("RequestHeaderSectionTooLarge", 400, format!("The request's {what} is too large."))
        }
        SigError::V2Incomplete => AwsError::sender(
            "AccessDenied",
            403,
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
        ),
        SigError::V2Unsupported => AwsError::sender("InvalidRequest", 400, V2_UNSUPPORTED),
    }
}

fn missing_members(present: [bool; 4]) -> AwsError {
    let [credential, signature, signed_headers, _] = present;
    let member = match (credential, signature, signed_headers) {
        (false, ..) => "Credential",
        (_, false, _) => "Signature",
        (_, _, false) => "SignedHeaders",
        _ => return no_date(),
    };
    AwsError::sender(HEADER_CODE, 400, format!("The authorization header is malformed; missing {member}."))
}

fn no_date() -> AwsError {
    AwsError::sender("AccessDenied", 403, "AWS authentication requires a valid Date or x-amz-date header")
}

/// The two forms differ only in how the sentence begins.
fn malformed(form: Form, detail: &str) -> AwsError {
    match form {
        Form::Query => {
            AwsError::sender(QUERY_CODE, 400, format!("Error parsing the X-Amz-Credential parameter; {detail}"))
        }
        Form::Header => AwsError::sender(HEADER_CODE, 400, format!("The authorization header is malformed; {detail}")),
    }
}

fn bad_credential(form: Form) -> AwsError {
    let expecting = r#"expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request"."#;
    malformed(form, &format!("the Credential is mal-formed; {expecting}"))
}

fn scope(fault: &ScopeFault) -> AwsError {
    let ScopeFault { form, region, expected_region, service, expected_service, terminator, date, at } = fault;
    if let Some(region) = region {
        return malformed(*form, &format!("the region '{region}' is wrong; expecting '{expected_region}'"))
            .with("Region", expected_region.clone());
    }
    if let Some(service) = service {
        let detail = format!("incorrect service \"{service}\". This endpoint belongs to \"{expected_service}\".");
        return malformed(*form, &detail);
    }
    if let Some(terminator) = terminator {
        let detail = format!("incorrect terminal \"{terminator}\". This endpoint uses \"aws4_request\".");
        return malformed(*form, &detail);
    }
    let date = date.as_deref().unwrap_or_default();
    malformed(*form, &format!("Invalid credential date \"{date}\". This date is not the same as X-Amz-Date: \"{at}\"."))
}

fn expired(fault: &TimeFault) -> AwsError {
    let Some(expires_s) = fault.expires_s else { return skewed(fault) };
    AwsError::sender("AccessDenied", 403, "Request has expired")
        .with("X-Amz-Expires", expires_s.to_string())
        .with("Expires", fault.at.plus_ms(expires_s.saturating_mul(1000)).iso8601())
        .with("ServerTime", fault.now.iso8601())
}

fn not_yet_current(fault: &TimeFault) -> AwsError {
    if fault.expires_s.is_none() {
        return skewed(fault);
    }
    AwsError::sender("AccessDenied", 403, "Request is not valid yet").with("ServerTime", fault.now.iso8601())
}

fn skewed(fault: &TimeFault) -> AwsError {
    AwsError::sender(
        "RequestTimeTooSkewed",
        403,
        "The difference between the request time and the current time is too large.",
    )
    .with("RequestTime", fault.at.iso8601_basic())
    .with("ServerTime", fault.now.iso8601())
    .with("MaxAllowedSkewMilliseconds", fault.window_s.saturating_mul(1000).to_string())
}

fn mismatch(fault: &Mismatch) -> AwsError {
    AwsError::sender("SignatureDoesNotMatch", 403, MISMATCH)
        .with("AWSAccessKeyId", fault.access_key_id.clone())
        .with("StringToSign", fault.string_to_sign.clone())
        .with("SignatureProvided", fault.signature.clone())
        .with("StringToSignBytes", spaced_hex(&fault.string_to_sign))
        .with("CanonicalRequest", fault.canonical_request.clone())
        .with("CanonicalRequestBytes", spaced_hex(&fault.canonical_request))
}

fn body_hash(claimed: &str, actual: &str) -> AwsError {
    AwsError::sender(
        "XAmzContentSHA256Mismatch",
        400,
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
    )
    .with("ClientComputedContentSHA256", claimed.to_owned())
    .with("S3ComputedContentSHA256", actual.to_owned())
}

fn spaced_hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}
