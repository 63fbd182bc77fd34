//! Security schemes of a document: API keys, Signature Version 4, authorizers.

use serde_json::{Map, Value, json};

use super::read::{Reader, text};

/// What a scheme asks of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// A key of a usage plan.
    ApiKey,
    /// Signature Version 4.
    Iam,
    /// An authorizer, whose type decides the method's.
    Authorizer { name: String, authorization_type: &'static str },
    /// Nothing that the gateway enforces.
    Foreign,
}

impl<'a> Reader<'a> {
    /// A scheme by its name.
    pub fn scheme(&self, name: &str) -> Option<Scheme> {
        let scheme = self.schemes()?.get(name)?;
        let is =
            |member: &str, wanted: &str| text(scheme, member).is_some_and(|value| value.eq_ignore_ascii_case(wanted));
        if let Some(authorizer) = scheme.get("x-amazon-apigateway-authorizer").filter(|value| value.is_object()) {
            let pools = text(authorizer, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("cognito_user_pools"));
            let authorization_type = if pools { "COGNITO_USER_POOLS" } else { "CUSTOM" };
            return Some(Scheme::Authorizer { name: name.to_owned(), authorization_type });
        }
        if is("x-amazon-apigateway-authtype", "awsSigv4") {
            return Some(Scheme::Iam);
        }
        let key = is("type", "apiKey") && is("in", "header") && is("name", "x-api-key");
        Some(if key { Scheme::ApiKey } else { Scheme::Foreign })
    }

    fn schemes(&self) -> Option<&Map<String, Value>> {
        self.document.pointer(self.schemes_at())?.as_object()
    }

    /// The schemes of a document's authorizers, which may be described.
    pub fn described_authorizers(&self) -> Vec<(&'a str, &'a Value)> {
        let place = self.schemes_at();
        let schemes = self.document.pointer(place).and_then(Value::as_object).into_iter().flatten();
        let with_extension = schemes.filter(|(_, scheme)| scheme.get("x-amazon-apigateway-authorizer").is_some());
        with_extension.map(|(name, scheme)| (name.as_str(), scheme)).collect()
    }

    fn schemes_at(&self) -> &'static str {
        if self.is_v2() { "/securityDefinitions" } else { "/components/securitySchemes" }
    }

    /// The authorizers of a document, as CreateAuthorizer takes them.
    pub fn authorizers(&self) -> Vec<Value> {
        let with_extension = self.schemes().into_iter().flatten().filter_map(|(name, scheme)| {
            let extension = scheme.get("x-amazon-apigateway-authorizer")?.as_object()?;
            Some(authorizer(name, scheme, extension))
        });
        with_extension.collect()
    }
}

fn authorizer(name: &str, scheme: &Value, extension: &Map<String, Value>) -> Value {
    let kind = extension.get("type").and_then(Value::as_str).unwrap_or("token").to_ascii_uppercase();
    let mut input = json!({"name": name, "type": kind});
    let Some(members) = input.as_object_mut() else { return input };
    for member in ["providerARNs", "authorizerUri", "authorizerCredentials", "identityValidationExpression"] {
        if let Some(value) = extension.get(member).filter(|value| !value.is_null()) {
            members.insert(member.to_owned(), value.clone());
        }
    }
    if let Some(auth_type) = text(scheme, "x-amazon-apigateway-authtype") {
        members.insert("authType".to_owned(), auth_type.into());
    }
    let header = text(scheme, "name").filter(|_| text(scheme, "in") == Some("header"));
    let source = extension.get("identitySource").and_then(Value::as_str).map(str::to_owned);
    let named = || header.filter(|name| *name != "Unused").map(|name| format!("method.request.header.{name}"));
    if let Some(source) = source.filter(|source| !source.is_empty()).or_else(named) {
        members.insert("identitySource".to_owned(), source.into());
    }
    let ttl = extension.get("authorizerResultTtlInSeconds").cloned().unwrap_or_else(|| json!(300));
    members.insert("authorizerResultTtlInSeconds".to_owned(), ttl);
    input
}
