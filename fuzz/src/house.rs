//! A whole server in this process, with the labs set up, so that a target can send it any request.

use std::net::SocketAddr;
use std::sync::Arc;

use aws_types::Secret;
use bytes::Bytes;
use http::Response;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use server::app::Peer;
use server::body::whole;
use server::config::{Config, Overrides};
use server::lab::{self, Client};
use server::run::{Running, start};
use server::wiring::Doors;
use tokio::runtime::Runtime;

use crate::Request;

/// The server.
pub struct House {
    runtime: Runtime,
    running: Running,
    /// What a seed cannot know: placeholder and value.
    names: Vec<(&'static str, String)>,
    _data: tempfile::TempDir,
}

impl House {
    /// Starts it.
    pub fn open() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("tasks");
        let data = tempfile::tempdir().expect("a folder");
        let settings =
            Overrides { port: Some(0), no_https: true, data: Some(data.path().to_owned()), ..Overrides::default() };
        let config = Config::load(&settings).expect("settings");
        let (running, names) = runtime.block_on(async {
            let doors = Doors::default();
            let (http, clock) = (Arc::clone(&doors.http), doors.clock.clone());
            let running = start(&config, doors).await.expect("a server");
            let key = ("test".to_owned(), Secret::new("test".to_owned()));
            let client = Client::new(http, clock, key, format!("http://{}", running.http), running.base_url.clone());
            lab::set_up(&client).await.expect("the labs");
            (running, names(&client).await)
        });
        Self { runtime, running, names, _data: data }
    }

    /// Answers a request with the names filled in; `None` where it is no request.
    pub fn answer(&self, data: &[u8]) -> Option<(http::request::Parts, Response<Bytes>)> {
        let mut text = String::from_utf8_lossy(data).into_owned();
        for (placeholder, name) in &self.names {
            text = text.replace(placeholder, name);
        }
        let request = Request::read(text.as_bytes())?;
        let (parts, body) = (request.parts()?, request.body.to_vec());
        let peer = Peer {
            address: SocketAddr::from(([127, 0, 0, 1], 50_000)),
            secure: false,
            vpc_endpoint: None,
            tls: None,
            handshake: None,
        };
        let sent = http::Request::from_parts(parts.clone(), whole(body));
        let answer = self.runtime.block_on(async {
            let (head, body) = self.running.app.answer(peer, sent).await.into_parts();
            Response::from_parts(head, body.collect().await.map(|body| body.to_bytes()).unwrap_or_default())
        });
        Some((parts, answer))
    }
}

async fn names(client: &Client) -> Vec<(&'static str, String)> {
    let text = |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).expect(pointer).to_owned();
    let pools = client.cognito("ListUserPools", json!({ "MaxResults": 60 })).await.expect("pools");
    let named = |pool: &&Value| pool["Name"] == "demo";
    let pool = text(pools["UserPools"].as_array().and_then(|all| all.iter().find(named)).expect("demo"), "/Id");
    let clients = client.cognito("ListUserPoolClients", json!({ "UserPoolId": pool })).await.expect("clients");
    let apis = client.apigateway("GET", "/restapis", None).await.expect("APIs");
    let api = |name: &str| apis["item"].as_array().and_then(|all| all.iter().find(|api| api["name"] == name)).cloned();
    vec![
        ("{client}", text(&clients, "/UserPoolClients/0/ClientId")),
        ("{pool}", pool),
        ("{dragons}", text(&api("dragons").expect("dragons"), "/id")),
        ("{mock}", text(&api("Mock API").expect("Mock API"), "/id")),
    ]
}
