//! The signing keys of user pools: made ahead, kept sealed, found in memory.
//!
//! Each pool has two RSA keys, one for id tokens, one for access tokens. A pool's keys are made once, at first need or
//! in the background right after CreateUserPool; which node's keys they are is decided by the store. Public halves lie
//! open, so that all pools' verifying keys load fast at start; private ones are sealed and opened at first use.
//! [`KeyRing::verifying`] stands on the gateway's hot path and never leaves memory.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_types::{AwsError, Timestamp};
use bytes::Bytes;
use jose::{Jwk, Jwks, KeySet, SigningKey, VerifyingKey};
use papaya::HashMap;
use store::{Expect, Store, StoreError, Tx};
use world::Lock;

use crate::config::{Config, IssuerForm};
use crate::entity::PoolKeyRecord;
use crate::error::{Result, pool_not_found};
use crate::table::{CHANGED, KEYS_SK, POOL_KEYS, POOL_SK, pool_pk};

/// How many pools' private keys lie open in memory at most.
const MAX_OPEN: usize = 4096;
/// How long names of keys that are not known cost no reading after one did, ms.
const UNKNOWN_KEY_PAUSE_MS: i64 = 10_000;

/// Both keys of a pool.
#[derive(Debug)]
pub struct PoolKeys {
    /// Signs id tokens.
    pub id: SigningKey,
    /// Signs access tokens.
    pub access: SigningKey,
}

/// The keys of all pools.
pub struct KeyRing {
    store: Store,
    base_url: String,
    issuer_form: IssuerForm,
    signing: HashMap<String, Arc<PoolKeys>>,
    public: HashMap<String, Arc<PublicKeys>>,
    reserve: Arc<Reserve>,
    /// When each pool's keys were last read for the sake of an unknown name, epoch ms.
    read_for_unknown: HashMap<String, i64>,
    /// Held while a pool's keys are made, so that two needs make one pair.
    making: tokio::sync::Mutex<()>,
    /// Held between reading a record and keeping it in memory, so that a deletion is never overtaken.
    keeping: tokio::sync::Mutex<()>,
}

struct PublicKeys {
    jwks: Jwks,
    /// `jwks` as it is published.
    json: Bytes,
    keys: Vec<Arc<VerifyingKey>>,
}

impl KeyRing {
    /// An empty ring.
    pub fn new(config: &Config, store: Store) -> Arc<Self> {
        Arc::new(Self {
            store,
            base_url: config.base_url.clone(),
            issuer_form: config.issuer_form,
            signing: HashMap::new(),
            public: HashMap::new(),
            reserve: Arc::new(Reserve::new(config.reserve_keys)),
            read_for_unknown: HashMap::new(),
            making: tokio::sync::Mutex::new(()),
            keeping: tokio::sync::Mutex::new(()),
        })
    }

    /// The pool's signing keys; makes them where there are none yet.
    ///
    /// # Errors
    /// `ResourceNotFoundException` where the pool is gone; the store's and the library's.
    pub async fn signing(&self, pool_id: &str) -> Result<Arc<PoolKeys>> {
        if let Some(keys) = self.signing.pin().get(pool_id) {
            return Ok(Arc::clone(keys));
        }
        let record = self.record(pool_id).await?;
        let keys = Arc::new(self.open(&record)?);
        let _keeping = self.keeping.lock().await;
        if POOL_KEYS.get(&self.store, &pool_pk(pool_id), KEYS_SK).await?.is_none() {
            return Err(pool_not_found(pool_id));
        }
        let signing = self.signing.pin();
        if signing.len() >= MAX_OPEN {
            signing.clear();
        }
        signing.insert(pool_id.to_owned(), Arc::clone(&keys));
        Ok(keys)
    }

    /// The pool's public key of that name. Answers from memory.
    pub fn verifying(&self, pool_id: &str, kid: &str) -> Option<Arc<VerifyingKey>> {
        self.public.pin().get(pool_id)?.keys.iter().find(|key| key.kid() == kid).cloned()
    }

    /// The pool's key set; makes the keys where there are none yet.
    ///
    /// # Errors
    /// As [`KeyRing::signing`].
    pub async fn jwks(&self, pool_id: &str) -> Result<Jwks> {
        if let Some(public) = self.public.pin().get(pool_id) {
            return Ok(public.jwks.clone());
        }
        let record = self.record(pool_id).await?;
        Ok(Jwks { keys: vec![record.id, record.access] })
    }

    /// The pool's key set as it is published: written once, when the keys are read.
    ///
    /// # Errors
    /// As [`KeyRing::signing`].
    pub async fn jwks_json(&self, pool_id: &str) -> Result<Bytes> {
        if let Some(public) = self.public.pin().get(pool_id) {
            return Ok(public.json.clone());
        }
        json(&self.jwks(pool_id).await?)
    }

    /// The pool's keys as they verify; from memory where they lie there parsed.
    ///
    /// # Errors
    /// As [`KeyRing::signing`].
    pub async fn key_set(&self, pool_id: &str) -> Result<KeySet> {
        if let Some(public) = self.public.pin().get(pool_id) {
            let mut set = KeySet::new();
            for key in &public.keys {
                set.insert(Arc::clone(key)).map_err(AwsError::internal)?;
            }
            return Ok(set);
        }
        KeySet::from_jwks(&self.jwks(pool_id).await?).map_err(AwsError::internal)
    }

    /// `iss` of the pool's tokens.
    pub fn issuer(&self, pool_id: &str) -> String {
        match self.issuer_form {
            IssuerForm::Server => self.server_issuer(pool_id),
            IssuerForm::Aws => aws_issuer(pool_id),
        }
    }

    /// Whether this is a name of the pool: the server's own form or AWS's.
    pub fn is_issuer(&self, pool_id: &str, issuer: &str) -> bool {
        issuer == self.server_issuer(pool_id) || issuer == aws_issuer(pool_id)
    }

    /// The server's own form.
    pub fn server_issuer(&self, pool_id: &str) -> String {
        format!("{}/{pool_id}", self.base_url)
    }

    /// Puts a key that was made elsewhere among those that lie ready, so that tests need not make any.
    #[cfg(test)]
    pub(crate) fn stock(&self, key: SigningKey) {
        self.reserve.ready.lock().push_back(key);
    }

    /// Begins to make keys ahead, in the background.
    pub fn warm(&self) {
        self.reserve.refill();
    }

    /// Makes a new pool's keys in the background, if keys are made ahead at all.
    pub fn prepare(self: &Arc<Self>, pool_id: &str) {
        if self.reserve.target == 0 {
            return;
        }
        let (ring, pool_id) = (Arc::clone(self), pool_id.to_owned());
        drop(world::spawn("cognito-idp: pool keys", async move {
            if let Err(error) = ring.record(&pool_id).await {
                tracing::debug!(pool.id = pool_id, %error, "no keys were made");
            }
            ring.reserve.refill();
        }));
    }

    /// Reads the pool's public keys into memory, or forgets them where the pool is gone.
    ///
    /// # Errors
    /// The store's.
    pub async fn reload(&self, pool_id: &str) -> Result<()> {
        let _keeping = self.keeping.lock().await;
        match POOL_KEYS.get(&self.store, &pool_pk(pool_id), KEYS_SK).await? {
            Some(record) => self.keep(&record)?,
            None => {
                self.public.pin().remove(pool_id);
                self.signing.pin().remove(pool_id);
            }
        }
        Ok(())
    }

    /// Reads the pool's public keys again because somebody named one that is not known, at most once in a while: made-up
    /// names cost nothing. Answers whether it did.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn reload_for_unknown(&self, pool_id: &str, now: Timestamp) -> Result<bool> {
        {
            let read = self.read_for_unknown.pin();
            if read.get(pool_id).is_some_and(|at| now.ms().saturating_sub(*at).saturating_abs() < UNKNOWN_KEY_PAUSE_MS)
            {
                return Ok(false);
            }
            if read.len() >= MAX_OPEN {
                read.clear();
            }
            read.insert(pool_id.to_owned(), now.ms());
        }
        self.reload(pool_id).await?;
        Ok(true)
    }

    /// The pool's keys at rest, made where there are none.
    async fn record(&self, pool_id: &str) -> Result<PoolKeyRecord> {
        let pk = pool_pk(pool_id);
        if let Some(record) = POOL_KEYS.get(&self.store, &pk, KEYS_SK).await? {
            self.reload(pool_id).await?;
            return Ok(record.value);
        }
        if self.store.get_item(&pk, POOL_SK).await?.is_none() {
            return Err(pool_not_found(pool_id));
        }
        let _making = self.making.lock().await;
        if POOL_KEYS.get(&self.store, &pk, KEYS_SK).await?.is_none() {
            self.make(pool_id).await?;
        }
        self.reload(pool_id).await?;
        let record = POOL_KEYS.get(&self.store, &pk, KEYS_SK).await?;
        record.map(|record| record.value).ok_or_else(|| pool_not_found(pool_id))
    }

    /// Offers new keys to the store. Another node's may win, and the pool may be gone: the caller reads what stands.
    async fn make(&self, pool_id: &str) -> Result<()> {
        let (id, access) = (self.reserve.take().await?, self.reserve.take().await?);
        let record = PoolKeyRecord {
            pool_id: pool_id.to_owned(),
            id_sealed: self.seal(pool_id, &id)?,
            access_sealed: self.seal(pool_id, &access)?,
            id: id.public().clone(),
            access: access.public().clone(),
        };
        let pk = pool_pk(pool_id);
        let mut tx = Tx::new();
        tx.require(&pk, POOL_SK, Expect::Present);
        POOL_KEYS.insert(&mut tx, &pk, KEYS_SK, &record, Vec::new())?;
        tx.event(CHANGED, pool_id);
        match self.store.commit(tx).await {
            Ok(_) | Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn seal(&self, pool_id: &str, key: &SigningKey) -> Result<String> {
        let der = key.to_pkcs8().map_err(AwsError::internal)?;
        Ok(self.store.sealer().seal_text(&seal_context(pool_id, key.public()), der.expose()))
    }

    fn open(&self, record: &PoolKeyRecord) -> Result<PoolKeys> {
        let open = |public: &Jwk, sealed: &str| {
            let context = seal_context(&record.pool_id, public);
            let der = self.store.sealer().open_text(&context, sealed).map_err(AwsError::internal)?;
            SigningKey::from_pkcs8(&der).map_err(AwsError::internal)
        };
        Ok(PoolKeys { id: open(&record.id, &record.id_sealed)?, access: open(&record.access, &record.access_sealed)? })
    }

    fn keep(&self, record: &PoolKeyRecord) -> Result<()> {
        let parsed = |key: &Jwk| VerifyingKey::from_jwk(key).map(Arc::new).map_err(AwsError::internal);
        let keys = vec![parsed(&record.id)?, parsed(&record.access)?];
        let jwks = Jwks { keys: vec![record.id.clone(), record.access.clone()] };
        let json = json(&jwks)?;
        self.public.pin().insert(record.pool_id.clone(), Arc::new(PublicKeys { jwks, json, keys }));
        Ok(())
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyRing of {} pools", self.public.pin().len())
    }
}

/// `https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab3dE5fG7`.
fn aws_issuer(pool_id: &str) -> String {
    let region = pool_id.rsplit_once('_').map_or(pool_id, |(region, _)| region);
    format!("https://cognito-idp.{region}.amazonaws.com/{pool_id}")
}

fn json(jwks: &Jwks) -> Result<Bytes> {
    serde_json::to_vec(jwks).map(Bytes::from).map_err(AwsError::internal)
}

/// A sealed key opens only as this key of this pool.
fn seal_context(pool_id: &str, public: &Jwk) -> String {
    format!("cognito pool key {pool_id} {}", public.kid)
}

/// Keys made ahead, one after the other so that at most one core is busy with it.
struct Reserve {
    ready: Lock<VecDeque<SigningKey>>,
    target: usize,
    filling: AtomicBool,
}

impl Reserve {
    const fn new(target: usize) -> Self {
        Self { ready: Lock::new(VecDeque::new()), target, filling: AtomicBool::new(false) }
    }

    /// A ready key, or a new one.
    async fn take(&self) -> Result<SigningKey> {
        let ready = self.ready.lock().pop_front();
        match ready {
            Some(key) => Ok(key),
            None => generate().await,
        }
    }

    fn refill(self: &Arc<Self>) {
        if self.is_full() || self.filling.swap(true, Ordering::AcqRel) {
            return;
        }
        let reserve = Arc::clone(self);
        drop(world::spawn("cognito-idp: key reserve", async move {
            while !reserve.is_full() {
                match generate().await {
                    Ok(key) => reserve.ready.lock().push_back(key),
                    Err(error) => {
                        tracing::error!(%error, "no key could be made ahead");
                        break;
                    }
                }
            }
            reserve.filling.store(false, Ordering::Release);
        }));
    }

    fn is_full(&self) -> bool {
        self.ready.lock().len() >= self.target
    }
}

async fn generate() -> Result<SigningKey> {
    let made = tokio::task::spawn_blocking(SigningKey::generate).await;
    made.map_err(AwsError::internal)?.map_err(AwsError::internal)
}
