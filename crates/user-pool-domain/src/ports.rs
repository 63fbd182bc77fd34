//! What the pages and endpoints ask of the user pool behind them. The control plane (`cognito-idp`) implements this;
//! the same functions stand behind its AWS operations, so that a rule holds whichever way somebody came in.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_types::{AwsError, Secret};
use serde_json::{Map, Value};

use crate::plan::DomainPlan;

/// Finds the plan of a domain or a pool. Answers from memory.
pub trait DomainPlans: Send + Sync {
    /// By domain prefix or custom domain.
    fn by_domain(&self, domain: &str) -> Option<Arc<DomainPlan>>;
}

/// Which client of which pool a call is about, and where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct FlowContext<'a> {
    /// The pool.
    pub pool_id: &'a str,
    /// The app client.
    pub client_id: &'a str,
    /// Host under which the browser sees the page, without port.
    pub host: &'a str,
    /// Address of the browser.
    pub source_ip: &'a str,
    /// `User-Agent`.
    pub user_agent: &'a str,
    /// What [`UserPool::remember_browser`] gave this browser.
    pub device: Option<&'a str>,
}

/// A person whose sign-in is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The username as stored.
    pub username: String,
    /// The user's `sub`.
    pub sub: String,
    /// Which of the user's times of being signed in it belongs to: sign-out everywhere and a new password begin the
    /// next one, and what belongs to an earlier one gives nothing any more.
    pub epoch: u64,
    /// When the person proved who they are, epoch seconds.
    pub auth_time: i64,
    /// Names the sign-in: the session of the pages and the tokens that come of it bear it. Empty where it is not known.
    pub id: String,
}

/// Where a flow stands after a step.
#[derive(Clone, Debug)]
pub enum AuthStep {
    /// Done.
    SignedIn(SignedIn),
    /// Another proof is needed.
    Challenge {
        /// `NEW_PASSWORD_REQUIRED`, …
        name: String,
        /// Opaque; given back with the answer.
        session: String,
        /// As in the AWS API.
        parameters: BTreeMap<String, String>,
        /// `AvailableChallenges`, where there is a choice.
        available: Vec<String>,
    },
}

/// A software token that is being set up.
#[derive(Clone, Debug)]
pub struct SoftwareToken {
    /// Base32, for the person's app.
    pub secret: Secret<String>,
    /// Given back with the app's first code.
    pub session: String,
}

/// A picture of a style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What a person may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessKind {
    /// A session of these pages.
    Browser,
    /// Refresh tokens of an application.
    Application,
    /// A device that is remembered.
    Device,
    /// A passkey.
    Passkey,
}

/// One way in that a person has open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// What it is.
    pub kind: AccessKind,
    /// Names it to [`UserPool::end_access`]; no secret.
    pub id: String,
    /// For people: a browser's `User-Agent`, a client's or device's name.
    pub name: String,
    /// Since when, epoch seconds.
    pub since_s: i64,
    /// It is the session that asks.
    pub current: bool,
}

/// What a registration led to.
#[derive(Clone, Debug)]
pub struct SignedUp {
    /// No code is needed.
    pub confirmed: bool,
    /// The username as stored (differs from what was typed where an e-mail address is the username).
    pub username: String,
    /// Masked address the code went to, `t***@t***`.
    pub destination: Option<String>,
}

/// An authorization to be turned into a code or tokens.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// Who.
    pub user: SignedIn,
    /// Registered redirect URI the answer goes to.
    pub redirect_uri: String,
    /// Granted scopes, in the order asked.
    pub scopes: Vec<String>,
    /// For the id token.
    pub nonce: Option<String>,
    /// PKCE challenge (S256).
    pub code_challenge: Option<String>,
}

/// What a token request asks for beside its proof.
#[derive(Clone, Debug, Default)]
pub struct GrantWish {
    /// Fewer scopes than there are; all of them where `None`.
    pub scopes: Option<Vec<String>>,
    /// `aws_client_metadata`: what the function that decides about claims is told.
    pub metadata: Option<BTreeMap<String, String>>,
}

/// Whom an id token that was given out earlier names (`id_token_hint`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The client it was made for.
    pub client_id: String,
    /// The user's `sub`.
    pub sub: String,
}

/// Tokens of a grant.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Only with scope `openid`.
    pub id_token: Option<String>,
    /// Always.
    pub access_token: String,
    /// Only from the code grant (and from refresh where rotation is on).
    pub refresh_token: Option<String>,
    /// Of the access token, seconds.
    pub expires_in: i64,
}

/// Why a grant was refused, in OAuth's terms.
#[derive(Debug)]
pub enum GrantError {
    /// `invalid_grant`: unknown, used, expired, of another client, wrong redirect URI, wrong verifier, user gone.
    InvalidGrant,
    /// `invalid_request` with a description (a trigger refused).
    InvalidRequest(String),
    /// `invalid_scope`.
    InvalidScope,
    /// Something broke; the cause is logged.
    Server(AwsError),
}

/// The state behind the pages. Errors are AWS's, with the sentences people see.
#[async_trait]
pub trait UserPool: Send + Sync {
    /// Username and password.
    async fn sign_in(
        &self,
        cx: FlowContext<'_>,
        username: &str,
        password: &Secret<String>,
    ) -> Result<AuthStep, AwsError>;

    /// The flow USER_AUTH: by the preferred challenge where it is there, else by a choice.
    async fn choose_sign_in(
        &self,
        cx: FlowContext<'_>,
        username: &str,
        preferred: Option<&str>,
    ) -> Result<AuthStep, AwsError>;

    /// A secret for an authenticator app, in the challenge MFA_SETUP.
    async fn associate_software_token(&self, cx: FlowContext<'_>, session: &str) -> Result<SoftwareToken, AwsError>;

    /// The app's first code; answers the session for the answer to MFA_SETUP.
    async fn verify_software_token(&self, cx: FlowContext<'_>, session: &str, code: &str) -> Result<String, AwsError>;

    /// What a browser needs to make a passkey for somebody who is signed in: `PublicKeyCredentialCreationOptionsJSON`.
    async fn begin_passkey(&self, cx: FlowContext<'_>, user: &SignedIn) -> Result<Value, AwsError>;

    /// The passkey that the browser made: `RegistrationResponseJSON`.
    async fn add_passkey(&self, cx: FlowContext<'_>, user: &SignedIn, credential: Value) -> Result<(), AwsError>;

    /// Makes this browser a remembered device of somebody who has just signed in; what is given belongs in a cookie.
    async fn remember_browser(&self, cx: FlowContext<'_>, user: &SignedIn) -> Result<Secret<String>, AwsError>;

    /// A picture of the pages' style: of a client's own (`id` is the client's) or of the one for all (`ALL`).
    async fn picture(&self, pool_id: &str, id: &str, name: &str) -> Result<Option<Picture>, AwsError>;

    /// What the person behind a browser session has open; the session itself is marked. `None` where it is over.
    async fn accesses(&self, pool_id: &str, session: &str) -> Result<Option<Vec<Access>>, AwsError>;

    /// Ends one of them; false where it was over already or was never theirs.
    async fn end_access(&self, pool_id: &str, user: &SignedIn, access: (AccessKind, &str)) -> Result<bool, AwsError>;

    /// Signs the person out everywhere, here too.
    async fn end_all(&self, pool_id: &str, user: &SignedIn) -> Result<(), AwsError>;

    /// The answer to a challenge; `responses` as in RespondToAuthChallenge, without USERNAME.
    async fn respond(
        &self,
        cx: FlowContext<'_>,
        challenge: &str,
        session: &str,
        responses: BTreeMap<String, String>,
    ) -> Result<AuthStep, AwsError>;

    /// Registers a person.
    async fn sign_up(
        &self,
        cx: FlowContext<'_>,
        username: &str,
        password: &Secret<String>,
        attributes: BTreeMap<String, String>,
    ) -> Result<SignedUp, AwsError>;

    /// The code of a registration.
    async fn confirm_sign_up(&self, cx: FlowContext<'_>, username: &str, code: &str) -> Result<(), AwsError>;

    /// Goes on after [`UserPool::confirm_sign_up`], for a person who gave the account's password earlier in the same page
    /// flow: as if it had been given again, with every other rule (enabled, second factor, triggers). `None` where the
    /// password must be typed again.
    async fn sign_in_confirmed(&self, cx: FlowContext<'_>, username: &str) -> Result<Option<AuthStep>, AwsError> {
        let (_, _) = (cx, username);
        Ok(None)
    }

    /// Sends that code again. Answers the masked destination.
    async fn resend_code(&self, cx: FlowContext<'_>, username: &str) -> Result<Option<String>, AwsError>;

    /// Sends a code to reset the password. Answers the masked destination.
    async fn forgot_password(&self, cx: FlowContext<'_>, username: &str) -> Result<Option<String>, AwsError>;

    /// Sets a new password with that code.
    async fn confirm_forgot_password(
        &self,
        cx: FlowContext<'_>,
        username: &str,
        code: &str,
        password: &Secret<String>,
    ) -> Result<(), AwsError>;

    /// Opens a browser session (cookie `cognito`, one hour) and gives its secret id; a new one at every sign-in.
    async fn open_session(&self, cx: FlowContext<'_>, user: &SignedIn) -> Result<Secret<String>, AwsError>;

    /// Who a browser session belongs to, if it lives and the user may still sign in.
    async fn session(&self, pool_id: &str, session: &str) -> Result<Option<SignedIn>, AwsError>;

    /// Ends a browser session; unknown ones are no error.
    async fn close_session(&self, pool_id: &str, session: &str) -> Result<(), AwsError>;

    /// A single-use authorization code, five minutes.
    async fn issue_code(&self, cx: FlowContext<'_>, authorization: Authorization) -> Result<String, AwsError>;

    /// Tokens of the implicit grant: no refresh token.
    async fn issue_implicit(&self, cx: FlowContext<'_>, authorization: Authorization) -> Result<Tokens, AwsError>;

    /// Whether this is a secret of the client. Same time whether the client exists or not.
    async fn check_client_secret(
        &self,
        pool_id: &str,
        client_id: &str,
        secret: &Secret<String>,
    ) -> Result<bool, AwsError>;

    /// The code grant. A code that was spent before revokes what it gave.
    async fn redeem_code(
        &self,
        cx: FlowContext<'_>,
        code: &str,
        redirect_uri: &str,
        code_verifier: Option<&str>,
    ) -> Result<Tokens, GrantError>;

    /// The refresh grant; scopes may only narrow.
    async fn refresh(&self, cx: FlowContext<'_>, refresh_token: &str, wish: GrantWish) -> Result<Tokens, GrantError>;

    /// The client credentials grant; scopes are custom ones of the client.
    async fn client_credentials(&self, cx: FlowContext<'_>, wish: GrantWish) -> Result<Tokens, GrantError>;

    /// Revokes a refresh or access token and all tokens of its sign-in. `Ok(false)` where it is neither. A token of another
    /// client stays as it is.
    async fn revoke(&self, cx: FlowContext<'_>, token: &str) -> Result<bool, AwsError>;

    /// What a token of this client is worth now, as RFC 7662 says it; `None` where it is worth nothing, is another
    /// client's or no token.
    async fn introspect(&self, cx: FlowContext<'_>, token: &str) -> Result<Option<Map<String, Value>>, AwsError>;

    /// Whom an id token of this pool names, however old it is; `None` where the pool never made it.
    async fn id_token_hint(&self, pool_id: &str, token: &str) -> Result<Option<Hint>, AwsError>;

    /// Claims of the user behind an access token with scope `openid`; `None` where the token is not good (any more).
    async fn user_info(&self, pool_id: &str, access_token: &str) -> Result<Option<Map<String, Value>>, AwsError>;
}
