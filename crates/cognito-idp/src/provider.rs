//! Outside identity providers: their secrets at rest, their documents as the API shows them, and which of them exist.
//!
//! Sign-in through them is not built: what is kept here is configuration.

use std::collections::BTreeMap;

use aws_types::AwsError;
use model_cognito_idp::types::{IdentityProviderType, IdentityProviderTypeType};
use store::{Tx, Versioned};

use crate::entity::IdentityProvider;
use crate::error::{Result, duplicate_provider, provider_not_found};
use crate::rules::identity_provider::{Details, SECRETS, added, facebook_urls, subject_claim};
use crate::table::{PROVIDER_IDENTIFIERS, PROVIDERS, pool_pk, provider_identifier_key, provider_sk};
use crate::{CognitoIdp, Cx};

impl Cx<'_> {
    /// A provider of this pool.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; the store's.
    pub(crate) async fn identity_provider(&self, pool_id: &str, name: &str) -> Result<Versioned<IdentityProvider>> {
        let provider = PROVIDERS.get(self.store(), &pool_pk(pool_id), &provider_sk(name)).await?;
        provider.ok_or_else(|| provider_not_found(name))
    }

    /// Refuses identifiers that another provider of the pool has. The store refuses the races.
    ///
    /// # Errors
    /// `DuplicateProviderException`.
    pub(crate) async fn check_identifiers_free(&self, provider: &IdentityProvider) -> Result<()> {
        for identifier in &provider.identifiers {
            let key = provider_identifier_key(&provider.pool_id, identifier);
            let holder = self.store().lookup(PROVIDER_IDENTIFIERS, &key, None, 1).await?;
            if holder.first().is_some_and(|(_, sk)| *sk != provider_sk(&provider.name)) {
                return Err(duplicate_provider(identifier));
            }
        }
        Ok(())
    }
}

/// Adds to `tx` that a provider holds these identifiers and no longer those.
pub(crate) fn hold_identifiers(tx: &mut Tx, provider: &IdentityProvider, before: &[String]) {
    let (pk, sk) = (pool_pk(&provider.pool_id), provider_sk(&provider.name));
    let key = |identifier: &String| provider_identifier_key(&provider.pool_id, identifier);
    for gone in before.iter().filter(|identifier| !provider.identifiers.contains(identifier)) {
        tx.release(PROVIDER_IDENTIFIERS, &key(gone), &pk, &sk);
    }
    for new in provider.identifiers.iter().filter(|identifier| !before.contains(identifier)) {
        tx.reserve(PROVIDER_IDENTIFIERS, &key(new), &pk, &sk);
    }
}

impl CognitoIdp {
    /// The provider as the API shows it, with its secrets and with what its type adds.
    ///
    /// # Errors
    /// Internal, where a secret does not open.
    pub fn provider_view(&self, provider: &IdentityProvider) -> Result<IdentityProviderType> {
        let mut details = self.provider_details(provider)?;
        // Apple's key is taken and never shown (API reference).
        details.remove("private_key");
        if provider.provider_type == IdentityProviderTypeType::Facebook {
            let version = details.get("api_version").cloned().unwrap_or_else(|| "v17.0".to_owned());
            for (name, url) in facebook_urls(&version) {
                details.entry(name.to_owned()).or_insert(url);
            }
        }
        for (name, value) in added(provider.provider_type) {
            details.entry((*name).to_owned()).or_insert_with(|| (*value).to_owned());
        }
        Ok(provider.to_wire(details))
    }

    /// `ProviderDetails` with the secrets, as given.
    ///
    /// # Errors
    /// Internal, where a secret does not open.
    pub(crate) fn provider_details(&self, provider: &IdentityProvider) -> Result<Details> {
        let mut details = provider.details.clone();
        for (name, sealed) in &provider.secrets {
            let context = secret_context(&provider.pool_id, &provider.name, name);
            let plain = self.store().sealer().open_text(&context, sealed).map_err(AwsError::internal)?;
            details.insert(name.clone(), String::from_utf8(plain.to_vec()).map_err(AwsError::internal)?);
        }
        Ok(details)
    }

    /// Parts details into open ones and sealed ones.
    pub(crate) fn seal_details(
        &self,
        pool_id: &str,
        name: &str,
        details: Details,
    ) -> (Details, BTreeMap<String, String>) {
        let secret = |detail: &String| SECRETS.contains(&detail.as_str());
        let (secrets, open): (Details, Details) = details.into_iter().partition(|(detail, _)| secret(detail));
        let seal = |(detail, value): (String, String)| {
            let sealed = self.store().sealer().seal_text(&secret_context(pool_id, name, &detail), value.as_bytes());
            (detail, sealed)
        };
        (open, secrets.into_iter().map(seal).collect())
    }

    /// Which of these names are providers of the pool; ends at the first that is none.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn known_providers(&self, pool_id: &str, names: &[String]) -> Result<Vec<String>> {
        let mut known: Vec<String> = Vec::new();
        for name in names.iter().filter(|name| *name != "COGNITO") {
            if known.contains(name) {
                continue;
            }
            if PROVIDERS.get(self.store(), &pool_pk(pool_id), &provider_sk(name)).await?.is_none() {
                break;
            }
            known.push(name.clone());
        }
        Ok(known)
    }
}

/// The mapping with the claim that names somebody.
pub(crate) fn with_subject(
    kind: IdentityProviderTypeType,
    mapping: Option<BTreeMap<String, String>>,
) -> BTreeMap<String, String> {
    let mut mapping = mapping.unwrap_or_default();
    if let Some(claim) = subject_claim(kind) {
        mapping.entry("username".to_owned()).or_insert_with(|| claim.to_owned());
    }
    mapping
}

fn secret_context(pool_id: &str, name: &str, detail: &str) -> String {
    format!("cognito provider secret {pool_id}/{name}/{detail}")
}
