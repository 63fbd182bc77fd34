//! Functions with fake neighbours: a runner that answers what the tests say, buckets with one object, roles that trust
//! Lambda or do not.

mod aliases;
mod calls;
mod configurations;
mod functions;
mod layers;
mod permissions;
mod urls;

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use aws_types::{AwsError, CallContext, Caller, Service, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use lambda_runtime::runner::FunctionError;
use lambda_runtime::{FunctionPlan, Invocation, Outcome, RunError};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Calls, World};
use world::Lock;

use crate::entity::S3Place;
use crate::ports::{NoObject, Objects, Roles, Runs};
use crate::{CodeStore, Config, Doors, Lambda};

pub const ROLE: &str = "arn:aws:iam::123456789012:role/worker";

/// What a run is to end in.
pub type Script = Box<dyn Fn(&FunctionPlan, &Invocation) -> Result<Outcome, RunError> + Send>;

/// What stands behind the ports.
#[derive(Default)]
pub struct Neighbours {
    /// What was run: ARN with version, event.
    pub runs: Lock<Vec<(String, String)>>,
    /// Plans as they were run.
    pub plans: Lock<Vec<Arc<FunctionPlan>>>,
    /// Functions whose processes were ended.
    pub forgotten: Lock<Vec<String>>,
    /// How much code was kept when unpacked code was looked through.
    pub kept_code: Lock<Vec<usize>>,
    /// Ends runs; without one they answer their event.
    pub script: Lock<Option<Script>>,
    /// Roles that do not trust Lambda.
    pub untrusted: Lock<BTreeSet<String>>,
    /// Actions that roles may not do.
    pub denied: Lock<BTreeSet<String>>,
    /// The object in every bucket.
    pub object: Lock<Option<Bytes>>,
}

pub fn outcome(payload: &str, function_error: Option<FunctionError>) -> Outcome {
    Outcome {
        payload: Bytes::copy_from_slice(payload.as_bytes()),
        function_error,
        log_tail: None,
        executed_version: "$LATEST".to_owned(),
        duration_ms: 1.0,
        init_ms: None,
    }
}

#[async_trait]
impl Runs for Neighbours {
    async fn invoke(&self, plan: Arc<FunctionPlan>, invocation: Invocation) -> Result<Outcome, RunError> {
        let event = String::from_utf8_lossy(&invocation.payload).into_owned();
        self.runs.lock().push((format!("{}:{}", plan.name, plan.version), event.clone()));
        self.plans.lock().push(Arc::clone(&plan));
        let scripted = self.script.lock().as_ref().map(|script| script(&plan, &invocation));
        scripted.unwrap_or_else(|| {
            Ok(Outcome {
                executed_version: plan.version.clone(),
                log_tail: (invocation.tail == lambda_runtime::LogTail::Tail).then(|| b"END".to_vec()),
                ..outcome(&event, None)
            })
        })
    }

    fn forget(&self, function_arn: &str, _: Option<&str>) {
        self.forgotten.lock().push(function_arn.to_owned());
    }

    fn keep_code(&self, used: &BTreeSet<String>) {
        self.kept_code.lock().push(used.len());
    }
}

#[async_trait]
impl Objects for Neighbours {
    async fn read(&self, _: &CallContext, _: &S3Place, most: usize) -> Result<Bytes, NoObject> {
        match self.object.lock().clone() {
            Some(bytes) if bytes.len() > most => Err(NoObject::TooLarge),
            Some(bytes) => Ok(bytes),
            None => Err(NoObject::Refused("NoSuchKey".to_owned(), "The specified key does not exist.".to_owned())),
        }
    }
}

#[async_trait]
impl Roles for Neighbours {
    async fn trusts_lambda(&self, role_arn: &str, _: Timestamp) -> Result<bool, AwsError> {
        Ok(!self.untrusted.lock().contains(role_arn))
    }

    async fn may(&self, _: &str, action: &str, _: &str, _: Timestamp) -> Result<bool, AwsError> {
        Ok(!self.denied.lock().contains(action))
    }
}

/// One service.
pub struct Room {
    pub world: World,
    pub neighbours: Arc<Neighbours>,
    pub service: Arc<Lambda>,
    pub folder: TempDir,
}

impl Calls for Room {
    fn service(&self) -> &dyn Service {
        &*self.service
    }

    fn context(&self) -> CallContext {
        self.world.call(Caller::Root)
    }
}

impl Room {
    pub fn new() -> Self {
        let world = World::default();
        let neighbours = Arc::new(Neighbours::default());
        let folder = TempDir::new().unwrap();
        let service = Lambda::new(
            Config { account: aws_types::AccountId::default(), base_url: "http://localhost:4566".to_owned() },
            Doors {
                store: world.store.clone(),
                clock: world.clock.clone(),
                rng: world.rng.clone(),
                code: CodeStore::new(folder.path().join("code"), world.store.clone()),
                runs: neighbours.clone(),
                objects: neighbours.clone(),
                roles: neighbours.clone(),
            },
        );
        Self { world, neighbours, service, folder }
    }

    pub async fn function(&self, name: &str) -> Value {
        self.ok("CreateFunction", create(name)).await
    }

    /// Zips that are kept.
    pub fn zips(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("code")).map_or(0, Iterator::count)
    }
}

/// What makes a function.
pub fn create(name: &str) -> Value {
    json!({
        "FunctionName": name,
        "Runtime": "python3.12",
        "Handler": "app.handler",
        "Role": ROLE,
        "Code": { "ZipFile": zipped(name) },
    })
}

pub fn zipped(content: &str) -> String {
    STANDARD.encode(zip("app.py", content.as_bytes()))
}

/// A zip of one stored file.
pub fn zip(name: &str, content: &[u8]) -> Vec<u8> {
    let crc = !content.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    });
    let (length, name_length) = (u32::try_from(content.len()).unwrap(), u16::try_from(name.len()).unwrap());
    let common = [
        &20_u16.to_le_bytes()[..],
        &[0; 4],
        &[0, 0, 0x21, 0],
        &crc.to_le_bytes(),
        &length.to_le_bytes(),
        &length.to_le_bytes(),
        &name_length.to_le_bytes(),
        &[0; 2],
    ]
    .concat();
    let local = [b"PK\x03\x04", common.as_slice(), name.as_bytes(), content].concat();
    let central = [
        b"PK\x01\x02\x14\x03",
        common.as_slice(),
        &[0; 6],
        &0o100_644_u32.checked_shl(16).unwrap().to_le_bytes(),
        &[0; 4],
        name.as_bytes(),
    ]
    .concat();
    let end = [
        b"PK\x05\x06\0\0\0\0\x01\0\x01\0",
        &u32::try_from(central.len()).unwrap().to_le_bytes()[..],
        &u32::try_from(local.len()).unwrap().to_le_bytes(),
        &[0; 2],
    ]
    .concat();
    [local, central, end].concat()
}
