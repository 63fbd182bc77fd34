//! Documents as the API shows them.

use model_cognito_idp::types::{
    PasswordPolicyType, SignInPolicyType, UserPoolClientType, UserPoolPolicyType, UserPoolType,
    UsernameConfigurationType,
};

use crate::CognitoIdp;
use crate::entity::{AppClient, PasswordPolicy, UserPool};
use crate::error::Result;
use crate::table::users_counter;

impl CognitoIdp {
    /// The pool as DescribeUserPool shows it.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn pool_view(&self, pool: &UserPool) -> Result<UserPoolType> {
        let users = self.store().counter(&users_counter(&pool.id)).await?;
        Ok(pool_view(pool, i32::try_from(users).unwrap_or(i32::MAX)))
    }

    /// The client as DescribeUserPoolClient shows it, with its oldest secret.
    ///
    /// # Errors
    /// Internal, where the secret does not open.
    pub(crate) fn client_view(&self, client: &AppClient) -> Result<UserPoolClientType> {
        let secret = self.client_secrets(client)?.into_iter().next().map(aws_types::Secret::into_inner);
        Ok(client_view(client, secret))
    }
}

fn pool_view(pool: &UserPool, users: i32) -> UserPoolType {
    let settings = &pool.settings;
    let template = &settings.verification_template;
    UserPoolType {
        id: Some(pool.id.clone()),
        name: Some(pool.name.clone()),
        policies: Some(UserPoolPolicyType {
            password_policy: Some(password_policy(&settings.password_policy)),
            sign_in_policy: Some(SignInPolicyType {
                allowed_first_auth_factors: Some(settings.first_auth_factors.clone()),
            }),
        }),
        deletion_protection: Some(settings.deletion_protection),
        lambda_config: Some(settings.lambda_config.clone()),
        // AWS marks Status as no longer in use and leaves it out.
        status: None,
        last_modified_date: Some(pool.modified),
        creation_date: Some(pool.created),
        schema_attributes: Some(pool.schema.iter().map(crate::entity::SchemaAttribute::to_wire).collect()),
        auto_verified_attributes: listed(&settings.auto_verified_attributes),
        alias_attributes: listed(&pool.alias_attributes),
        username_attributes: listed(&pool.username_attributes),
        sms_verification_message: template.sms_message.clone(),
        email_verification_message: template.email_message.clone(),
        email_verification_subject: template.email_subject.clone(),
        verification_message_template: Some(template.clone()),
        sms_authentication_message: settings.sms_authentication_message.clone(),
        user_attribute_update_settings: settings.attribute_update_settings.clone(),
        mfa_configuration: Some(pool.mfa.mode),
        device_configuration: settings.device_configuration.clone(),
        estimated_number_of_users: Some(users),
        email_configuration: Some(settings.email_configuration.clone()),
        sms_configuration: settings.sms_configuration.clone(),
        user_pool_tags: Some(pool.tags.clone()),
        sms_configuration_failure: None,
        email_configuration_failure: None,
        domain: pool.domain.clone(),
        custom_domain: pool.custom_domain.clone(),
        admin_create_user_config: Some(settings.admin_create_user.clone()),
        user_pool_add_ons: settings.add_ons.clone(),
        dcr_configuration: settings.dcr.clone(),
        username_configuration: pool.case_sensitive.map(|case_sensitive| UsernameConfigurationType { case_sensitive }),
        arn: Some(pool.arn()),
        account_recovery_setting: settings.account_recovery.clone(),
        user_pool_tier: Some(settings.tier),
        key_configuration: settings.key_configuration.clone(),
        issuer_configuration: settings.issuer_configuration.clone(),
        acr_configuration: settings.acr_configuration.clone(),
    }
}

fn password_policy(policy: &PasswordPolicy) -> PasswordPolicyType {
    let number = |value: u32| i32::try_from(value).ok();
    PasswordPolicyType {
        minimum_length: number(policy.minimum_length),
        require_uppercase: Some(policy.require_uppercase),
        require_lowercase: Some(policy.require_lowercase),
        require_numbers: Some(policy.require_numbers),
        require_symbols: Some(policy.require_symbols),
        password_history_size: policy.history_size.and_then(number),
        temporary_password_validity_days: number(policy.temporary_password_validity_days),
    }
}

fn client_view(client: &AppClient, client_secret: Option<String>) -> UserPoolClientType {
    let settings = client.settings.clone();
    UserPoolClientType {
        user_pool_id: Some(client.pool_id.clone()),
        client_name: Some(settings.name),
        client_id: Some(client.id.clone()),
        client_secret,
        last_modified_date: Some(client.modified),
        creation_date: Some(client.created),
        refresh_token_validity: Some(settings.refresh_token_validity),
        access_token_validity: settings.access_token_validity,
        id_token_validity: settings.id_token_validity,
        token_validity_units: Some(settings.token_validity_units),
        read_attributes: settings.read_attributes,
        write_attributes: settings.write_attributes,
        explicit_auth_flows: settings.explicit_auth_flows,
        supported_identity_providers: listed(&settings.supported_identity_providers),
        callback_ur_ls: listed(&settings.callback_urls),
        logout_ur_ls: listed(&settings.logout_urls),
        default_redirect_uri: settings.default_redirect_uri,
        allowed_o_auth_flows: listed(&settings.oauth_flows),
        allowed_o_auth_scopes: listed(&settings.oauth_scopes),
        allowed_o_auth_flows_user_pool_client: Some(settings.oauth_enabled),
        analytics_configuration: settings.analytics,
        prevent_user_existence_errors: settings.prevent_user_existence_errors,
        enable_token_revocation: Some(settings.token_revocation),
        enable_propagate_additional_user_context_data: Some(settings.propagate_user_context),
        auth_session_validity: Some(settings.auth_session_validity_minutes),
        refresh_token_rotation: settings.refresh_token_rotation,
        // Belongs to dynamic registration, which is not here.
        client_type: None,
    }
}

/// AWS leaves an empty list out.
fn listed<T: Clone>(items: &[T]) -> Option<Vec<T>> {
    (!items.is_empty()).then(|| items.to_vec())
}
