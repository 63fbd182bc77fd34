//! Signed requests: no bytes bear a good signature, and what we sign ourselves verifies.
#![no_main]

use aws_types::{Secret, Timestamp};
use fuzz::Request;
use libfuzzer_sys::fuzz_target;
use sigv4::{BodyHash, Credentials, Rules, SignedRequest, Signer, Style};

fuzz_target!(|data: &[u8]| {
    let Some(request) = Request::read(data) else { return };
    for style in [Style::Normalised, Style::S3] {
        forged(&request, style);
        signed(&request, style);
    }
});

fn sent<'a>(request: &'a Request<'a>, headers: &'a [(String, String)]) -> SignedRequest<'a> {
    let (method, path, query) = (request.method, request.path, request.query);
    SignedRequest { method, path, query, headers, body: BodyHash::Bytes(request.body) }
}

fn rules(style: Style) -> Rules<'static> {
    let now = Timestamp::from_secs(1_767_323_045);
    Rules { service: "execute-api", region: None, now, window_s: sigv4::WINDOW_S, style }
}

fn credentials() -> Credentials {
    let secret = Secret::new("secret".to_owned());
    Credentials { access_key_id: "AKIDEXAMPLE".to_owned(), secret, session_token: None }
}

fn forged(request: &Request<'_>, style: Style) {
    let sent = sent(request, &request.headers);
    let _ = sigv4::refuse_v2(&sent);
    if let Ok(Some(presented)) = sigv4::presented(&sent) {
        let _ = sigv4::check(&sent, &presented, &rules(style));
        assert!(sigv4::verify(&sent, &presented, &credentials().secret, &rules(style)).is_err());
    }
}

/// Only a request that bears nothing of a signature yet.
fn signed(request: &Request<'_>, style: Style) {
    let taken =
        |(name, _): &(String, String)| name.starts_with("x-amz") || ["authorization", "date"].contains(&&**name);
    let http = request.parts().is_some_and(|parts| !parts.headers.contains_key("host"));
    if !http || request.headers.len() > 50 || request.headers.iter().any(taken) || request.query.contains("X-Amz-") {
        return;
    }
    let mut headers = request.headers.clone();
    headers.push(("host".to_owned(), "localhost".to_owned()));
    let (credentials, rules) = (credentials(), rules(style));
    let signer =
        Signer { credentials: &credentials, region: "eu-west-1", service: rules.service, now: rules.now, style };
    let added = signer.sign(&sent(request, &headers));
    headers.extend(added);
    let sent = sent(request, &headers);
    match sigv4::presented(&sent) {
        Ok(Some(presented)) => {
            sigv4::verify(&sent, &presented, &credentials.secret, &rules).expect("our own signature");
        }
        Ok(None) => panic!("our own signature was not seen"),
        Err(error) => assert!(matches!(error, sigv4::SigError::TooLarge(_)), "{error:?}"),
    }
}
