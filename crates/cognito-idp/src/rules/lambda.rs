//! The triggers of a pool (LambdaConfigType).

use model_cognito_idp::types::{LambdaConfigType, PreTokenGenerationLambdaVersionType, UserPoolTierType};

use crate::error::{Result, feature_unavailable, invalid_parameter, kms_key_required};

/// The triggers to keep. `PreTokenGeneration` is the older name of `PreTokenGenerationConfig` at version 1.
///
/// # Errors
/// `InvalidParameterException`, `FeatureUnavailableInTierException`.
pub fn check(mut config: LambdaConfigType, tier: UserPoolTierType) -> Result<LambdaConfigType> {
    if config.inbound_federation.is_some() {
        return Err(invalid_parameter("LambdaConfig.InboundFederation is not available on this server."));
    }
    if let Some(newer) = &config.pre_token_generation_config {
        if config.pre_token_generation.as_ref().is_some_and(|older| *older != newer.lambda_arn) {
            return Err(invalid_parameter(
                "PreTokenGeneration and PreTokenGenerationConfig must name the same function.",
            ));
        }
        if newer.lambda_version != PreTokenGenerationLambdaVersionType::V10 && tier == UserPoolTierType::Lite {
            return Err(feature_unavailable("PreTokenGenerationConfig", tier.as_str()));
        }
        config.pre_token_generation = Some(newer.lambda_arn.clone());
    }
    let sends = config.custom_email_sender.is_some() || config.custom_sms_sender.is_some();
    if sends && config.kms_key_id.is_none() {
        return Err(kms_key_required());
    }
    Ok(config)
}
