//! Codes by mail and SMS: six digits (eight in a mail that signs in), kept as an HMAC, bound to pool, user and purpose,
//! good for a day (an hour for a reset, a session for a sign-in), five tries. A new one ends the old.
//!
//! A name without user has codes too where existence is hidden: made, kept, never sent. So every later step goes the
//! same way and gives the same answers.

use aws_lc_rs::{constant_time, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use store::{Table, Tx, Versioned, retry};
use world::rng;

use super::destination::Destination;
use crate::CognitoIdp;
use crate::entity::{User, UserPool};
use crate::error::{self, Result};
use crate::table::pool_pk;
use crate::table::user::fold;

/// Wrong tries that a code survives.
pub const TRIES: u32 = 5;
const CODE_DIGITS: usize = 6;
const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;

const CODES: Table<CodeRecord> = Table::new("verification-code", 1);

/// What a code is for; it is good for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// ConfirmSignUp.
    SignUp,
    /// ConfirmForgotPassword.
    Reset,
    /// VerifyUserAttribute of `email` or `phone_number`.
    Attribute(&'static str),
    /// A step of a sign-in; the subject is its session's id.
    SignIn {
        /// Length of the code.
        digits: usize,
    },
}

impl Purpose {
    fn name(self) -> String {
        match self {
            Self::SignUp => "sign-up".to_owned(),
            Self::Reset => "reset".to_owned(),
            Self::Attribute(attribute) => format!("attribute-{attribute}"),
            Self::SignIn { .. } => "sign-in".to_owned(),
        }
    }

    const fn validity_ms(self) -> i64 {
        match self {
            Self::SignUp | Self::Attribute(_) => DAY_MS,
            // The session ends before.
            Self::Reset | Self::SignIn { .. } => HOUR_MS,
        }
    }

    const fn digits(self) -> usize {
        match self {
            Self::SignIn { digits } => digits,
            Self::SignUp | Self::Reset | Self::Attribute(_) => CODE_DIGITS,
        }
    }
}

/// A code at rest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CodeRecord {
    nonce: String,
    mac: String,
    tries: u32,
    /// `email` or `phone_number`: what the code proves.
    pub attribute: String,
    /// The address it went to.
    pub value: String,
    /// When it was made, epoch ms: a code of before the last change of the password resets nothing.
    #[serde(default)]
    pub made_ms: i64,
}

/// A code that was given rightly and not yet used up.
#[derive(Clone, Debug)]
pub struct CheckedCode {
    sk: String,
    record: CodeRecord,
}

impl CheckedCode {
    /// The attribute that the code proves.
    pub fn attribute(&self) -> &str {
        &self.record.attribute
    }

    /// The address it went to.
    pub fn value(&self) -> &str {
        &self.record.value
    }

    /// Whether the user's password was set after the code was made.
    pub fn is_older_than_password(&self, user: &User) -> bool {
        user.password.as_ref().is_some_and(|password| password.set.ms() > self.record.made_ms)
    }
}

impl CognitoIdp {
    /// What stands for a name that has no user, wherever a `sub` would.
    pub(crate) fn phantom(&self, pool: &UserPool, name: &str) -> String {
        let tag = self.code_mac(&format!("phantom|{}|{}", pool.id, fold(pool, name)));
        format!("unknown-{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// Makes a code and adds its keeping to `tx`. The code itself is for the message alone.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn stage_code(
        &self,
        tx: &mut Tx,
        pool: &UserPool,
        subject: &str,
        purpose: Purpose,
        destination: &Destination,
    ) -> Result<String> {
        let code = rng::pick(self.rng(), rng::DIGITS, purpose.digits());
        let nonce = URL_SAFE_NO_PAD.encode(rng::bytes::<16>(self.rng()));
        let record = CodeRecord {
            mac: self.record_mac(pool, subject, purpose, &nonce, &code),
            nonce,
            tries: 0,
            attribute: destination.attribute.to_owned(),
            value: destination.value.clone(),
            made_ms: self.now().ms(),
        };
        let expires = self.now().plus_ms(purpose.validity_ms());
        CODES.put_expiring(tx, &pool_pk(&pool.id), &code_sk(subject, purpose), &record, Vec::new(), expires)?;
        Ok(code)
    }

    /// Whether this is the code. A try is counted before the code is looked at.
    ///
    /// # Errors
    /// ExpiredCodeException where there is none, LimitExceededException after [`TRIES`], CodeMismatchException.
    pub(crate) async fn check_code(
        &self,
        pool: &UserPool,
        subject: &str,
        purpose: Purpose,
        given: &str,
    ) -> Result<CheckedCode> {
        let sk = code_sk(subject, purpose);
        let record = retry(self.store(), || self.count_try(pool, &sk)).await?;
        let mac = self.record_mac(pool, subject, purpose, &record.nonce, given);
        if constant_time::verify_slices_are_equal(mac.as_bytes(), record.mac.as_bytes()).is_err() {
            return Err(error::code_mismatch());
        }
        Ok(CheckedCode { sk, record })
    }

    async fn count_try(&self, pool: &UserPool, sk: &str) -> Result<CodeRecord> {
        let current = self.live_code(pool, sk).await?.ok_or_else(error::code_expired)?;
        if current.tries >= TRIES {
            return Err(error::attempt_limit_exceeded());
        }
        let after = CodeRecord { tries: current.tries + 1, ..current.value.clone() };
        let mut tx = Tx::new();
        CODES.update(&mut tx, &current, &after, Vec::new())?;
        self.store().commit(tx).await?;
        Ok(after)
    }

    /// Adds the using up of a checked code to `tx`: where another call was quicker, the commit conflicts and the next
    /// try finds no code.
    ///
    /// # Errors
    /// ExpiredCodeException where it was used up or replaced meanwhile.
    pub(crate) async fn use_up(&self, tx: &mut Tx, pool: &UserPool, code: &CheckedCode) -> Result<()> {
        let current = self.live_code(pool, &code.sk).await?.filter(|current| current.mac == code.record.mac);
        CODES.delete(tx, &current.ok_or_else(error::code_expired)?);
        Ok(())
    }

    async fn live_code(&self, pool: &UserPool, sk: &str) -> Result<Option<Versioned<CodeRecord>>> {
        let found = CODES.get(self.store(), &pool_pk(&pool.id), sk).await?;
        Ok(found.filter(|record| !record.is_expired(self.now())))
    }

    fn record_mac(&self, pool: &UserPool, subject: &str, purpose: Purpose, nonce: &str, code: &str) -> String {
        let text = format!("code|{}|{subject}|{}|{nonce}|{code}", pool.id, purpose.name());
        URL_SAFE_NO_PAD.encode(self.code_mac(&text))
    }

    /// An HMAC of this room's own key.
    pub(crate) fn code_mac(&self, text: &str) -> hmac::Tag {
        let key = self.store().sealer().derive("cognito verification codes");
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), text.as_bytes())
    }
}

fn code_sk(subject: &str, purpose: Purpose) -> String {
    format!("verification-code#{subject}#{}", purpose.name())
}
