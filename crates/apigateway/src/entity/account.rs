//! Account settings of a region.

use model_apigateway as model;
use serde::{Deserialize, Serialize};

/// What UpdateAccount changes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Account {
    /// The role for CloudWatch Logs.
    pub cloudwatch_role_arn: Option<String>,
}

impl Account {
    /// As GetAccount shows it; the limits are AWS's defaults.
    pub fn output(&self) -> model::Account {
        model::Account {
            cloudwatch_role_arn: self.cloudwatch_role_arn.clone(),
            throttle_settings: Some(model::ThrottleSettings { burst_limit: Some(5000), rate_limit: Some(10_000.0) }),
            features: Some(vec!["UsagePlans".to_owned()]),
            api_key_version: Some("4".to_owned()),
        }
    }
}
