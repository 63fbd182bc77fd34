//! Logs in memory, with a clock that is moved by hand.

mod errors;
mod events;
mod groups;
mod writing;

use std::sync::Arc;

use aws_types::{CallContext, Caller, Service};
use serde_json::{Value, json};
use testkit::{Calls, World};
use world::Clock as _;

use crate::{Config, Doors, Logs};

/// One service.
pub struct Room {
    pub world: World,
    pub logs: Arc<Logs>,
}

impl Calls for Room {
    fn service(&self) -> &dyn Service {
        &*self.logs
    }

    fn context(&self) -> CallContext {
        self.world.call(Caller::Root)
    }
}

impl Room {
    pub fn new() -> Self {
        Self::bounded(Config::default().max_bytes)
    }

    pub fn bounded(max_bytes: u64) -> Self {
        let world = World::default();
        let doors = Doors { store: world.store.clone(), clock: world.clock.clone(), rng: world.rng.clone() };
        Self { logs: Logs::new(Config { max_bytes }, doors), world }
    }

    pub fn now(&self) -> i64 {
        self.world.clock.now().ms()
    }

    /// A group `g` with streams.
    pub async fn group(&self, streams: &[&str]) {
        self.ok("CreateLogGroup", json!({"logGroupName": "g"})).await;
        for stream in streams {
            self.ok("CreateLogStream", json!({"logGroupName": "g", "logStreamName": stream})).await;
        }
    }

    /// Puts events, each so many milliseconds before now.
    pub async fn put(&self, stream: &str, events: &[(i64, &str)]) -> Value {
        let now = self.now();
        let events: Vec<Value> =
            events.iter().map(|(ago, text)| json!({"timestamp": now - ago, "message": text})).collect();
        let input = json!({"logGroupName": "g", "logStreamName": stream, "logEvents": events});
        self.ok("PutLogEvents", input).await
    }

    /// Messages that a search finds, with the next page's token.
    pub async fn found(&self, mut input: Value) -> (Vec<String>, Option<String>) {
        input["logGroupName"] = json!("g");
        let answer = self.ok("FilterLogEvents", input).await;
        (messages(&answer), answer["nextToken"].as_str().map(str::to_owned))
    }
}

pub fn messages(answer: &Value) -> Vec<String> {
    let events = answer["events"].as_array().unwrap();
    events.iter().map(|event| event["message"].as_str().unwrap().to_owned()).collect()
}
