//! Each door opens: health, metrics, clock, issuer, unknown domains and sites, operations without code.

use crate::support::server;

#[tokio::test]
async fn health_and_metrics_answer() {
    let server = server("").await;
    assert_eq!(server.send("GET", "/_portcullis/health", "localhost", &[], "").await.body, "{\"status\":\"ok\"}");
    let metrics = server.send("GET", "/_portcullis/metrics", "localhost", &[], "").await;
    assert!(metrics.body.contains("portcullis_requests_total{door=\"internal\",status=\"2xx\"} 1"), "{}", metrics.body);
    assert_eq!(server.send("GET", "/_portcullis/none", "localhost", &[], "").await.status, 404);
}

#[tokio::test]
async fn the_clock_moves_forward_only() {
    let server = server("").await;
    let moved = server.send("POST", "/_portcullis/clock", "localhost", &[], "{\"advance_s\":3600}").await;
    assert!(moved.body.contains("\"advanced_s\":3600"), "{}", moved.body);
    for bad in ["{\"advance_s\":-1}", "{\"advance_s\":1e30}", "{\"advance_s\":9223372036854775807}", "{}", "x", ""] {
        assert_eq!(server.send("POST", "/_portcullis/clock", "localhost", &[], bad).await.status, 400, "{bad}");
    }
    assert!(server.send("GET", "/_portcullis/clock", "localhost", &[], "").await.body.contains("\"advanced_s\":3600"));
    // Signatures are judged by real time, so clients go on working.
    assert_eq!(server.root("ListUserPools", "{\"MaxResults\":1}").await.status, 200);
}

#[tokio::test]
async fn what_is_not_there_is_told_in_each_doors_words() {
    let server = server("").await;
    let missing = server.send("GET", "/us-east-1_none/.well-known/jwks.json", "localhost", &[], "").await;
    assert_eq!((missing.status, missing.header("access-control-allow-origin")), (404, Some("*")));
    let api = server.send("GET", "/test/x", "none.execute-api.us-east-1.localhost", &[], "").await;
    assert_eq!((api.status, api.body.as_str()), (403, "{\"message\":\"Forbidden\"}"));
    assert_eq!(api.header("x-amzn-errortype"), Some("ForbiddenException"));
    let site = server.send("GET", "/", "none.s3-website-us-east-1.localhost", &[], "").await;
    assert!(site.status == 404 && site.body.contains("NoSuchBucket"), "{}", site.body);
    let pages = server.send("GET", "/login", "none.auth.us-east-1.localhost", &[], "").await;
    assert_eq!(pages.status, 404);
    let object = server.send("GET", "/none/key", "localhost", &[], "").await;
    assert!(object.status == 404 && object.body.contains("<Code>NoSuchBucket</Code>"), "{}", object.body);
}

#[tokio::test]
async fn an_operation_without_code_answers_501_with_its_name() {
    let server = server("").await;
    let scope = |service: &str| {
        format!(
            "AWS4-HMAC-SHA256 Credential=test/20260102/us-east-1/{service}/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature={}",
            "0".repeat(64)
        )
    };
    let logs = scope("logs");
    let headers = [
        ("Authorization", logs.as_str()),
        ("X-Amz-Date", "20260102T000000Z"),
        ("X-Amz-Target", "Logs_20140328.DescribeQueries"),
    ];
    let answer = server.send("POST", "/", "localhost", &headers, "{}").await;
    assert_eq!(answer.status, 501);
    assert!(
        answer.body.contains("NotImplementedException") && answer.body.contains("DescribeQueries"),
        "{}",
        answer.body
    );
    let lambda = scope("lambda");
    let headers = [("Authorization", lambda.as_str()), ("X-Amz-Date", "20260102T000000Z")];
    let answer = server
        .send(
            "GET",
            "/2015-03-31/event-source-mappings/00000000-0000-4000-8000-000000000000",
            "localhost",
            &headers,
            "",
        )
        .await;
    assert!(answer.status == 501 && answer.body.contains("GetEventSourceMapping"), "{}", answer.body);
}

#[tokio::test]
async fn a_server_finds_its_data_again() {
    let server = server("").await;
    let created = server.root("CreateUserPool", "{\"PoolName\":\"kept\"}").await;
    assert_eq!(created.status, 200, "{}", created.body);
    let folder = server.folder;
    server.running.stop().await;
    let settings = crate::support::config(&folder, "");
    // The pool's keys may still be in the making; what makes them holds the folder until it is done.
    let mut tries = 0;
    let running = loop {
        tries += 1;
        match server::run::start(&settings, server::wiring::Doors::default()).await {
            Ok(running) => break running,
            Err(error) if tries > 10_000 => panic!("{error}"),
            Err(_) => tokio::task::yield_now().await,
        }
    };
    let server = crate::support::Server { running, folder };
    let listed = server.root("ListUserPools", "{\"MaxResults\":10}").await;
    assert!(listed.body.contains("\"kept\""), "{}", listed.body);
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_is_refused() {
    let server = server("").await;
    let settings = crate::support::config(&server.folder, "");
    let refused = server::run::start(&settings, server::wiring::Doors::default()).await.err().unwrap().to_string();
    assert!(refused.contains("use"), "{refused}");
}
