//! The documents under `{issuer}/.well-known/` (OpenID Connect Discovery 1.0; RFC 7517).

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::CognitoIdp;
use crate::entity::UserPool;

impl CognitoIdp {
    /// `GET /{poolId}/.well-known/{document}`: `openid-configuration`,
    /// `oauth-authorization-server` (RFC 8414, the same members) or `jwks.json`; `None` where there is no such
    /// pool or document, or it cannot be read now (that is logged).
    pub async fn well_known(&self, pool_id: &str, document: &str) -> Option<Bytes> {
        let read = match document {
            "openid-configuration" | "oauth-authorization-server" => {
                self.any_pool(pool_id).await.map(|pool| Bytes::from(self.openid_configuration(&pool).to_string()))
            }
            "jwks.json" => self.keys().jwks_json(pool_id).await,
            _ => return None,
        };
        if let Some(cause) = read.as_ref().err().and_then(|error| error.internal.as_ref()) {
            tracing::error!(pool.id = pool_id, %cause, "a discovery document could not be read");
        }
        read.ok()
    }

    /// The pool's OpenID configuration, members in Cognito's order, then those of what
    /// Cognito does not have. A pool without a domain has no OAuth endpoints, so
    /// their members are left out.
    pub fn openid_configuration(&self, pool: &UserPool) -> Value {
        let base = self.domain_url(pool);
        let endpoint = |path: &str| base.as_ref().map(|base| Value::from(format!("{base}{path}")));
        let issuer = self.keys().issuer(&pool.id);
        // The key set's address is always this server's: the AWS form of the issuer leads elsewhere.
        let jwks_uri = format!("{}/.well-known/jwks.json", self.keys().server_issuer(&pool.id));
        let members = [
            ("authorization_endpoint", endpoint("/oauth2/authorize")),
            ("end_session_endpoint", endpoint("/logout")),
            ("id_token_signing_alg_values_supported", Some(json!(["RS256"]))),
            ("issuer", Some(issuer.into())),
            ("jwks_uri", Some(jwks_uri.into())),
            ("response_types_supported", Some(json!(["code", "token"]))),
            ("revocation_endpoint", endpoint("/oauth2/revoke")),
            ("scopes_supported", Some(json!(["openid", "email", "phone", "profile"]))),
            ("subject_types_supported", Some(json!(["public"]))),
            ("token_endpoint", endpoint("/oauth2/token")),
            (
                "token_endpoint_auth_methods_supported",
                base.as_ref().map(|_| json!(["client_secret_basic", "client_secret_post"])),
            ),
            ("userinfo_endpoint", endpoint("/oauth2/userInfo")),
        ];
        let beyond = base.as_ref().map(|base| beyond_cognito(base)).unwrap_or_default();
        let present = members.into_iter().chain(beyond).filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(present.collect::<Map<_, _>>())
    }

    /// Base URL of the pool's pages and OAuth endpoints: of its own domain, else of its prefix domain.
    pub fn domain_url(&self, pool: &UserPool) -> Option<String> {
        if let Some(domain) = &pool.custom_domain {
            return Some(self.config().custom_domain_url.replace("{domain}", domain));
        }
        let domain = pool.domain.as_ref()?;
        Some(self.config().domain_url.replace("{domain}", domain).replace("{region}", &pool.region))
    }
}

/// What a domain offers that Cognito's configuration does not tell (RFC 8414, 9207; OpenID Connect Discovery 3).
fn beyond_cognito(base: &str) -> Vec<(&'static str, Option<Value>)> {
    let secrets = json!(["client_secret_basic", "client_secret_post"]);
    let members = [
        ("introspection_endpoint", json!(format!("{base}/oauth2/introspect"))),
        ("introspection_endpoint_auth_methods_supported", secrets.clone()),
        ("revocation_endpoint_auth_methods_supported", secrets),
        ("grant_types_supported", json!(["authorization_code", "implicit", "refresh_token", "client_credentials"])),
        ("response_modes_supported", json!(["query", "fragment", "form_post"])),
        ("code_challenge_methods_supported", json!(["S256"])),
        ("prompt_values_supported", json!(["none", "login", "select_account", "consent"])),
        ("ui_locales_supported", json!(user_pool_domain::LANGUAGES)),
        (
            "claims_supported",
            json!([
                "sub",
                "iss",
                "aud",
                "exp",
                "iat",
                "auth_time",
                "nonce",
                "at_hash",
                "email",
                "email_verified",
                "phone_number",
                "phone_number_verified",
                "cognito:username",
                "cognito:groups"
            ]),
        ),
        ("authorization_response_iss_parameter_supported", json!(true)),
        ("request_parameter_supported", json!(false)),
        ("request_uri_parameter_supported", json!(false)),
    ];
    members.into_iter().map(|(name, value)| (name, Some(value))).collect()
}
