//! SetRiskConfiguration: a full replacement; nothing but ids resets to the pool's configuration, or to none. How risk is
//! judged stands in `auth/risk.rs`.

use aws_types::AwsError;
use model_cognito_idp::types::{
    AccountTakeoverRiskConfigurationType, SetRiskConfigurationRequest, SetRiskConfigurationResponse,
};
use store::{Expect, Tx, retry};

use crate::Cx;
use crate::entity::RiskConfiguration;
use crate::error::Result;
use crate::rules::risk::{check_exceptions, check_takeover, require_add_on};
use crate::table::{POOLS, RISKS, risk_sk};

/// Sets the threat protection of a pool or a client.
pub async fn set_risk_configuration(
    cx: &Cx<'_>,
    input: SetRiskConfigurationRequest,
) -> Result<SetRiskConfigurationResponse> {
    input.account_takeover_risk_configuration.as_ref().map_or(Ok(()), check_takeover)?;
    input.risk_exception_configuration.as_ref().map_or(Ok(()), check_exceptions)?;
    cx.service.check_mail_sender(notifier(input.account_takeover_risk_configuration.as_ref()))?;
    let risk = RiskConfiguration {
        pool_id: input.user_pool_id,
        client_id: input.client_id,
        compromised: input.compromised_credentials_risk_configuration,
        takeover: input.account_takeover_risk_configuration,
        exceptions: input.risk_exception_configuration,
        modified: cx.now(),
    };
    retry(cx.store(), || set(cx, &risk)).await?;
    Ok(SetRiskConfigurationResponse { risk_configuration: Some(risk.to_wire()) })
}

/// Whom notices are from.
fn notifier(takeover: Option<&AccountTakeoverRiskConfigurationType>) -> Option<&str> {
    takeover?.notify_configuration.as_ref()?.from.as_deref()
}

async fn set(cx: &Cx<'_>, risk: &RiskConfiguration) -> Result<()> {
    let pool = cx.pool(&risk.pool_id).await?;
    require_add_on(&pool)?;
    if let Some(client_id) = &risk.client_id {
        cx.client(&pool.id, client_id).await?;
    }
    let sk = risk_sk(risk.client_id.as_deref());
    let mut tx = Tx::new();
    POOLS.require(&mut tx, &pool);
    if risk.compromised.is_none() && risk.takeover.is_none() && risk.exceptions.is_none() {
        tx.delete_raw(&pool.pk, &sk, Expect::Any);
    } else {
        RISKS.put(&mut tx, &pool.pk, &sk, risk, Vec::new())?;
    }
    cx.store().commit(tx).await?;
    Ok::<_, AwsError>(())
}
