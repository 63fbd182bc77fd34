//! Who may call a route ("Controlling and managing access to an HTTP API"). One match over the kinds; each kind in a file.

mod answer;
mod iam;
mod jwt;
mod lambda;

use std::sync::Arc;

use execute_api::ports::IamIdentity;
use jose::Claims;
use serde_json::Value;

pub(crate) use self::answer::Admission;
pub(crate) use self::jwt::claim_text;
use crate::context::Progress;
use crate::error::Refusal;
use crate::gateway::HttpApis;
use crate::identity_source::IdentitySource;
use crate::plan::Authorization;
use crate::request::Exchange;

/// The proof that a request may go on, with who sends it.
#[derive(Clone, Debug)]
pub(crate) enum Authorized {
    /// The route is open, or nobody was asked yet.
    Anyone,
    /// Who bears a token.
    Jwt {
        /// Of the token.
        claims: Arc<Claims>,
        /// Those of the route's scopes that the token bears; none where the route has none.
        scopes: Option<Vec<String>>,
    },
    /// Whom a function let in.
    Lambda(Arc<Admission>),
    /// Who signed.
    Iam(Arc<IamIdentity>),
}

impl Authorized {
    /// Who signed, where somebody did.
    pub(crate) fn iam(&self) -> Option<&IamIdentity> {
        if let Self::Iam(identity) = self { Some(identity) } else { None }
    }
}

/// Runs the route's authorizer.
pub(crate) async fn authorize(apis: &HttpApis, progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let Some(routed) = &progress.routed else { return Ok(()) };
    let started = apis.doors().clock.monotonic_ns();
    let outcome = match &routed.route.authorization {
        Authorization::None => return Ok(()),
        Authorization::Jwt { authorizer, scopes } => jwt::authorize(apis, progress.exchange, authorizer, scopes).await,
        Authorization::Lambda(authorizer) => lambda::authorize(apis, progress, authorizer).await,
        Authorization::AwsIam => iam::authorize(apis, progress).await,
    };
    let latency_ns = apis.doors().clock.monotonic_ns().saturating_sub(started);
    progress.authorizer_latency_us = Some(latency_ns / 1000);
    progress.authorized = outcome?;
    Ok(())
}

/// `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{verb}/{path}`. The path is the route's with its variables filled
/// in, decoded: another spelling of a path is the same route. For `$default` it is the request's own.
pub(crate) fn route_arn(progress: &Progress<'_>) -> String {
    let exchange = progress.exchange;
    let plan = &exchange.stage.plan;
    let mut arn = format!(
        "arn:aws:execute-api:{}:{}:{}/{}/{}",
        plan.region, plan.account, plan.api_id, plan.stage, exchange.request.method
    );
    let path = progress.routed.as_ref().map_or("", |routed| routed.route.key.path());
    if path.is_empty() {
        arn.push_str(&percent_encoding::percent_decode_str(&exchange.path).decode_utf8_lossy());
        return arn;
    }
    for part in path.split('/').skip(1) {
        let variable = execute_api::router::variable_name(part);
        let value =
            variable.and_then(|variable| progress.parameters().iter().find(|found| found.name == variable.name));
        arn.push('/');
        arn.push_str(value.map_or(part, |found| &found.value));
    }
    arn
}

/// Condition keys that follow from a request.
pub(crate) fn condition_keys(exchange: &Exchange) -> Vec<(&'static str, String)> {
    let (plan, request) = (&exchange.stage.plan, &exchange.request);
    let mut keys = vec![
        ("aws:SecureTransport", request.secure.to_string()),
        ("aws:RequestedRegion", plan.region.as_str().to_owned()),
        ("aws:ResourceAccount", plan.account.as_str().to_owned()),
        ("aws:SourceIp", request.source_ip.clone()),
    ];
    for (key, header) in [("aws:UserAgent", "user-agent"), ("aws:Referer", "referer")] {
        keys.extend(exchange.header(header).map(|value| (key, value.into_owned())));
    }
    keys
}

/// The values of an identity source; `None` where it is absent or blank. All values of a repeated parameter count, so that
/// none can hide behind another.
pub(crate) fn identity(source: &IdentitySource, progress: &Progress<'_>) -> Option<Vec<String>> {
    let exchange = progress.exchange;
    let values: Vec<String> = match source {
        IdentitySource::Header(name) => {
            let values = exchange.request.headers.get_all(name).iter();
            values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
        }
        IdentitySource::Query(name) => {
            exchange.query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
        }
        IdentitySource::StageVariable(name) => exchange.stage.plan.variables.get(name).cloned().into_iter().collect(),
        IdentitySource::Context(path) => {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let value = progress.get(&path).map(|value| match value {
                Value::String(text) => text,
                other => other.to_string(),
            });
            value.into_iter().collect()
        }
    };
    let blank = values.iter().all(|value| value.trim().is_empty());
    (!blank).then_some(values)
}
