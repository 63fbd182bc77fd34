//! Security schemes: `x-amazon-apigateway-authorizer` of type `jwt` and `request`, and signatures of version 4.

use model_apigatewayv2 as model;
use serde_json::{Map, Value, json};

use super::read::{Reader, members, text, texts};
use crate::draft::authorizer::apply;
use crate::entity::{Authorizer, Route};

/// Name of the scheme that stands for signatures.
const SIGNED: &str = "sigv4";

/// What a scheme stands for.
#[derive(Clone, Debug)]
pub enum Scheme {
    /// An authorizer, by its id.
    Authorizer {
        /// Of the authorizer.
        id: String,
        /// `JWT` or `CUSTOM`.
        authorization_type: &'static str,
    },
    /// Signatures of version 4.
    Signed,
}

impl<'a> Reader<'a> {
    /// Reads all schemes; one without an authorizer guards nothing, which a route that names it is told.
    pub(super) fn read_schemes(&mut self) {
        let document = self.document;
        for (name, scheme) in members(document.pointer("/components/securitySchemes")) {
            let scheme = self.resolve(scheme);
            if text(scheme, "x-amazon-apigateway-authtype").is_some_and(|kind| kind.eq_ignore_ascii_case("awsSigv4")) {
                self.schemes.insert(name.clone(), Scheme::Signed);
                continue;
            }
            let Some(found) = scheme.get("x-amazon-apigateway-authorizer") else { continue };
            let found = self.resolve(found);
            match self.authorizer(name, scheme, found) {
                Ok(authorizer) => {
                    let authorization_type = if authorizer.is_jwt() { "JWT" } else { "CUSTOM" };
                    let id = authorizer.id.clone();
                    self.schemes.insert(name.clone(), Scheme::Authorizer { id, authorization_type });
                    self.definition.authorizers.push(authorizer);
                }
                Err(why) => self.definition.errors.push(format!("Unable to create authorizer {name:.128}: {why}")),
            }
        }
    }

    fn authorizer(&self, name: &str, scheme: &Value, value: &Value) -> Result<Authorizer, String> {
        let own = |member: &str| text(value, member).map(str::to_owned);
        let kind = text(value, "type").map(str::to_ascii_uppercase).unwrap_or_default();
        let kind = model::AuthorizerType::parse(&kind).ok_or_else(|| format!("Invalid authorizer type: {kind:.64}"))?;
        let version = value.get("authorizerPayloadFormatVersion").map(|version| match version {
            Value::String(text) => text.clone(),
            Value::Number(number) => format!("{:.1}", number.as_f64().unwrap_or(0.0)),
            _ => String::new(),
        });
        let ttl = value.get("authorizerResultTtlInSeconds").and_then(Value::as_i64);
        let discovery =
            text(scheme, "openIdConnectUrl").and_then(|url| url.strip_suffix("/.well-known/openid-configuration"));
        let jwt = value.get("jwtConfiguration").map(|jwt| model::JWTConfiguration {
            audience: texts(jwt.get("audience")),
            issuer: text(jwt, "issuer").or(discovery).map(str::to_owned),
        });
        let sources = texts(value.get("identitySource")).unwrap_or_default();
        let mut authorizer = Authorizer { id: (self.new_id)(6), ..Authorizer::default() };
        let change = model::UpdateAuthorizerRequest {
            authorizer_credentials_arn: own("authorizerCredentials"),
            authorizer_payload_format_version: version,
            authorizer_result_ttl_in_seconds: ttl.map(|ttl| i32::try_from(ttl).unwrap_or(i32::MAX)),
            authorizer_type: Some(kind),
            authorizer_uri: own("authorizerUri"),
            enable_simple_responses: value.get("enableSimpleResponses").and_then(Value::as_bool),
            identity_source: Some(sources.into_iter().filter(|source| !source.is_empty()).collect()),
            identity_validation_expression: own("identityValidationExpression"),
            jwt_configuration: jwt,
            name: Some(name.to_owned()),
            ..model::UpdateAuthorizerRequest::default()
        };
        apply(&mut authorizer, &change);
        Ok(authorizer)
    }

    /// Who may call a route. What cannot be enforced ends the import: a route is never more open than its document says.
    pub(super) fn secure(&mut self, route: &mut Route, key: &str, security: Option<&Value>) {
        let wanted = security.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut named: Vec<(&String, &Value)> = wanted.iter().flat_map(|one| members(Some(one))).collect();
        let Some((name, scopes)) = named.pop() else { return };
        if !named.is_empty() {
            let why = "A route can have only one security scheme";
            self.definition.errors.push(format!("Unable to create route {key}: {why}"));
            return;
        }
        match self.schemes.get(name) {
            Some(Scheme::Signed) => "AWS_IAM".clone_into(&mut route.authorization_type),
            Some(Scheme::Authorizer { id, authorization_type }) => {
                (*authorization_type).clone_into(&mut route.authorization_type);
                route.authorizer_id = Some(id.clone());
                route.authorization_scopes = texts(Some(scopes)).unwrap_or_default();
            }
            None => {
                let why = format!("Security scheme {name:.128} has no x-amazon-apigateway-authorizer");
                self.definition.errors.push(format!("Unable to create route {key}: {why}"));
            }
        }
    }
}

/// The scheme of an authorizer.
pub fn write(authorizer: &Authorizer) -> Value {
    let mut out = Map::new();
    out.insert("type".to_owned(), json!(authorizer.authorizer_type.to_ascii_lowercase()));
    let sources = &authorizer.identity_source;
    let joined = if let [one] = sources.as_slice() { one.clone() } else { sources.join(", ") };
    out.insert("identitySource".to_owned(), json!(joined));
    if let Some(issuer) = &authorizer.issuer {
        out.insert("jwtConfiguration".to_owned(), json!({ "audience": authorizer.audience, "issuer": issuer }));
        return json!({ "type": "oauth2", "flows": {}, "x-amazon-apigateway-authorizer": out });
    }
    let texts = [
        ("authorizerUri", &authorizer.uri),
        ("authorizerCredentials", &authorizer.credentials_arn),
        ("authorizerPayloadFormatVersion", &authorizer.payload_format_version),
        ("identityValidationExpression", &authorizer.identity_validation_expression),
    ];
    out.extend(texts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value.as_ref()?)))));
    let ttl = authorizer.result_ttl_s.map(|ttl| ("authorizerResultTtlInSeconds".to_owned(), json!(ttl)));
    let simple = authorizer.enable_simple_responses.map(|simple| ("enableSimpleResponses".to_owned(), json!(simple)));
    out.extend(ttl.into_iter().chain(simple));
    let header = sources.first().and_then(|source| source.strip_prefix("$request.header.")).unwrap_or("Authorization");
    json!({ "type": "apiKey", "name": header, "in": "header", "x-amazon-apigateway-authorizer": out })
}

/// The scheme of signatures, under its name.
pub fn signed() -> (String, Value) {
    let scheme = json!({ "type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4" });
    (SIGNED.to_owned(), scheme)
}
