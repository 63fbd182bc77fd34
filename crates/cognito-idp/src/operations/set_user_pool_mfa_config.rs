//! SetUserPoolMfaConfig.

use model_cognito_idp::types::{
    SetUserPoolMfaConfigRequest, SetUserPoolMfaConfigResponse, UserPoolMfaType, UserPoolTierType,
};

use super::get_user_pool_mfa_config::view;
use crate::Cx;
use crate::entity::{MfaSettings, UserPool};
use crate::error::{Result, feature_unavailable, invalid_parameter};
use crate::rules::mfa::{check_sms, no_sms};

/// Sets all second factors; one that is not named is off.
pub async fn set_user_pool_mfa_config(
    cx: &Cx<'_>,
    input: SetUserPoolMfaConfigRequest,
) -> Result<SetUserPoolMfaConfigResponse> {
    let sms = input.sms_mfa_configuration.as_ref().and_then(|sms| sms.sms_configuration.as_ref());
    cx.service.check_sms_role(sms).await?;
    let pool = cx.change_pool(&input.user_pool_id, |pool| apply(pool, &input)).await?;
    let shown = view(&pool);
    Ok(SetUserPoolMfaConfigResponse {
        sms_mfa_configuration: shown.sms_mfa_configuration,
        software_token_mfa_configuration: shown.software_token_mfa_configuration,
        email_mfa_configuration: shown.email_mfa_configuration,
        mfa_configuration: shown.mfa_configuration,
        web_authn_configuration: shown.web_authn_configuration,
    })
}

fn apply(pool: &mut UserPool, input: &SetUserPoolMfaConfigRequest) -> Result<()> {
    let mode = input.mfa_configuration.unwrap_or(UserPoolMfaType::Off);
    let software_token = input.software_token_mfa_configuration.as_ref().map(|token| token.enabled == Some(true));
    let sms = input.sms_mfa_configuration.as_ref();
    let email = input.email_mfa_configuration.clone();
    let any = sms.is_some() || software_token == Some(true) || email.is_some();
    match (mode, any) {
        (UserPoolMfaType::Off, true) => {
            return Err(invalid_parameter(
                "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
            ));
        }
        (UserPoolMfaType::On | UserPoolMfaType::Optional, false) => {
            return Err(invalid_parameter(
                "Invalid MFA configuration given, can't turn on MFA without an MFA configured.",
            ));
        }
        _ => {}
    }
    let lite = pool.settings.tier == UserPoolTierType::Lite;
    if lite && (email.is_some() || input.web_authn_configuration.is_some()) {
        return Err(feature_unavailable("EmailMfaConfiguration", pool.settings.tier.as_str()));
    }
    let relying_party = input.web_authn_configuration.as_ref().and_then(|settings| settings.relying_party_id.as_ref());
    if relying_party.is_some_and(|id| !is_host_name(id)) {
        return Err(invalid_parameter("RelyingPartyId must be a domain name."));
    }
    if let Some(sms) = sms {
        if let Some(configuration) = &sms.sms_configuration {
            check_sms(configuration)?;
            pool.settings.sms_configuration = Some(configuration.clone());
        }
        if pool.settings.sms_configuration.is_none() {
            return Err(no_sms());
        }
        pool.settings.sms_authentication_message.clone_from(&sms.sms_authentication_message);
    }
    pool.mfa = MfaSettings {
        mode,
        sms: sms.is_some(),
        software_token,
        email,
        web_authn: input.web_authn_configuration.clone(),
    };
    Ok(())
}

/// Whether browsers can take it for a relying party: a domain name in lower case, neither an address nor a URL. (own)
fn is_host_name(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(letter) && !label.starts_with('-') && !label.ends_with('-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.len() <= 253 && text.split('.').all(label) && !last.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_host_name;

    #[test]
    fn a_relying_party_is_a_host_name() {
        for good in ["example.com", "localhost", "demo.auth.eu-west-1.localhost", "xn--bcher-kva.example", "a1.co"] {
            assert!(is_host_name(good), "{good}");
        }
        let long = "a".repeat(64);
        for bad in [
            "",
            "https://example.com",
            "example.com:443",
            "example.com/",
            "Example.com",
            "192.0.2.1",
            "[::1]",
            "a..b",
            ".example.com",
            "example.com.",
            "-a.example",
            "a b.example",
            "*.example.com",
            "b\u{fc}cher.example",
            &long,
        ] {
            assert!(!is_host_name(bad), "{bad}");
        }
    }
}
