//! Security policies and endpoint access modes of APIs and custom domain names ("Security policies for REST APIs in API
//! Gateway"): the rules of what goes together, and what the gateway is told.

use execute_api::security_policy::{AccessMode, EndpointSecurity, SecurityPolicy};
use model_apigateway as model;

use crate::error::{Result, bad_request};
use crate::patch::Change;

/// What enhanced policies begin with.
const ENHANCED: &str = "SecurityPolicy_";

/// Whether it is one of those that come with an endpoint access mode.
pub fn is_enhanced(policy: &str) -> bool {
    policy.starts_with(ENHANCED)
}

/// The rules of a policy, a mode and the endpoint types that they are for. (The sentences are ours.)
///
/// # Errors
/// `BadRequestException`.
pub fn check(policy: &str, mode: Option<&str>, endpoint_types: &[String]) -> Result<()> {
    match (is_enhanced(policy), mode) {
        (false, Some(_)) => {
            return Err(bad_request(
                "endpointAccessMode is only available for security policies that start with SecurityPolicy_",
            ));
        }
        (true, None) => {
            return Err(bad_request(
                "endpointAccessMode must be specified for security policies that start with SecurityPolicy_",
            ));
        }
        _ => {}
    }
    let for_edge = policy.ends_with("_EDGE");
    let fits = |kind: &String| !is_enhanced(policy) || (kind == "EDGE") == for_edge;
    if endpoint_types.iter().any(fits) {
        return Ok(());
    }
    let kinds = if for_edge { "edge-optimized" } else { "regional and private" };
    Err(bad_request(format_args!("Security policy {policy} is only available for {kinds} endpoints")))
}

/// The value of a patch of `/securityPolicy`.
///
/// # Errors
/// `BadRequestException`.
pub fn policy_of(change: &Change<'_>) -> Result<String> {
    let policy = model::SecurityPolicy::parse(change.required()?);
    let policy = policy.ok_or_else(|| bad_request("Invalid securityPolicy specified"))?;
    Ok(policy.as_str().to_owned())
}

/// The value of a patch of `/endpointAccessMode`; empty takes it away.
///
/// # Errors
/// `BadRequestException`.
pub fn mode_of(change: &Change<'_>) -> Result<Option<String>> {
    let mode = change.text().map(|mode| model::EndpointAccessMode::parse(&mode).ok_or(mode)).transpose();
    let mode = mode.map_err(|_| bad_request("Invalid endpointAccessMode specified"))?;
    Ok(mode.map(|mode| mode.as_str().to_owned()))
}

/// As the gateway holds it.
pub fn compiled(policy: &str, mode: Option<&str>, endpoint_types: Vec<String>) -> EndpointSecurity {
    EndpointSecurity {
        policy: SecurityPolicy::named(policy),
        mode: if mode == Some("STRICT") { AccessMode::Strict } else { AccessMode::Basic },
        endpoint_types,
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn policies_modes_and_endpoint_types_go_together() {
        let types = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>();
        let newest = "SecurityPolicy_TLS13_1_3_2025_09";
        let edge = "SecurityPolicy_TLS13_2025_EDGE";
        for (policy, mode, kinds, good) in [
            ("TLS_1_0", None, ["REGIONAL"].as_slice(), true),
            ("TLS_1_2", Some("BASIC"), &["REGIONAL"], false),
            (newest, Some("STRICT"), &["REGIONAL"], true),
            (newest, Some("BASIC"), &["PRIVATE"], true),
            (newest, None, &["REGIONAL"], false),
            (newest, Some("STRICT"), &["EDGE"], false),
            (edge, Some("STRICT"), &["EDGE"], true),
            (edge, Some("STRICT"), &["REGIONAL"], false),
            (edge, Some("BASIC"), &["EDGE", "REGIONAL"], true),
        ] {
            assert_eq!(check(policy, mode, &types(kinds)).is_ok(), good, "{policy} {mode:?} {kinds:?}");
        }
    }
}
