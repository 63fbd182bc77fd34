use super::*;

fn chat() -> Room {
    let room = Room::of(vec![
        ("join", route(integration(function("echo")))),
        ("quiet", RoutePlan { response: RouteResponse::OneWay, ..route(integration(function("echo"))) }),
        ("broken", route(integration(function("none")))),
        ("$default", route(integration(function("echo")))),
        ("$disconnect", route(integration(function("echo")))),
    ]);
    room.echoing("echo");
    room
}

#[tokio::test]
async fn a_message_takes_the_route_that_it_names() {
    let room = chat();
    let mut client = room.connect().await;
    let join = r#"{"action":"join"}"#;
    for (said, heard) in [
        (join, format!("join {join}")),
        ("no json", "$default no json".to_owned()),
        (r#"{"action":"other"}"#, r#"$default {"action":"other"}"#.to_owned()),
        (r#"{"action":"$connect"}"#, r#"$default {"action":"$connect"}"#.to_owned()),
        (r#"{"action":"$disconnect"}"#, r#"$default {"action":"$disconnect"}"#.to_owned()),
    ] {
        client.say(said).await;
        assert_eq!(client.hear().await, heard);
    }
    let event = room.events().remove(0);
    let context = &event["requestContext"];
    assert_eq!((&context["eventType"], &context["routeKey"]), (&json!("MESSAGE"), &json!("join")));
    assert_eq!((context["messageId"].as_str().unwrap().len(), &event["body"]), (16, &json!(join)));
    assert!(event["headers"].is_null());
    assert_eq!(context["requestId"], context["extendedRequestId"]);
}

#[tokio::test]
async fn a_route_without_response_answers_nothing() {
    let room = chat();
    let mut client = room.connect().await;
    client.say(r#"{"action":"quiet"}"#).await;
    client.say("loud").await;
    assert_eq!(client.hear().await, "$default loud");
    assert_eq!(room.events().len(), 2);
}

#[tokio::test]
async fn what_goes_wrong_is_told_on_the_connection() {
    let room = chat();
    let mut client = room.connect().await;
    client.say(r#"{"action":"broken"}"#).await;
    let told: Value = serde_json::from_str(&client.hear().await).unwrap();
    assert_eq!((&told["message"], &told["connectionId"]), (&json!("Internal server error"), &json!(client.id)));
    assert_eq!(told["requestId"].as_str().unwrap().len(), 16);
    client.say("still here").await;
    assert_eq!(client.hear().await, "$default still here");
    let room = Room::of(vec![]);
    let mut client = room.connect().await;
    client.say("x").await;
    assert!(client.hear().await.starts_with(r#"{"message": "Forbidden", "connectionId":"#));
}

#[tokio::test]
async fn a_binary_message_is_default_s_in_base64() {
    let room = chat();
    let mut client = room.connect().await;
    client.socket.send(Message::binary(vec![0, 159, 146, 150])).await.unwrap();
    assert_eq!(client.hear().await, "$default AJ+Slg==");
    assert_eq!(room.events()[0]["isBase64Encoded"], true);
}

#[tokio::test]
async fn the_end_is_told_with_its_code() {
    let room = chat();
    let mut client = room.connect().await;
    client.socket.close(None).await.unwrap();
    client.ended.await.unwrap();
    let client = room.connect().await;
    drop(client.socket);
    client.ended.await.unwrap();
    let ends: Vec<Value> = room.events().into_iter().map(|event| event["requestContext"].clone()).collect();
    assert_eq!(ends[0]["eventType"], "DISCONNECT");
    assert_eq!((&ends[0]["disconnectStatusCode"], &ends[1]["disconnectStatusCode"]), (&json!(1005), &json!(1006)));
    assert_eq!(room.apis.connections(), 0);
}

#[tokio::test]
async fn messages_and_frames_that_are_too_large_end_the_connection() {
    let room = chat();
    let mut client = room.connect().await;
    client.say(&"x".repeat(30 * 1024)).await;
    client.hear().await;
    client.say(&"x".repeat(33 * 1024)).await;
    assert_eq!(client.closed().await, 1009);
    client.ended.await.unwrap();
    assert_eq!(room.events().last().unwrap()["requestContext"]["disconnectStatusCode"], 1009);
}

#[tokio::test]
async fn a_protocol_error_ends_the_connection() {
    use tokio::io::AsyncWriteExt as _;
    let room = chat();
    let session = room.session().await;
    let (ours, mut theirs) = tokio::io::duplex(1024);
    let ended = world::spawn("session", session.run(ours));
    // A reserved opcode.
    theirs.write_all(&[0x83, 0x80, 0, 0, 0, 0]).await.unwrap();
    ended.await.unwrap();
    assert_eq!(room.events()[0]["requestContext"]["disconnectStatusCode"], 1002);
}

#[tokio::test]
async fn idle_and_old_connections_end_by_the_clock() {
    let room = chat();
    let mut client = room.connect().await;
    room.clock.advance_s(599);
    room.apis.sweep();
    client.say("x").await;
    client.hear().await;
    room.clock.advance_s(599);
    room.apis.sweep();
    client.say("y").await;
    client.hear().await;
    room.clock.advance_s(600);
    room.apis.sweep();
    assert_eq!(client.closed().await, 1001);
    let mut client = room.connect().await;
    for _ in 0..13 {
        room.clock.advance_s(590);
        room.apis.sweep();
        if room.clock.now().ms() - 7_200_000 < 0 {
            break;
        }
        client.socket.send(Message::text("z")).await.unwrap();
        match client.socket.next().await.unwrap().unwrap() {
            Message::Text(_) => {}
            Message::Close(Some(frame)) => {
                assert_eq!(u16::from(frame.code), 1001);
                return;
            }
            other => panic!("{other:?}"),
        }
    }
    panic!("the connection outlived two hours");
}

#[tokio::test]
async fn templates_turn_messages_and_answers() {
    let http = IntegrationKind::Http(HttpTarget {
        method: execute_api::catalogue::HttpMethod::Any,
        uri: UriTemplate::parse("http://backend.example/${stageVariables.color}"),
        connection: execute_api::integration_plan::Connection::Internet,
        verification: world::Verification::default(),
        proxy: HttpProxy::No,
    });
    let selection = Selection::parse("$request.body.action");
    let plan = IntegrationPlan {
        request_templates: Templates::compile(
            selection,
            [
                ("a", r#"{"id": "$context.connectionId", "t": $input.json('$.t')}"#),
                ("$default", "plain $input.path('$.t')"),
            ],
        ),
        request_headers: vec![
            (HeaderName::from_static("x-conn"), RequestValue::Context(vec!["connectionId".to_owned()])),
            (HeaderName::from_static("x-t"), RequestValue::Body(Selection::parse("$request.body.t").unwrap())),
            (HeaderName::from_static("x-q"), RequestValue::Query("token".to_owned())),
        ],
        responses: vec![
            IntegrationResponsePlan {
                selection: Some(Pattern::compile(r"2\d\d").unwrap()),
                templates: Templates::compile(None, [("$default", "got $input.body")]),
            },
            IntegrationResponsePlan { selection: None, templates: Templates::default() },
        ],
        ..integration(http)
    };
    let room = Room::of(vec![("$default", route(plan))]);
    let mut client = room.connect().await;
    client.say(r#"{"action":"a","t":"x"}"#).await;
    assert_eq!(client.hear().await, format!(r#"got {{"id": "{}", "t": "x"}}"#, client.id));
    client.say(r#"{"action":"b","t":"y"}"#).await;
    assert_eq!(client.hear().await, "got plain y");
    let seen = room.backend.0.lock();
    assert_eq!((seen[0].method().as_str(), seen[0].uri().path()), ("POST", "/blue"));
    assert_eq!(seen[0].headers()["x-conn"], client.id.as_str());
    assert_eq!(
        (&seen[0].headers()["x-t"], &seen[0].headers()["x-q"]),
        (&HeaderValue::from_static("x"), &HeaderValue::from_static("t1"))
    );
}

#[tokio::test]
async fn a_message_without_template_goes_on_as_settings_say() {
    let plan = |passthrough, sources: Vec<(&'static str, &'static str)>| {
        let kind =
            IntegrationKind::Function(FunctionTarget { function: UriTemplate::parse(&arn("f")), credentials: None });
        IntegrationPlan { passthrough, request_templates: Templates::compile(None, sources), ..integration(kind) }
    };
    for (passthrough, sources, goes) in [
        (Passthrough::WhenNoMatch, vec![], true),
        (Passthrough::WhenNoMatch, vec![("other", "x")], true),
        (Passthrough::WhenNoTemplates, vec![], true),
        (Passthrough::WhenNoTemplates, vec![("other", "x")], false),
        (Passthrough::Never, vec![], false),
    ] {
        let room = Room::of(vec![("$default", route(plan(passthrough, sources)))]);
        room.functions.on(&arn("f"), |call| {
            Ok(FunctionAnswer { payload: call.payload.clone(), function_error: None, request_id: None })
        });
        let mut client = room.connect().await;
        client.say(r#"{"a":1}"#).await;
        let heard = client.hear().await;
        assert_eq!(heard == r#"{"a":1}"#, goes, "{passthrough:?} {heard}");
    }
}

#[tokio::test]
async fn a_stage_that_is_throttled_says_so() {
    let room = chat();
    let plan = room.apis.plans().stage(API, STAGE).unwrap().plan;
    room.apis.plans().put_stage(WebSocketApiPlan {
        account: plan.account.clone(),
        region: plan.region.clone(),
        api_id: API.to_owned(),
        api_name: plan.api_name.clone(),
        stage: STAGE.to_owned(),
        variables: BTreeMap::new(),
        deployment: Arc::clone(&plan.deployment),
        default_route: RouteSettings {
            throttle: Some(execute_api::throttle::Throttle { rate: 0.001, burst: 1 }),
            detailed_metrics: false,
        },
        routes: HashMap::new(),
        access_log: None,
    });
    let mut client = room.connect().await;
    client.say("one").await;
    assert_eq!(client.hear().await, "$default one");
    client.say("two").await;
    assert!(client.hear().await.contains("Too Many Requests"));
    let values = room.apis.plans().metrics().remove(0).values;
    assert!(values.contains(&("ClientError", 1)), "{values:?}");
}

#[tokio::test]
async fn each_call_has_a_line_in_the_access_log() {
    let room = Room::of(vec![
        ("$connect", route(integration(function("echo")))),
        ("join", route(integration(function("echo")))),
        ("broken", route(integration(function("none")))),
        ("$disconnect", route(integration(function("echo")))),
    ]);
    room.echoing("echo");
    let mut client = room.connect().await;
    for said in [r#"{"action":"join"}"#, r#"{"action":"broken"}"#, "nowhere"] {
        client.say(said).await;
        client.hear().await;
    }
    drop(client.socket);
    client.ended.await.unwrap();
    let expected = [
        "CONNECT $connect 200 -",
        "MESSAGE join 200 -",
        "MESSAGE broken 500 Internal server error",
        "MESSAGE $default 403 Forbidden",
        "DISCONNECT $disconnect 200 -",
    ];
    assert_eq!(room.lines(), expected);
    room.answering("echo", json!({"statusCode": 401}));
    room.refused(room.handshake()).await;
    assert_eq!(room.lines()[5], "CONNECT $connect 401 -");
}
