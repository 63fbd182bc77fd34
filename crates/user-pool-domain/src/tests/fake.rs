//! A pool in memory that keeps the port's promises: codes are spent once, a spent one revokes what it gave, sessions
//! and refresh tokens end.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_types::{AwsError, Secret};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use world::Lock;

pub use super::plans::*;
use crate::ports::*;

#[derive(Clone, Debug, Default)]
pub struct User {
    pub password: String,
    pub confirmed: bool,
    pub temporary: bool,
    pub reset_required: bool,
    pub disabled: bool,
    pub attributes: BTreeMap<String, String>,
    pub code: Option<String>,
    pub reset_code: Option<String>,
    pub second_factor: Option<String>,
}

pub struct Code {
    pub what: Authorization,
    pub client_id: String,
    pub spent: bool,
    pub gave: Option<String>,
}

pub struct Refresh {
    pub client_id: String,
    pub username: String,
    pub scopes: Vec<String>,
    pub revoked: bool,
}

pub struct Access {
    pub client_id: String,
    pub username: String,
    pub scopes: Vec<String>,
    pub refresh: Option<String>,
}

#[derive(Default)]
pub struct State {
    pub users: BTreeMap<String, User>,
    pub codes: BTreeMap<String, Code>,
    pub sessions: BTreeMap<String, SignedIn>,
    pub refresh: BTreeMap<String, Refresh>,
    pub access: BTreeMap<String, Access>,
    pub challenges: BTreeMap<String, (String, String)>,
    /// What was asked of the pool: operation and client.
    pub calls: Vec<String>,
    pub fails: bool,
    pub auto_confirm: bool,
    pub signs_in_confirmed: bool,
    ids: u32,
}

impl State {
    fn id(&mut self, kind: &str) -> String {
        self.ids += 1;
        format!("{kind}-{:04}", self.ids)
    }

    fn signed_in(&self, username: &str) -> SignedIn {
        SignedIn {
            username: username.to_owned(),
            sub: format!("sub-of-{username}"),
            epoch: 0,
            auth_time: 1_767_323_045,
            id: "sign-in".to_owned(),
        }
    }

    fn tokens(&mut self, client_id: &str, username: &str, scopes: &[String], refresh: Option<String>) -> Tokens {
        let payload = json!({ "scope": scopes.join(" "), "token_use": "access", "n": self.id("n") });
        let parts = [r#"{"alg":"RS256","kid":"k"}"#.to_owned(), payload.to_string(), "signature".to_owned()];
        let access_token = parts.map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        let (client, name) = (client_id.to_owned(), username.to_owned());
        let kept = Access { client_id: client, username: name, scopes: scopes.to_vec(), refresh: refresh.clone() };
        self.access.insert(access_token.clone(), kept);
        let openid = scopes.iter().any(|scope| scope == "openid");
        let id_token = openid.then(|| format!("id-of-{username}-for-{client_id}"));
        Tokens { id_token, access_token, refresh_token: refresh, expires_in: 3600 }
    }

    /// A challenge for somebody, with what AWS says beside it.
    fn ask(&mut self, cx: FlowContext<'_>, username: &str, name: &str) -> AuthStep {
        let session = self.id("challenge");
        self.challenges.insert(session.clone(), (username.to_owned(), cx.client_id.to_owned()));
        let (parameters, available): (Vec<(&str, &str)>, &[&str]) = match name {
            "SMS_MFA" => (vec![("CODE_DELIVERY_DESTINATION", "+*******1234"), ("USER_ID_FOR_SRP", "x")], &[]),
            "SELECT_MFA_TYPE" => (vec![("MFAS_CAN_CHOOSE", r#"["SMS_MFA","SOFTWARE_TOKEN_MFA"]"#)], &[]),
            "MFA_SETUP" => (vec![("MFAS_CAN_SETUP", r#"["SOFTWARE_TOKEN_MFA"]"#)], &[]),
            "WEB_AUTHN" => (vec![("CREDENTIAL_REQUEST_OPTIONS", r#"{"challenge":"AAAA"}"#)], &[]),
            "SELECT_CHALLENGE" => (Vec::new(), &["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]),
            _ => (Vec::new(), &[]),
        };
        let parameters = parameters.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        AuthStep::Challenge {
            name: name.to_owned(),
            session,
            parameters: parameters.collect(),
            available: available.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    /// The answer to a challenge other than a new password.
    fn judge(
        &mut self,
        cx: FlowContext<'_>,
        (challenge, session): (&str, &str),
        name: &str,
        responses: &BTreeMap<String, String>,
    ) -> Result<AuthStep, AwsError> {
        if let Some(chosen) = responses.get("ANSWER").filter(|chosen| *chosen != "PASSWORD") {
            self.challenges.remove(session);
            return Ok(self.ask(cx, name, chosen));
        }
        let right = match challenge {
            "MFA_SETUP" => true,
            "WEB_AUTHN" => responses["CREDENTIAL"].contains("good"),
            "SELECT_CHALLENGE" => responses["PASSWORD"] == PASSWORD,
            other => responses.get(&format!("{other}_CODE")).is_some_and(|code| code == FACTOR_CODE),
        };
        if !right {
            return Err(refusal("CodeMismatchException", "Invalid code or auth state for the user."));
        }
        self.challenges.remove(session);
        Ok(AuthStep::SignedIn(self.signed_in(name)))
    }

    fn revoke(&mut self, refresh: &str) {
        if let Some(token) = self.refresh.get_mut(refresh) {
            token.revoked = true;
        }
        self.access.retain(|_, known| known.refresh.as_deref() != Some(refresh));
    }
}

#[derive(Default)]
pub struct FakePool(pub Lock<State>);

impl FakePool {
    pub fn with_alice() -> Self {
        let pool = Self::default();
        pool.add("alice", User { password: PASSWORD.to_owned(), confirmed: true, ..User::default() });
        pool
    }

    pub fn add(&self, name: &str, user: User) {
        self.0.lock().users.insert(name.to_owned(), user);
    }

    fn enter(&self, cx: FlowContext<'_>, operation: &str) -> Result<std::sync::MutexGuard<'_, State>, AwsError> {
        let mut state = self.0.lock();
        state.calls.push(format!("{operation} {}", cx.client_id));
        if state.fails { Err(AwsError::internal("the store is away")) } else { Ok(state) }
    }
}

pub fn refusal(code: &'static str, message: &'static str) -> AwsError {
    AwsError::sender(code, 400, message)
}

fn incorrect() -> AwsError {
    refusal("NotAuthorizedException", "Incorrect username or password.")
}

fn not_found() -> AwsError {
    refusal("UserNotFoundException", "Username/client id combination not found.")
}

fn hides(cx: FlowContext<'_>) -> bool {
    cx.client_id != LEGACY
}

fn weak(password: &str) -> Result<(), AwsError> {
    let reason = "Password did not conform with policy: Password not long enough";
    if password.len() < 8 { Err(refusal("InvalidPasswordException", reason)) } else { Ok(()) }
}

#[async_trait]
impl UserPool for FakePool {
    async fn sign_in(&self, cx: FlowContext<'_>, name: &str, password: &Secret<String>) -> Result<AuthStep, AwsError> {
        let mut state = self.enter(cx, "sign_in")?;
        let Some(user) = state.users.get(name).cloned() else {
            return Err(if hides(cx) { incorrect() } else { refusal("UserNotFoundException", "User does not exist.") });
        };
        if user.disabled {
            return Err(refusal("NotAuthorizedException", "User is disabled."));
        }
        if user.password != *password.expose() {
            return Err(incorrect());
        }
        if user.reset_required {
            return Err(refusal("PasswordResetRequiredException", "Password reset required for the user"));
        }
        if !user.confirmed {
            return Err(refusal("UserNotConfirmedException", "User is not confirmed."));
        }
        if let Some(factor) = user.second_factor.as_ref().filter(|_| cx.device != Some(&format!("device-of-{name}"))) {
            return Ok(state.ask(cx, name, factor));
        }
        if !user.temporary {
            return Ok(AuthStep::SignedIn(state.signed_in(name)));
        }
        let session = state.id("challenge");
        state.challenges.insert(session.clone(), (name.to_owned(), cx.client_id.to_owned()));
        let missing = if user.attributes.contains_key("name") { "[]" } else { r#"["userAttributes.name"]"# };
        let parameters = BTreeMap::from([("requiredAttributes".to_owned(), missing.to_owned())]);
        Ok(AuthStep::Challenge { name: "NEW_PASSWORD_REQUIRED".to_owned(), session, parameters, available: Vec::new() })
    }

    async fn choose_sign_in(
        &self,
        cx: FlowContext<'_>,
        username: &str,
        preferred: Option<&str>,
    ) -> Result<AuthStep, AwsError> {
        let mut state = self.enter(cx, "choose_sign_in")?;
        Ok(state.ask(cx, username, preferred.unwrap_or("SELECT_CHALLENGE")))
    }

    async fn associate_software_token(&self, cx: FlowContext<'_>, session: &str) -> Result<SoftwareToken, AwsError> {
        let mut state = self.enter(cx, "associate_software_token")?;
        let owner = state.challenges.remove(session).expect("a challenge");
        let session = state.id("challenge");
        state.challenges.insert(session.clone(), owner);
        Ok(SoftwareToken { secret: Secret::new("JBSWY3DPEHPK3PXP".to_owned()), session })
    }

    async fn verify_software_token(&self, cx: FlowContext<'_>, session: &str, code: &str) -> Result<String, AwsError> {
        let state = self.enter(cx, "verify_software_token")?;
        let known = state.challenges.contains_key(session);
        match code {
            _ if !known => Err(refusal("NotAuthorizedException", "Invalid session for the user.")),
            FACTOR_CODE => Ok(session.to_owned()),
            _ => Err(refusal("EnableSoftwareTokenMFAException", "Invalid code received for user")),
        }
    }

    async fn begin_passkey(&self, cx: FlowContext<'_>, _user: &SignedIn) -> Result<Value, AwsError> {
        drop(self.enter(cx, "begin_passkey")?);
        Ok(json!({ "challenge": "AAAA", "rp": { "id": "demo" } }))
    }

    async fn add_passkey(&self, cx: FlowContext<'_>, user: &SignedIn, credential: Value) -> Result<(), AwsError> {
        let mut state = self.enter(cx, "add_passkey")?;
        if credential["id"] != "good" {
            return Err(refusal("WebAuthnOriginNotAllowedException", "Origin is not allowed."));
        }
        state.calls.push(format!("passkey of {}", user.username));
        Ok(())
    }

    async fn remember_browser(&self, cx: FlowContext<'_>, user: &SignedIn) -> Result<Secret<String>, AwsError> {
        drop(self.enter(cx, "remember_browser")?);
        Ok(Secret::new(format!("device-of-{}", user.username)))
    }

    async fn picture(&self, _pool_id: &str, id: &str, name: &str) -> Result<Option<Picture>, AwsError> {
        let bytes = format!("<svg>{id} {name}</svg>").into_bytes();
        Ok(Some(Picture { content_type: "image/svg+xml", bytes }))
    }

    async fn accesses(&self, _pool_id: &str, session: &str) -> Result<Option<Vec<crate::ports::Access>>, AwsError> {
        let state = self.0.lock();
        let Some(user) = state.sessions.get(session) else { return Ok(None) };
        let all = state.sessions.iter().filter(|(_, other)| other.username == user.username);
        let listed = |(id, user): (&String, &SignedIn)| crate::ports::Access {
            kind: AccessKind::Browser,
            id: format!("h-{id}"),
            name: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0".to_owned(),
            since_s: user.auth_time,
            current: id == session,
        };
        Ok(Some(all.map(listed).collect()))
    }

    async fn end_access(
        &self,
        _pool_id: &str,
        user: &SignedIn,
        (kind, id): (AccessKind, &str),
    ) -> Result<bool, AwsError> {
        let mut state = self.0.lock();
        let id = id.strip_prefix("h-").unwrap_or_default();
        let own =
            kind == AccessKind::Browser && state.sessions.get(id).is_some_and(|own| own.username == user.username);
        Ok(own && state.sessions.remove(id).is_some())
    }

    async fn end_all(&self, _pool_id: &str, user: &SignedIn) -> Result<(), AwsError> {
        self.0.lock().sessions.retain(|_, other| other.username != user.username);
        Ok(())
    }

    async fn respond(
        &self,
        cx: FlowContext<'_>,
        challenge: &str,
        session: &str,
        responses: BTreeMap<String, String>,
    ) -> Result<AuthStep, AwsError> {
        let mut state = self.enter(cx, "respond")?;
        let owner = state.challenges.get(session).filter(|(_, client)| client == cx.client_id).cloned();
        let invalid = refusal("NotAuthorizedException", "Invalid session for the user.");
        let (name, _) = owner.ok_or(invalid)?;
        if challenge != "NEW_PASSWORD_REQUIRED" {
            return state.judge(cx, (challenge, session), &name, &responses);
        }
        weak(&responses["NEW_PASSWORD"])?;
        state.challenges.remove(session);
        let user = state.users.get_mut(&name).expect("the user of a challenge");
        user.password = responses["NEW_PASSWORD"].clone();
        user.temporary = false;
        for (key, value) in &responses {
            if let Some(attribute) = key.strip_prefix("userAttributes.") {
                user.attributes.insert(attribute.to_owned(), value.clone());
            }
        }
        Ok(AuthStep::SignedIn(state.signed_in(&name)))
    }

    async fn sign_up(
        &self,
        cx: FlowContext<'_>,
        name: &str,
        password: &Secret<String>,
        attributes: BTreeMap<String, String>,
    ) -> Result<SignedUp, AwsError> {
        let mut state = self.enter(cx, "sign_up")?;
        if state.users.contains_key(name) {
            return Err(refusal("UsernameExistsException", "User already exists"));
        }
        weak(password.expose())?;
        let confirmed = state.auto_confirm;
        let code = Some("123456".to_owned()).filter(|_| !confirmed);
        let password = password.expose().clone();
        let user = User { password, attributes, code, confirmed, ..User::default() };
        // where the address is the username, the pool's own name is an id
        let stored = if name.contains('@') { state.id("id") } else { name.to_owned() };
        state.users.insert(stored.clone(), user);
        let destination = Some("a***@e***".to_owned()).filter(|_| !confirmed);
        Ok(SignedUp { confirmed, username: stored, destination })
    }

    async fn confirm_sign_up(&self, cx: FlowContext<'_>, name: &str, code: &str) -> Result<(), AwsError> {
        let mut state = self.enter(cx, "confirm_sign_up")?;
        let user = state.users.get_mut(name).ok_or_else(not_found)?;
        if user.confirmed {
            let text = "User cannot be confirmed. Current status is CONFIRMED";
            return Err(refusal("NotAuthorizedException", text));
        }
        if user.code.as_deref() != Some(code) {
            let text = "Invalid verification code provided, please try again.";
            return Err(refusal("CodeMismatchException", text));
        }
        (user.code, user.confirmed) = (None, true);
        Ok(())
    }

    async fn sign_in_confirmed(&self, cx: FlowContext<'_>, name: &str) -> Result<Option<AuthStep>, AwsError> {
        let state = self.enter(cx, "sign_in_confirmed")?;
        Ok(state.signs_in_confirmed.then(|| AuthStep::SignedIn(state.signed_in(name))))
    }

    async fn resend_code(&self, cx: FlowContext<'_>, name: &str) -> Result<Option<String>, AwsError> {
        let mut state = self.enter(cx, "resend_code")?;
        if let Some(user) = state.users.get_mut(name) {
            user.code = Some("654321".to_owned());
        }
        Ok(Some("a***@e***".to_owned()))
    }

    async fn forgot_password(&self, cx: FlowContext<'_>, name: &str) -> Result<Option<String>, AwsError> {
        let mut state = self.enter(cx, "forgot_password")?;
        match state.users.get_mut(name) {
            Some(user) => user.reset_code = Some("246810".to_owned()),
            None if hides(cx) => {}
            None => return Err(not_found()),
        }
        Ok(Some("a***@e***".to_owned()))
    }

    async fn confirm_forgot_password(
        &self,
        cx: FlowContext<'_>,
        name: &str,
        code: &str,
        password: &Secret<String>,
    ) -> Result<(), AwsError> {
        let mut state = self.enter(cx, "confirm_forgot_password")?;
        let user = state.users.get_mut(name).ok_or_else(not_found)?;
        if user.reset_code.as_deref() != Some(code) {
            let text = "Invalid verification code provided, please try again.";
            return Err(refusal("CodeMismatchException", text));
        }
        weak(password.expose())?;
        (user.reset_code, user.reset_required, user.password) = (None, false, password.expose().clone());
        Ok(())
    }

    async fn open_session(&self, cx: FlowContext<'_>, user: &SignedIn) -> Result<Secret<String>, AwsError> {
        let mut state = self.enter(cx, "open_session")?;
        let id = state.id("session");
        state.sessions.insert(id.clone(), user.clone());
        Ok(Secret::new(id))
    }

    async fn session(&self, _pool_id: &str, session: &str) -> Result<Option<SignedIn>, AwsError> {
        let state = self.0.lock();
        let user = state.sessions.get(session).cloned();
        Ok(user.filter(|user| state.users.get(&user.username).is_some_and(|user| !user.disabled)))
    }

    async fn close_session(&self, _pool_id: &str, session: &str) -> Result<(), AwsError> {
        self.0.lock().sessions.remove(session);
        Ok(())
    }

    async fn issue_code(&self, cx: FlowContext<'_>, what: Authorization) -> Result<String, AwsError> {
        let mut state = self.enter(cx, "issue_code")?;
        if state.users.get(&what.user.username).is_none_or(|user| user.attributes.contains_key("dev:refused")) {
            let text = "PreTokenGeneration failed with error too young.";
            return Err(refusal("UserLambdaValidationException", text));
        }
        let code = state.id("code");
        let client_id = cx.client_id.to_owned();
        state.codes.insert(code.clone(), Code { what, client_id, spent: false, gave: None });
        Ok(code)
    }

    async fn issue_implicit(&self, cx: FlowContext<'_>, what: Authorization) -> Result<Tokens, AwsError> {
        let mut state = self.enter(cx, "issue_implicit")?;
        Ok(state.tokens(cx.client_id, &what.user.username, &what.scopes, None))
    }

    async fn check_client_secret(
        &self,
        _pool_id: &str,
        client_id: &str,
        secret: &Secret<String>,
    ) -> Result<bool, AwsError> {
        self.0.lock().calls.push(format!("check_client_secret {client_id}"));
        Ok([SERVER, MACHINE].contains(&client_id) && secret.expose() == SECRET)
    }

    async fn redeem_code(
        &self,
        cx: FlowContext<'_>,
        code: &str,
        redirect_uri: &str,
        verifier: Option<&str>,
    ) -> Result<Tokens, GrantError> {
        let mut state = self.enter(cx, "redeem_code").map_err(GrantError::Server)?;
        let known = state.codes.get_mut(code).filter(|code| code.client_id == cx.client_id);
        let known = known.ok_or(GrantError::InvalidGrant)?;
        if known.spent {
            let gave = known.gave.clone().unwrap_or_default();
            state.revoke(&gave);
            return Err(GrantError::InvalidGrant);
        }
        known.spent = true;
        let text = known.what.code_challenge.as_deref();
        let challenge = oauth2::CodeChallenge::parse(text, text.map(|_| "S256")).expect("a stored challenge");
        let proven = oauth2::check_pkce(challenge.as_ref(), verifier).is_ok();
        if !proven || known.what.redirect_uri != redirect_uri {
            return Err(GrantError::InvalidGrant);
        }
        let (username, scopes) = (known.what.user.username.clone(), known.what.scopes.clone());
        let refresh = state.id("refresh");
        state.codes.get_mut(code).expect("a known code").gave = Some(refresh.clone());
        let client_id = cx.client_id.to_owned();
        let kept = Refresh { client_id, username: username.clone(), scopes: scopes.clone(), revoked: false };
        state.refresh.insert(refresh.clone(), kept);
        Ok(state.tokens(cx.client_id, &username, &scopes, Some(refresh)))
    }

    async fn refresh(&self, cx: FlowContext<'_>, token: &str, wish: GrantWish) -> Result<Tokens, GrantError> {
        let mut state = self.enter(cx, "refresh").map_err(GrantError::Server)?;
        let known = state.refresh.get(token).filter(|known| known.client_id == cx.client_id && !known.revoked);
        let (username, all) = known.map(|k| (k.username.clone(), k.scopes.clone())).ok_or(GrantError::InvalidGrant)?;
        let scopes = wish.scopes.unwrap_or_else(|| all.clone());
        if scopes.iter().any(|scope| !all.contains(scope)) {
            return Err(GrantError::InvalidScope);
        }
        let tokens = state.tokens(cx.client_id, &username, &scopes, Some(token.to_owned()));
        Ok(Tokens { refresh_token: None, ..tokens })
    }

    async fn client_credentials(&self, cx: FlowContext<'_>, wish: GrantWish) -> Result<Tokens, GrantError> {
        let mut state = self.enter(cx, "client_credentials").map_err(GrantError::Server)?;
        let all = ["api/read", "api/write"].map(str::to_owned).to_vec();
        if let Some(metadata) = wish.metadata {
            state.calls.push(format!("metadata {metadata:?}"));
        }
        let scopes = wish.scopes.unwrap_or_else(|| all.clone());
        if scopes.iter().any(|scope| !all.contains(scope)) {
            return Err(GrantError::InvalidScope);
        }
        Ok(state.tokens(cx.client_id, cx.client_id, &scopes, None))
    }

    async fn revoke(&self, cx: FlowContext<'_>, token: &str) -> Result<bool, AwsError> {
        let mut state = self.enter(cx, "revoke")?;
        if let Some((client, chain)) =
            state.access.get(token).map(|known| (known.client_id.clone(), known.refresh.clone()))
        {
            match chain.filter(|_| client == cx.client_id) {
                Some(chain) => state.revoke(&chain),
                None if client == cx.client_id => drop(state.access.remove(token)),
                None => {}
            }
            return Ok(true);
        }
        if token.contains('.') || token.starts_with("id-of-") {
            return Ok(false);
        }
        if state.refresh.get(token).is_some_and(|known| known.client_id == cx.client_id) {
            state.revoke(token);
        }
        Ok(true)
    }

    async fn introspect(&self, cx: FlowContext<'_>, token: &str) -> Result<Option<Map<String, Value>>, AwsError> {
        let state = self.enter(cx, "introspect")?;
        let known = state.access.get(token).filter(|known| known.client_id == cx.client_id);
        let claims = known.map(|known| json!({ "scope": known.scopes.join(" "), "username": known.username }));
        Ok(claims.and_then(|claims| claims.as_object().cloned()))
    }

    async fn id_token_hint(&self, _pool_id: &str, token: &str) -> Result<Option<Hint>, AwsError> {
        let named = token.strip_prefix("id-of-").and_then(|rest| rest.split_once("-for-"));
        Ok(named.map(|(name, client)| Hint { client_id: client.to_owned(), sub: format!("sub-of-{name}") }))
    }

    async fn user_info(&self, _pool_id: &str, token: &str) -> Result<Option<Map<String, Value>>, AwsError> {
        let state = self.0.lock();
        let known = state.access.get(token).filter(|known| known.scopes.iter().any(|scope| scope == "openid"));
        Ok(known.map(|known| {
            let name = &known.username;
            let claims =
                [("sub", format!("sub-of-{name}")), ("email_verified", "true".to_owned()), ("username", name.clone())];
            claims.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect()
        }))
    }
}
