use super::*;

#[tokio::test]
async fn a_handshake_is_answered_by_the_rfcs_own_example() {
    let room = Room::of(vec![]);
    let mut session = room.session().await;
    let head = session.head();
    assert_eq!(head.status(), 101);
    assert_eq!(head.headers()["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

#[tokio::test]
async fn what_is_no_handshake_is_refused() {
    let room = Room::of(vec![]);
    for (name, value, status) in [
        ("upgrade", "h2c", 426),
        ("connection", "close", 426),
        ("sec-websocket-version", "8", 426),
        ("sec-websocket-key", "short", 400),
        ("cookie", &"x".repeat(11_000), 431),
    ] {
        let mut handshake = room.handshake();
        handshake.headers.insert(name, HeaderValue::from_str(value).unwrap());
        assert_eq!(room.refused(handshake).await.0, status, "{name}");
    }
    let post = Handshake { method: Method::POST, ..room.handshake() };
    assert_eq!(room.refused(post).await.0, 426);
    let deeper = Handshake { path: "/x".to_owned(), ..room.handshake() };
    assert_eq!(room.refused(deeper).await.0, 403);
    for nowhere in [
        Handshake { stage: "none".to_owned(), ..room.handshake() },
        Handshake { api_id: "none".to_owned(), ..room.handshake() },
    ] {
        assert_eq!(room.refused(nowhere).await, (403, r#"{"message":"Forbidden"}"#.to_owned()));
    }
}

#[tokio::test]
async fn connect_is_told_of_the_handshake() {
    let room = Room::of(vec![("$connect", route(integration(function("connect"))))]);
    room.answering("connect", json!({"statusCode": 200}));
    let client = room.connect().await;
    let calls = room.functions.take_calls();
    assert_eq!(calls[0].source_arn, "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/$connect");
    let event: Value = serde_json::from_slice(&calls[0].payload).unwrap();
    let context = &event["requestContext"];
    assert_eq!((&context["eventType"], &context["routeKey"]), (&json!("CONNECT"), &json!("$connect")));
    assert_eq!(context["connectionId"], client.id);
    assert_eq!((client.id.len(), &context["stage"]), (16, &json!("dev")));
    assert_eq!(context["identity"], json!({"sourceIp": "127.0.0.1", "userAgent": "tester"}));
    assert_eq!(context["connectedAt"], room.clock.now().ms());
    assert_eq!(context["requestTime"], "02/Jan/2026:03:04:05 +0000");
    assert!(context["messageId"].is_null() && event["body"].is_null());
    assert_eq!(event["queryStringParameters"], json!({"token": "t1", "x": "2"}));
    assert_eq!(event["multiValueQueryStringParameters"]["x"], json!(["1", "2"]));
    assert_eq!(event["headers"]["Sec-WebSocket-Version"], "13");
    assert_eq!(event["multiValueHeaders"]["X-Forwarded-For"], json!(["127.0.0.1"]));
    assert_eq!(event["stageVariables"], json!({"color": "blue"}));
    assert_eq!(event["isBase64Encoded"], false);
}

#[tokio::test]
async fn connect_decides_whether_the_connection_stands() {
    let room = Room::of(vec![("$connect", route(integration(function("connect"))))]);
    for status in [401, 403, 500] {
        room.answering("connect", json!({"statusCode": status}));
        let (refused, body) = room.refused(room.handshake()).await;
        assert_eq!(refused, status);
        assert!(body.contains("connectionId"), "{body}");
    }
    room.functions.on(&arn("connect"), |_| {
        Ok(FunctionAnswer { payload: Bytes::new(), function_error: Some("Unhandled".to_owned()), request_id: None })
    });
    let (status, body) = room.refused(room.handshake()).await;
    assert_eq!(status, 500);
    assert!(body.starts_with(r#"{"message": "Internal server error", "connectionId":"#), "{body}");
    room.answering("connect", json!("nonsense"));
    assert_eq!(room.refused(room.handshake()).await.0, 500);
    assert_eq!(room.apis.connections(), 0);
}

#[tokio::test]
async fn a_subprotocol_is_chosen_among_the_offered() {
    let room = Room::of(vec![("$connect", route(integration(function("connect"))))]);
    let offering = || {
        let mut handshake = room.handshake();
        handshake.headers.insert("sec-websocket-protocol", HeaderValue::from_static("chat, superchat"));
        handshake
    };
    room.answering("connect", json!({"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "superchat"}}));
    let mut session = room.apis.handshake(offering()).await.ok().unwrap();
    assert_eq!(session.head().headers()["sec-websocket-protocol"], "superchat");
    room.answering("connect", json!({"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "other"}}));
    let mut session = room.apis.handshake(offering()).await.ok().unwrap();
    assert!(!session.head().headers().contains_key("sec-websocket-protocol"));
}

#[tokio::test]
async fn an_authorizer_lets_in_for_the_whole_life() {
    let sources = ["route.request.querystring.token", "route.request.header.user-agent", "stageVariables.color"];
    let sources = sources.iter().map(|source| IdentitySource::parse(source).unwrap()).collect();
    let connect = RoutePlan { authorization: authorizer(sources), ..route(integration(function("connect"))) };
    let room = Room::of(vec![("$connect", connect), ("$default", route(integration(function("echo"))))]);
    room.answering("connect", json!({"statusCode": 200}));
    room.echoing("echo");
    let policy = |effect: &str| {
        json!({"principalId": "ann", "context": {"level": 3}, "policyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": effect, "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/dev/$connect"}]}})
    };
    room.answering("authorizer", policy("Allow"));
    let mut client = room.connect().await;
    client.say("x").await;
    client.hear().await;
    let events = room.events();
    assert_eq!(events[0]["methodArn"], "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/$connect");
    assert_eq!((&events[0]["type"], &events[0]["queryStringParameters"]["token"]), (&json!("REQUEST"), &json!("t1")));
    for event in &events[1..] {
        let authorizer = &event["requestContext"]["authorizer"];
        assert_eq!((&authorizer["principalId"], &authorizer["level"]), (&json!("ann"), &json!(3)));
    }
    room.answering("authorizer", policy("Deny"));
    assert_eq!(room.refused(room.handshake()).await.0, 403);
    for nonsense in [json!(null), json!({"principalId": "ann"}), json!({"isAuthorized": true})] {
        room.answering("authorizer", nonsense);
        assert_eq!(room.refused(room.handshake()).await.0, 500);
    }
    room.functions.on(&arn("authorizer"), |_| {
        let payload = Bytes::from_static(br#"{"errorMessage": "Unauthorized"}"#);
        Ok(FunctionAnswer { payload, function_error: Some("Unhandled".to_owned()), request_id: None })
    });
    assert_eq!(room.refused(room.handshake()).await.0, 401);
    room.functions.take_calls();
    let without = Handshake { query: String::new(), ..room.handshake() };
    let (status, body) = room.refused(without).await;
    assert_eq!((status, body.contains(r#""message": "Unauthorized""#)), (401, true));
    assert!(room.functions.take_calls().is_empty(), "nobody is asked");
}

#[tokio::test]
async fn signers_are_judged_by_their_policies() {
    let connect = RoutePlan { authorization: Authorization::AwsIam, ..route(integration(function("connect"))) };
    let room = Room::of(vec![("$connect", connect)]);
    room.answering("connect", json!({"statusCode": 200}));
    assert_eq!(room.refused(room.handshake()).await.0, 403);
    let signed = |name: &'static str| {
        let mut handshake = room.handshake();
        handshake.headers.insert("x-signer", HeaderValue::from_static(name));
        handshake
    };
    assert_eq!(room.refused(signed("denied")).await.0, 403);
    assert!(room.apis.handshake(signed("arn:aws:iam::123456789012:user/ann")).await.is_ok());
    assert_eq!(room.events()[0]["requestContext"]["identity"]["userArn"], "arn:aws:iam::123456789012:user/ann");
}

#[tokio::test]
async fn mock_and_http_can_take_the_first_route() {
    let templates = Templates::compile(None, [("$default", r#"{"statusCode": $stageVariables.status}"#)]);
    let mock = IntegrationPlan { request_templates: templates, ..integration(IntegrationKind::Mock) };
    let room = Room::of(vec![("$connect", route(mock))]);
    // The variable is not set.
    assert_eq!(room.refused(room.handshake()).await.0, 500);
    let templates = Templates::compile(None, [("$default", r#"{"statusCode": 200}"#)]);
    let mock = IntegrationPlan { request_templates: templates, ..integration(IntegrationKind::Mock) };
    let room = Room::of(vec![("$connect", route(mock))]);
    assert!(room.apis.handshake(room.handshake()).await.is_ok());
}

#[tokio::test]
async fn there_are_no_more_connections_than_may_be() {
    let room = Room::of(vec![]);
    let limits = crate::Limits { connections: 1, ..crate::Limits::default() };
    let apis = room.apis.clone().with_limits(limits, execute_api::throttle::ACCOUNT_THROTTLE);
    let room = Room { apis, ..room };
    let client = room.connect().await;
    assert_eq!(room.refused(room.handshake()).await.0, 429);
    drop(client.socket);
    client.ended.await.unwrap();
    assert!(room.apis.handshake(room.handshake()).await.is_ok());
}
