//! Devices and second factors: what stands for what.

use serde_json::{Value, json};

use super::devices::{Kept, kept, lab_with, proof};
use super::{Lab, PASSWORD, tokens};

/// A pool that demands a code by mail, and devices.
async fn strict(configuration: Value) -> Lab {
    let lab = lab_with(configuration).await;
    lab.set_mfa("ON", json!({ "EmailMfaConfiguration": {} })).await;
    lab
}

/// Signs in with the code by mail and confirms the device.
async fn strict_device(lab: &Lab) -> Kept {
    let asked = lab.begin("alice").await;
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let kept = kept(&lab.meet(&asked, "alice", json!({ "EMAIL_OTP_CODE": lab.code() })).await);
    lab.ok("ConfirmDevice", lab.confirmation(&kept)).await;
    kept
}

#[tokio::test]
async fn a_remembered_device_stands_for_the_second_factor() {
    let lab = strict(json!({ "ChallengeRequiredOnNewDevice": true })).await;
    let kept = strict_device(&lab).await;
    let sent = lab.messages();
    let asked = lab.ok("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await;
    let challenge = lab.device_challenge("alice", &kept, Some(&asked["Session"])).await;
    tokens(&lab.respond("DEVICE_PASSWORD_VERIFIER", None, proof(&kept, &challenge)).await);
    assert_eq!(lab.messages(), sent, "no code was sent");
    lab.admin(
        "AdminUpdateDeviceStatus",
        "alice",
        json!({ "DeviceKey": kept.key, "DeviceRememberedStatus": "not_remembered" }),
    )
    .await;
    let asked = lab.ok("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await;
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP", "a device that is not remembered replaces nothing");
    assert_eq!(lab.begin("alice").await["ChallengeName"], "EMAIL_OTP", "nor does none");
}

#[tokio::test]
async fn a_device_that_replaces_nothing_is_asked_after_the_second_factor() {
    let lab = strict(json!({ "ChallengeRequiredOnNewDevice": false })).await;
    let kept = strict_device(&lab).await;
    let asked = lab.ok("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await;
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let code = json!({ "EMAIL_OTP_CODE": lab.code() });
    let asked = lab.meet(&asked, "alice", code).await;
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    let challenge = lab.device_challenge("alice", &kept, Some(&asked["Session"])).await;
    tokens(&lab.respond("DEVICE_PASSWORD_VERIFIER", None, proof(&kept, &challenge)).await);
}

#[tokio::test]
async fn attack_081_a_device_asked_before_the_pool_grew_stricter_skips_no_factor() {
    let lab = lab_with(json!({ "ChallengeRequiredOnNewDevice": false })).await;
    let kept = lab.device("alice").await;
    let asked = lab.ok("InitiateAuth", lab.login_on("alice", PASSWORD, &kept.key)).await;
    let challenge = lab.device_challenge("alice", &kept, Some(&asked["Session"])).await;
    lab.set_mfa("ON", json!({ "EmailMfaConfiguration": {} })).await;
    let input = lab.response("DEVICE_PASSWORD_VERIFIER", None, proof(&kept, &challenge));
    let refused = lab.refused("RespondToAuthChallenge", input).await;
    assert_eq!(refused, "NotAuthorizedException: Invalid session for the user.");
}

#[tokio::test]
async fn a_remembered_browser_stands_for_the_second_factor_at_the_pages() {
    let lab = strict(json!({ "ChallengeRequiredOnNewDevice": true })).await;
    lab.user("mallory").await;
    let service = &lab.world.service;
    let pool = service.any_pool(&lab.pool).await.unwrap();
    let client = service.client(&lab.pool, &lab.client).await.unwrap();
    let user = service.named_user(&pool, "alice").await.unwrap();
    let cookie = service.remember_browser(&pool, &user, (Some("Firefox"), Some("192.0.2.1"))).await.unwrap();
    let cookie = cookie.expose().clone();
    let visit = |cookie: &'static str| {
        crate::auth::visit::Visit::new(&pool, &client, crate::triggers::Said::nothing(&client)).by_browser(Some(cookie))
    };
    let cookie: &'static str = cookie.leak();
    let ends = |step: crate::auth::flow::Step| matches!(step, crate::auth::flow::Step::Done(_));
    assert!(ends(service.sign_in_by_password(visit(cookie), "alice", PASSWORD).await.unwrap()));
    let other = service.sign_in_by_password(visit(cookie), "mallory", PASSWORD).await.unwrap();
    assert!(!ends(other), "another user's browser");
    let forged: &'static str = format!("{cookie}x").leak();
    assert!(!ends(service.sign_in_by_password(visit(forged), "alice", PASSWORD).await.unwrap()));
    // Strangers lock the name, not the browser.
    for _ in 0..5 {
        lab.sign_in_refused("alice", "wrong").await;
    }
    assert!(service.sign_in_by_password(visit(forged), "alice", PASSWORD).await.is_err());
    assert!(ends(service.sign_in_by_password(visit(cookie), "alice", PASSWORD).await.unwrap()));
    // The key alone, as an API client would send it, proves nothing.
    let (key, _) = cookie.split_once('/').unwrap();
    lab.advance_s(900);
    let asked = lab.ok("InitiateAuth", lab.login_on("alice", PASSWORD, key)).await;
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    lab.admin("AdminForgetDevice", "alice", json!({ "DeviceKey": key })).await;
    assert!(!ends(service.sign_in_by_password(visit(cookie), "alice", PASSWORD).await.unwrap()));
}
