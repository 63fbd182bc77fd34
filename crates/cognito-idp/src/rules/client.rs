//! What CreateUserPoolClient and UpdateUserPoolClient share: an absent member takes its default in both.

use model_cognito_idp::types::{
    AnalyticsConfigurationType, CreateUserPoolClientRequest, ExplicitAuthFlowsType, OAuthFlowType,
    PreventUserExistenceErrorTypes, RefreshTokenRotationType, TimeUnitsType, TokenValidityUnitsType,
    UpdateUserPoolClientRequest,
};

use super::pool::distinct;
use super::redirect;
use crate::entity::{ClientSettings, UserPool};
use crate::error::{Result, invalid_oauth_flow, invalid_parameter, scope_does_not_exist, token_validity};

const REFRESH_DAYS: i32 = 30;
const AUTH_SESSION_MINUTES: i32 = 3;
const MIN_TOKEN_S: i64 = 300;
const MAX_TOKEN_S: i64 = 86_400;
const MIN_REFRESH_S: i64 = 3600;
const MAX_REFRESH_S: i64 = 315_360_000;
/// Scopes that exist without a resource server.
const SYSTEM_SCOPES: [&str; 5] = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];
/// Attributes that no client writes.
const READ_ONLY: [&str; 3] = ["sub", "email_verified", "phone_number_verified"];

/// The members both requests have.
pub struct Given {
    name: Option<String>,
    refresh_token_validity: Option<i32>,
    access_token_validity: Option<i32>,
    id_token_validity: Option<i32>,
    token_validity_units: Option<TokenValidityUnitsType>,
    read_attributes: Option<Vec<String>>,
    write_attributes: Option<Vec<String>>,
    explicit_auth_flows: Option<Vec<ExplicitAuthFlowsType>>,
    supported_identity_providers: Option<Vec<String>>,
    callback_urls: Option<Vec<String>>,
    logout_urls: Option<Vec<String>>,
    default_redirect_uri: Option<String>,
    oauth_flows: Option<Vec<OAuthFlowType>>,
    oauth_scopes: Option<Vec<String>>,
    oauth_enabled: Option<bool>,
    analytics: Option<AnalyticsConfigurationType>,
    prevent_user_existence_errors: Option<PreventUserExistenceErrorTypes>,
    token_revocation: Option<bool>,
    propagate_user_context: Option<bool>,
    auth_session_validity: Option<i32>,
    refresh_token_rotation: Option<RefreshTokenRotationType>,
}

macro_rules! given_from {
    ($($request:ident),*) => {$(
        impl From<$request> for Given {
            fn from(request: $request) -> Self {
                Self {
                    name: request.client_name.into(),
                    refresh_token_validity: request.refresh_token_validity,
                    access_token_validity: request.access_token_validity,
                    id_token_validity: request.id_token_validity,
                    token_validity_units: request.token_validity_units,
                    read_attributes: request.read_attributes,
                    write_attributes: request.write_attributes,
                    explicit_auth_flows: request.explicit_auth_flows,
                    supported_identity_providers: request.supported_identity_providers,
                    callback_urls: request.callback_ur_ls,
                    logout_urls: request.logout_ur_ls,
                    default_redirect_uri: request.default_redirect_uri,
                    oauth_flows: request.allowed_o_auth_flows,
                    oauth_scopes: request.allowed_o_auth_scopes,
                    oauth_enabled: request.allowed_o_auth_flows_user_pool_client,
                    analytics: request.analytics_configuration,
                    prevent_user_existence_errors: request.prevent_user_existence_errors,
                    token_revocation: request.enable_token_revocation,
                    propagate_user_context: request.enable_propagate_additional_user_context_data,
                    auth_session_validity: request.auth_session_validity,
                    refresh_token_rotation: request.refresh_token_rotation,
                }
            }
        }
    )*};
}

given_from!(CreateUserPoolClientRequest, UpdateUserPoolClientRequest);

/// Whether a client has a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Without.
    Public,
    /// With.
    Confidential,
}

/// What the rules look at beside the request.
pub struct Surroundings<'a> {
    /// The client's pool.
    pub pool: &'a UserPool,
    /// `identifier/scope` of all resource servers of the pool.
    pub custom_scopes: &'a [String],
    /// Which of the providers that the request names exist.
    pub providers: &'a [String],
    /// Whether the client has a secret.
    pub kind: Kind,
    /// The client's name so far; kept where the request names none.
    pub name: Option<&'a str>,
}

/// The settings to keep.
///
/// # Errors
/// `InvalidParameterException`, `InvalidOAuthFlowException`, `ScopeDoesNotExistException`.
pub fn settings(given: Given, around: &Surroundings<'_>) -> Result<ClientSettings> {
    if given.analytics.is_some() {
        return Err(invalid_parameter("AnalyticsConfiguration is not available on this server."));
    }
    check_auth_flows(given.explicit_auth_flows.as_deref().unwrap_or_default())?;
    check_attributes(&given, around.pool)?;
    check_providers(given.supported_identity_providers.as_deref().unwrap_or_default(), around)?;
    let (refresh_token_validity, token_validity_units) = refresh_validity(&given);
    let settings = ClientSettings {
        name: given.name.or_else(|| around.name.map(str::to_owned)).unwrap_or_default(),
        refresh_token_validity,
        access_token_validity: given.access_token_validity,
        id_token_validity: given.id_token_validity,
        token_validity_units,
        read_attributes: given.read_attributes.map(distinct),
        write_attributes: given.write_attributes.map(distinct),
        explicit_auth_flows: given.explicit_auth_flows.map(distinct),
        supported_identity_providers: distinct(given.supported_identity_providers.unwrap_or_default()),
        callback_urls: distinct(given.callback_urls.unwrap_or_default()),
        logout_urls: distinct(given.logout_urls.unwrap_or_default()),
        default_redirect_uri: given.default_redirect_uri,
        oauth_flows: distinct(given.oauth_flows.unwrap_or_default()),
        oauth_scopes: distinct(given.oauth_scopes.unwrap_or_default()),
        oauth_enabled: given.oauth_enabled.unwrap_or(false),
        analytics: given.analytics,
        prevent_user_existence_errors: given.prevent_user_existence_errors,
        token_revocation: given.token_revocation.unwrap_or(true),
        propagate_user_context: given.propagate_user_context.unwrap_or(false),
        auth_session_validity_minutes: given.auth_session_validity.unwrap_or(AUTH_SESSION_MINUTES),
        refresh_token_rotation: given.refresh_token_rotation,
    };
    check_validity(&settings)?;
    check_urls(&settings)?;
    check_oauth(&settings, around)?;
    if settings.propagate_user_context && around.kind == Kind::Public {
        return Err(invalid_parameter("EnablePropagateAdditionalUserContextData requires a client with a secret."));
    }
    Ok(settings)
}

/// 0 and nothing both mean 30 days.
fn refresh_validity(given: &Given) -> (i32, TokenValidityUnitsType) {
    let mut units = given.token_validity_units.clone().unwrap_or_default();
    match given.refresh_token_validity {
        Some(value) if value != 0 => (value, units),
        Some(_) => {
            units.refresh_token = units.refresh_token.map(|_| TimeUnitsType::Days);
            (REFRESH_DAYS, units)
        }
        None => (REFRESH_DAYS, units),
    }
}

fn check_validity(settings: &ClientSettings) -> Result<()> {
    let (access, id, refresh) = (settings.access_token_s(), settings.id_token_s(), settings.refresh_token_s());
    let tokens = MIN_TOKEN_S..=MAX_TOKEN_S;
    let fits = tokens.contains(&access)
        && tokens.contains(&id)
        && (MIN_REFRESH_S..=MAX_REFRESH_S).contains(&refresh)
        && access <= refresh
        && id <= refresh;
    if fits { Ok(()) } else { Err(token_validity()) }
}

/// The older names and the `ALLOW_` ones do not mix (API reference, ExplicitAuthFlows).
fn check_auth_flows(flows: &[ExplicitAuthFlowsType]) -> Result<()> {
    let old = |flow: &&ExplicitAuthFlowsType| !flow.as_str().starts_with("ALLOW_");
    let olds = flows.iter().filter(old).count();
    if olds != 0 && olds != flows.len() {
        return Err(invalid_parameter(
            "ExplicitAuthFlows cannot combine ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY or USER_PASSWORD_AUTH with \
             values that begin with ALLOW_.",
        ));
    }
    Ok(())
}

/// (field)
fn check_attributes(given: &Given, pool: &UserPool) -> Result<()> {
    let unknown = |name: &String| pool.attribute(name).is_none();
    let read_only = |name: &String| READ_ONLY.contains(&name.as_str());
    let mut read = given.read_attributes.iter().flatten();
    let mut written = given.write_attributes.iter().flatten();
    if read.any(unknown) {
        return Err(invalid_parameter("Invalid read attributes specified while creating a client"));
    }
    if written.any(|name| unknown(name) || read_only(name)) {
        return Err(invalid_parameter("Invalid write attributes specified while creating a client"));
    }
    Ok(())
}

/// (field)
fn check_providers(named: &[String], around: &Surroundings<'_>) -> Result<()> {
    match named.iter().find(|name| *name != "COGNITO" && !around.providers.contains(name)) {
        Some(name) => {
            Err(invalid_parameter(format_args!("The provider {name} does not exist for User Pool {}.", around.pool.id)))
        }
        None => Ok(()),
    }
}

fn check_urls(settings: &ClientSettings) -> Result<()> {
    settings.callback_urls.iter().chain(&settings.logout_urls).try_for_each(|url| redirect::check(url))?;
    let Some(default) = &settings.default_redirect_uri else { return Ok(()) };
    if settings.callback_urls.contains(default) {
        Ok(())
    } else {
        Err(invalid_parameter("DefaultRedirectURI must be one of CallbackURLs."))
    }
}

fn check_oauth(settings: &ClientSettings, around: &Surroundings<'_>) -> Result<()> {
    let flow = |flow| settings.oauth_flows.contains(&flow);
    let browser = flow(OAuthFlowType::Code) || flow(OAuthFlowType::Implicit);
    if flow(OAuthFlowType::ClientCredentials) {
        if browser {
            return Err(invalid_oauth_flow(
                "client_credentials flow can not be selected along with code flow or implicit flow.",
            ));
        }
        if around.kind == Kind::Public {
            return Err(invalid_oauth_flow(
                "client_credentials flow can not be selected if client does not have a client secret.",
            ));
        }
    }
    let known = |scope: &String| SYSTEM_SCOPES.contains(&scope.as_str()) || around.custom_scopes.contains(scope);
    if let Some(scope) = settings.oauth_scopes.iter().find(|scope| !known(scope)) {
        return Err(scope_does_not_exist(scope));
    }
    if settings.oauth_enabled {
        if settings.oauth_flows.is_empty() || settings.oauth_scopes.is_empty() {
            return Err(invalid_parameter(
                "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth \
                 flows.",
            ));
        }
        if browser && settings.callback_urls.is_empty() {
            return Err(invalid_oauth_flow("CallbackURLs are required for the code flow and the implicit flow."));
        }
    }
    Ok(())
}
