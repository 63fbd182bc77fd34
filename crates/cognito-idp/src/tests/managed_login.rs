//! Branding of the managed pages, and terms documents.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::pictures;
use crate::testing::{World, text};

async fn place() -> (World, String, String) {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({})).await;
    (world, pool, client)
}

fn asset(category: &str, extension: &str, bytes: &[u8]) -> Value {
    json!({"Category": category, "ColorMode": "LIGHT", "Extension": extension, "Bytes": STANDARD.encode(bytes)})
}

fn style(pool: &str, client: &str) -> Value {
    json!({"UserPoolId": pool, "ClientId": client,
        "Settings": {"components": {"primaryButton": {"lightMode": {"defaults": {"backgroundColor": "ff0000ff"}}}}},
        "Assets": [asset("FORM_LOGO", "PNG", &pictures::png())]})
}

#[tokio::test]
pub async fn a_style_is_made_shown_changed_and_deleted() {
    let (world, pool, client) = place().await;
    let made = world.ok("CreateManagedLoginBranding", style(&pool, &client)).await["ManagedLoginBranding"].clone();
    let id = text(&made, "/ManagedLoginBrandingId");
    assert_eq!(made["Settings"], style(&pool, &client)["Settings"]);
    assert_eq!(made["Assets"][0]["Bytes"], STANDARD.encode(pictures::png()));
    assert!(made["Assets"][0]["ResourceId"].is_string() && made["UseCognitoProvidedValues"] == json!(false));
    let key = json!({"UserPoolId": pool, "ManagedLoginBrandingId": id});
    assert_eq!(world.ok("DescribeManagedLoginBranding", key.clone()).await["ManagedLoginBranding"], made);
    let by_client = json!({"UserPoolId": pool, "ClientId": client, "ReturnMergedResources": true});
    let merged = world.ok("DescribeManagedLoginBrandingByClient", by_client).await["ManagedLoginBranding"].clone();
    let button = "/Settings/components/primaryButton/lightMode/defaults";
    assert_eq!(merged.pointer(button).unwrap()["backgroundColor"], "ff0000ff");
    assert_eq!(merged.pointer(button).unwrap()["textColor"], "ffffffff");
    // What is not named stays.
    let mut change = key.clone();
    change["Settings"] =
        json!({"components": {"primaryButton": {"lightMode": {"defaults": {"textColor": "000000ff"}}}}});
    change["Assets"] = json!([asset("PAGE_BACKGROUND", "JPEG", &pictures::jpeg())]);
    let changed = world.ok("UpdateManagedLoginBranding", change).await["ManagedLoginBranding"].clone();
    assert_eq!(changed.pointer(button).unwrap()["backgroundColor"], "ff0000ff");
    assert_eq!(changed["Assets"].as_array().unwrap().len(), 2);
    let mut reset = key.clone();
    reset["UseCognitoProvidedValues"] = json!(true);
    let reset = world.ok("UpdateManagedLoginBranding", reset).await["ManagedLoginBranding"].clone();
    assert!(reset.get("Assets").is_none() && reset.get("Settings").is_none());
    world.ok("DeleteManagedLoginBranding", key.clone()).await;
    for operation in ["DescribeManagedLoginBranding", "UpdateManagedLoginBranding", "DeleteManagedLoginBranding"] {
        let refusal = world.refused(operation, key.clone()).await;
        assert!(refusal.starts_with("ResourceNotFoundException: "), "{operation}: {refusal}");
    }
    let refusal =
        world.refused("DescribeManagedLoginBrandingByClient", json!({"UserPoolId": pool, "ClientId": client})).await;
    assert!(refusal.starts_with("ResourceNotFoundException: "), "{refusal}");
}

#[tokio::test]
pub async fn a_client_has_one_style_and_takes_it_along() {
    let (world, pool, client) = place().await;
    world.ok("CreateManagedLoginBranding", style(&pool, &client)).await;
    let refusal = world.refused("CreateManagedLoginBranding", style(&pool, &client)).await;
    assert!(refusal.starts_with("ManagedLoginBrandingExistsException: "), "{refusal}");
    world.ok("DeleteUserPoolClient", json!({"UserPoolId": pool, "ClientId": client})).await;
    let left = world.store.query(&format!("pool#{pool}"), "branding", None, 10).await.unwrap();
    assert!(left.is_empty());
    let refusal = world.refused("CreateManagedLoginBranding", style(&pool, &client)).await;
    assert!(refusal.starts_with("ResourceNotFoundException: User pool client"), "{refusal}");
}

#[tokio::test]
async fn attack_118_styles_that_carry_something_else_are_refused() {
    let (world, pool, client) = place().await;
    let script = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let polyglot = [pictures::png().as_slice(), b"<script>alert(1)</script>"].concat();
    let big = [pictures::png().as_slice(), &vec![0; 1_000_001]].concat();
    let assets = [
        asset("FORM_LOGO", "SVG", script),
        asset("FORM_LOGO", "PNG", script),
        asset("FORM_LOGO", "PNG", &polyglot),
        asset("FORM_LOGO", "PNG", &big),
        asset("FORM_LOGO", "JPEG", &pictures::png()),
        asset("FORM_LOGO", "ICO", &pictures::png()),
        asset("FAVICON_ICO", "PNG", &pictures::png()),
        asset("FAVICON_SVG", "PNG", &pictures::png()),
        json!({"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG"}),
    ];
    for wrong in assets {
        let input = json!({"UserPoolId": pool, "ClientId": client, "Assets": [wrong]});
        let refusal = world.refused("CreateManagedLoginBranding", input.clone()).await;
        assert!(refusal.starts_with("InvalidParameterException: "), "{refusal}");
    }
    let button = |value: Value| json!({"components": {"primaryButton": {"lightMode": value}}});
    let mut deep = json!(1);
    for _ in 0..14 {
        deep = json!({"a": deep});
    }
    for wrong in [
        json!("text"),
        json!({"surprise": {}}),
        json!({"components": {"surprise": {}}}),
        json!({"components": []}),
        button(json!({"backgroundColor": "red;}body{background:url(https://evil.test)"})),
        button(json!({"backgroundColor": "ff00"})),
        button(json!({"label": "</style><script>alert(1)</script>"})),
        button(json!({"label": "url(https://evil.test)"})),
        button(json!({"label": "x".repeat(257)})),
        button(json!({"width": 1e9})),
        button(json!({"a b": 1})),
        button(deep),
        button(json!({"list": vec![json!("aaaaaaaaaaaaaaaaaaaaaaaa"); 10_000]})),
    ] {
        let input = json!({"UserPoolId": pool, "ClientId": client, "Settings": wrong});
        let refusal = world.refused("CreateManagedLoginBranding", input).await;
        assert!(refusal.starts_with("InvalidParameterException: Invalid branding settings"), "{refusal}");
    }
    let mut both = style(&pool, &client);
    both["UseCognitoProvidedValues"] = json!(true);
    assert!(world.refused("CreateManagedLoginBranding", both).await.starts_with("InvalidParameterException: "));
    let left = world.store.query(&format!("pool#{pool}"), "branding", None, 10).await.unwrap();
    assert!(left.is_empty());
}

#[tokio::test]
pub async fn the_images_of_a_style_are_bounded_together() {
    let (world, pool, client) = place().await;
    let grown = pictures::padded_png(990_000);
    let categories = [
        "EMAIL_GRAPHIC",
        "SMS_GRAPHIC",
        "AUTH_APP_GRAPHIC",
        "PASSWORD_GRAPHIC",
        "PASSKEY_GRAPHIC",
        "PAGE_HEADER_LOGO",
        "PAGE_HEADER_BACKGROUND",
        "PAGE_FOOTER_LOGO",
        "PAGE_FOOTER_BACKGROUND",
        "PAGE_BACKGROUND",
    ];
    let all: Vec<_> = categories.iter().map(|category| asset(category, "PNG", &grown)).collect();
    let made =
        world.ok("CreateManagedLoginBranding", json!({"UserPoolId": pool, "ClientId": client, "Assets": all})).await;
    let id = text(&made, "/ManagedLoginBranding/ManagedLoginBrandingId");
    let more = json!({"UserPoolId": pool, "ManagedLoginBrandingId": id, "Assets": [asset("FORM_LOGO", "PNG", &grown)]});
    assert!(world.refused("UpdateManagedLoginBranding", more).await.starts_with("InvalidParameterException: "));
    let other = world.client(&pool, json!({})).await;
    let mut all = all;
    all.push(asset("FORM_LOGO", "PNG", &grown));
    let refusal = world
        .refused("CreateManagedLoginBranding", json!({"UserPoolId": pool, "ClientId": other, "Assets": all}))
        .await;
    assert!(refusal.starts_with("LimitExceededException: "), "{refusal}");
}

fn document(pool: &str, client: &str, name: &str) -> Value {
    json!({"UserPoolId": pool, "ClientId": client, "TermsName": name, "TermsSource": "LINK", "Enforcement": "NONE",
        "Links": {"cognito:default": "https://terms.example.com"}})
}

#[tokio::test]
pub async fn a_terms_document_is_made_shown_changed_and_deleted() {
    let (world, pool, client) = place().await;
    let made = world.ok("CreateTerms", document(&pool, &client, "terms-of-use")).await;
    let id = text(&made, "/Terms/TermsId");
    let key = json!({"UserPoolId": pool, "TermsId": id});
    assert_eq!(world.ok("DescribeTerms", key.clone()).await, made);
    let by_client = json!({"UserPoolId": pool, "ClientId": client, "TermsName": "terms-of-use"});
    assert_eq!(world.ok("DescribeTermsByClient", by_client.clone()).await, made);
    let listed = world.ok("ListTerms", json!({"UserPoolId": pool})).await;
    assert_eq!(listed["Terms"][0]["TermsId"], json!(id));
    let refusal = world.refused("CreateTerms", document(&pool, &client, "terms-of-use")).await;
    assert!(refusal.starts_with("TermsExistsException: "), "{refusal}");
    let mut change = key.clone();
    change["TermsName"] = json!("privacy-policy");
    change["Links"] = json!({"cognito:default": "https://p.example.com", "cognito:german": "https://p.example.com/de"});
    assert_eq!(world.ok("UpdateTerms", change.clone()).await["Terms"]["Links"], change["Links"]);
    assert!(world.refused("DescribeTermsByClient", by_client).await.starts_with("ResourceNotFoundException: "));
    let second = world.ok("CreateTerms", document(&pool, &client, "terms-of-use")).await;
    let rename = json!({"UserPoolId": pool, "TermsId": second["Terms"]["TermsId"], "TermsName": "privacy-policy"});
    assert!(world.refused("UpdateTerms", rename).await.starts_with("TermsExistsException: "));
    world.ok("DeleteTerms", key.clone()).await;
    for operation in ["DescribeTerms", "UpdateTerms", "DeleteTerms"] {
        let refusal = world.refused(operation, key.clone()).await;
        assert!(refusal.starts_with("ResourceNotFoundException: "), "{operation}: {refusal}");
    }
    world.ok("DeleteUserPoolClient", json!({"UserPoolId": pool, "ClientId": client})).await;
    assert_eq!(world.ok("ListTerms", json!({"UserPoolId": pool})).await, json!({"Terms": []}));
}

#[tokio::test]
async fn terms_link_to_pages() {
    let (world, pool, client) = place().await;
    for links in [
        json!({}),
        json!({"cognito:german": "https://a.example"}),
        json!({"cognito:default": "javascript:alert(1)"}),
        json!({"cognito:default": "http://a.example"}),
    ] {
        let mut input = document(&pool, &client, "terms-of-use");
        input["Links"] = links;
        let refusal = world.refused("CreateTerms", input).await;
        assert!(refusal.starts_with("InvalidParameterException: "), "{refusal}");
    }
}
