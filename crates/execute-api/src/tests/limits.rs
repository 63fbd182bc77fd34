//! The documented bounds of a request.

use super::fixture::*;
use crate::catalogue::HttpMethod;

fn fixture() -> Fixture {
    Fixture::of(vec![("/{proxy+}", HttpMethod::Any, mock(r#"{"statusCode": 200}"#, "fine"))])
}

#[tokio::test]
async fn a_body_over_ten_megabytes_is_too_long() {
    let fixture = fixture();
    let mut request = request("POST", "/x", &[], "");
    request.body = vec![b'a'; 10 * 1024 * 1024].into();
    assert_ne!(fixture.send(request.clone()).await.status(), 413);
    request.body = vec![b'a'; 10 * 1024 * 1024 + 1].into();
    let response = fixture.send(request).await;
    assert_eq!(response.status(), 413);
    assert_eq!(body(&response), r#"{"message":"Request Too Long"}"#);
    assert_eq!(header_of(&response, "x-amzn-errortype"), Some("RequestTooLargeException"));
}

#[tokio::test]
async fn headers_over_ten_kilobytes_and_long_urls_are_refused() {
    let fixture = fixture();
    let value = "v".repeat(10_239);
    assert_eq!(fixture.send(request("GET", "/x", &[("a", &value)], "")).await.status(), 200);
    assert_eq!(fixture.send(request("GET", "/x", &[("a", &value), ("b", "")], "")).await.status(), 431);
    let path = format!("/{}", "p".repeat(10_240));
    assert_eq!(fixture.send(get(&path)).await.status(), 414);
}

#[tokio::test]
async fn a_template_without_end_ends() {
    let endless = "#foreach($i in [1..1000])#foreach($j in [1..1000])#foreach($k in [1..1000])x#end#end#end";
    let fixture = Fixture::of(vec![("/", HttpMethod::Get, mock(endless, ""))]);
    let response = fixture.send(get("/")).await;
    assert_eq!((response.status().as_u16(), body(&response)), (500, r#"{"message": "Internal server error"}"#));
}
