//! Logins by SAML: what an identity provider's response proves (developer guide, "Setting up a SAML provider as an identity
//! pool IdP"). The response is the one that goes to AWS's sign-in endpoint, and it is a login as often as it is brought
//! before its end: `GetId` and `GetCredentialsForIdentity` both want it.

use saml::aws::{AHEAD_MS, ATTRIBUTES, AUDIENCES, is_sign_in_endpoint, role_of_pair};
use saml::{Assertion, Expected, Metadata, Refusal, Response, Solicited};
use serde_json::{Map, Value};

use crate::Cx;
use crate::entity::Login;
use crate::error::{Result, invalid_login, unsupported_provider};
use crate::login::Proven;

/// Proves a response against the provider of an ARN.
///
/// # Errors
/// `NotAuthorizedException`, IAM's.
pub async fn prove(cx: &Cx<'_>, provider_arn: &str, response: &str) -> Result<Proven> {
    let metadata = cx.service.doors().issuers.saml_metadata(&cx.call.account, provider_arn).await?;
    let metadata = metadata.ok_or_else(unsupported_provider)?;
    // Providers from before metadata was read may hold anything.
    let metadata = Metadata::parse(&metadata).map_err(refused)?;
    let expected = Expected {
        issuer: &metadata.entity_id,
        keys: &metadata.keys,
        audiences: &AUDIENCES,
        is_recipient: &is_sign_in_endpoint,
        solicited: Solicited::Unknown,
        now: cx.now(),
        ahead_ms: AHEAD_MS,
    };
    let assertion = Response::from_base64(response).and_then(|response| response.verify(&expected)).map_err(refused)?;
    proven(provider_arn, assertion)
}

/// The sentences of tokens where one fits. (own)
fn refused(refusal: Refusal) -> aws_types::AwsError {
    tracing::debug!(%refusal, "a SAML response is refused");
    match refusal {
        Refusal::Unsigned | Refusal::Signature => invalid_login("Couldn't verify signed token."),
        Refusal::Issuer => invalid_login("Issuer doesn't match providerName"),
        Refusal::Audience => invalid_login("Incorrect token audience."),
        Refusal::Expired => invalid_login("Token expired."),
        Refusal::NotYetValid => invalid_login("Token is not valid yet."),
        other => invalid_login(format_args!("Not a valid SAML response: {other}.")),
    }
}

fn proven(provider_arn: &str, assertion: Assertion) -> Result<Proven> {
    let subject = assertion.subject.value.clone();
    if subject.is_empty() {
        return Err(invalid_login("Missing a required claim: sub"));
    }
    let role = format!("{ATTRIBUTES}Role");
    let roles = assertion.values(&role).filter_map(|pair| role_of_pair(pair, provider_arn)).map(str::to_owned);
    Ok(Proven {
        roles: roles.collect(),
        preferred_role: None,
        mapping_keys: vec![provider_arn.to_owned()],
        amr: [provider_arn.to_owned(), format!("{provider_arn}:SAML:{subject}")],
        claims: claims(assertion),
        login: Login { provider: provider_arn.to_owned(), subject },
    })
}

/// Attributes by their names: one value as text, several as a list. `sub` and `aud`, for which tags may be mapped as for
/// tokens, are the proven subject and audience, whatever attributes of these names say. (own)
fn claims(assertion: Assertion) -> Map<String, Value> {
    let mut values: Map<String, Value> = Map::new();
    for attribute in assertion.attributes {
        let list = values.entry(attribute.name).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(list) = list {
            list.extend(attribute.values.into_iter().map(Value::String));
        }
    }
    for value in values.values_mut() {
        if let Value::Array(list) = value
            && list.len() == 1
        {
            *value = list.remove(0);
        }
    }
    values.insert("sub".to_owned(), Value::String(assertion.subject.value));
    values.insert("aud".to_owned(), Value::String(assertion.audience));
    values
}
