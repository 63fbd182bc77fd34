//! OpenID Connect and SAML providers, as they are kept.

use serde_json::json;

use crate::testing::World;

const OIDC: &str = "arn:aws:iam::123456789012:oidc-provider/accounts.example.com/pool";
const SAML: &str = "arn:aws:iam::123456789012:saml-provider/corp";

#[tokio::test]
async fn an_oidc_provider_is_made_changed_and_deleted() {
    let world = World::new();
    let input = json!({"Url": "https://accounts.example.com/pool", "ClientIDList": ["a"], "ThumbprintList": ["0".repeat(40)],
        "Tags": [{"Key": "k", "Value": "v"}]});
    let made = world.ok("CreateOpenIDConnectProvider", input.clone()).await;
    assert_eq!(made["OpenIDConnectProviderArn"], OIDC);
    assert_eq!(
        world.refused("CreateOpenIDConnectProvider", input).await,
        "EntityAlreadyExists: Provider with url https://accounts.example.com/pool already exists."
    );
    let key = |id: &str| json!({"OpenIDConnectProviderArn": OIDC, "ClientID": id});
    world.ok("AddClientIDToOpenIDConnectProvider", key("b")).await;
    world.ok("AddClientIDToOpenIDConnectProvider", key("b")).await;
    world.ok("RemoveClientIDFromOpenIDConnectProvider", key("a")).await;
    world.ok("RemoveClientIDFromOpenIDConnectProvider", key("a")).await;
    let thumbprints = json!({"OpenIDConnectProviderArn": OIDC, "ThumbprintList": ["1".repeat(40)]});
    world.ok("UpdateOpenIDConnectProviderThumbprint", thumbprints).await;
    let shown = world.ok("GetOpenIDConnectProvider", json!({"OpenIDConnectProviderArn": OIDC})).await;
    assert_eq!((&shown["Url"], &shown["ClientIDList"]), (&json!("accounts.example.com/pool"), &json!(["b"])));
    assert_eq!(shown["ThumbprintList"], json!(["1".repeat(40)]));
    let listed = world.ok("ListOpenIDConnectProviders", json!({})).await;
    assert_eq!(listed["OpenIDConnectProviderList"], json!([{"Arn": OIDC}]));
    for _ in 0..2 {
        world.ok("DeleteOpenIDConnectProvider", json!({"OpenIDConnectProviderArn": OIDC})).await;
    }
    for operation in [
        "GetOpenIDConnectProvider",
        "AddClientIDToOpenIDConnectProvider",
        "RemoveClientIDFromOpenIDConnectProvider",
        "UpdateOpenIDConnectProviderThumbprint",
    ] {
        let input = json!({"OpenIDConnectProviderArn": OIDC, "ClientID": "c", "ThumbprintList": []});
        assert_eq!(
            world.refused(operation, input).await,
            format!("NoSuchEntity: OpenIDConnect Provider not found for arn {OIDC}")
        );
    }
}

#[tokio::test]
async fn an_oidc_providers_bounds_are_kept() {
    let world = World::new();
    for url in [
        "http://accounts.example.com",
        "https://",
        "https://user@host/",
        "https://host:8443/",
        "https://host/?q",
        "aws",
    ] {
        assert_eq!(
            world.refused("CreateOpenIDConnectProvider", json!({"Url": url})).await,
            "ValidationError: Invalid Open ID Connect Provider URL",
            "{url}"
        );
    }
    let ids = |n: usize| (0..n).map(|n| format!("c{n}")).collect::<Vec<_>>();
    let full = "LimitExceeded: Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100";
    let many = json!({"Url": "https://accounts.example.com/pool", "ClientIDList": ids(101)});
    assert_eq!(world.refused("CreateOpenIDConnectProvider", many).await, full);
    let thumbprints = json!({"Url": "https://accounts.example.com/pool", "ThumbprintList": ids(6)});
    assert!(world.refused("CreateOpenIDConnectProvider", thumbprints).await.starts_with("InvalidInput: "));
    let most = json!({"Url": "https://accounts.example.com/pool", "ClientIDList": ids(100)});
    world.ok("CreateOpenIDConnectProvider", most).await;
    let more = json!({"OpenIDConnectProviderArn": OIDC, "ClientID": "more"});
    assert_eq!(world.refused("AddClientIDToOpenIDConnectProvider", more).await, full);
    let thumbprints = json!({"OpenIDConnectProviderArn": OIDC, "ThumbprintList": ids(6)});
    assert!(world.refused("UpdateOpenIDConnectProviderThumbprint", thumbprints).await.starts_with("InvalidInput: "));
}

#[tokio::test]
async fn a_saml_provider_is_made_changed_and_deleted() {
    let world = World::new();
    let provider = saml::soft::SoftProvider::new();
    let metadata = provider.metadata("https://one.example.com");
    let input = json!({"Name": "corp", "SAMLMetadataDocument": metadata, "AssertionEncryptionMode": "Allowed"});
    assert_eq!(world.ok("CreateSAMLProvider", input.clone()).await["SAMLProviderArn"], SAML);
    assert_eq!(
        world.refused("CreateSAMLProvider", input).await,
        "EntityAlreadyExists: A SAML provider with the name corp already exists."
    );
    for (operation, more) in [("CreateSAMLProvider", json!({"Name": "x"})), ("UpdateSAMLProvider", json!({}))] {
        let mut input = more;
        input["SAMLProviderArn"] = json!(SAML);
        input["SAMLMetadataDocument"] = json!("nothing");
        assert_eq!(world.refused(operation, input).await, "InvalidInput: Could not parse metadata");
    }
    let update = json!({"SAMLProviderArn": SAML, "SAMLMetadataDocument": metadata.replace("one", "two"), "AssertionEncryptionMode": "Allowed"});
    assert_eq!(world.ok("UpdateSAMLProvider", update).await, json!({"SAMLProviderArn": SAML}));
    let shown = world.ok("GetSAMLProvider", json!({"SAMLProviderArn": SAML})).await;
    assert_eq!(shown["SAMLMetadataDocument"], metadata.replace("one", "two"));
    assert_eq!(shown["AssertionEncryptionMode"], "Allowed");
    let required = json!({"SAMLProviderArn": SAML, "AssertionEncryptionMode": "Required"});
    assert_eq!(
        world.refused("UpdateSAMLProvider", required).await,
        "InvalidInput: Unable to set assertion encryption mode to Required because no private key is provided."
    );
    let listed = world.ok("ListSAMLProviders", json!({})).await;
    assert_eq!(listed["SAMLProviderList"][0]["Arn"], SAML);
    world.ok("DeleteSAMLProvider", json!({"SAMLProviderArn": SAML})).await;
    for operation in ["GetSAMLProvider", "UpdateSAMLProvider", "DeleteSAMLProvider"] {
        assert_eq!(
            world.refused(operation, json!({"SAMLProviderArn": SAML})).await,
            format!("NoSuchEntity: Manifest not found for arn {SAML}")
        );
    }
}
