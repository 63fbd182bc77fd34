//! Passkeys: registered with an access token, and used to sign in.

use serde_json::{Value, json};
use webauthn::soft::SoftAuthenticator;

use super::{Lab, PASSWORD, Tokens, claims, tokens};
use crate::testing::text;

const ORIGIN: &str = "https://login.example.com";
const WRONG: &str = "NotAuthorizedException: Incorrect username or password.";
const COPIED: &str = "NotAuthorizedException: The signature counter of the passkey went back.";
const NO_CHALLENGE: &str =
    "WebAuthnChallengeNotFoundException: The registration challenge was not found or has expired.";

/// A pool with passkeys of `example.com`.
async fn lab() -> Lab {
    lab_with(json!({ "RelyingPartyId": "example.com", "UserVerification": "preferred" })).await
}

async fn lab_with(web_authn: Value) -> Lab {
    let lab = Lab::with(pool(), client()).await;
    lab.configure(web_authn).await;
    lab.user("alice").await;
    lab
}

fn pool() -> Value {
    json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } } })
}

fn client() -> Value {
    let flows = json!(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH"]);
    json!({ "ExplicitAuthFlows": flows, "PreventUserExistenceErrors": "ENABLED" })
}

impl Lab {
    async fn configure(&self, web_authn: Value) {
        let input = json!({ "UserPoolId": self.pool, "WebAuthnConfiguration": web_authn });
        self.ok("SetUserPoolMfaConfig", input).await;
    }

    async fn creation(&self, access: &str) -> Value {
        let answer = self.ok("StartWebAuthnRegistration", json!({ "AccessToken": access })).await;
        answer["CredentialCreationOptions"].clone()
    }

    async fn passkey(&self, name: &str, id: &[u8]) -> (SoftAuthenticator, Tokens) {
        let tokens = self.sign_in(name, PASSWORD).await;
        let mut soft = SoftAuthenticator::new(id);
        let credential = soft.create(&self.creation(&tokens.access).await, ORIGIN);
        self.ok("CompleteWebAuthnRegistration", complete(&tokens, &credential)).await;
        (soft, tokens)
    }

    /// The options of a sign-in that begins, and its session.
    async fn request(&self, name: &str) -> (Value, Value) {
        let asked = self.ok("InitiateAuth", self.start(name)).await;
        assert_eq!(asked["ChallengeName"], "WEB_AUTHN", "{asked}");
        let options = text(&asked, "/ChallengeParameters/CREDENTIAL_REQUEST_OPTIONS");
        (serde_json::from_str(&options).unwrap(), asked["Session"].clone())
    }

    fn start(&self, name: &str) -> Value {
        let parameters = json!({ "USERNAME": name, "PREFERRED_CHALLENGE": "WEB_AUTHN" });
        json!({ "ClientId": self.client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters })
    }

    fn assertion(&self, name: &str, session: &Value, credential: &Value) -> Value {
        let responses = json!({ "USERNAME": name, "CREDENTIAL": credential.to_string() });
        self.response("WEB_AUTHN", Some(session), responses)
    }

    async fn passkeys(&self, access: &str) -> Vec<Value> {
        let answer = self.ok("ListWebAuthnCredentials", json!({ "AccessToken": access })).await;
        answer["Credentials"].as_array().unwrap().clone()
    }
}

fn complete(tokens: &Tokens, credential: &Value) -> Value {
    json!({ "AccessToken": tokens.access, "Credential": credential })
}

#[tokio::test]
async fn a_passkey_is_registered_listed_used_and_deleted() {
    let lab = lab().await;
    let (mut soft, first) = lab.passkey("alice", b"one").await;
    let listed = lab.passkeys(&first.access).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["RelyingPartyId"], "example.com");
    assert_eq!(listed[0]["FriendlyCredentialName"], "Passkey");
    assert_eq!(listed[0]["AuthenticatorAttachment"], "platform");
    assert_eq!(listed[0]["AuthenticatorTransports"], json!(["internal", "hybrid"]));
    let (options, session) = lab.request("alice").await;
    assert_eq!(options["rpId"], "example.com");
    assert_eq!(options["allowCredentials"][0]["id"], listed[0]["CredentialId"]);
    let credential = soft.get(&options, ORIGIN);
    let done = lab.ok("RespondToAuthChallenge", lab.assertion("alice", &session, &credential)).await;
    assert_eq!(claims(&tokens(&done).access)["username"], "alice");
    let delete = json!({ "AccessToken": first.access, "CredentialId": listed[0]["CredentialId"] });
    lab.ok("DeleteWebAuthnCredential", delete.clone()).await;
    assert!(lab.passkeys(&first.access).await.is_empty());
    let gone = lab.refused("DeleteWebAuthnCredential", delete).await;
    assert_eq!(gone, "ResourceNotFoundException: Credential does not exist.");
}

#[tokio::test]
async fn the_options_of_a_registration_are_what_browsers_want() {
    let lab = lab().await;
    let (_, tokens) = lab.passkey("alice", b"one").await;
    let options = lab.creation(&tokens.access).await;
    assert_eq!(options["rp"], json!({ "id": "example.com", "name": "example.com" }));
    assert_eq!(options["user"]["name"], "alice");
    assert_eq!(options["attestation"], "none");
    assert_eq!(options["excludeCredentials"].as_array().unwrap().len(), 1);
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "preferred");
    let algorithms = json!([{ "type": "public-key", "alg": -7 }, { "type": "public-key", "alg": -257 }]);
    assert_eq!(options["pubKeyCredParams"], algorithms);
    let next = lab.creation(&tokens.access).await;
    assert_ne!(options["challenge"], next["challenge"]);
}

#[tokio::test]
pub async fn attack_107_a_registration_made_for_something_else_is_refused() {
    let lab = lab().await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    let origin = "WebAuthnOriginNotAllowedException: ";
    let party = "WebAuthnRelyingPartyMismatchException: ";
    let support = "WebAuthnCredentialNotSupportedException: ";
    let kind = "InvalidParameterException: ";
    type Change = fn(&mut SoftAuthenticator);
    let cases: [(&str, &str, Change); 10] = [
        ("https://example.com.evil.test", origin, |_| {}),
        ("https://notexample.com", origin, |_| {}),
        ("http://login.example.com", origin, |_| {}),
        (ORIGIN, party, |soft| soft.relying_party = Some("evil.test".to_owned())),
        (ORIGIN, kind, |soft| soft.kind = Some("webauthn.get".to_owned())),
        (ORIGIN, support, |soft| soft.flags = 0),
        (ORIGIN, support, |soft| soft.algorithm = -300),
        (ORIGIN, support, |soft| soft.format = "android-key".to_owned()),
        (ORIGIN, kind, |soft| soft.flags = 5 | 0x10),
        (ORIGIN, kind, |soft| soft.id = vec![1; 1100]),
    ];
    for (at, (page, refused, change)) in cases.into_iter().enumerate() {
        let mut soft = SoftAuthenticator::new(b"one");
        change(&mut soft);
        let credential = soft.create(&lab.creation(&tokens.access).await, page);
        let error = lab.refused("CompleteWebAuthnRegistration", complete(&tokens, &credential)).await;
        assert!(error.starts_with(refused), "{at}: {error}");
    }
    for credential in [json!(null), json!("text"), json!({ "id": "AA" })] {
        let error = lab.refused("CompleteWebAuthnRegistration", complete(&tokens, &credential)).await;
        assert_eq!(error, "InvalidParameterException: Invalid credential.");
    }
    assert!(lab.passkeys(&tokens.access).await.is_empty());
}

#[tokio::test]
async fn attack_107_a_registration_challenge_is_good_once_for_its_user_and_for_a_while() {
    let lab = lab().await;
    lab.user("mallory").await;
    let (alice, mallory) = (lab.sign_in("alice", PASSWORD).await, lab.sign_in("mallory", PASSWORD).await);
    let made = |options: &Value| SoftAuthenticator::new(b"one").create(options, ORIGIN);
    let nothing_begun = made(&json!({ "challenge": "AQID", "rp": { "id": "example.com" } }));
    assert_eq!(lab.refused("CompleteWebAuthnRegistration", complete(&alice, &nothing_begun)).await, NO_CHALLENGE);
    let credential = made(&lab.creation(&alice.access).await);
    lab.creation(&mallory.access).await;
    assert_eq!(lab.refused("CompleteWebAuthnRegistration", complete(&mallory, &credential)).await, NO_CHALLENGE);
    let newer = made(&lab.creation(&alice.access).await);
    assert_eq!(lab.refused("CompleteWebAuthnRegistration", complete(&alice, &credential)).await, NO_CHALLENGE);
    lab.ok("CompleteWebAuthnRegistration", complete(&alice, &newer)).await;
    assert_eq!(lab.refused("CompleteWebAuthnRegistration", complete(&alice, &newer)).await, NO_CHALLENGE);
    let late = SoftAuthenticator::new(b"two").create(&lab.creation(&alice.access).await, ORIGIN);
    lab.advance_s(301);
    assert_eq!(lab.refused("CompleteWebAuthnRegistration", complete(&alice, &late)).await, NO_CHALLENGE);
}

#[tokio::test]
pub async fn attack_107_a_registration_begun_at_another_client_is_refused() {
    let lab = lab().await;
    let other = lab.world.client(&lab.pool, json!({ "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"] })).await;
    let here = lab.sign_in("alice", PASSWORD).await;
    let mut login = lab.login("alice", PASSWORD);
    login["ClientId"] = json!(other);
    let there = tokens(&lab.ok("InitiateAuth", login).await);
    let credential = SoftAuthenticator::new(b"one").create(&lab.creation(&here.access).await, ORIGIN);
    let error = lab.refused("CompleteWebAuthnRegistration", complete(&there, &credential)).await;
    assert!(error.starts_with("WebAuthnClientMismatchException: "), "{error}");
    lab.ok("CompleteWebAuthnRegistration", complete(&here, &credential)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_107_one_registration_of_many_at_once_is_kept() {
    let lab = lab().await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    for round in 1..=10 {
        let id = format!("passkey {round}");
        let credential = SoftAuthenticator::new(id.as_bytes()).create(&lab.creation(&tokens.access).await, ORIGIN);
        let answers = lab.at_once(32, "CompleteWebAuthnRegistration", &complete(&tokens, &credential)).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "round {round}");
        assert_eq!(lab.passkeys(&tokens.access).await.len(), round);
    }
}

#[tokio::test]
async fn attack_108_an_attestation_that_does_not_hold_is_refused() {
    let lab = lab().await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    let mut soft = SoftAuthenticator::new(b"one");
    soft.format = "packed".to_owned();
    let options = lab.creation(&tokens.access).await;
    let mut credential = soft.create(&options, ORIGIN);
    let elsewhere = soft.create(&options, "https://example.com");
    credential["response"]["clientDataJSON"] = elsewhere["response"]["clientDataJSON"].clone();
    let error = lab.refused("CompleteWebAuthnRegistration", complete(&tokens, &credential)).await;
    assert!(error.starts_with("WebAuthnCredentialNotSupportedException: "), "{error}");
    lab.ok("CompleteWebAuthnRegistration", complete(&tokens, &elsewhere)).await;
}

#[tokio::test]
pub async fn attack_109_a_registration_is_good_in_its_own_pool_only() {
    let mut lab = lab().await;
    let ours = lab.sign_in("alice", PASSWORD).await;
    let credential = SoftAuthenticator::new(b"one").create(&lab.creation(&ours.access).await, ORIGIN);
    lab.pool = lab.world.pool(pool()).await;
    lab.client = lab.world.client(&lab.pool, client()).await;
    lab.configure(json!({ "RelyingPartyId": "example.com" })).await;
    lab.user("alice").await;
    let theirs = lab.sign_in("alice", PASSWORD).await;
    lab.creation(&theirs.access).await;
    assert_eq!(lab.refused("CompleteWebAuthnRegistration", complete(&theirs, &credential)).await, NO_CHALLENGE);
    lab.ok("CompleteWebAuthnRegistration", complete(&ours, &credential)).await;
    assert!(lab.passkeys(&theirs.access).await.is_empty());
    assert_eq!(lab.passkeys(&ours.access).await.len(), 1);
}

#[tokio::test]
async fn attack_110_only_an_access_token_registers_a_passkey() {
    let lab = lab().await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    let invalid = "NotAuthorizedException: Invalid Access Token";
    for token in [&tokens.id, &tokens.refresh, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9."] {
        assert_eq!(lab.refused("StartWebAuthnRegistration", json!({ "AccessToken": token })).await, invalid);
    }
    let credential = SoftAuthenticator::new(b"one").create(&lab.creation(&tokens.access).await, ORIGIN);
    lab.ok("GlobalSignOut", json!({ "AccessToken": tokens.access })).await;
    let error = lab.refused("CompleteWebAuthnRegistration", complete(&tokens, &credential)).await;
    assert_eq!(error, "NotAuthorizedException: Access Token has been revoked");
}

#[tokio::test]
async fn a_credential_belongs_to_one_user_of_a_pool() {
    let lab = lab().await;
    lab.user("mallory").await;
    lab.passkey("alice", b"one").await;
    let tokens = lab.sign_in("mallory", PASSWORD).await;
    let credential = SoftAuthenticator::new(b"one").create(&lab.creation(&tokens.access).await, ORIGIN);
    let error = lab.refused("CompleteWebAuthnRegistration", complete(&tokens, &credential)).await;
    assert_eq!(error, "InvalidParameterException: Invalid credential.");
}

#[tokio::test]
pub async fn a_pool_without_passkeys_refuses_to_register_one() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    let error = lab.refused("StartWebAuthnRegistration", json!({ "AccessToken": tokens.access })).await;
    assert!(error.starts_with("WebAuthnNotEnabledException: "), "{error}");
    let error = lab.refused("CompleteWebAuthnRegistration", complete(&tokens, &json!({}))).await;
    assert!(error.starts_with("WebAuthnNotEnabledException: "), "{error}");
}

#[tokio::test]
pub async fn the_relying_party_is_the_domains_host_unless_the_pool_names_one() {
    let lab = lab_with(json!({})).await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    let error = lab.refused("StartWebAuthnRegistration", json!({ "AccessToken": tokens.access })).await;
    assert!(error.starts_with("WebAuthnConfigurationMissingException: "), "{error}");
    lab.ok("CreateUserPoolDomain", json!({ "UserPoolId": lab.pool, "Domain": "demo" })).await;
    let options = lab.creation(&tokens.access).await;
    assert_eq!(options["rp"]["id"], "demo.auth.eu-west-1.localhost");
    let mut soft = SoftAuthenticator::new(b"one");
    let credential = soft.create(&options, "http://demo.auth.eu-west-1.localhost:4566");
    lab.configure(json!({ "RelyingPartyId": "example.com" })).await;
    let error = lab.refused("CompleteWebAuthnRegistration", complete(&tokens, &credential)).await;
    assert!(error.starts_with("WebAuthnRelyingPartyMismatchException: "), "changed meanwhile: {error}");
}

#[tokio::test]
pub async fn twenty_passkeys_are_the_most() {
    let lab = lab().await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    for at in 0..20u8 {
        let credential = SoftAuthenticator::new(&[at]).create(&lab.creation(&tokens.access).await, ORIGIN);
        lab.ok("CompleteWebAuthnRegistration", complete(&tokens, &credential)).await;
    }
    let error = lab.refused("StartWebAuthnRegistration", json!({ "AccessToken": tokens.access })).await;
    assert!(error.starts_with("LimitExceededException: "), "{error}");
    let mut seen = Vec::new();
    let mut input = json!({ "AccessToken": tokens.access, "MaxResults": 7 });
    loop {
        let page = lab.ok("ListWebAuthnCredentials", input.clone()).await;
        seen.extend(page["Credentials"].as_array().unwrap().iter().map(|one| text(one, "/CredentialId")));
        if page["NextToken"].is_null() {
            break;
        }
        input["NextToken"] = page["NextToken"].clone();
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 20);
    let delete = json!({ "AccessToken": tokens.access, "CredentialId": seen[0] });
    lab.ok("DeleteWebAuthnCredential", delete).await;
    lab.creation(&tokens.access).await;
}

#[tokio::test]
async fn attack_107_an_assertion_made_for_something_else_is_refused() {
    let lab = lab().await;
    let (mut soft, _) = lab.passkey("alice", b"one").await;
    let (options, session) = lab.request("alice").await;
    for page in ["https://example.com.evil.test", "https://evilexample.com", "http://login.example.com"] {
        let credential = soft.get(&options, page);
        let refused = lab.refused("RespondToAuthChallenge", lab.assertion("alice", &session, &credential)).await;
        assert_eq!(refused, WRONG, "{page}");
    }
    type Change = fn(&mut SoftAuthenticator);
    let changes: [(Change, Change); 4] = [
        (|soft| soft.relying_party = Some("evil.test".to_owned()), |soft| soft.relying_party = None),
        (|soft| soft.kind = Some("webauthn.create".to_owned()), |soft| soft.kind = None),
        (|soft| soft.flags = 0, |soft| soft.flags = 5),
        (|soft| soft.user_handle = Some("Ym9i".to_owned()), |soft| soft.user_handle = None),
    ];
    for (at, (change, back)) in changes.into_iter().enumerate() {
        change(&mut soft);
        let credential = soft.get(&options, ORIGIN);
        back(&mut soft);
        let refused = lab.refused("RespondToAuthChallenge", lab.assertion("alice", &session, &credential)).await;
        assert_eq!(refused, WRONG, "{at}");
    }
    let mut imposter = SoftAuthenticator::new(b"one");
    imposter.sign_count = 90;
    let credential = imposter.get(&options, ORIGIN);
    assert_eq!(lab.refused("RespondToAuthChallenge", lab.assertion("alice", &session, &credential)).await, WRONG);
    let garbage = lab.response("WEB_AUTHN", Some(&session), json!({ "USERNAME": "alice", "CREDENTIAL": "{}" }));
    let refused = lab.refused("RespondToAuthChallenge", garbage).await;
    assert_eq!(refused, "InvalidParameterException: Invalid credential.");
    let credential = soft.get(&options, ORIGIN);
    lab.ok("RespondToAuthChallenge", lab.assertion("alice", &session, &credential)).await;
}

#[tokio::test]
async fn attack_107_a_challenge_is_good_once_and_in_its_own_session() {
    let lab = lab().await;
    let (mut soft, _) = lab.passkey("alice", b"one").await;
    let ((first, first_session), (second, second_session)) = (lab.request("alice").await, lab.request("alice").await);
    let credential = soft.get(&first, ORIGIN);
    let crossed = lab.assertion("alice", &second_session, &credential);
    assert_eq!(lab.refused("RespondToAuthChallenge", crossed).await, WRONG);
    lab.ok("RespondToAuthChallenge", lab.assertion("alice", &first_session, &credential)).await;
    let used = "NotAuthorizedException: Invalid session for the user, session can only be used once.";
    let again = lab.assertion("alice", &first_session, &credential);
    assert_eq!(lab.refused("RespondToAuthChallenge", again).await, used);
    let credential = soft.get(&second, ORIGIN);
    lab.ok("RespondToAuthChallenge", lab.assertion("alice", &second_session, &credential)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_080_one_passkey_proof_at_once_signs_in_once() {
    let lab = lab().await;
    for round in 0..10 {
        let name = format!("user{round}");
        lab.user(&name).await;
        let (mut soft, _) = lab.passkey(&name, name.as_bytes()).await;
        let (options, session) = lab.request(&name).await;
        let input = lab.assertion(&name, &session, &soft.get(&options, ORIGIN));
        let answers = lab.at_once(32, "RespondToAuthChallenge", &input).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "round {round}");
    }
}

#[tokio::test]
async fn attack_107_another_users_credential_signs_nobody_else_in() {
    let lab = lab().await;
    lab.user("mallory").await;
    lab.passkey("alice", b"one").await;
    let (mut own, _) = lab.passkey("mallory", b"two").await;
    let (options, session) = lab.request("alice").await;
    let credential = own.get(&options, ORIGIN);
    let refused = lab.refused("RespondToAuthChallenge", lab.assertion("alice", &session, &credential)).await;
    assert_eq!(refused, WRONG);
    let as_mallory = lab.refused("RespondToAuthChallenge", lab.assertion("mallory", &session, &credential)).await;
    assert_eq!(as_mallory, "NotAuthorizedException: Invalid session for the user.");
}

#[tokio::test]
async fn attack_107_a_counter_that_went_back_is_refused() {
    let lab = lab().await;
    let (mut soft, _) = lab.passkey("alice", b"one").await;
    soft.sign_count = 40;
    let (options, session) = lab.request("alice").await;
    let credential = soft.get(&options, ORIGIN);
    lab.ok("RespondToAuthChallenge", lab.assertion("alice", &session, &credential)).await;
    for count in [20, 40] {
        soft.sign_count = count;
        let (options, session) = lab.request("alice").await;
        let credential = soft.get(&options, ORIGIN);
        let refused = lab.refused("RespondToAuthChallenge", lab.assertion("alice", &session, &credential)).await;
        assert_eq!(refused, COPIED, "{count}");
    }
}

#[tokio::test]
async fn attack_107_user_verification_is_demanded_where_the_pool_requires_it() {
    let lab = lab_with(json!({ "RelyingPartyId": "example.com", "UserVerification": "required" })).await;
    let (mut soft, tokens) = lab.passkey("alice", b"one").await;
    let mut careless = SoftAuthenticator::new(b"two");
    careless.flags = 1;
    let options = lab.creation(&tokens.access).await;
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    let credential = careless.create(&options, ORIGIN);
    let error = lab.refused("CompleteWebAuthnRegistration", complete(&tokens, &credential)).await;
    assert!(error.starts_with("WebAuthnCredentialNotSupportedException: "), "{error}");
    let (options, session) = lab.request("alice").await;
    assert_eq!(options["userVerification"], "required");
    soft.flags = 1;
    let credential = soft.get(&options, ORIGIN);
    assert_eq!(lab.refused("RespondToAuthChallenge", lab.assertion("alice", &session, &credential)).await, WRONG);
}

#[tokio::test]
async fn attack_065_passkey_options_tell_nobody_who_exists() {
    let lab = lab().await;
    let (unknown, session) = lab.request("nobody").await;
    let (without, _) = lab.request("alice").await;
    let shape = |options: &Value| options.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(shape(&unknown), shape(&without));
    for options in [&unknown, &without] {
        assert_eq!(options["allowCredentials"].as_array().unwrap().len(), 1);
    }
    assert_eq!(lab.request("nobody").await.0["allowCredentials"], unknown["allowCredentials"], "always the same");
    assert_ne!(lab.request("nobody").await.0["challenge"], unknown["challenge"]);
    let credential = SoftAuthenticator::new(b"one").get(&unknown, ORIGIN);
    assert_eq!(lab.refused("RespondToAuthChallenge", lab.assertion("nobody", &session, &credential)).await, WRONG);
}

#[tokio::test]
async fn attack_071_a_passkey_passes_while_the_name_is_locked() {
    let lab = lab().await;
    let (mut soft, _) = lab.passkey("alice", b"one").await;
    for _ in 0..5 {
        lab.sign_in_refused("alice", "wrong").await;
    }
    assert_eq!(lab.sign_in_refused("alice", PASSWORD).await, "NotAuthorizedException: Password attempts exceeded");
    let (options, session) = lab.request("alice").await;
    let credential = soft.get(&options, ORIGIN);
    lab.ok("RespondToAuthChallenge", lab.assertion("alice", &session, &credential)).await;
}

#[tokio::test]
async fn a_passkey_of_a_disabled_or_deleted_user_signs_nobody_in() {
    let lab = lab().await;
    let (mut soft, _) = lab.passkey("alice", b"one").await;
    let (options, session) = lab.request("alice").await;
    lab.admin("AdminDisableUser", "alice", json!({})).await;
    let credential = soft.get(&options, ORIGIN);
    let input = lab.assertion("alice", &session, &credential);
    assert_eq!(lab.refused("RespondToAuthChallenge", input.clone()).await, "NotAuthorizedException: User is disabled.");
    lab.admin("AdminDeleteUser", "alice", json!({})).await;
    lab.user("alice").await;
    let refused = lab.refused("RespondToAuthChallenge", input).await;
    assert_eq!(refused, "NotAuthorizedException: Invalid session for the user.");
    let (options, session) = lab.request("alice").await;
    let credential = soft.get(&options, ORIGIN);
    assert_eq!(lab.refused("RespondToAuthChallenge", lab.assertion("alice", &session, &credential)).await, WRONG);
    let (_, tokens) = lab.passkey("alice", b"one").await;
    assert_eq!(lab.passkeys(&tokens.access).await.len(), 1, "the id is free again");
}

#[tokio::test]
async fn a_verified_passkey_is_two_factors_where_the_pool_says_so() {
    let lab = lab().await;
    let (mut soft, _) = lab.passkey("alice", b"one").await;
    for (factor, flags, ends) in [
        ("MULTI_FACTOR_WITH_USER_VERIFICATION", 5, true),
        ("MULTI_FACTOR_WITH_USER_VERIFICATION", 1, false),
        ("SINGLE_FACTOR", 5, false),
    ] {
        let web_authn = json!({ "RelyingPartyId": "example.com", "FactorConfiguration": factor });
        lab.set_mfa("ON", json!({ "EmailMfaConfiguration": {}, "WebAuthnConfiguration": web_authn })).await;
        let (options, session) = lab.request("alice").await;
        soft.flags = flags;
        let credential = soft.get(&options, ORIGIN);
        let answer = lab.ok("RespondToAuthChallenge", lab.assertion("alice", &session, &credential)).await;
        assert_eq!(answer.get("AuthenticationResult").is_some(), ends, "{factor} {flags}: {answer}");
    }
}

#[tokio::test]
async fn attack_107_a_copied_passkey_is_an_event_of_high_risk() {
    let mut settings = pool();
    settings["UserPoolTier"] = json!("PLUS");
    settings["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
    let lab = Lab::with(settings, client()).await;
    lab.configure(json!({ "RelyingPartyId": "example.com" })).await;
    lab.user("alice").await;
    let (mut soft, _) = lab.passkey("alice", b"one").await;
    soft.sign_count = 40;
    for (count, ends) in [(40, None), (20, Some(COPIED))] {
        soft.sign_count = count;
        let (options, session) = lab.request("alice").await;
        let input = lab.assertion("alice", &session, &soft.get(&options, ORIGIN));
        let outcome = lab.world.call("RespondToAuthChallenge", input).await.map_err(|error| error.to_string());
        assert_eq!(outcome.err().as_deref(), ends);
    }
    let events = lab.admin("AdminListUserAuthEvents", "alice", json!({})).await;
    let event = &events["AuthEvents"][0];
    assert_eq!((&event["EventType"], &event["EventResponse"]), (&json!("SignIn"), &json!("Fail")));
    let risk = &event["EventRisk"];
    assert_eq!((&risk["RiskLevel"], &risk["RiskDecision"]), (&json!("High"), &json!("AccountTakeover")));
}

#[tokio::test]
async fn the_relying_party_is_the_host_that_browsers_let_the_page_act_for() {
    let lab = Lab::with(pool(), client()).await;
    lab.ok("CreateUserPoolDomain", json!({ "UserPoolId": lab.pool, "Domain": "demo" })).await;
    let read = async || lab.world.service.any_pool(&lab.pool).await.unwrap();
    let (service, by_domain) = (&lab.world.service, Some("demo.auth.eu-west-1.localhost".to_owned()));
    let own = read().await;
    assert_eq!(service.relying_party(&own, None), by_domain);
    let hosts =
        ["demo.auth.eu-west-1.localhost", "Demo.auth.eu-west-1.localhost", "demo.auth.eu-west-1.amazoncognito.com"];
    for host in hosts {
        assert_eq!(service.relying_party(&own, Some(host)), Some(host.to_ascii_lowercase()));
    }
    for host in ["other.auth.eu-west-1.localhost", "demo.auth.us-east-1.localhost", "evil.test", "localhost", ""] {
        assert_eq!(service.relying_party(&own, Some(host)), by_domain, "{host}");
    }
    lab.configure(json!({ "RelyingPartyId": "example.com" })).await;
    let named = read().await;
    let configured = service.relying_party(&named, Some(hosts[0]));
    assert_eq!(configured.as_deref(), Some("example.com"));
}

#[tokio::test]
async fn a_relying_party_that_is_no_host_name_is_refused() {
    let lab = lab().await;
    for id in ["https://example.com", "192.0.2.1", "Example.com"] {
        let input = json!({ "UserPoolId": lab.pool, "WebAuthnConfiguration": { "RelyingPartyId": id } });
        let refused = lab.refused("SetUserPoolMfaConfig", input).await;
        assert_eq!(refused, "InvalidParameterException: RelyingPartyId must be a domain name.", "{id}");
    }
    let kept = lab.ok("GetUserPoolMfaConfig", json!({ "UserPoolId": lab.pool })).await;
    assert_eq!(kept["WebAuthnConfiguration"]["RelyingPartyId"], "example.com");
}
