//! Remembered devices, as clients use them: keys, confirmation, proof, forgetting.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::srp::NOW;
use super::{Lab, PASSWORD, claims, tokens};
use crate::testing::text;
use ::srp::{self, Names, client};

/// What a client keeps of its device.
pub struct Kept {
    pub key: String,
    pub group: String,
    pub password: String,
    /// Tokens of the sign-in that made it.
    pub access: String,
    pub refresh: String,
}

/// A pool that remembers every device, which stand for second factors.
pub async fn lab() -> Lab {
    lab_with(json!({ "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false })).await
}

pub async fn lab_with(configuration: Value) -> Lab {
    let pool = json!({ "DeviceConfiguration": configuration });
    let flows =
        json!(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH"]);
    let lab = Lab::with(pool, json!({ "ExplicitAuthFlows": flows })).await;
    lab.user("alice").await;
    lab
}

/// `DeviceSecretVerifierConfig`.
pub fn verifier(group: &str, key: &str, password: &str) -> Value {
    let salt = [7; srp::SALT_BYTES];
    let verifier = srp::verifier(Names { pool: group, user: key }, password, salt);
    json!({ "Salt": STANDARD.encode(salt), "PasswordVerifier": STANDARD.encode(verifier.number) })
}

impl Lab {
    /// Signs in with a password and confirms the new device.
    pub async fn device(&self, name: &str) -> Kept {
        let answer = self.ok("InitiateAuth", self.login(name, PASSWORD)).await;
        let kept = kept(&answer);
        self.ok("ConfirmDevice", self.confirmation(&kept)).await;
        kept
    }

    pub fn confirmation(&self, kept: &Kept) -> Value {
        json!({
            "AccessToken": kept.access,
            "DeviceKey": kept.key,
            "DeviceName": "phone",
            "DeviceSecretVerifierConfig": verifier(&kept.group, &kept.key, &kept.password),
        })
    }

    /// Input of InitiateAuth with a device.
    pub fn login_on(&self, name: &str, password: &str, key: &str) -> Value {
        let mut input = self.login(name, password);
        input["AuthParameters"]["DEVICE_KEY"] = json!(key);
        input
    }

    pub async fn respond(&self, challenge: &str, session: Option<&Value>, responses: Value) -> Value {
        self.ok("RespondToAuthChallenge", self.response(challenge, session, responses)).await
    }

    pub fn response(&self, challenge: &str, session: Option<&Value>, responses: Value) -> Value {
        let mut input = json!({ "ClientId": self.client, "ChallengeName": challenge, "ChallengeResponses": responses });
        if let Some(session) = session.filter(|session| !session.is_null()) {
            input["Session"] = session.clone();
        }
        input
    }

    /// Asks for DEVICE_PASSWORD_VERIFIER.
    pub async fn device_challenge(&self, name: &str, kept: &Kept, session: Option<&Value>) -> Value {
        let responses = json!({ "USERNAME": name, "DEVICE_KEY": kept.key, "SRP_A": client::srp_a() });
        let asked = self.respond("DEVICE_SRP_AUTH", session, responses).await;
        assert_eq!(asked["ChallengeName"], "DEVICE_PASSWORD_VERIFIER");
        asked["ChallengeParameters"].clone()
    }
}

/// What a sign-in tells about its new device.
pub fn kept(answer: &Value) -> Kept {
    let new = |name: &str| text(answer, &format!("/AuthenticationResult/NewDeviceMetadata/{name}"));
    let tokens = tokens(answer);
    Kept {
        key: new("DeviceKey"),
        group: new("DeviceGroupKey"),
        password: "a device's password".to_owned(),
        access: tokens.access,
        refresh: tokens.refresh,
    }
}

/// The device's answer to DEVICE_PASSWORD_VERIFIER.
pub fn proof(kept: &Kept, challenge: &Value) -> Value {
    let parameter = |name: &str| text(challenge, &format!("/{name}"));
    let block = STANDARD.decode(parameter("SECRET_BLOCK")).unwrap();
    let names = Names { pool: &kept.group, user: &kept.key };
    let (salt, srp_b) = (parameter("SALT"), parameter("SRP_B"));
    let signature = client::claim(names, &kept.password, (&salt, &srp_b, &block, &client::A), NOW);
    json!({
        "USERNAME": parameter("USERNAME"),
        "DEVICE_KEY": kept.key,
        "PASSWORD_CLAIM_SECRET_BLOCK": parameter("SECRET_BLOCK"),
        "PASSWORD_CLAIM_SIGNATURE": STANDARD.encode(signature),
        "TIMESTAMP": NOW,
    })
}

#[tokio::test]
async fn a_device_is_confirmed_and_proves_itself_at_the_next_sign_in() {
    let lab = lab().await;
    let kept = lab.device("alice").await;
    assert!(kept.key.starts_with("eu-west-1_") && kept.group.len() == 9 && kept.group.starts_with('-'));
    assert_eq!(claims(&kept.access)["device_key"], json!(kept.key));
    let asked = lab.ok("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await;
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    assert_eq!(asked["ChallengeParameters"], json!({ "DEVICE_KEY": kept.key, "USERNAME": "alice" }));
    let challenge = lab.device_challenge("alice", &kept, Some(&asked["Session"])).await;
    let done = lab.respond("DEVICE_PASSWORD_VERIFIER", None, proof(&kept, &challenge)).await;
    assert!(done["AuthenticationResult"].get("NewDeviceMetadata").is_none());
    assert_eq!(claims(&tokens(&done).access)["device_key"], json!(kept.key));
}

#[tokio::test]
async fn a_client_that_sends_no_session_goes_on_from_its_own_address_only() {
    let lab = lab().await;
    let kept = lab.device("alice").await;
    let start = lab.response(
        "DEVICE_SRP_AUTH",
        None,
        json!({ "USERNAME": "alice", "DEVICE_KEY": kept.key, "SRP_A": client::srp_a() }),
    );
    let refused = "NotAuthorizedException: Invalid session for the user.";
    assert_eq!(lab.refused("RespondToAuthChallenge", start.clone()).await, refused, "before the password");
    lab.ok("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await;
    let mut elsewhere = lab.world.context(crate::testing::REGION);
    elsewhere.source_ip = "192.0.2.7".to_owned();
    let other = lab.world.call_as(&elsewhere, "RespondToAuthChallenge", start).await.unwrap_err();
    assert_eq!(other.to_string(), refused);
    let challenge = lab.device_challenge("alice", &kept, None).await;
    let done = lab.respond("DEVICE_PASSWORD_VERIFIER", None, proof(&kept, &challenge)).await;
    tokens(&done);
    let again = lab.response("DEVICE_PASSWORD_VERIFIER", None, proof(&kept, &challenge));
    let used = "NotAuthorizedException: Invalid session for the user, session can only be used once.";
    assert_eq!(lab.refused("RespondToAuthChallenge", again).await, used);
}

#[tokio::test]
async fn a_wrong_device_password_is_refused_and_counted_on_the_device_alone() {
    let lab = lab().await;
    let mut kept = lab.device("alice").await;
    let asked = lab.ok("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await;
    kept.password = "another".to_owned();
    let challenge = lab.device_challenge("alice", &kept, Some(&asked["Session"])).await;
    let wrong = lab.response("DEVICE_PASSWORD_VERIFIER", None, proof(&kept, &challenge));
    for _ in 0..5 {
        let refused = lab.refused("RespondToAuthChallenge", wrong.clone()).await;
        assert_eq!(refused, "NotAuthorizedException: Incorrect username or password.");
    }
    let locked = "NotAuthorizedException: Password attempts exceeded";
    assert_eq!(lab.refused("RespondToAuthChallenge", wrong).await, locked);
    lab.sign_in("alice", PASSWORD).await;
}

#[tokio::test]
async fn attack_071_a_known_device_passes_while_strangers_have_locked_the_name() {
    let lab = lab().await;
    let kept = lab.device("alice").await;
    for _ in 0..5 {
        lab.sign_in_refused("alice", "wrong").await;
    }
    assert_eq!(lab.sign_in_refused("alice", PASSWORD).await, "NotAuthorizedException: Password attempts exceeded");
    let made_up = lab.login_on("alice", PASSWORD, "eu-west-1_00000000-0000-0000-0000-000000000000");
    assert_eq!(lab.refused("InitiateAuth", made_up).await, "NotAuthorizedException: Password attempts exceeded");
    let asked = lab.ok("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await;
    let challenge = lab.device_challenge("alice", &kept, Some(&asked["Session"])).await;
    tokens(&lab.respond("DEVICE_PASSWORD_VERIFIER", None, proof(&kept, &challenge)).await);
    for _ in 0..5 {
        lab.refused("InitiateAuth", lab.login_on("alice", "wrong", &kept.key)).await;
    }
    let on_device = lab.refused("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await;
    assert_eq!(on_device, "NotAuthorizedException: Password attempts exceeded", "it guesses no more than others");
}

#[tokio::test]
async fn attack_111_another_users_device_is_not_known() {
    let lab = lab().await;
    lab.user("mallory").await;
    let kept = lab.device("alice").await;
    let gone = "ResourceNotFoundException: Device does not exist.";
    assert_eq!(lab.refused("InitiateAuth", lab.login_on("mallory", PASSWORD, &kept.key)).await, gone);
    let tokens = tokens(&lab.ok("InitiateAuth", lab.login("mallory", PASSWORD)).await);
    let with = |mut input: Value| {
        input["AccessToken"] = json!(tokens.access);
        input["DeviceKey"] = json!(kept.key);
        input
    };
    for (operation, input) in [
        ("GetDevice", json!({})),
        ("ForgetDevice", json!({})),
        ("UpdateDeviceStatus", json!({ "DeviceRememberedStatus": "not_remembered" })),
    ] {
        assert_eq!(lab.refused(operation, with(input)).await, gone, "{operation}");
    }
    let stolen = with(json!({ "DeviceSecretVerifierConfig": verifier(&kept.group, &kept.key, "mine") }));
    assert_eq!(lab.refused("ConfirmDevice", stolen).await, "InvalidParameterException: Invalid device key given.");
    // Mallory's own step, continued with Alice's device.
    let own = lab.device("mallory").await;
    let asked = lab.ok("InitiateAuth", lab.login_on("mallory", PASSWORD, &own.key)).await;
    let responses = json!({ "USERNAME": "mallory", "DEVICE_KEY": kept.key, "SRP_A": client::srp_a() });
    let input = lab.response("DEVICE_SRP_AUTH", Some(&asked["Session"]), responses);
    assert_eq!(lab.refused("RespondToAuthChallenge", input).await, gone);
    let responses = json!({ "USERNAME": "alice", "DEVICE_KEY": kept.key, "SRP_A": client::srp_a() });
    let input = lab.response("DEVICE_SRP_AUTH", Some(&asked["Session"]), responses);
    let refused = lab.refused("RespondToAuthChallenge", input).await;
    assert_eq!(refused, "NotAuthorizedException: Invalid session for the user.");
}

#[tokio::test]
async fn attack_111_an_unconfirmed_device_is_not_known() {
    let lab = lab().await;
    let kept = kept(&lab.ok("InitiateAuth", lab.login("alice", PASSWORD)).await);
    let gone = "ResourceNotFoundException: Device does not exist.";
    assert_eq!(lab.refused("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await, gone);
    let get = json!({ "AccessToken": kept.access, "DeviceKey": kept.key });
    assert_eq!(lab.refused("GetDevice", get).await, gone);
    lab.sign_in("alice", PASSWORD).await;
}

#[tokio::test]
async fn attack_111_a_forgotten_device_is_not_trusted_and_its_tokens_are_not_renewed() {
    let lab = lab().await;
    let kept = lab.device("alice").await;
    let asked = lab.ok("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await;
    let challenge = lab.device_challenge("alice", &kept, Some(&asked["Session"])).await;
    let refresh = refresh_on(&lab, &kept.refresh, Some(&kept.key));
    lab.ok("InitiateAuth", refresh.clone()).await;
    lab.ok("ForgetDevice", json!({ "AccessToken": kept.access, "DeviceKey": kept.key })).await;
    let gone = "ResourceNotFoundException: Device does not exist.";
    let late = lab.response("DEVICE_PASSWORD_VERIFIER", None, proof(&kept, &challenge));
    assert_eq!(lab.refused("RespondToAuthChallenge", late).await, gone);
    assert_eq!(lab.refused("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await, gone);
    assert_eq!(lab.refused("InitiateAuth", refresh).await, "NotAuthorizedException: Refresh Token has been revoked");
    let again = lab.refused("ConfirmDevice", lab.confirmation(&kept)).await;
    assert_eq!(again, "InvalidParameterException: Invalid device key given.", "a forgotten key stays forgotten");
}

#[tokio::test]
async fn attack_111_a_password_reset_forgets_all_devices() {
    let lab = lab().await;
    for reset in ["ForgotPassword", "AdminSetUserPassword", "AdminResetUserPassword"] {
        let kept = lab.device("alice").await;
        match reset {
            "ForgotPassword" => {
                lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
                let given = json!({ "ConfirmationCode": lab.code(), "Password": PASSWORD });
                lab.ok("ConfirmForgotPassword", lab.about("alice", given)).await;
            }
            "AdminSetUserPassword" => {
                lab.admin(reset, "alice", json!({ "Password": PASSWORD, "Permanent": true })).await;
            }
            _ => {
                lab.admin(reset, "alice", json!({})).await;
                lab.admin("AdminSetUserPassword", "alice", json!({ "Password": PASSWORD, "Permanent": true })).await;
            }
        }
        let gone = lab.refused("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await;
        assert_eq!(gone, "ResourceNotFoundException: Device does not exist.", "{reset}");
        assert_eq!(lab.admin("AdminListDevices", "alice", json!({})).await["Devices"], json!([]), "{reset}");
    }
}

#[tokio::test]
async fn a_changed_password_and_a_sign_out_leave_devices_alone() {
    let lab = lab().await;
    let kept = lab.device("alice").await;
    lab.ok("GlobalSignOut", json!({ "AccessToken": kept.access })).await;
    let asked = lab.ok("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await;
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
}

fn refresh_on(lab: &Lab, token: &str, key: Option<&str>) -> Value {
    let mut input = lab.refresh_input(token);
    if let Some(key) = key {
        input["AuthParameters"]["DEVICE_KEY"] = json!(key);
    }
    input
}

#[tokio::test]
async fn attack_054_a_refresh_token_is_bound_to_its_device() {
    let lab = lab().await;
    let (kept, other) = (lab.device("alice").await, lab.device("alice").await);
    let invalid = "NotAuthorizedException: Invalid Refresh Token";
    for key in [None, Some(other.key.as_str()), Some("eu-west-1_0")] {
        assert_eq!(lab.refused("InitiateAuth", refresh_on(&lab, &kept.refresh, key)).await, invalid, "{key:?}");
    }
    let renewed = lab.ok("InitiateAuth", refresh_on(&lab, &kept.refresh, Some(&kept.key))).await;
    let access = text(&renewed, "/AuthenticationResult/AccessToken");
    assert_eq!(claims(&access)["device_key"], json!(kept.key));
    assert!(renewed["AuthenticationResult"].get("NewDeviceMetadata").is_none());
    let input = json!({ "ClientId": lab.client, "RefreshToken": kept.refresh });
    assert_eq!(lab.refused("GetTokensFromRefreshToken", input.clone()).await, invalid);
    let mut named = input;
    named["DeviceKey"] = json!(kept.key);
    lab.ok("GetTokensFromRefreshToken", named).await;
}

#[tokio::test]
async fn a_device_remembered_on_prompt_waits_for_it() {
    let lab = lab_with(json!({ "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": true })).await;
    let kept = kept(&lab.ok("InitiateAuth", lab.login("alice", PASSWORD)).await);
    let confirmed = lab.ok("ConfirmDevice", lab.confirmation(&kept)).await;
    assert_eq!(confirmed["UserConfirmationNecessary"], json!(true));
    let signed_in = lab.ok("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await;
    assert!(signed_in["AuthenticationResult"].get("NewDeviceMetadata").is_none(), "it is known");
    let status =
        |status: &str| json!({ "AccessToken": kept.access, "DeviceKey": kept.key, "DeviceRememberedStatus": status });
    lab.ok("UpdateDeviceStatus", status("remembered")).await;
    let asked = lab.ok("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await;
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    let forget = json!({ "DeviceKey": kept.key, "DeviceRememberedStatus": "not_remembered" });
    lab.admin("AdminUpdateDeviceStatus", "alice", forget).await;
    tokens(&lab.ok("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await);
}

#[tokio::test]
async fn a_device_without_verifier_is_known_and_never_trusted() {
    let lab = lab().await;
    let kept = kept(&lab.ok("InitiateAuth", lab.login("alice", PASSWORD)).await);
    let confirmed = lab.ok("ConfirmDevice", json!({ "AccessToken": kept.access, "DeviceKey": kept.key })).await;
    assert_eq!(confirmed["UserConfirmationNecessary"], json!(false));
    tokens(&lab.ok("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await);
}

#[tokio::test]
pub async fn confirm_device_refuses_what_is_no_verifier_and_a_second_time() {
    let lab = lab().await;
    let kept = kept(&lab.ok("InitiateAuth", lab.login("alice", PASSWORD)).await);
    let prime = STANDARD.encode([0xff; srp::NUMBER_BYTES]);
    let long = STANDARD.encode([1; 1000]);
    for (salt, number) in [
        ("", "AQ=="),
        ("AQ==", ""),
        ("AQ==", "AA=="),
        ("AQ==", "?"),
        ("AQ==", &prime),
        ("AQ==", &long),
        (&long, "AQ=="),
    ] {
        let mut input = lab.confirmation(&kept);
        input["DeviceSecretVerifierConfig"] = json!({ "Salt": salt, "PasswordVerifier": number });
        let refused = lab.refused("ConfirmDevice", input).await;
        assert_eq!(
            refused, "InvalidParameterException: Invalid device secret verifier config given.",
            "{salt} {number}"
        );
    }
    lab.ok("ConfirmDevice", lab.confirmation(&kept)).await;
    let again = lab.refused("ConfirmDevice", lab.confirmation(&kept)).await;
    assert_eq!(again, "DeviceKeyExistsException: Device key already exists.");
}

#[tokio::test]
pub async fn a_pool_without_device_configuration_knows_no_devices() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let answer = lab.ok("InitiateAuth", lab.login_on("alice", PASSWORD, "eu-west-1_0")).await;
    assert!(answer["AuthenticationResult"].get("NewDeviceMetadata").is_none());
    let tokens = tokens(&answer);
    assert!(!claims(&tokens.access).contains_key("device_key"));
    lab.ok("InitiateAuth", lab.refresh_input(&tokens.refresh)).await;
    let input = json!({ "AccessToken": tokens.access, "DeviceKey": "eu-west-1_0" });
    let refused = lab.refused("ConfirmDevice", input).await;
    assert!(refused.starts_with("InvalidUserPoolConfigurationException: "), "{refused}");
}

#[tokio::test]
async fn devices_are_shown_to_owner_and_administrator_alike() {
    let lab = lab().await;
    let kept = lab.device("alice").await;
    let own = lab.ok("GetDevice", json!({ "AccessToken": kept.access, "DeviceKey": kept.key })).await;
    let shown = lab.admin("AdminGetDevice", "alice", json!({ "DeviceKey": kept.key })).await;
    assert_eq!(own, shown);
    let attributes = super::attributes(&json!({ "Attributes": own["Device"]["DeviceAttributes"] }));
    assert_eq!(attributes["device_name"], "phone");
    assert_eq!(attributes["dev:device_remembered_status"], "remembered");
    assert_eq!(attributes["last_ip_used"], "127.0.0.1");
    assert!(attributes["dev:device_arn"].ends_with(&format!(":owner/alice.{}/device/{}", lab.pool, kept.key)));
    assert!(!own.to_string().contains("erifier"), "{own}");
    lab.admin("AdminForgetDevice", "alice", json!({ "DeviceKey": kept.key })).await;
    let gone = lab.admin_refused("AdminForgetDevice", "alice", json!({ "DeviceKey": kept.key })).await;
    assert_eq!(gone, "ResourceNotFoundException: Device does not exist.");
    let nobody = lab.admin_refused("AdminGetDevice", "bob", json!({ "DeviceKey": kept.key })).await;
    assert_eq!(nobody, "ResourceNotFoundException: User does not exist.");
}

#[tokio::test]
async fn devices_are_listed_by_page_in_order_of_keys() {
    let lab = lab().await;
    let mut keys = Vec::new();
    for _ in 0..5 {
        keys.push(lab.device("alice").await.key);
    }
    keys.sort();
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let (mut listed, mut token) = (Vec::new(), Value::Null);
    loop {
        let mut input = json!({ "AccessToken": access, "Limit": 2 });
        if !token.is_null() {
            input["PaginationToken"] = token.clone();
        }
        let page = lab.ok("ListDevices", input).await;
        listed.extend(page["Devices"].as_array().unwrap().iter().map(|device| text(device, "/DeviceKey")));
        token = page["PaginationToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(listed, keys);
    let forged = lab.refused("ListDevices", json!({ "AccessToken": access, "PaginationToken": "forged" })).await;
    assert!(forged.starts_with("InvalidParameterException: "), "{forged}");
}

#[tokio::test]
async fn the_device_that_was_away_longest_makes_room() {
    let lab = lab().await;
    let first = lab.device("alice").await;
    for _ in 0..crate::table::device::MAX_DEVICES {
        lab.advance_s(1);
        lab.device("alice").await;
    }
    let gone = lab.admin_refused("AdminGetDevice", "alice", json!({ "DeviceKey": first.key })).await;
    assert_eq!(gone, "ResourceNotFoundException: Device does not exist.");
    let page = lab.admin("AdminListDevices", "alice", json!({})).await;
    assert_eq!(page["Devices"].as_array().unwrap().len(), 60);
    let rest = lab.admin("AdminListDevices", "alice", json!({ "PaginationToken": page["PaginationToken"] })).await;
    assert_eq!(rest["Devices"].as_array().unwrap().len(), 40);
}

#[tokio::test]
async fn attack_087_devices_of_a_deleted_user_are_not_those_of_the_next_one() {
    let lab = lab().await;
    let kept = lab.device("alice").await;
    lab.admin("AdminDeleteUser", "alice", json!({})).await;
    lab.user("alice").await;
    let gone = lab.refused("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await;
    assert_eq!(gone, "ResourceNotFoundException: Device does not exist.");
    let left = lab.world.store.query(&crate::table::pool_pk(&lab.pool), "device#", None, 10).await.unwrap();
    assert!(left.is_empty(), "swept with the user");
}

#[tokio::test]
async fn attack_079_a_devices_verifier_is_sealed_at_rest() {
    let lab = lab().await;
    let kept = lab.device("alice").await;
    let items = lab.world.store.query(&crate::table::pool_pk(&lab.pool), "device#", None, 10).await.unwrap();
    let body = String::from_utf8_lossy(&items[0].body).into_owned();
    let given = verifier(&kept.group, &kept.key, &kept.password);
    assert!(
        body.contains("verifier_sealed") && !body.contains(text(&given, "/PasswordVerifier").trim_end_matches('='))
    );
}

#[tokio::test]
async fn a_device_is_remembered_by_srp_sign_in_too() {
    let lab = lab().await;
    let kept = lab.device("alice").await;
    let parameters = json!({ "USERNAME": "alice", "SRP_A": client::srp_a(), "DEVICE_KEY": kept.key });
    let begun = json!({ "ClientId": lab.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters });
    let begun = lab.ok("InitiateAuth", begun).await;
    let mut answer = super::srp::answer(&lab, &begun["ChallengeParameters"], PASSWORD, NOW);
    answer["ChallengeResponses"]["DEVICE_KEY"] = json!(kept.key);
    let asked = lab.ok("RespondToAuthChallenge", answer).await;
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    let challenge = lab.device_challenge("alice", &kept, Some(&asked["Session"])).await;
    tokens(&lab.respond("DEVICE_PASSWORD_VERIFIER", None, proof(&kept, &challenge)).await);
}

#[tokio::test]
async fn a_password_proof_with_a_forgotten_device_is_given_again_without_it() {
    let lab = lab().await;
    let kept = lab.device("alice").await;
    lab.admin("AdminForgetDevice", "alice", json!({ "DeviceKey": kept.key })).await;
    let parameters = json!({ "USERNAME": "alice", "SRP_A": client::srp_a(), "DEVICE_KEY": kept.key });
    let begun = json!({ "ClientId": lab.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters });
    let begun = lab.ok("InitiateAuth", begun).await;
    let answer = super::srp::answer(&lab, &begun["ChallengeParameters"], PASSWORD, NOW);
    let mut with_device = answer.clone();
    with_device["ChallengeResponses"]["DEVICE_KEY"] = json!(kept.key);
    let gone = "ResourceNotFoundException: Device does not exist.";
    assert_eq!(lab.refused("RespondToAuthChallenge", with_device).await, gone);
    let done = lab.ok("RespondToAuthChallenge", answer).await;
    assert_ne!(text(&done, "/AuthenticationResult/NewDeviceMetadata/DeviceKey"), kept.key);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_080_one_device_proof_at_once_signs_in_once() {
    let lab = lab().await;
    for round in 0..10 {
        // Each with a user of its own: who comes too late is counted like a wrong guess.
        let name = format!("user{round}");
        lab.user(&name).await;
        let kept = lab.device(&name).await;
        let asked = lab.ok("InitiateAuth", lab.login_on(&name, PASSWORD, &kept.key)).await;
        let challenge = lab.device_challenge(&name, &kept, Some(&asked["Session"])).await;
        let input = lab.response("DEVICE_PASSWORD_VERIFIER", None, proof(&kept, &challenge));
        let answers = lab.at_once(32, "RespondToAuthChallenge", &input).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "round {round}");
    }
}
