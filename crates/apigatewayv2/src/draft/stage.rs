//! Stages.

use aws_types::Arn;
use execute_api::access_log::AccessLogFormat;
use model_apigatewayv2 as model;

use crate::entity::{Protocol, Route, Stage};
use crate::error::{Result, bad_request, not_for, not_found};
use crate::validate::{entries, length, merge, set, stage_variables, tags};

/// Applies a change; the deployment is the operation's to judge.
pub fn apply(stage: &mut Stage, change: &model::UpdateStageRequest) {
    set(&mut stage.description, change.description.clone());
    stage.auto_deploy = change.auto_deploy.unwrap_or(stage.auto_deploy);
    if let Some(log) = &change.access_log_settings {
        let mut kept = stage.access_log.take().unwrap_or_default();
        set(&mut kept.destination_arn, log.destination_arn.clone());
        set(&mut kept.format, log.format.clone());
        stage.access_log = Some(kept).filter(|log| log.destination_arn.is_some() || log.format.is_some());
    }
    set(&mut stage.client_certificate_id, change.client_certificate_id.clone());
    if let Some(settings) = &change.default_route_settings {
        overlay(&mut stage.default_route_settings, settings);
    }
    for (key, settings) in change.route_settings.iter().flatten() {
        overlay(stage.route_settings.entry(key.clone()).or_default(), settings);
    }
    merge(&mut stage.variables, change.stage_variables.clone());
}

fn overlay(kept: &mut model::RouteSettings, given: &model::RouteSettings) {
    kept.data_trace_enabled = given.data_trace_enabled.or(kept.data_trace_enabled);
    kept.detailed_metrics_enabled = given.detailed_metrics_enabled.or(kept.detailed_metrics_enabled);
    kept.logging_level = given.logging_level.or(kept.logging_level);
    kept.throttling_burst_limit = given.throttling_burst_limit.or(kept.throttling_burst_limit);
    kept.throttling_rate_limit = given.throttling_rate_limit.or(kept.throttling_rate_limit);
}

/// Judges a stage of an API of this protocol with these routes.
///
/// # Errors
/// `BadRequestException` that names the member; `NotFoundException` where settings are for a route that is not there.
pub fn check(stage: &Stage, protocol: Protocol, routes: &[Route]) -> Result<()> {
    check_name(&stage.name, protocol)?;
    length("description", stage.description.as_deref(), (0, 1024))?;
    length("clientCertificateId", stage.client_certificate_id.as_deref(), (1, 1024))?;
    if stage.client_certificate_id.is_some() && protocol == Protocol::Http {
        return Err(not_for("clientCertificateId", "HTTP"));
    }
    stage_variables(&stage.variables)?;
    tags(&stage.tags)?;
    entries("routeSettings", stage.route_settings.len())?;
    check_settings(&stage.default_route_settings, protocol)?;
    for (key, settings) in &stage.route_settings {
        if !routes.iter().any(|route| route.key == *key) {
            return Err(no_such_settings(key));
        }
        check_settings(settings, protocol)?;
    }
    stage.access_log.as_ref().map_or(Ok(()), check_log)
}

/// Settings are for a route that is not there.
pub fn no_such_settings(key: &str) -> aws_types::AwsError {
    not_found(format_args!("Unable to find Route by key {key:.200} within the provided RouteSettings"))
}

fn check_name(name: &str, protocol: Protocol) -> Result<()> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    let default = name == "$default" && protocol == Protocol::Http;
    if default || ((1..=128).contains(&name.len()) && name.bytes().all(plain)) {
        return Ok(());
    }
    Err(bad_request("Stage name only allows a-zA-Z0-9_- and, for HTTP APIs, $default"))
}

fn check_settings(settings: &model::RouteSettings, protocol: Protocol) -> Result<()> {
    if settings.throttling_burst_limit.is_some_and(|burst| burst < 0) {
        return Err(bad_request("Invalid throttlingBurstLimit specified. It must not be negative"));
    }
    if settings.throttling_rate_limit.is_some_and(|rate| !rate.is_finite() || rate < 0.0) {
        return Err(bad_request("Invalid throttlingRateLimit specified. It must not be negative"));
    }
    let logs = settings.logging_level.is_some_and(|level| level != model::LoggingLevel::Off)
        || settings.data_trace_enabled == Some(true);
    if logs && protocol == Protocol::Http {
        return Err(bad_request("Execution logs are not supported on protocol type HTTP"));
    }
    Ok(())
}

fn check_log(log: &model::AccessLogSettings) -> Result<()> {
    if let Some(arn) = log.destination_arn.as_deref() {
        log_group(arn)?;
    }
    let Some(format) = log.format.as_deref() else { return Ok(()) };
    let compiled = AccessLogFormat::compile(format);
    compiled.map(drop).map_err(|error| bad_request(format_args!("Invalid access log format specified: {error}")))
}

/// The name of the log group that an ARN means.
///
/// # Errors
/// `BadRequestException` for any other thing: REST APIs alone log to delivery streams, too.
pub fn log_group(arn: &str) -> Result<String> {
    let invalid = || bad_request(format_args!("Invalid ARN specified in the request: {arn:.200}"));
    let parsed = Arn::parse(arn).ok_or_else(invalid)?;
    if parsed.service == "firehose" {
        return Err(bad_request("Access logs to Firehose are supported for REST APIs only"));
    }
    let name = parsed.resource.strip_prefix("log-group:").filter(|_| parsed.service == "logs").ok_or_else(invalid)?;
    let name = name.strip_suffix(":*").unwrap_or(name);
    let good =
        (1..=512).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_/.#".contains(&b));
    if good { Ok(name.to_owned()) } else { Err(invalid()) }
}
