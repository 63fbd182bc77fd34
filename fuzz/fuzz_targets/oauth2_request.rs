//! What OAuth endpoints read: parameters, redirect URIs, client authentication, PKCE, scopes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth2::{
    ClientAuth, CodeChallenge, CodeVerifier, Params, ScopeSet, append_query, check_registration, with_fragment,
};

fuzz_target!(|data: &[u8]| {
    if let Ok(params) = Params::parse(data) {
        read(&params);
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = (ScopeSet::parse(text), CodeVerifier::parse(text), CodeChallenge::parse(Some(text), Some("S256")));
    if let Ok(params) = Params::parse(b"grant_type=authorization_code") {
        let _ = ClientAuth::from_request(Some(text), &params);
    }
    if check_registration(text).is_ok() {
        assert!(text.len() <= oauth2::MAX_REDIRECT_URI_BYTES && !text.contains('#'), "{text}");
        redirect(text);
    }
});

fn read(params: &Params) {
    let _ = (params.refuse_duplicates(), params.required("client_id"), ClientAuth::from_request(None, params));
    for (name, value) in params.iter() {
        assert!(params.all(name).any(|other| other == value));
    }
}

/// What is added to a registered URI is found in it again, and nothing else is.
fn redirect(uri: &str) {
    let added = append_query(uri, &[("portcullis-state", "a&b=c#d")]);
    let (_, query) = added.split_once('?').expect("a query");
    if let Ok(params) = Params::parse(query.as_bytes()) {
        assert!(params.all("portcullis-state").any(|value| value == "a&b=c#d"), "{added}");
    }
    assert_eq!(with_fragment(uri, &[("code", "#")]).matches('#').count(), 1);
}
