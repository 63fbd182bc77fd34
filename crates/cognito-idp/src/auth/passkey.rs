//! The passkeys of users: registered, listed, removed (guide: "Passkey sign-in"). Signing in by one stands in
//! `passkey_step.rs`; the ceremonies themselves in the crate `webauthn`.
//!
//! A registration waits under its user, one at a time: its challenge is good for the client that asked and for one
//! success. No attestation is asked for.

use aws_types::{AwsError, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model_cognito_idp::types::{AuthFactorType, UserVerificationType};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{StoreError, Table, Tx, Versioned, retry};
use webauthn::{Algorithm, Expected, NewCredential, Refusal, Registration, Verification};
use world::rng;

use super::hashed;
use crate::CognitoIdp;
use crate::entity::{Passkey, User, UserPool};
use crate::error::{self, Result};
use crate::table::passkey::{self, MAX_PASSKEYS, PASSKEYS, passkey_sk, passkeys_of};
use crate::table::pool_pk;
use crate::table::user::USERS;

/// How long a registration may take.
const REGISTRATION_MS: i64 = 5 * 60 * 1000;
/// What browsers are told that a ceremony may take, ms.
pub(crate) const TIMEOUT_MS: u32 = 60_000;
const CHALLENGE_BYTES: usize = 32;
/// Authenticators by their model, as people call them.
const MODELS: [(&str, &str); 12] = [
    ("ea9b8d664d011d213ce4b6b48cb575d4", "Google Password Manager"),
    ("adce000235bcc60a648b0b25f1f05503", "Chrome on Mac"),
    ("08987058cadc4b81b6e130de50dcbe96", "Windows Hello"),
    ("9ddd1817af5a4672a2b93e3dd95000a9", "Windows Hello"),
    ("6028b017b1d44c02b4b3afcdafc96bb2", "Windows Hello"),
    ("dd4ec289e01d41c9bb8970fa845d4bf2", "iCloud Keychain"),
    ("fbfc3007154e4ecc8c0b6e020557d7bd", "iCloud Keychain"),
    ("531126d6e717415c93203d9aa6981239", "Dashlane"),
    ("bada5566a7aa401fbd9645619a55120d", "1Password"),
    ("d548826e79b4db40a3d811116f7e8349", "Bitwarden"),
    ("53414d53554e47000000000000000000", "Samsung Pass"),
    ("0ea242b443c44a1b8b17dd6d0b6baec6", "Keeper"),
];

/// A registration that waits for its credential.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Begun {
    client_id: String,
    /// Of the challenge, base64url.
    challenge_hash: String,
    relying_party: String,
}

const BEGUN: Table<Begun> = Table::new("passkey-registration", 1);

/// Whether passkeys are a first factor of the pool.
pub(crate) fn passkeys_enabled(pool: &UserPool) -> bool {
    pool.settings.first_auth_factors.contains(&AuthFactorType::WebAuthn)
}

/// Through what somebody registers a passkey.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Registering<'a> {
    client_id: &'a str,
    page_host: Option<&'a str>,
}

impl<'a> Registering<'a> {
    /// An operation of the AWS API.
    pub const fn by_api(client_id: &'a str) -> Self {
        Self { client_id, page_host: None }
    }

    /// A hosted page.
    pub const fn at_page(client_id: &'a str, host: &'a str) -> Self {
        Self { client_id, page_host: Some(host) }
    }
}

/// Whether a host is one of the pool's domain and of nothing else.
fn is_own_host(pool: &UserPool, host: &str) -> bool {
    let prefix = pool.domain.as_ref().map(|domain| format!("{domain}.auth.{}.", pool.region));
    let below = prefix.and_then(|prefix| host.strip_prefix(&prefix).map(str::to_owned));
    below.is_some_and(|below| below == "localhost" || below == "amazoncognito.com")
        || pool.custom_domain.as_deref() == Some(host)
}

/// `UserVerification` of the pool; preferred where it does not say.
pub(crate) fn verification(pool: &UserPool) -> Verification {
    match pool.mfa.web_authn.as_ref().and_then(|settings| settings.user_verification) {
        Some(UserVerificationType::Required) => Verification::Required,
        _ => Verification::Preferred,
    }
}

/// Its text in options.
pub(crate) const fn verification_text(verification: Verification) -> &'static str {
    match verification {
        Verification::Required => "required",
        Verification::Preferred => "preferred",
    }
}

impl CognitoIdp {
    /// The pool's relying party: what WebAuthnConfiguration says, else the host of the pool's domain. A page that is seen
    /// under another host that is the pool's alone has that host: browsers let `demo.auth.us-east-1.localhost` act for
    /// itself, and not for `localhost`, where the same pages are seen below a path.
    pub(crate) fn relying_party(&self, pool: &UserPool, page_host: Option<&str>) -> Option<String> {
        let configured = pool.mfa.web_authn.as_ref().and_then(|settings| settings.relying_party_id.clone());
        let own = page_host.map(str::to_ascii_lowercase).filter(|host| is_own_host(pool, host));
        configured.or(own).or_else(|| host_of(&self.domain_url(pool)?))
    }

    /// StartWebAuthnRegistration: `PublicKeyCredentialCreationOptionsJSON`.
    ///
    /// # Errors
    /// WebAuthnNotEnabledException, WebAuthnConfigurationMissingException, LimitExceededException.
    pub(crate) async fn begin_passkey_registration(
        &self,
        pool: &UserPool,
        user: &User,
        by: Registering<'_>,
    ) -> Result<Value> {
        let relying_party = self.registering_party(pool, by)?;
        let known = passkeys_of(self.store(), pool, &user.sub).await?;
        if known.len() >= MAX_PASSKEYS {
            return Err(error::too_many_passkeys());
        }
        let challenge = URL_SAFE_NO_PAD.encode(rng::bytes::<CHALLENGE_BYTES>(self.rng()));
        let begun = Begun {
            client_id: by.client_id.to_owned(),
            challenge_hash: hashed(&challenge),
            relying_party: relying_party.clone(),
        };
        let mut tx = Tx::new();
        let expires = self.now().plus_ms(REGISTRATION_MS);
        BEGUN.put_expiring(&mut tx, &pool_pk(&pool.id), &begun_sk(user), &begun, Vec::new(), expires)?;
        self.store().commit(tx).await?;
        let shown = shown_name(user);
        let algorithms = Algorithm::ALL.map(|algorithm| json!({ "type": "public-key", "alg": algorithm.number() }));
        Ok(json!({
            "rp": { "id": relying_party, "name": relying_party },
            "user": { "id": URL_SAFE_NO_PAD.encode(&user.sub), "name": shown, "displayName": shown },
            "challenge": challenge,
            "pubKeyCredParams": algorithms,
            "timeout": TIMEOUT_MS,
            "excludeCredentials": known.iter().map(|passkey| descriptor(passkey)).collect::<Vec<_>>(),
            "authenticatorSelection": {
                "requireResidentKey": true,
                "residentKey": "required",
                "userVerification": verification_text(verification(pool)),
            },
            "attestation": "none",
        }))
    }

    /// CompleteWebAuthnRegistration: keeps the credential of a `RegistrationResponseJSON`.
    ///
    /// # Errors
    /// The WebAuthn exceptions, InvalidParameterException, LimitExceededException.
    pub(crate) async fn finish_passkey_registration(
        &self,
        pool: &UserPool,
        user: &User,
        by: Registering<'_>,
        credential: &Value,
    ) -> Result<()> {
        let relying_party = self.registering_party(pool, by)?;
        let given = Registration::read(credential).map_err(refused)?;
        let begun = BEGUN.get(self.store(), &pool_pk(&pool.id), &begun_sk(user)).await?;
        let answers =
            |begun: &Versioned<Begun>| begun.challenge_hash == hashed(&URL_SAFE_NO_PAD.encode(given.challenge()));
        let begun = begun.filter(|begun| !begun.is_expired(self.now()) && answers(begun));
        let begun = begun.ok_or_else(error::web_authn_challenge_not_found)?;
        if begun.client_id != by.client_id {
            return Err(error::web_authn_client_mismatch());
        }
        // The pool's domain may have changed meanwhile: such a passkey could never be used.
        if begun.relying_party != relying_party {
            return Err(error::web_authn_relying_party_mismatch());
        }
        let verification = verification(pool);
        let expected = Expected { challenge: given.challenge(), relying_party: &relying_party, verification };
        let new = given.verify(expected).map_err(refused)?;
        let passkey = made(&new, relying_party, self.now());
        retry(self.store(), || self.take_passkey(pool, user, &begun, &passkey)).await
    }

    async fn take_passkey(
        &self,
        pool: &UserPool,
        read: &User,
        begun: &Versioned<Begun>,
        passkey: &Passkey,
    ) -> Result<()> {
        let user = self.same_user(pool, read).await?;
        if user.epoch != read.epoch {
            return Err(error::access_token_revoked());
        }
        if BEGUN.get(self.store(), &begun.pk, &begun.sk).await?.is_none_or(|now| now.version != begun.version) {
            return Err(error::web_authn_challenge_not_found());
        }
        if passkey::is_taken(self.store(), pool, &passkey.id).await? {
            return Err(error::invalid_credential());
        }
        let mut tx = Tx::new();
        USERS.require(&mut tx, &user);
        BEGUN.delete(&mut tx, begun);
        passkey::insert(&mut tx, pool, &user.sub, passkey)?;
        match self.store().commit(tx).await {
            Err(StoreError::Limit) => Err(error::too_many_passkeys()),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(()),
        }
    }

    /// DeleteWebAuthnCredential.
    ///
    /// # Errors
    /// ResourceNotFoundException.
    pub(crate) async fn delete_passkey(&self, pool: &UserPool, user: &User, id: &str) -> Result<()> {
        retry(self.store(), || async {
            let found = PASSKEYS.get(self.store(), &pool_pk(&pool.id), &passkey_sk(&user.sub, id)).await?;
            let current = found.ok_or_else(error::passkey_not_found)?;
            let mut tx = Tx::new();
            passkey::delete(&mut tx, pool, &user.sub, &current);
            self.store().commit(tx).await?;
            Ok::<_, AwsError>(())
        })
        .await
    }

    fn registering_party(&self, pool: &UserPool, by: Registering<'_>) -> Result<String> {
        if !passkeys_enabled(pool) {
            return Err(error::web_authn_not_enabled());
        }
        self.relying_party(pool, by.page_host).ok_or_else(error::web_authn_configuration_missing)
    }

    /// Whether the user has registered one that the relying party can ask for.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn has_passkey(&self, pool: &UserPool, user: &User, page_host: Option<&str>) -> Result<bool> {
        let relying_party = self.relying_party(pool, page_host).filter(|_| passkeys_enabled(pool));
        let Some(relying_party) = relying_party else { return Ok(false) };
        let known = passkeys_of(self.store(), pool, &user.sub).await?;
        Ok(known.iter().any(|passkey| passkey.relying_party == relying_party))
    }
}

/// A passkey as options name it.
pub(crate) fn descriptor(passkey: &Passkey) -> Value {
    json!({ "type": "public-key", "id": passkey.id, "transports": passkey.transports })
}

/// What people see of an account in their authenticator.
fn shown_name(user: &User) -> &str {
    let known = |name: &str| user.attributes.get(name).filter(|value| !value.is_empty());
    let email = known("email").or_else(|| known("phone_number")).filter(|_| user.username == user.sub);
    email.unwrap_or(&user.username)
}

fn made(new: &NewCredential, relying_party: String, now: Timestamp) -> Passkey {
    let model: String = new.aaguid.iter().map(|byte| format!("{byte:02x}")).collect();
    let name = MODELS.iter().find(|(id, _)| *id == model).map_or("Passkey", |(_, name)| name);
    Passkey {
        id: URL_SAFE_NO_PAD.encode(&new.id),
        public_key: URL_SAFE_NO_PAD.encode(&new.public_key),
        sign_count: new.sign_count,
        relying_party,
        name: name.to_owned(),
        attachment: new.attachment.clone(),
        transports: new.transports.clone(),
        created: now,
    }
}

/// A failed registration in AWS's words.
fn refused(refusal: Refusal) -> AwsError {
    tracing::debug!(%refusal, "a passkey was not registered");
    match refusal {
        Refusal::Malformed(_) | Refusal::Type => error::invalid_credential(),
        Refusal::Challenge => error::web_authn_challenge_not_found(),
        Refusal::Origin => error::web_authn_origin_not_allowed(),
        Refusal::RelyingParty => error::web_authn_relying_party_mismatch(),
        Refusal::UserPresence
        | Refusal::UserVerification
        | Refusal::Unsupported(_)
        | Refusal::Attestation
        | Refusal::Signature
        | Refusal::SignCount => error::web_authn_credential_not_supported(),
    }
}

fn begun_sk(user: &User) -> String {
    format!("passkey-registration#{}", user.sub)
}

/// The host of a URL.
fn host_of(url: &str) -> Option<String> {
    let authority = url.split_once("://")?.1.split('/').next()?;
    let host = authority.split(':').next()?;
    (!host.is_empty()).then(|| host.to_owned())
}
