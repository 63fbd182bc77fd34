//! SetUserPoolMfaConfig, GetUserPoolMfaConfig, SetUICustomization, GetUICustomization.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::pictures;
use crate::rules::css;
use crate::testing::World;

const SMS: &str = "arn:aws:iam::123456789012:role/sns";

#[tokio::test]
async fn factors_are_kept_and_given_back() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let key = json!({"UserPoolId": pool});
    assert_eq!(world.ok("GetUserPoolMfaConfig", key.clone()).await, json!({"MfaConfiguration": "OFF"}));
    let factors = json!({
        "MfaConfiguration": "OPTIONAL",
        "SmsMfaConfiguration": {"SmsAuthenticationMessage": "Code {####}", "SmsConfiguration": {"SnsCallerArn": SMS}},
        "SoftwareTokenMfaConfiguration": {"Enabled": true},
        "EmailMfaConfiguration": {"Message": "Code {####}", "Subject": "Code"},
        "WebAuthnConfiguration": {"RelyingPartyId": "example.com", "UserVerification": "preferred"}
    });
    let mut input = factors.clone();
    input["UserPoolId"] = json!(pool);
    assert_eq!(world.ok("SetUserPoolMfaConfig", input).await, factors);
    assert_eq!(world.ok("GetUserPoolMfaConfig", key.clone()).await, factors);
    let shown = world.ok("DescribeUserPool", key.clone()).await["UserPool"].clone();
    assert_eq!(shown["SmsConfiguration"], json!({"SnsCallerArn": SMS}));
    assert_eq!(
        (&shown["MfaConfiguration"], &shown["SmsAuthenticationMessage"]),
        (&json!("OPTIONAL"), &json!("Code {####}"))
    );
    let off = world.ok("SetUserPoolMfaConfig", json!({"UserPoolId": pool, "MfaConfiguration": "OFF"})).await;
    assert_eq!(off, json!({"MfaConfiguration": "OFF"}));
}

#[tokio::test]
pub async fn factors_that_cannot_be_are_refused() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let lite = world.pool(json!({"UserPoolTier": "LITE"})).await;
    let cases = [
        (
            json!({"UserPoolId": pool, "SoftwareTokenMfaConfiguration": {"Enabled": true}}),
            "InvalidParameterException: Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
        ),
        (
            json!({"UserPoolId": pool, "MfaConfiguration": "ON"}),
            "InvalidParameterException: Invalid MFA configuration given, can't turn on MFA without",
        ),
        (
            json!({"UserPoolId": pool, "MfaConfiguration": "ON", "SmsMfaConfiguration": {}}),
            "InvalidParameterException: User pool does not have SMS configuration to send messages.",
        ),
        (
            json!({"UserPoolId": lite, "MfaConfiguration": "ON", "EmailMfaConfiguration": {}}),
            "FeatureUnavailableInTierException: ",
        ),
        (
            json!({"UserPoolId": "eu-west-1_none", "MfaConfiguration": "OFF"}),
            "ResourceNotFoundException: User pool eu-west-1_none does not exist.",
        ),
    ];
    for (input, expected) in cases {
        let refusal = world.refused("SetUserPoolMfaConfig", input.clone()).await;
        assert!(refusal.starts_with(expected), "{input}: {refusal}");
    }
    let refusal = world.refused("GetUserPoolMfaConfig", json!({"UserPoolId": "eu-west-1_none"})).await;
    assert!(refusal.starts_with("ResourceNotFoundException: "));
    assert_eq!(world.ok("GetUserPoolMfaConfig", json!({"UserPoolId": pool})).await, json!({"MfaConfiguration": "OFF"}));
}

#[tokio::test]
async fn attack_118_a_logo_is_an_image_to_its_last_byte() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({"UserPoolId": pool, "Domain": "demo"})).await;
    for image in [pictures::png(), pictures::jpeg()] {
        let set = |bytes: &[u8]| json!({"UserPoolId": pool, "ImageFile": STANDARD.encode(bytes)});
        world.ok("SetUICustomization", set(&image)).await;
        let two_things = [image.as_slice(), b"<script>alert(1)</script>"].concat();
        let half = image.get(..image.len() - 3).unwrap();
        for bytes in [two_things.as_slice(), half] {
            let refusal = world.refused("SetUICustomization", set(bytes)).await;
            assert!(refusal.starts_with("InvalidParameterException: The image is no well-formed"), "{refusal}");
        }
    }
}

#[tokio::test]
async fn styles_belong_to_a_client_or_to_all() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({})).await;
    let style = |client: Option<&str>, css: &str| json!({"UserPoolId": pool, "ClientId": client, "CSS": css});
    let css = ".banner-customizable { background-color: rgb(1, 2, 3); padding: 1px }";
    assert_eq!(
        world.refused("SetUICustomization", style(None, css)).await,
        "InvalidParameterException: There has to be an existing domain associated with this user pool."
    );
    world.ok("CreateUserPoolDomain", json!({"UserPoolId": pool, "Domain": "demo"})).await;
    let key = json!({"UserPoolId": pool, "ClientId": client});
    let empty = world.ok("GetUICustomization", key.clone()).await;
    assert_eq!(empty["UICustomization"], key);
    let all = world.ok("SetUICustomization", style(None, css)).await["UICustomization"].clone();
    assert_eq!(
        (&all["ClientId"], &all["CSS"], &all["CSSVersion"]),
        (&json!("ALL"), &json!(css), &json!("20260102030405"))
    );
    assert_eq!(world.ok("GetUICustomization", key.clone()).await["UICustomization"], all);
    let png = &STANDARD.encode(pictures::png());
    let own = json!({"UserPoolId": pool, "ClientId": client, "ImageFile": png});
    let own = world.ok("SetUICustomization", own).await["UICustomization"].clone();
    assert_eq!(own["ImageUrl"], format!("data:image/png;base64,{png}"));
    assert_eq!(own["CSS"], Value::Null);
    assert_eq!(world.ok("GetUICustomization", key).await["UICustomization"], own);
    for image in ["R0lGODlh", &"iVBORw0KGgoA".repeat(12_000)] {
        let refusal = world.refused("SetUICustomization", json!({"UserPoolId": pool, "ImageFile": image})).await;
        assert!(refusal.starts_with("InvalidParameterException: The image must"), "{refusal}");
    }
    for operation in ["SetUICustomization", "GetUICustomization"] {
        let refusal = world.refused(operation, json!({"UserPoolId": pool, "ClientId": "none"})).await;
        assert_eq!(refusal, "ResourceNotFoundException: User pool client none does not exist.");
        let refusal = world.refused(operation, json!({"UserPoolId": "eu-west-1_none"})).await;
        assert_eq!(refusal, "ResourceNotFoundException: User pool eu-west-1_none does not exist.");
    }
}

#[test]
fn style_sheets_that_load_or_run_are_refused() {
    let refused = [
        "@import url(x)",
        "@media all { .banner-customizable { padding: 1px } }",
        "body { color: red }",
        ".banner-customizable, body { padding: 1px }",
        ".banner-customizable { background-image: url(https://evil.example) }",
        ".banner-customizable { background-color: url(https://evil.example) }",
        ".banner-customizable { background-color: expression(alert(1)) }",
        ".banner-customizable { background-color: javascript:alert(1) }",
        ".banner-customizable { background-color: re\\64 }",
        ".banner-customizable { padding: 1px } </style><script>",
        ".banner-customizable { padding: 1px",
        ".banner-customizable { padding }",
        ".banner-customizable { padding: 1px } /* no end",
        ".banner-customizable:focus { padding: 1px }",
        ".a-customizable { color: red }",
    ];
    for sheet in refused {
        assert!(css::check(sheet).is_err(), "{sheet}");
    }
    let accepted = [
        "",
        "/* all */ .label-customizable { font-weight: 400; }",
        ".submitButton-customizable:hover { color: #FFF; background-color: rgba(1,2,3,0.5) }",
        ".inputField-customizable { border: 1px solid #ccc; height: 34px !important; }",
    ];
    for sheet in accepted {
        assert!(css::check(sheet).is_ok(), "{sheet}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_style_check_panic_or_let_a_url_through(sheet in "[.a-zA-Z:{};@/*() #]{0,80}") {
        if css::check(&sheet).is_ok() {
            let bare = sheet.split("/*").next().unwrap_or_default();
            prop_assert!(!bare.contains('@') && !bare.contains("url("));
        }
    }
}
