//! The cache on a request's way: what is kept under its key, and who may ask for a fresh answer ("Invalidate an existing
//! cache entry in API Gateway").

use aws_lc_rs::digest;
use base64::Engine as _;
use http::HeaderValue;

use crate::authorizer::Authorized;
use crate::catalogue::HttpMethod;
use crate::context::Context;
use crate::error::GatewayError;
use crate::execution_log::ExecutionLog;
use crate::integration_request::Validated;
use crate::integration_response::MappedResponse;
use crate::parameter_mapping::MappingScope;
use crate::resource_policy::Asked;
use crate::route_match::Matched;
use crate::stage_cache::{Kept, StageCache};
use crate::stage_settings::{Effective, UnauthorizedCacheControl};

const SECOND_NS: u64 = 1_000_000_000;
/// What a caller is told whose wish for a fresh answer is not heard. (As users report it.)
const WARNING: HeaderValue =
    HeaderValue::from_static("199 Cache-control headers were ignored because the caller was unauthorized.");

/// What the cache has to say of a request.
#[derive(Debug, Default)]
pub(crate) struct Lookup {
    /// The kept answer.
    pub hit: Option<MappedResponse>,
    /// Where the answer is to be kept.
    pub place: Option<Place>,
    /// Whether the answer bears a warning.
    pub warned: bool,
}

/// Where an answer is kept, and how long.
#[derive(Debug)]
pub(crate) struct Place {
    key: String,
    ttl_s: u32,
    capacity: usize,
}

/// Whether the request used the cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CacheUse {
    #[default]
    None,
    Hit,
    Miss,
}

impl Lookup {
    pub(crate) const fn cache_use(&self) -> CacheUse {
        match (&self.hit, &self.place) {
            (Some(_), _) => CacheUse::Hit,
            (None, Some(_)) => CacheUse::Miss,
            (None, None) => CacheUse::None,
        }
    }
}

/// Looks a request up. Its caller is admitted already: the cache stands behind every control.
pub(crate) fn look_up(
    cache: &StageCache,
    validated: Validated<'_>,
    log: &mut ExecutionLog,
) -> Result<Lookup, GatewayError> {
    let Some((settings, capacity)) = caching(validated.matched) else { return Ok(Lookup::default()) };
    let key = key(validated);
    let mut lookup = Lookup::default();
    if wants_fresh(validated.matched) {
        if !settings.settings.require_authorization || may_invalidate(validated) {
            cache.invalidate(&key);
        } else {
            match settings.settings.unauthorized {
                UnauthorizedCacheControl::Fail => return Err(GatewayError::cache_control_forbidden()),
                UnauthorizedCacheControl::SucceedWithResponseHeader => lookup.warned = true,
                UnauthorizedCacheControl::SucceedWithoutResponseHeader => {}
            }
        }
    }
    let now_ns = now_ns(validated);
    lookup.hit = cache.get(&key, now_ns).map(|kept| MappedResponse {
        status: kept.status,
        headers: kept.headers,
        body: kept.body,
    });
    if lookup.hit.is_some() {
        log.line(|| "Cache hit, the endpoint is not called".to_owned());
    }
    lookup.place = Some(Place { key, ttl_s: settings.settings.cache_ttl_s, capacity });
    Ok(lookup)
}

/// Whether a request wants what only a permission gives: a fresh answer in place of a kept one.
pub(crate) fn needs_permission(matched: &Matched<'_>) -> bool {
    wants_fresh(matched) && caching(matched).is_some_and(|(settings, _)| settings.settings.require_authorization)
}

/// Whether the caller may have the kept answer thrown away (`execute-api:InvalidateCache`).
fn may_invalidate(validated: Validated<'_>) -> bool {
    match &validated.caller.authorized {
        Authorized::Iam { may_invalidate, .. } => *may_invalidate,
        Authorized::Lambda { answer, .. } => Asked::new(validated.matched).may_invalidate(Some(&answer.policy)),
        Authorized::Anyone | Authorized::Tester { .. } | Authorized::User { .. } => {
            Asked::new(validated.matched).may_invalidate(None)
        }
    }
}

/// Keeps a successful answer.
pub(crate) fn keep(cache: &StageCache, place: Option<Place>, validated: Validated<'_>, answer: &MappedResponse) {
    let Some(place) = place.filter(|_| (200..300).contains(&answer.status)) else { return };
    let until_ns = now_ns(validated).saturating_add(u64::from(place.ttl_s) * SECOND_NS);
    let kept = Kept { status: answer.status, headers: answer.headers.clone(), body: answer.body.clone() };
    cache.put(place.key, kept, until_ns, place.capacity);
}

/// Adds the warning where one is due.
pub(crate) fn warn(answer: &mut MappedResponse, warned: bool) {
    if warned {
        answer.headers.insert(http::header::WARNING, WARNING);
    }
}

/// By the wall clock, so that answers grow old when the clock is moved.
fn now_ns(validated: Validated<'_>) -> u64 {
    u64::try_from(validated.matched.exchange.request.received.ms()).unwrap_or(0).saturating_mul(1_000_000)
}

/// The method's settings where its answers are kept. The stage's default speaks of GET alone.
fn caching<'a>(matched: &'a Matched<'_>) -> Option<(Effective<'a>, usize)> {
    let stage = &matched.exchange.stage;
    let capacity = stage.settings.cache_bytes?;
    let effective = stage.settings.of(matched)?;
    let is_get = matched.exchange.verb == HttpMethod::Get.as_str();
    let on = effective.settings.caching && effective.settings.cache_ttl_s > 0 && (effective.own || is_get);
    on.then_some((effective, capacity))
}

fn wants_fresh(matched: &Matched<'_>) -> bool {
    let headers = matched.exchange.request.headers.get_all(http::header::CACHE_CONTROL);
    let wants = |value: &HeaderValue| {
        let text = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        text.split(',').any(|directive| directive.trim() == "max-age=0")
    };
    headers.iter().any(wants)
}

/// Scope, namespace, verb, and the values of the key parameters, each told apart from its neighbours.
fn key(validated: Validated<'_>) -> String {
    let exchange = validated.matched.exchange;
    let plan = &validated.matched.method.integration.cache;
    let body = exchange.body_text();
    let context: Context<'_> = validated.context();
    let scope = MappingScope::of_request(validated.matched, context, &body);
    let mut hash = digest::Context::new(&digest::SHA256);
    let mut add = |text: &str| {
        hash.update(&(text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    add(&exchange.stage.settings.cache_scope);
    add(&plan.namespace);
    add(&exchange.verb);
    for (name, source) in &plan.parameters {
        add(name);
        let values = source.values(&scope);
        add(&values.len().to_string());
        values.iter().for_each(|value| add(value));
    }
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(hash.finish())
}
