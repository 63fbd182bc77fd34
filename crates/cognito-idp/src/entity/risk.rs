//! Threat protection of a pool or client, and where its logs go.

use aws_types::Timestamp;
use model_cognito_idp::types::{
    AccountTakeoverRiskConfigurationType, CompromisedCredentialsRiskConfigurationType, LogConfigurationType,
    RiskConfigurationType, RiskExceptionConfigurationType,
};
use serde::{Deserialize, Serialize};

use super::moment;

/// What SetRiskConfiguration sets, of a client or of all that have none of their own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RiskConfiguration {
    /// The pool.
    pub pool_id: String,
    /// A client; `None` for the whole pool.
    pub client_id: Option<String>,
    /// What happens to passwords that everybody knows.
    pub compromised: Option<CompromisedCredentialsRiskConfigurationType>,
    /// What happens at each level of risk.
    pub takeover: Option<AccountTakeoverRiskConfigurationType>,
    /// Addresses that are always refused or never judged.
    pub exceptions: Option<RiskExceptionConfigurationType>,
    /// When it was last set.
    #[serde(with = "moment")]
    pub modified: Timestamp,
}

impl RiskConfiguration {
    /// As the API shows it.
    pub fn to_wire(&self) -> RiskConfigurationType {
        RiskConfigurationType {
            user_pool_id: Some(self.pool_id.clone()),
            client_id: self.client_id.clone(),
            compromised_credentials_risk_configuration: self.compromised.clone(),
            account_takeover_risk_configuration: self.takeover.clone(),
            risk_exception_configuration: self.exceptions.clone(),
            last_modified_date: Some(self.modified),
        }
    }
}

/// What SetLogDeliveryConfiguration sets.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LogDelivery {
    /// One an event source.
    pub configurations: Vec<LogConfigurationType>,
}
