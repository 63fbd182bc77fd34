//! The settings of a stage's methods, as patch operations give them: one by one, or all together.

use std::collections::BTreeMap;

use model_apigateway as model;
use serde::Deserialize;

use crate::entity::{MethodSetting, Throttle};
use crate::error::{Result, bad_request};
use crate::patch::Change;

/// One method's settings in the value of `/methodSettings`, under the names that GetStage shows them by.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Given {
    metrics_enabled: bool,
    logging_level: Option<String>,
    data_trace_enabled: bool,
    throttling_burst_limit: Option<i32>,
    throttling_rate_limit: Option<f64>,
    caching_enabled: bool,
    cache_ttl_in_seconds: i32,
    cache_data_encrypted: bool,
    require_authorization_for_cache_control: bool,
    unauthorized_cache_control_header_strategy: String,
}

impl Default for Given {
    fn default() -> Self {
        let default = MethodSetting::default();
        Self {
            metrics_enabled: default.metrics_enabled,
            logging_level: default.logging_level,
            data_trace_enabled: default.data_trace_enabled,
            throttling_burst_limit: default.throttle.burst,
            throttling_rate_limit: default.throttle.rate,
            caching_enabled: default.caching_enabled,
            cache_ttl_in_seconds: default.cache_ttl_s,
            cache_data_encrypted: default.cache_data_encrypted,
            require_authorization_for_cache_control: default.require_authorization_for_cache_control,
            unauthorized_cache_control_header_strategy: default.unauthorized_cache_control,
        }
    }
}

impl Given {
    fn checked(self) -> Result<MethodSetting> {
        let burst = self.throttling_burst_limit.map(|burst| limit(Some(burst))).transpose()?.flatten();
        let rate = self.throttling_rate_limit.map(|rate| limit(Some(rate))).transpose()?.flatten();
        Ok(MethodSetting {
            metrics_enabled: self.metrics_enabled,
            throttle: Throttle { rate, burst },
            logging_level: self.logging_level.as_deref().map(logging_level).transpose()?,
            data_trace_enabled: self.data_trace_enabled,
            caching_enabled: self.caching_enabled,
            cache_ttl_s: cache_ttl(self.cache_ttl_in_seconds)?,
            cache_data_encrypted: self.cache_data_encrypted,
            require_authorization_for_cache_control: self.require_authorization_for_cache_control,
            unauthorized_cache_control: strategy(&self.unauthorized_cache_control_header_strategy)?,
        })
    }
}

/// All settings together: `{"*/*": {"loggingLevel": "INFO"}, "pets/GET": {"cachingEnabled": true}}`.
pub fn method_settings(change: &Change<'_>) -> Result<BTreeMap<String, MethodSetting>> {
    let given: BTreeMap<String, Given> = change.json()?;
    let settings = given.into_iter().map(|(name, given)| {
        let (resource, method) = name.rsplit_once('/').filter(|(_, method)| !method.is_empty()).ok_or_else(|| {
            bad_request(format_args!("Invalid method setting specified: {name:.100}, must be {{path}}/{{method}}"))
        })?;
        let resource = resource.replace("~1", "/").replace("~0", "~");
        Ok((setting_name(resource.trim_start_matches('/'), method), given.checked()?))
    });
    settings.collect()
}

/// `*/*`, or `pets/GET` for `/pets` and `GET`.
pub fn setting_name(resource: &str, method: &str) -> String {
    format!("{}/{method}", resource.strip_prefix('/').unwrap_or(resource))
}

/// How much is logged.
pub fn logging_level(level: &str) -> Result<String> {
    if ["OFF", "ERROR", "INFO"].contains(&level) {
        return Ok(level.to_owned());
    }
    Err(bad_request(format_args!("Invalid logging level specified: {level:.100}. Must be one of: [OFF, ERROR, INFO]")))
}

/// How long answers are kept, in seconds.
pub fn cache_ttl(ttl_s: i32) -> Result<i32> {
    if (0..=3600).contains(&ttl_s) {
        Ok(ttl_s)
    } else {
        Err(bad_request("Cache TTL must be between 0 and 3600 seconds"))
    }
}

/// What happens to callers who ask for a fresh answer and may not.
pub fn strategy(name: &str) -> Result<String> {
    let known = model::UnauthorizedCacheControlHeaderStrategy::parse(name);
    let known = known.ok_or_else(|| bad_request("Invalid unauthorizedCacheControlHeaderStrategy specified"))?;
    Ok(known.as_str().to_owned())
}

/// A limit that is not negative; -1 takes it away.
pub fn limit<N: Into<f64> + Copy>(value: Option<N>) -> Result<Option<N>> {
    match value.map(Into::into) {
        Some(-1.0) => Ok(None),
        Some(number) if number >= 0.0 && number.is_finite() => Ok(value),
        _ => Err(bad_request("Throttling limits must not be negative")),
    }
}
