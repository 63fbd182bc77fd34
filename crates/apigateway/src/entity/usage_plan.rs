//! Usage plans and the keys in them.

use std::collections::BTreeMap;

use model_apigateway as model;
use serde::{Deserialize, Serialize};

use super::{TextMap, shown};

/// A usage plan.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct UsagePlan {
    /// Six letters and digits.
    pub id: String,
    /// Not unique.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// What its keys open.
    pub api_stages: Vec<ApiStage>,
    /// For each key.
    pub throttle: Option<Throttle>,
    /// For each key.
    pub quota: Option<Quota>,
    /// For the marketplace.
    pub product_code: Option<String>,
    /// Names and values.
    pub tags: TextMap,
}

/// A stage that a plan opens.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ApiStage {
    /// The API.
    pub api_id: String,
    /// Its stage.
    pub stage: String,
    /// For each key, by `/pets/{petId}/GET`.
    pub throttle: BTreeMap<String, Throttle>,
}

/// A rate limit; what is not set does not limit.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Throttle {
    /// Most requests at once.
    pub burst: Option<i32>,
    /// Requests a second.
    pub rate: Option<f64>,
}

/// A quota.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Quota {
    /// Requests.
    pub limit: i32,
    /// Days by which the period begins later.
    pub offset: i32,
    /// `DAY`, `WEEK`, `MONTH`.
    pub period: String,
}

/// A key in a plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlanKey {
    /// The plan.
    pub plan_id: String,
    /// The key.
    pub key_id: String,
}

/// What every change of keys and plans writes.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct UsageGuard {
    /// Number of keys; bounded.
    pub keys: usize,
}

impl Throttle {
    /// As AWS shows it.
    pub fn output(self) -> model::ThrottleSettings {
        model::ThrottleSettings { burst_limit: self.burst, rate_limit: self.rate }
    }

    /// Whether nothing is limited.
    pub const fn is_empty(self) -> bool {
        self.burst.is_none() && self.rate.is_none()
    }
}

impl UsagePlan {
    /// As AWS shows it.
    pub fn output(&self) -> model::UsagePlan {
        model::UsagePlan {
            id: Some(self.id.clone()),
            name: Some(self.name.clone()),
            description: self.description.clone(),
            api_stages: Some(self.api_stages.iter().map(ApiStage::output).collect()),
            throttle: self.throttle.map(Throttle::output),
            quota: self.quota.as_ref().map(|quota| model::QuotaSettings {
                limit: Some(quota.limit),
                offset: Some(quota.offset),
                period: model::QuotaPeriodType::parse(&quota.period),
            }),
            product_code: self.product_code.clone(),
            tags: shown(&self.tags),
        }
    }
}

impl ApiStage {
    fn output(&self) -> model::ApiStage {
        let throttle: BTreeMap<_, _> = self.throttle.iter().map(|(name, t)| (name.clone(), t.output())).collect();
        model::ApiStage {
            api_id: Some(self.api_id.clone()),
            stage: Some(self.stage.clone()),
            throttle: Some(throttle).filter(|throttle| !throttle.is_empty()),
        }
    }
}
