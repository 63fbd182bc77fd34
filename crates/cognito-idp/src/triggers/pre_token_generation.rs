//! PreTokenGeneration: before tokens are signed; may add and suppress claims, groups and scopes. Version 1 reaches the
//! id token (and groups), version 2 the access token too, version 3 the tokens of machines.
//!
//! Claims that say who, for whom, by whom and how long are Cognito's alone: what a function says about them is ignored.

use model_cognito_idp::types::PreTokenGenerationLambdaVersionType as Version;
use serde_json::{Map, Value, json};

use super::answer::Response;
use super::{Event, Said, Trigger, user_attributes};
use crate::CognitoIdp;
use crate::auth::token::{Subject, group_names, group_roles};
use crate::entity::{Group, UserPool};
use crate::error::{Result, unrecognizable_lambda_output};

/// Tokens of the domain's endpoints.
pub(crate) const HOSTED_AUTH: &str = "TokenGeneration_HostedAuth";
/// Tokens of a sign-in by the AWS API.
pub(crate) const AUTHENTICATION: &str = "TokenGeneration_Authentication";
/// The same, where a remembered device proved itself.
pub(crate) const AUTHENTICATE_DEVICE: &str = "TokenGeneration_AuthenticateDevice";
/// The same, after NEW_PASSWORD_REQUIRED.
pub(crate) const NEW_PASSWORD_CHALLENGE: &str = "TokenGeneration_NewPasswordChallenge";
/// Tokens for a refresh token.
pub(crate) const REFRESH_TOKENS: &str = "TokenGeneration_RefreshTokens";
/// Tokens for another token. (guess)
pub(crate) const TOKEN_EXCHANGE: &str = "TokenGeneration_TokenExchange";
const CLIENT_CREDENTIALS: &str = "TokenGeneration_ClientCredentials";

/// `userName` where a machine asks.
const MACHINE: &str = "ClientCredentials";

const PROTECTED: [&str; 29] = [
    "acr",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "c_hash",
    "client_id",
    "cnf",
    "device_key",
    "event_id",
    "exp",
    "iat",
    "identities",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "origin_jti",
    "s_hash",
    "scope",
    "sid",
    "sub",
    "token_use",
    "username",
    "ver",
    "version",
    "auth_method",
    "act",
];
const RESERVED_SCOPES: &str = "aws.cognito.";

/// Changes to one token.
#[derive(Clone, Debug, Default)]
struct Claims {
    add: Map<String, Value>,
    suppress: Vec<String>,
}

/// What a function makes of tokens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    id: Claims,
    access: Claims,
    groups: Option<Groups>,
    scopes_to_add: Vec<String>,
    scopes_to_suppress: Vec<String>,
}

/// In place of the user's own.
#[derive(Clone, Debug, Default)]
struct Groups {
    names: Vec<String>,
    roles: Vec<String>,
    preferred_role: Option<String>,
}

impl CognitoIdp {
    /// Asks the function about a user's tokens.
    ///
    /// # Errors
    /// The function's.
    pub(crate) async fn pre_token_generation(&self, subject: Subject<'_>, groups: &[Group]) -> Result<Overrides> {
        let Some(version) = version(subject.pool) else { return Ok(Overrides::default()) };
        let mut request = json!({
            "userAttributes": user_attributes(subject.user),
            "groupConfiguration": group_configuration(groups),
        });
        if version != Version::V10 {
            put(&mut request, "scopes", json!(subject.scopes));
        }
        let event = Event {
            trigger: Trigger::PreTokenGeneration,
            source: subject.source,
            version: wire_version(version),
            user: &subject.user.username,
            said: subject.said,
            request,
            response: preset(version),
        };
        match self.run_trigger(subject.pool, event).await? {
            None => Ok(Overrides::default()),
            Some(response) => read(version, &response),
        }
    }

    /// Asks the function about a machine's token; only version 3 is asked.
    ///
    /// # Errors
    /// The function's.
    pub(crate) async fn pre_machine_token_generation(
        &self,
        pool: &UserPool,
        scopes: &[String],
        said: Said<'_>,
    ) -> Result<Overrides> {
        if version(pool) != Some(Version::V30) {
            return Ok(Overrides::default());
        }
        let event = Event {
            trigger: Trigger::PreTokenGeneration,
            source: CLIENT_CREDENTIALS,
            version: wire_version(Version::V30),
            user: MACHINE,
            said,
            request: json!({
                "userAttributes": {},
                "groupConfiguration": group_configuration(&[]),
                "scopes": scopes,
            }),
            response: preset(Version::V30),
        };
        match self.run_trigger(pool, event).await? {
            None => Ok(Overrides::default()),
            Some(response) => read(Version::V30, &response),
        }
    }
}

fn version(pool: &UserPool) -> Option<Version> {
    let config = &pool.settings.lambda_config;
    Trigger::PreTokenGeneration.function(config)?;
    Some(config.pre_token_generation_config.as_ref().map_or(Version::V10, |newer| newer.lambda_version))
}

const fn wire_version(version: Version) -> &'static str {
    match version {
        Version::V10 => "1",
        Version::V20 => "2",
        Version::V30 => "3",
    }
}

fn preset(version: Version) -> Value {
    match version {
        Version::V10 => json!({ "claimsOverrideDetails": null }),
        Version::V20 | Version::V30 => json!({ "claimsAndScopeOverrideDetails": null }),
    }
}

fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

fn group_configuration(groups: &[Group]) -> Value {
    let claims = group_roles(groups);
    let claim = |name: &str| claims.iter().find(|(claim, _)| *claim == name).map(|(_, value)| value.clone());
    json!({
        "groupsToOverride": group_names(groups),
        "iamRolesToOverride": claim("cognito:roles").unwrap_or_else(|| json!([])),
        "preferredRole": claim("cognito:preferred_role"),
    })
}

fn read(version: Version, response: &Response) -> Result<Overrides> {
    if version == Version::V10 {
        return match response.object("claimsOverrideDetails")? {
            None => Ok(Overrides::default()),
            Some(details) => read_first(&details),
        };
    }
    let Some(details) = response.object("claimsAndScopeOverrideDetails")? else { return Ok(Overrides::default()) };
    let id = details.object("idTokenGeneration")?.unwrap_or_default();
    let access = details.object("accessTokenGeneration")?.unwrap_or_default();
    let scopes_to_add = access.texts("scopesToAdd")?;
    if scopes_to_add.iter().any(|scope| !is_scope(scope)) {
        return Err(unrecognizable_lambda_output());
    }
    Ok(Overrides {
        id: read_claims(&id)?,
        access: read_claims(&access)?,
        groups: read_groups(&details)?,
        scopes_to_add: scopes_to_add.into_iter().filter(|scope| !scope.starts_with(RESERVED_SCOPES)).collect(),
        scopes_to_suppress: access.texts("scopesToSuppress")?,
    })
}

/// Version 1: texts only.
fn read_first(details: &Response) -> Result<Overrides> {
    let add = details.text_map("claimsToAddOrOverride")?;
    let add = add.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
    let id = Claims { add, suppress: details.texts("claimsToSuppress")? };
    Ok(Overrides { id, groups: read_groups(details)?, ..Overrides::default() })
}

fn read_claims(token: &Response) -> Result<Claims> {
    Ok(Claims { add: token.values("claimsToAddOrOverride")?, suppress: token.texts("claimsToSuppress")? })
}

/// Absent keeps the user's groups; null or empty takes them away.
fn read_groups(details: &Response) -> Result<Option<Groups>> {
    if !details.mentions("groupOverrideDetails") {
        return Ok(None);
    }
    let given = details.object("groupOverrideDetails")?.unwrap_or_default();
    Ok(Some(Groups {
        names: given.texts("groupsToOverride")?,
        roles: given.texts("iamRolesToOverride")?,
        preferred_role: given.text("preferredRole")?,
    }))
}

/// RFC 6749's scope-token.
fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

fn is_protected(claim: &str) -> bool {
    claim.starts_with("cognito:") || PROTECTED.contains(&claim)
}

impl Claims {
    /// A claim that is both added and suppressed is suppressed.
    fn apply(&self, claims: &mut Map<String, Value>) {
        for (name, value) in self.add.iter().filter(|(name, _)| !is_protected(name)) {
            claims.insert(name.clone(), value.clone());
        }
        for name in self.suppress.iter().filter(|name| !is_protected(name)) {
            claims.remove(name);
        }
    }
}

impl Overrides {
    /// Changes an id token's claims.
    pub fn apply_to_id(&self, claims: &mut Map<String, Value>) {
        self.id.apply(claims);
        let Some(groups) = &self.groups else { return };
        set(claims, "cognito:groups", list(&groups.names));
        set(claims, "cognito:roles", list(&groups.roles));
        set(claims, "cognito:preferred_role", groups.preferred_role.clone().map(Value::from));
    }

    /// Changes an access token's claims.
    pub fn apply_to_access(&self, claims: &mut Map<String, Value>) {
        self.access.apply(claims);
        if let Some(groups) = &self.groups {
            set(claims, "cognito:groups", list(&groups.names));
        }
        if self.scopes_to_add.is_empty() && self.scopes_to_suppress.is_empty() {
            return;
        }
        let granted = claims.get("scope").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut scopes: Vec<&str> = Vec::new();
        for scope in granted.split(' ').chain(self.scopes_to_add.iter().map(String::as_str)) {
            if !scope.is_empty() && !scopes.contains(&scope) && !self.scopes_to_suppress.iter().any(|not| not == scope)
            {
                scopes.push(scope);
            }
        }
        claims.insert("scope".to_owned(), json!(scopes.join(" ")));
    }
}

fn list(items: &[String]) -> Option<Value> {
    (!items.is_empty()).then(|| json!(items))
}

fn set(claims: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => drop(claims.insert(name.to_owned(), value)),
        None => drop(claims.remove(name)),
    }
}
