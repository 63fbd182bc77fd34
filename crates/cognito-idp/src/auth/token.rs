//! Id and access tokens with Cognito's claims (guide: "Understanding user pool JSON web tokens").

use aws_types::AwsError;
use jose::at_hash;
use serde_json::{Map, Value, json};
use world::rng;

use super::chain::{Chain, Door};
use crate::CognitoIdp;
use crate::entity::{AppClient, Group, User, UserPool};
use crate::error::Result;
use crate::table::group::groups_of_user;
use crate::triggers::pre_token_generation::Overrides;
use crate::triggers::{Said, Trigger};

/// Scope of the user's own operations of the AWS API.
pub const USER_ADMIN_SCOPE: &str = "aws.cognito.signin.user.admin";
/// Attributes of scope `email`.
const EMAIL: [&str; 2] = ["email", "email_verified"];
/// Attributes of scope `phone`.
const PHONE: [&str; 2] = ["phone_number", "phone_number_verified"];

/// Whose tokens they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    pub pool: &'a UserPool,
    pub client: &'a AppClient,
    pub user: &'a User,
    pub chain: &'a Chain,
    /// Granted scopes, in order: the chain's, or fewer.
    pub scopes: &'a [String],
    /// Of the authorization request.
    pub nonce: Option<&'a str>,
    /// `triggerSource` of PreTokenGeneration.
    pub source: &'static str,
    pub said: Said<'a>,
}

/// Signed tokens.
#[derive(Clone)]
pub(crate) struct TokenSet {
    /// Absent where scope `openid` was not granted.
    pub id: Option<String>,
    pub access: String,
    /// Of the access token, seconds.
    pub expires_in: i64,
}

impl CognitoIdp {
    /// Signs tokens for a user.
    ///
    /// # Errors
    /// PreTokenGeneration's, the key ring's and the store's.
    pub(crate) async fn sign_tokens(&self, subject: Subject<'_>) -> Result<TokenSet> {
        let decided = self.decide_claims(subject).await?;
        self.sign_decided(subject, &decided).await
    }

    /// What PreTokenGeneration says.
    ///
    /// # Errors
    /// The function's.
    pub(crate) async fn decide_claims(&self, subject: Subject<'_>) -> Result<Overrides> {
        if Trigger::PreTokenGeneration.function(&subject.pool.settings.lambda_config).is_none() {
            return Ok(Overrides::default());
        }
        let groups = groups_of_user(self.store(), &subject.pool.id, &subject.user.sub).await?;
        self.pre_token_generation(subject, &groups).await
    }

    /// Signs tokens for a user about whom PreTokenGeneration was asked.
    ///
    /// # Errors
    /// The key ring's and the store's.
    pub(crate) async fn sign_decided(&self, subject: Subject<'_>, overrides: &Overrides) -> Result<TokenSet> {
        let keys = self.keys().signing(&subject.pool.id).await?;
        let groups = groups_of_user(self.store(), &subject.pool.id, &subject.user.sub).await?;
        let mut access_claims = self.access_claims(subject, &groups);
        overrides.apply_to_access(&mut access_claims);
        let access = keys.access.sign(&access_claims).map_err(AwsError::internal)?;
        let wants_id = subject.chain.door == Door::Api || subject.scopes.iter().any(|scope| scope == "openid");
        let id = match wants_id {
            true => {
                let mut claims = self.id_claims(subject, &groups, Some(&access));
                overrides.apply_to_id(&mut claims);
                Some(keys.id.sign(&claims).map_err(AwsError::internal)?)
            }
            false => None,
        };
        Ok(TokenSet { id, access, expires_in: subject.client.settings.access_token_s() })
    }

    /// A machine's access token.
    ///
    /// # Errors
    /// PreTokenGeneration's and the key ring's.
    pub(crate) async fn sign_machine_token(
        &self,
        pool: &UserPool,
        client: &AppClient,
        scopes: &[String],
        said: Said<'_>,
    ) -> Result<TokenSet> {
        let now = self.now().secs();
        let expires_in = client.settings.access_token_s();
        let overrides = self.pre_machine_token_generation(pool, scopes, said).await?;
        let mut claims = json!({
            "sub": client.id,
            "token_use": "access",
            "scope": scopes.join(" "),
            "auth_time": now,
            "iss": self.keys().issuer(&pool.id),
            "exp": now + expires_in,
            "iat": now,
            "version": 2,
            "jti": rng::uuid(self.rng()),
            "client_id": client.id,
        });
        if let Some(claims) = claims.as_object_mut() {
            overrides.apply_to_access(claims);
        }
        let keys = self.keys().signing(&pool.id).await?;
        let access = keys.access.sign(&claims).map_err(AwsError::internal)?;
        Ok(TokenSet { id: None, access, expires_in })
    }

    pub(super) fn access_claims(&self, subject: Subject<'_>, groups: &[Group]) -> Map<String, Value> {
        let Subject { pool, client, user, chain, scopes, .. } = subject;
        let now = self.now().secs();
        let mut claims = Map::new();
        let mut put = |name: &str, value: Value| drop(claims.insert(name.to_owned(), value));
        put("sub", json!(user.sub));
        if !groups.is_empty() {
            put("cognito:groups", group_names(groups));
        }
        put("iss", json!(self.keys().issuer(&pool.id)));
        if chain.door == Door::OAuth {
            put("version", json!(2));
        }
        put("client_id", json!(client.id));
        if client.settings.token_revocation {
            put("origin_jti", json!(chain.origin_jti));
        }
        put("event_id", json!(chain.event_id));
        if let Some(device) = &chain.device {
            put("device_key", json!(device.key));
        }
        put("token_use", json!("access"));
        put("scope", json!(scopes.join(" ")));
        put("auth_time", json!(chain.auth_time));
        put("exp", json!(now + client.settings.access_token_s()));
        put("iat", json!(now));
        put("jti", json!(rng::uuid(self.rng())));
        put("username", json!(user.username));
        claims
    }

    pub(super) fn id_claims(&self, subject: Subject<'_>, groups: &[Group], access: Option<&str>) -> Map<String, Value> {
        let Subject { pool, client, user, chain, .. } = subject;
        let now = self.now().secs();
        let mut claims = Map::new();
        let mut put = |name: &str, value: Value| drop(claims.insert(name.to_owned(), value));
        if let Some(access) = access.filter(|_| chain.door == Door::OAuth) {
            put("at_hash", json!(at_hash(access)));
        }
        put("sub", json!(user.sub));
        if !groups.is_empty() {
            put("cognito:groups", group_names(groups));
        }
        put("iss", json!(self.keys().issuer(&pool.id)));
        put("cognito:username", json!(user.username));
        group_roles(groups).into_iter().for_each(|(name, value)| put(name, value));
        if let Some(nonce) = subject.nonce {
            put("nonce", json!(nonce));
        }
        if client.settings.token_revocation {
            put("origin_jti", json!(chain.origin_jti));
        }
        put("aud", json!(client.id));
        put("event_id", json!(chain.event_id));
        put("token_use", json!("id"));
        put("auth_time", json!(chain.auth_time));
        put("exp", json!(now + client.settings.id_token_s()));
        put("iat", json!(now));
        put("jti", json!(rng::uuid(self.rng())));
        let shown = claims_of(chain, subject.scopes);
        if let Some(identities) =
            user.identities_claim().filter(|_| shown.shows("identities") && may_read(client, "identities"))
        {
            put("identities", identities);
        }
        for (name, value) in visible_attributes(user, client, shown) {
            claims.insert(name.to_owned(), claim_value(name, value));
        }
        claims
    }
}

pub(crate) fn group_names(groups: &[Group]) -> Value {
    groups.iter().map(|group| Value::from(group.name.as_str())).collect()
}

/// `cognito:roles`, and `cognito:preferred_role` unless the two best groups tie with different roles.
pub(crate) fn group_roles(groups: &[Group]) -> Vec<(&'static str, Value)> {
    let with_role: Vec<(&Group, &str)> =
        groups.iter().filter_map(|group| Some((group, group.role_arn.as_deref()?))).collect();
    let Some((best, role)) = with_role.first() else { return Vec::new() };
    let mut claims = vec![("cognito:roles", with_role.iter().map(|(_, role)| Value::from(*role)).collect())];
    let tie = with_role.iter().any(|(group, other)| group.precedence == best.precedence && other != role);
    if best.precedence.is_some() && !tie {
        claims.push(("cognito:preferred_role", Value::from(*role)));
    }
    claims
}

/// Which attributes the scopes show. `openid` alone shows all, as at the AWS API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    All,
    ByScope { email: bool, phone: bool, profile: bool },
}

/// Which attributes an id token of this chain holds.
fn claims_of(chain: &Chain, scopes: &[String]) -> Shown {
    match chain.door {
        Door::Api => Shown::All,
        Door::OAuth => Shown::by_scopes(scopes.iter().map(String::as_str)),
    }
}

impl Shown {
    pub(crate) fn by_scopes<'a>(scopes: impl Iterator<Item = &'a str> + Clone) -> Self {
        let has = |name: &str| scopes.clone().any(|scope| scope == name);
        let (email, phone, profile) = (has("email"), has("phone"), has("profile"));
        if email || phone || profile { Self::ByScope { email, phone, profile } } else { Self::All }
    }

    fn shows(self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::ByScope { email, .. } if EMAIL.contains(&name) => email,
            Self::ByScope { phone, .. } if PHONE.contains(&name) => phone,
            Self::ByScope { profile, .. } => profile,
        }
    }
}

/// Attributes with a value that the client may read and the scopes show; `sub` is not among them, nor are developers'.
pub(crate) fn visible_attributes<'a>(
    user: &'a User,
    client: &'a AppClient,
    shown: Shown,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    user.attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(move |(name, value)| !value.is_empty() && may_read(client, name) && shown.shows(name))
}

/// Whether a client's users may read the attribute: ReadAttributes, and never a developer's.
pub(crate) fn may_read(client: &AppClient, name: &str) -> bool {
    !name.starts_with("dev:") && client.settings.can_read(name)
}

fn claim_value(name: &str, value: &str) -> Value {
    match name {
        "email_verified" | "phone_number_verified" => json!(value == "true"),
        "address" => json!({ "formatted": value }),
        "updated_at" => value.parse::<i64>().map_or_else(|_| json!(value), |seconds| json!(seconds)),
        _ => json!(value),
    }
}
