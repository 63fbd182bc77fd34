//! Properties: nothing panics, what is signed verifies, what is changed does not, and a second, slow implementation
//! agrees.

use aws_lc_rs::hmac;
use proptest::prelude::*;

use super::*;

/// The algorithm once more, written straight from the guide for requests that need no decoding: names and values are
/// plain, the path holds no percent sign and no dots.
fn slow_signature(req: &Owned, date: &str, scope_tail: &str) -> String {
    let mut query: Vec<String> = req.query.split('&').filter(|p| !p.is_empty()).map(str::to_owned).collect();
    query.sort();
    let mut headers: Vec<(String, String)> = req.headers.clone();
    headers.sort();
    let names: Vec<String> = headers.iter().map(|(n, _)| n.clone()).collect();
    let lines: String = headers.iter().map(|(n, v)| format!("{n}:{v}\n")).collect();
    let canonical =
        [req.method.clone(), req.path.clone(), query.join("&"), lines, names.join(";"), key::sha256_hex(&req.body)]
            .join("\n");
    let day = date.get(..8).unwrap();
    let text =
        format!("AWS4-HMAC-SHA256\n{date}\n{day}/{scope_tail}/aws4_request\n{}", key::sha256_hex(canonical.as_bytes()));
    let mut secret = format!("AWS4{SECRET}").into_bytes();
    for part in [day].into_iter().chain(scope_tail.split('/')).chain(["aws4_request", &text]) {
        secret = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), part.as_bytes()).as_ref().to_vec();
    }
    key::hex(&secret)
}

prop_compose! {
    fn plain_request()(
        method in "GET|POST|PUT|DELETE",
        path in "(/[a-z0-9_~-]{1,5}){1,4}",
        query in proptest::collection::btree_map("[a-z]{1,4}", "[a-z0-9]{0,4}", 0..4),
        extra in proptest::collection::btree_map("x-[a-z]{1,6}", "[!-~]{1,9}( [!-~]{1,9})?", 0..4),
        body in proptest::collection::vec(any::<u8>(), 0..64),
    ) -> Owned {
        let query: Vec<String> = query.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let headers: Vec<(&str, &str)> =
            extra.iter().map(|(n, v)| (n.as_str(), v.as_str())).chain([("host", GATEWAY_HOST)]).collect();
        Owned::new(&method, &path, &query.join("&"), &headers, &body)
    }
}

proptest! {
    #[test]
    fn a_second_implementation_agrees(request in plain_request()) {
        let keys = credentials();
        let dated = request.with("x-amz-date", "20260102T030405Z");
        let expected = slow_signature(&dated, "20260102T030405Z", "eu-west-1/execute-api");
        let signed = dated.without("x-amz-date").signed(&signer(&keys));
        let authorization = signed.header("authorization");
        prop_assert!(authorization.ends_with(&expected), "{authorization}");
    }

    #[test]
    fn what_is_signed_verifies(
        request in plain_request(), path in "(/\\PC{0,5}){0,4}", query in "[a-zA-Z0-9%&=+é/~. -]{0,30}",
    ) {
        let keys = credentials();
        let request = Owned { path, query, ..request };
        let signed = request.clone().signed(&signer(&keys));
        judge(&signed.get(), &RULES).unwrap();
        let object = request.clone().signed(&s3_signer(&keys));
        judge(&object.get(), &S3_RULES).unwrap();
        let mut url = request;
        url.query = signer(&keys).presign(&url.get(), 60);
        judge(&url.get(), &RULES).unwrap();
    }

    #[test]
    fn any_flipped_letter_of_a_signed_part_is_refused(
        request in plain_request(), part in 0usize..6, at in any::<prop::sample::Index>(), to in "[a-z0-9]",
    ) {
        let keys = credentials();
        let signed = request.signed(&signer(&keys));
        let mut changed = signed.clone();
        let target: &mut String = match part {
            0 => &mut changed.method,
            1 => &mut changed.path,
            2 => &mut changed.query,
            // Also the signature itself, the scope and the date.
            _ => { let n = at.index(changed.headers.len()); &mut changed.headers[n].1 }
        };
        prop_assume!(!target.is_empty());
        let index = at.index(target.len());
        target.replace_range(index..=index, &to);
        let same = changed.method == signed.method && changed.path == signed.path && changed.query == signed.query
            && changed.headers == signed.headers;
        prop_assume!(!same);
        prop_assert!(judge(&changed.get(), &RULES).is_err(), "{changed:?}");
    }

    #[test]
    fn any_flipped_byte_of_the_body_is_refused(request in plain_request(), at in any::<prop::sample::Index>()) {
        prop_assume!(!request.body.is_empty());
        let keys = credentials();
        for (signer, rules) in [(signer(&keys), RULES), (s3_signer(&keys), S3_RULES)] {
            let mut changed = request.clone().signed(&signer);
            let index = at.index(changed.body.len());
            changed.body[index] ^= 1;
            prop_assert!(judge(&changed.get(), &rules).is_err());
        }
    }

    #[test]
    fn arbitrary_requests_never_panic(
        authorization in "(AWS4-HMAC-SHA256 )?([A-Za-z]{0,14}=?[\\PC]{0,20},? ?){0,5}",
        query in "(X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature)=?[\\PC]{0,12}&?){0,6}",
        path in "\\PC{0,20}", date in "\\PC{0,20}",
    ) {
        let request = Owned::new("GET", &path, &query, &[("x-amz-date", &date), ("host", "h")], b"");
        for rules in [RULES, S3_RULES] {
            prop_assert!(judge(&request.get(), &rules).is_err());
            prop_assert!(judge(&request.clone().with("authorization", &authorization).get(), &rules).is_err());
        }
    }

    #[test]
    fn every_refusal_has_a_sentence_in_every_dialect(authorization in "\\PC{0,60}") {
        let request = pets().with("authorization", &authorization);
        let error = judge(&request.get(), &RULES).unwrap_err();
        for dialect in [Dialect::Json, Dialect::RestJson, Dialect::Query, Dialect::S3, Dialect::ExecuteApi] {
            let shown = error.to_aws(dialect);
            prop_assert!(!shown.message.is_empty() && (400..=403).contains(&shown.status));
        }
    }
}
