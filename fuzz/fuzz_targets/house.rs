//! Any request to a whole server: AWS calls, APIs, hosted pages, websites. No answer is the server's fault, no mark-up
//! that was sent comes back from a hosted page, and nobody passes the authorizer.
#![no_main]

use std::sync::LazyLock;

use fuzz::house::House;
use libfuzzer_sys::fuzz_target;

const MARK: &[u8] = b"<fuzz>";

static HOUSE: LazyLock<House> = LazyLock::new(House::open);

fuzz_target!(|data: &[u8]| {
    let Some((parts, answer)) = HOUSE.answer(data) else { return };
    // 501: not built. 502 and 504: an integration that somebody made up has no backend.
    let fault = answer.status().is_server_error() && ![501, 502, 504].contains(&answer.status().as_u16());
    assert!(!fault, "{answer:?}");
    let path = parts.uri.path();
    let page = path.starts_with("/_aws/auth/")
        && answer.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    assert!(!page || !answer.body().windows(MARK.len()).any(|window| window == MARK), "mark-up came through");
    let protected = path.ends_with("/dev/mock") && parts.method == "GET";
    assert!(!protected || answer.status() != 200, "passed without a good token");
});
