//! The rules of a stage's settings: caches, canaries, logs. Whatever sets them asks here.

use execute_api::access_log::AccessLogFormat;
use execute_api::stage_settings::AccessLogDestination;
use model_apigateway as model;

use crate::Cx;
use crate::entity::{RestApi, Stage};
use crate::error::{Result, bad_request, client_certificate_not_found, no_such_deployment};
use crate::table::{
    ACCOUNT_SK, ACCOUNTS, CLIENT_CERTIFICATE, CLIENT_CERTIFICATES, DEPLOYMENT, DEPLOYMENTS, account_pk,
};
use crate::validate;

/// The smallest cache, which a stage gets that names no size.
const DEFAULT_CACHE_SIZE: &str = "0.5";

/// A stage whose settings hold.
pub async fn checked(cx: &Cx<'_>, api: &RestApi, stage: Stage) -> Result<Stage> {
    let stage = of_new_deployment(stage)?;
    if let Some(canary) = &stage.canary
        && cx.part(&DEPLOYMENTS, api, DEPLOYMENT, &canary.deployment_id).await?.is_none()
    {
        return Err(no_such_deployment());
    }
    if let Some(id) = stage.client_certificate_id.as_deref()
        && cx.owned(&CLIENT_CERTIFICATES, CLIENT_CERTIFICATE, id).await?.is_none()
    {
        return Err(client_certificate_not_found());
    }
    check_access_log(cx, &stage)?;
    check_logging(cx, &stage).await?;
    Ok(stage)
}

/// A stage whose settings hold in so far as a deployment sets them.
pub fn of_new_deployment(mut stage: Stage) -> Result<Stage> {
    if stage.cache_cluster_enabled && stage.cache_cluster_size.is_none() {
        stage.cache_cluster_size = Some(DEFAULT_CACHE_SIZE.to_owned());
    }
    if let Some(size) = &stage.cache_cluster_size
        && model::CacheClusterSize::parse(size).is_none()
    {
        return Err(bad_request("Invalid cache cluster size specified"));
    }
    if let Some(canary) = &stage.canary {
        if !(0.0..=100.0).contains(&canary.percent_traffic) {
            return Err(bad_request("Canary percent traffic must be between 0.0 and 100.0"));
        }
        validate::stage_variables(&canary.stage_variable_overrides)?;
    }
    Ok(stage)
}

/// A log group or a delivery stream, and a format of one line; one of both alone is kept, as it comes in two operations of
/// a patch.
fn check_access_log(cx: &Cx<'_>, stage: &Stage) -> Result<()> {
    let Some(log) = &stage.access_log else { return Ok(()) };
    if let Some(arn) = &log.destination_arn
        && let AccessLogDestination::Stream(_) = destination(arn)?
    {
        check_stream(cx, arn)?;
    }
    if let Some(format) = &log.format {
        AccessLogFormat::compile(format)
            .map_err(|error| bad_request(format_args!("Invalid access log format: {error}")))?;
    }
    Ok(())
}

/// A delivery stream is the caller's own, and this server knows where it leads.
fn check_stream(cx: &Cx<'_>, arn: &str) -> Result<()> {
    let parsed = aws_types::Arn::parse(arn).filter(|arn| arn.account == cx.call.account.as_str());
    let parsed = parsed.ok_or_else(|| invalid_arn(arn))?;
    let name = parsed.resource.strip_prefix(STREAM).unwrap_or_default();
    if cx.service.doors().gateway.logs.has_stream(name) {
        return Ok(());
    }
    Err(bad_request(format_args!("Delivery stream {name} is not declared among this server's delivery_streams")))
}

const STREAM: &str = "deliverystream/";

fn invalid_arn(arn: &str) -> aws_types::AwsError {
    bad_request(format_args!("Invalid ARN specified in the request: {arn:.200}"))
}

/// What an ARN means: `arn:aws:logs:eu-west-1:123456789012:log-group:name[:*]`, or
/// `arn:aws:firehose:eu-west-1:123456789012:deliverystream/amazon-apigateway-name`.
pub fn destination(arn: &str) -> Result<AccessLogDestination> {
    let invalid = || invalid_arn(arn);
    let parsed = aws_types::Arn::parse(arn).ok_or_else(invalid)?;
    if parsed.service == "firehose" {
        let name = parsed.resource.strip_prefix(STREAM).ok_or_else(invalid)?;
        if !execute_api::access_log::is_stream(name) {
            return Err(invalid());
        }
        if !name.starts_with("amazon-apigateway-") {
            return Err(bad_request(
                "The name of a delivery stream for access logs must begin with amazon-apigateway-",
            ));
        }
        return Ok(AccessLogDestination::Stream(arn.to_owned()));
    }
    let name = parsed.resource.strip_prefix("log-group:").filter(|_| parsed.service == "logs").ok_or_else(invalid)?;
    let name = name.strip_suffix(":*").unwrap_or(name);
    let good =
        (1..=512).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_/.#".contains(&b));
    if good { Ok(AccessLogDestination::Group(name.to_owned())) } else { Err(invalid()) }
}

/// Execution logs need the account's role, as at AWS.
async fn check_logging(cx: &Cx<'_>, stage: &Stage) -> Result<()> {
    let level = |setting: &crate::entity::MethodSetting| setting.logging_level.as_deref().unwrap_or("OFF") != "OFF";
    if !stage.method_settings.values().any(level) {
        return Ok(());
    }
    let account = ACCOUNTS.get(cx.store(), &account_pk(cx.call), ACCOUNT_SK).await?;
    match account.and_then(|account| account.value.cloudwatch_role_arn) {
        Some(_) => Ok(()),
        None => Err(bad_request("CloudWatch Logs role ARN must be set in account settings to enable logging")),
    }
}
