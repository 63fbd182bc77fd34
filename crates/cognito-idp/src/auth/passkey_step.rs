//! Where passkeys have their say in a sign-in (guide: "Passkey sign-in").
//!
//! [`CognitoIdp::has_passkey`] decides whether WEB_AUTHN is offered, [`CognitoIdp::ask_passkey`] asks for one, and
//! [`CognitoIdp::answer_passkey`] judges it and goes on with [`CognitoIdp::advance`]: by [`First::Passkey`], or by
//! [`First::VerifiedPasskey`] where the authenticator verified its user. Passkeys are not guessed: nothing is counted
//! towards the lock-out, and a locked name does not stop them.
//!
//! The challenge is a MAC of the session's id: it is good for that session alone, and nothing is kept.

use aws_types::AwsError;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model_cognito_idp::types::ChallengeNameType;
use serde_json::{Value, json};
use store::{Tx, Versioned, retry};
use webauthn::{Assertion, Expected, Known, Refusal, Seen};

use super::flow::{Answer, Challenge, Step};
use super::initiate::required;
use super::passkey::{TIMEOUT_MS, descriptor, passkeys_enabled, verification, verification_text};
use super::progress::{First, SignIn};
use super::session::{ChallengeSession, Holder};
use super::visit::Visit;
use crate::CognitoIdp;
use crate::entity::{Passkey, User, UserPool};
use crate::error::{self, Result};
use crate::table::passkey::{PASSKEYS, passkey_sk, passkeys_of};
use crate::table::pool_pk;
use crate::table::user::fold;

const STEP: ChallengeNameType = ChallengeNameType::WebAuthn;
/// Longest `CREDENTIAL` that is looked at.
const MAX_CREDENTIAL_BYTES: usize = 32 * 1024;

impl CognitoIdp {
    /// Asks for a passkey of this name; where the client hides who exists, also of a name that has no user.
    ///
    /// # Errors
    /// InvalidParameterException where the pool has no passkeys.
    pub(crate) async fn ask_passkey(&self, visit: Visit<'_>, user: Option<&User>, name: &str) -> Result<Step> {
        let pool = visit.pool;
        let relying_party = self.relying_party(pool, visit.page_host).filter(|_| passkeys_enabled(pool));
        let relying_party = relying_party.ok_or_else(|| error::challenge_not_supported(STEP.as_str()))?;
        let allowed = match user {
            Some(user) => {
                let known = passkeys_of(self.store(), pool, &user.sub).await?;
                let usable = known.iter().filter(|passkey| passkey.relying_party == relying_party);
                usable.map(|passkey| descriptor(passkey)).collect()
            }
            None => Vec::new(),
        };
        // Who has no passkey is answered like who does not exist.
        let allowed = if allowed.is_empty() { vec![self.imagined_passkey(pool, user, name)] } else { allowed };
        let holder = user.map_or(Holder::Name(name), Holder::User);
        let session = self.new_session(visit, STEP.as_str(), holder);
        let options = json!({
            "challenge": URL_SAFE_NO_PAD.encode(self.passkey_challenge(&session)),
            "timeout": TIMEOUT_MS,
            "rpId": relying_party,
            "allowCredentials": allowed,
            "userVerification": verification_text(verification(pool)),
        });
        let parameters = [("CREDENTIAL_REQUEST_OPTIONS".to_owned(), options.to_string())];
        Ok(Step::Challenge(Challenge {
            name: STEP,
            session: Some(self.seal_session(&session)?),
            parameters: parameters.into(),
            available: Vec::new(),
        }))
    }

    /// WEB_AUTHN.
    ///
    /// # Errors
    /// InvalidParameterException for what no browser gives; NotAuthorizedException.
    pub(crate) async fn answer_passkey(&self, visit: Visit<'_>, answer: Answer<'_>) -> Result<Step> {
        let text = answer.session.ok_or_else(|| error::missing_parameter("Session"))?;
        let session = self.open_session_of(visit, STEP.as_str(), text).await?;
        let credential = required(answer.responses, "CREDENTIAL")?;
        let given = read(credential).ok_or_else(error::invalid_credential)?;
        let refused = error::incorrect_username_or_password;
        if session.sub.is_empty() {
            return Err(refused());
        }
        let user = self.session_user(visit, &session, answer.name).await?;
        if given.user_handle().is_some_and(|handle| handle != user.sub.as_bytes()) {
            return Err(refused());
        }
        let seen = retry(self.store(), || self.take_assertion(visit, &user, &session, &given)).await?;
        let first = if seen.user_verified { First::VerifiedPasskey } else { First::Passkey };
        self.advance(visit, SignIn::by(first, user, None)).await
    }

    /// Judges an assertion, and spends its session with the same commit that keeps its counter.
    async fn take_assertion(
        &self,
        visit: Visit<'_>,
        user: &User,
        session: &ChallengeSession,
        given: &Assertion,
    ) -> Result<Seen> {
        let pool = visit.pool;
        self.check_live(pool, session).await?;
        let id = URL_SAFE_NO_PAD.encode(given.credential_id());
        let found = PASSKEYS.get(self.store(), &pool_pk(&pool.id), &passkey_sk(&user.sub, &id)).await?;
        let current = found.ok_or_else(error::incorrect_username_or_password)?;
        let seen = self.judge(visit, session, given, &current)?;
        let mut tx = Tx::new();
        self.spend_session(&mut tx, session);
        let passkey = Passkey { sign_count: seen.sign_count, ..current.value.clone() };
        PASSKEYS.update(&mut tx, &current, &passkey, Vec::new())?;
        self.store().commit(tx).await?;
        Ok(seen)
    }

    fn judge(
        &self,
        visit: Visit<'_>,
        session: &ChallengeSession,
        given: &Assertion,
        passkey: &Versioned<Passkey>,
    ) -> Result<Seen> {
        let pool = visit.pool;
        let relying_party = self.relying_party(pool, visit.page_host).filter(|_| passkeys_enabled(pool));
        let relying_party = relying_party.ok_or_else(|| error::challenge_not_supported(STEP.as_str()))?;
        let challenge = self.passkey_challenge(session);
        let expected =
            Expected { challenge: &challenge, relying_party: &relying_party, verification: verification(pool) };
        let public_key = URL_SAFE_NO_PAD.decode(&passkey.public_key).map_err(AwsError::internal)?;
        let known = Known { public_key: &public_key, sign_count: passkey.sign_count };
        given.verify(expected, known).map_err(|refusal| {
            tracing::debug!(%refusal, "a passkey was refused");
            if refusal != Refusal::SignCount {
                return error::incorrect_username_or_password();
            }
            tracing::warn!(
                pool.id = pool.id,
                user.sub = session.sub,
                "a passkey's counter went back: it may be copied"
            );
            error::passkey_may_be_copied()
        })
    }

    fn passkey_challenge(&self, session: &ChallengeSession) -> Vec<u8> {
        self.code_mac(&format!("passkey challenge|{}", session.id)).as_ref().to_vec()
    }

    /// The passkey of somebody who has none: always the same.
    fn imagined_passkey(&self, pool: &UserPool, user: Option<&User>, name: &str) -> Value {
        let name = user.map_or(name, |user| &user.username);
        let id = self.code_mac(&format!("imagined passkey|{}|{}", pool.id, fold(pool, name)));
        json!({ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(id), "transports": ["internal", "hybrid"] })
    }
}

fn read(credential: &str) -> Option<Assertion> {
    if credential.len() > MAX_CREDENTIAL_BYTES {
        return None;
    }
    Assertion::read(&serde_json::from_str(credential).ok()?).ok()
}
