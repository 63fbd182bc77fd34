use super::*;

#[tokio::test]
async fn backends_write_to_clients_and_end_their_connections() {
    let room = Room::of(vec![("$disconnect", route(integration(function("end"))))]);
    room.answering("end", json!(null));
    let mut client = room.connect().await;
    let (id, connected) = (client.id.clone(), room.clock.now());
    assert_eq!(room.manage(Method::POST, &id, b"hello").await.status(), 200);
    assert_eq!(client.hear().await, "hello");
    room.manage(Method::POST, &id, &[0xff, 0xfe]).await;
    assert_eq!(client.socket.next().await.unwrap().unwrap(), Message::binary(vec![0xff, 0xfe]));
    room.clock.advance_s(5);
    client.say("x").await;
    client.hear().await;
    let shown = room.manage(Method::GET, &id, b"").await;
    let shown: Value = serde_json::from_slice(shown.body()).unwrap();
    let expected = json!({
        "connectedAt": connected.iso8601(), "identity": {"sourceIp": "127.0.0.1", "userAgent": "tester"},
        "lastActiveAt": room.clock.now().iso8601(),
    });
    assert_eq!(shown, expected);
    assert_eq!(room.manage(Method::DELETE, &id, b"").await.status(), 204);
    assert_eq!(client.closed().await, 1000);
    client.ended.await.unwrap();
    assert_eq!(room.events().last().unwrap()["requestContext"]["disconnectStatusCode"], 1000);
    for method in [Method::POST, Method::GET, Method::DELETE] {
        let gone = room.manage(method, &id, b"x").await;
        assert_eq!(
            (gone.status().as_u16(), &gone.headers()["x-amzn-errortype"]),
            (410, &HeaderValue::from_static("GoneException"))
        );
    }
}

#[tokio::test]
async fn calls_are_judged() {
    let room = Room::of(vec![]);
    let client = room.connect().await;
    let id = client.id.as_str();
    assert_eq!(room.manage_as("", Method::POST, id, b"x").await.status(), 403);
    let denied = room.manage_as("denied", Method::POST, id, b"x").await;
    let said = String::from_utf8(denied.body().to_vec()).unwrap();
    assert_eq!(denied.status(), 403);
    let arn = format!("arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/POST/@connections/{id}");
    assert!(said.contains(&format!("not execute-api:ManageConnections on {arn}")), "{said}");
    let bad = room.manage(Method::POST, "nonsense", b"x").await;
    assert_eq!(
        (bad.status().as_u16(), bad.body().as_ref()),
        (400, &br#"{"message":"Invalid connectionId: nonsense"}"#[..])
    );
    let large = room.manage(Method::POST, id, &vec![b'x'; 128 * 1024 + 1]).await;
    assert_eq!(
        (large.status().as_u16(), &large.headers()["x-amzn-errortype"]),
        (413, &HeaderValue::from_static("PayloadTooLargeException"))
    );
    assert_eq!(room.manage(Method::PUT, id, b"x").await.status(), 405);
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_not_waited_for() {
    let room = Room::of(vec![]);
    let session = room.session().await;
    let id = session.connection.id.clone();
    let (ours, _theirs) = tokio::io::duplex(16);
    let running = world::spawn("session", session.run(ours));
    while room.apis.connections() == 0 {
        tokio::task::yield_now().await;
    }
    let mut statuses = std::collections::BTreeSet::new();
    for _ in 0..100 {
        statuses.insert(room.manage(Method::POST, &id, &[b'x'; 1000]).await.status().as_u16());
        tokio::task::yield_now().await;
    }
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [200, 429]);
    running.abort();
}

#[tokio::test]
async fn attack_154_a_client_that_takes_nothing_is_let_go() {
    let room = Room::of(vec![]);
    let limits = crate::Limits { taking_ms: 50, ..crate::Limits::default() };
    let apis = room.apis.clone().with_limits(limits, execute_api::throttle::ACCOUNT_THROTTLE);
    let room = Room { apis, ..room };
    let session = room.session().await;
    let id = session.connection.id.clone();
    let (ours, _theirs) = tokio::io::duplex(16);
    let running = world::spawn("session", session.run(ours));
    while room.apis.connections() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(room.manage(Method::POST, &id, &[b'x'; 1000]).await.status(), 200);
    tokio::time::timeout(std::time::Duration::from_secs(30), running).await.unwrap().unwrap();
    assert_eq!(room.apis.connections(), 0);
}
