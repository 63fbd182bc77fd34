//! SAML assertions: what one proves, and whom it lets have which role (IAM guide, "Configure SAML assertions for the
//! authentication response").

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_types::{AccountId, Arn, AwsError, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use iam_policy::{Context, Policies, PolicyKind, Principal, Request, evaluate};
use saml::aws::{AHEAD_MS, ATTRIBUTES, AUDIENCES, is_sign_in_endpoint, role_of_pair};
use saml::{Assertion, Expected, Metadata, Refusal, Response, Solicited};
use serde::{Deserialize, Serialize};
use store::{Index, StoreError, Table, Tx};

use super::error::{
    expired_assertion, idp_rejected, invalid_identity_token, no_saml, no_saml_provider, redeemed_assertion,
};
use super::grant::{is_session_name, is_tag};
use super::saml_keys::{Keys, attribute_keys};
use crate::compile::parse;
use crate::entity::{Role, SamlProvider, Tag};
use crate::error::Result;
use crate::service::Shared;
use crate::table::{Entity, account_pk};

/// For how long after its issue an assertion is taken.
const FRESH_MS: i64 = 5 * 60 * 1_000;
/// Assertions that were taken: partition [`redeemed_pk`], place the hash of the assertion's ID.
const REDEEMED: Table<Redeemed> = Table::new("iam-saml-redeemed", 1);

/// An assertion that was taken once; swept away with the end of the assertion.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Redeemed {}

fn redeemed_pk(provider: &SamlProvider) -> String {
    format!("iam-saml-redeemed#{}", provider.uuid)
}

/// Somebody whom a provider proved.
pub struct Proven {
    provider: SamlProvider,
    assertion: Assertion,
    /// `RoleSessionName`.
    pub session_name: String,
    /// `PrincipalTag:*`.
    pub tags: Vec<Tag>,
    /// `TransitiveTagKeys`.
    pub transitive: Vec<String>,
    /// `SourceIdentity`.
    pub source_identity: Option<String>,
}

/// The provider of exactly that ARN.
///
/// # Errors
/// The store's.
pub async fn provider(shared: &Shared, arn: &str) -> Result<Option<SamlProvider>> {
    let parsed = Arn::parse(arn).filter(|arn| arn.service == "iam" && arn.resource.starts_with("saml-provider/"));
    let Some(account) = parsed.and_then(|arn| AccountId::parse(&arn.account)) else { return Ok(None) };
    let sk = SamlProvider::sk(arn);
    let found = SamlProvider::TABLE.get(shared.store(), &account_pk(account.as_str()), &sk).await?;
    Ok(found.map(|found| found.value).filter(|provider| provider.arn() == arn))
}

/// Proves a response against a provider.
///
/// # Errors
/// `InvalidIdentityToken`, `ExpiredTokenException`, `IDPRejectedClaim`, the store's.
pub async fn prove(shared: &Shared, provider_arn: &str, response: &str, now: Timestamp) -> Result<Proven> {
    let provider = provider(shared, provider_arn).await?.ok_or_else(no_saml_provider)?;
    // Providers from before metadata was read may hold anything.
    let metadata =
        Metadata::parse(&provider.metadata).map_err(|_| invalid_identity_token("Could not parse metadata"))?;
    let expected = Expected {
        issuer: &metadata.entity_id,
        keys: &metadata.keys,
        audiences: &AUDIENCES,
        is_recipient: &is_sign_in_endpoint,
        solicited: Solicited::Unknown,
        now,
        ahead_ms: AHEAD_MS,
    };
    let assertion = Response::from_base64(response).and_then(|response| response.verify(&expected)).map_err(refused)?;
    if assertion.issued.plus_ms(FRESH_MS) <= now {
        return Err(expired_assertion());
    }
    let session_name = session_name(&assertion)?;
    let source_identity = source_identity(&assertion)?;
    let tags = tags(&assertion)?;
    let transitive = assertion.values(&format!("{ATTRIBUTES}TransitiveTagKeys")).map(str::to_owned).collect();
    Ok(Proven { provider, assertion, session_name, tags, transitive, source_identity })
}

/// STS's word for a refusal. What is not documented says what is wrong in the words of this server. (doc, own)
fn refused(refusal: Refusal) -> AwsError {
    tracing::debug!(%refusal, "a SAML response is refused");
    match refusal {
        Refusal::Base64 => invalid_identity_token("Invalid base64 SAMLResponse"),
        Refusal::Unsigned | Refusal::Signature => invalid_identity_token("Response signature invalid"),
        Refusal::Issuer => invalid_identity_token("Issuer not present in specified provider"),
        Refusal::Audience => invalid_identity_token("Response does not contain the required audience"),
        Refusal::Recipient => invalid_identity_token("Response does not contain the required recipient"),
        Refusal::Expired => expired_assertion(),
        Refusal::Status => idp_rejected(),
        other => invalid_identity_token(format_args!("Invalid SAML response: {other}")),
    }
}

/// The one value of an attribute.
fn single<'a>(assertion: &'a Assertion, name: &'a str) -> Result<Option<&'a str>> {
    let mut values = assertion.values(name);
    match (values.next(), values.next()) {
        (_, Some(_)) => {
            let short = name.strip_prefix(ATTRIBUTES).unwrap_or(name);
            Err(invalid_identity_token(format_args!("{short} in AuthnResponse must have a single value"))) // own
        }
        (value, None) => Ok(value),
    }
}

fn session_name(assertion: &Assertion) -> Result<String> {
    let name = format!("{ATTRIBUTES}RoleSessionName");
    let required = || invalid_identity_token("RoleSessionName is required in AuthnResponse");
    let name = single(assertion, &name)?.ok_or_else(required)?;
    if !is_session_name(name) {
        return Err(invalid_identity_token("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"));
    }
    Ok(name.to_owned())
}

fn source_identity(assertion: &Assertion) -> Result<Option<String>> {
    let name = format!("{ATTRIBUTES}SourceIdentity");
    let Some(identity) = single(assertion, &name)? else { return Ok(None) };
    if !is_session_name(identity) || identity.starts_with("aws:") {
        let sentence = "Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with \"aws:\"";
        return Err(invalid_identity_token(sentence));
    }
    Ok(Some(identity.to_owned()))
}

fn tags(assertion: &Assertion) -> Result<Vec<Tag>> {
    let mut tags = Vec::new();
    for attribute in &assertion.attributes {
        let Some(key) = attribute.name.strip_prefix(ATTRIBUTES).and_then(|name| name.strip_prefix("PrincipalTag:"))
        else {
            continue;
        };
        let value = match attribute.values.as_slice() {
            [value] => value.as_str(),
            _ => return Err(invalid_identity_token("A PrincipalTag must have a single value")), // own
        };
        if !is_tag(key, value) {
            return Err(invalid_identity_token("A PrincipalTag is not valid")); // own
        }
        tags.push(Tag { key: key.to_owned(), value: value.to_owned() });
    }
    Ok(tags)
}

/// What a context borrows.
struct Facts {
    provider: String,
    keys: Vec<(String, String)>,
    lists: Vec<(String, Vec<String>)>,
}

impl Proven {
    /// The provider's ARN.
    pub fn provider_arn(&self) -> String {
        self.provider.arn()
    }

    /// `NameID`.
    pub fn subject(&self) -> &str {
        &self.assertion.subject.value
    }

    /// The format of the name, without the prefix that SAML 2.0 gives its own.
    pub fn subject_type(&self) -> Option<&str> {
        let format = self.assertion.subject.format.as_deref()?;
        Some(format.strip_prefix("urn:oasis:names:tc:SAML:2.0:nameid-format:").unwrap_or(format))
    }

    /// The assertion's issuer.
    pub fn issuer(&self) -> &str {
        &self.assertion.issuer
    }

    /// `Audience` as STS answers it: the recipient.
    pub fn recipient(&self) -> &str {
        &self.assertion.recipient
    }

    /// Which names of which provider in which account the subject is one of. (doc)
    pub fn name_qualifier(&self) -> String {
        let text = format!("{}{}/{}", self.assertion.issuer, self.provider.account, self.provider.name);
        STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()))
    }

    /// When the session at the identity provider ends.
    pub const fn session_expires(&self) -> Option<Timestamp> {
        self.assertion.session_expires
    }

    /// Whether an attribute `Role` pairs the role with this provider.
    fn names(&self, role_arn: &str) -> bool {
        let provider = self.provider.arn();
        let name = format!("{ATTRIBUTES}Role");
        self.assertion.values(&name).any(|pair| role_of_pair(pair, &provider) == Some(role_arn))
    }

    /// Condition keys of one value, and of several.
    pub fn keys(&self) -> Keys {
        let (mut keys, lists) = attribute_keys(&self.assertion.attributes);
        for (key, value) in [
            ("saml:aud", self.recipient()),
            ("saml:iss", self.issuer()),
            ("saml:sub", self.subject()),
            ("saml:namequalifier", &self.name_qualifier()),
            ("saml:doc", &format!("{}/{}", self.provider.account, self.provider.name)),
        ] {
            keys.push((key.to_owned(), value.to_owned()));
        }
        keys.extend(self.subject_type().map(|sort| ("saml:sub_type".to_owned(), sort.to_owned())));
        (keys, lists)
    }

    /// Whether the assertion names the role and the role's trust policy lets the subject have it.
    ///
    /// # Errors
    /// `AccessDenied`, an internal error where the stored policy is broken.
    pub fn may_assume(&self, role: &Role, now: Timestamp) -> Result<()> {
        let role_arn = role.arn();
        if !self.names(&role_arn) || role.account != self.provider.account {
            return Err(no_saml());
        }
        let trust = parse(&role.trust, PolicyKind::Trust)?;
        let principal = Principal::Federated { provider: self.provider.arn() };
        let facts = self.facts();
        let context = self.context(&principal, &facts, now);
        let policies = Policies { resource: Some(&trust), ..Policies::default() };
        let mut actions = vec!["sts:AssumeRoleWithSAML"];
        actions.extend((!self.tags.is_empty()).then_some("sts:TagSession"));
        actions.extend(self.source_identity.is_some().then_some("sts:SetSourceIdentity"));
        let may =
            |action: &&str| evaluate(&Request::new(&principal, action, &role_arn, &context), &policies).is_allowed();
        if actions.iter().all(may) { Ok(()) } else { Err(no_saml()) }
    }

    fn facts(&self) -> Facts {
        let (keys, lists) = self.keys();
        Facts { provider: self.provider.arn(), keys, lists }
    }

    fn context<'a>(&'a self, principal: &'a Principal, facts: &'a Facts, now: Timestamp) -> Context<'a> {
        let mut context = Context::of(principal, now).with("sts:RoleSessionName", self.session_name.as_str());
        context.set("aws:FederatedProvider", facts.provider.as_str());
        facts.keys.iter().for_each(|(key, value)| context.set(key.as_str(), value.as_str()));
        facts.lists.iter().for_each(|(key, list)| context.set_many(key.as_str(), list.iter().map(String::as_str)));
        for tag in &self.tags {
            context.set(format!("aws:RequestTag/{}", tag.key), tag.value.as_str());
        }
        if !self.tags.is_empty() {
            context.set_many("aws:TagKeys", self.tags.iter().map(|tag| tag.key.as_str()));
        }
        if !self.transitive.is_empty() {
            context.set_many("sts:TransitiveTagKeys", self.transitive.iter().map(String::as_str));
        }
        if let Some(identity) = &self.source_identity {
            context.set("sts:SourceIdentity", identity.as_str());
        }
        context
    }

    /// Takes the assertion, which can be done once. (attack 131)
    ///
    /// # Errors
    /// `InvalidIdentityToken` where it was taken before, the store's.
    pub async fn redeem(&self, shared: &Shared) -> Result<()> {
        let place = URL_SAFE_NO_PAD.encode(digest(&SHA256, self.assertion.id.as_bytes()));
        let mut tx = Tx::new();
        let pk = redeemed_pk(&self.provider);
        REDEEMED.insert_expiring(&mut tx, &pk, &place, &Redeemed {}, Index::new(), self.assertion.expires)?;
        match shared.store().commit(tx).await {
            Ok(_) => Ok(()),
            Err(StoreError::Conflict) => Err(redeemed_assertion()),
            Err(error) => Err(error.into()),
        }
    }
}
