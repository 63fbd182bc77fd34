//! UpdateUserPool: a full replacement, each absent member returns to its default (API reference). The name stays where
//! none is given.

use model_cognito_idp::types::{UpdateUserPoolRequest, UpdateUserPoolResponse, UserPoolTierType};

use crate::Cx;
use crate::entity::MfaSettings;
use crate::error::{Result, tier_change_not_allowed};
use crate::rules::{mfa, pool, tags};

/// Replaces a pool's settings.
pub async fn update_user_pool(cx: &Cx<'_>, mut input: UpdateUserPoolRequest) -> Result<UpdateUserPoolResponse> {
    let pool_id = std::mem::take(&mut input.user_pool_id);
    cx.pool(&pool_id).await?;
    cx.service.refuse_while_importing(&pool_id).await?;
    let (name, mode) = (input.pool_name.take(), input.mfa_configuration);
    let tags = input.user_pool_tags.take().unwrap_or_default();
    tags::check(&tags)?;
    let settings = pool::settings(input.into())?;
    cx.service.check_sender_key(&settings.lambda_config)?;
    cx.service.check_senders(&settings).await?;
    cx.change_pool(&pool_id, |pool| {
        check_tier(&pool.mfa, settings.tier)?;
        pool.mfa = mfa::at_update(mode, &pool.mfa, &settings)?;
        pool.settings = settings.clone();
        pool.tags.clone_from(&tags);
        if let Some(name) = &name {
            pool.name.clone_from(name);
        }
        Ok(())
    })
    .await?;
    Ok(UpdateUserPoolResponse {})
}

/// E-mail codes and passkeys belong to the Essentials tier; SetUserPoolMfaConfig takes them away first.
fn check_tier(mfa: &MfaSettings, tier: UserPoolTierType) -> Result<()> {
    let dear = mfa.email.as_ref().map(|_| "EmailMfaConfiguration");
    let dear = dear.or_else(|| mfa.web_authn.as_ref().map(|_| "WebAuthnConfiguration"));
    match dear {
        Some(feature) if tier == UserPoolTierType::Lite => Err(tier_change_not_allowed(feature, tier.as_str())),
        _ => Ok(()),
    }
}
