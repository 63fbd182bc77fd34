use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::Mutex;

use crate::{Event, Follower, MasterKey, Position, Store, StoreError, Tx, catch_up, follow, keys_of};

struct Memory {
    store: Store,
    position: Position,
    keys: Mutex<Vec<String>>,
    reloads: AtomicUsize,
    fails: AtomicBool,
    looks: AtomicUsize,
}

impl Memory {
    fn new(store: &Store) -> Self {
        Self {
            store: store.clone(),
            position: Position::default(),
            keys: Mutex::default(),
            reloads: AtomicUsize::new(0),
            fails: AtomicBool::new(false),
            looks: AtomicUsize::new(0),
        }
    }

    fn end(&self) -> Result<(), StoreError> {
        if self.fails.load(Ordering::Relaxed) { Err(StoreError::Closed) } else { Ok(()) }
    }

    async fn keys(&self) -> Vec<String> {
        std::mem::take(&mut *self.keys.lock().await)
    }
}

impl Follower for Memory {
    type Error = StoreError;

    fn store(&self) -> &Store {
        &self.store
    }

    fn position(&self) -> &Position {
        &self.position
    }

    async fn apply(&self, events: &[Event]) -> Result<(), StoreError> {
        self.end()?;
        self.keys.lock().await.extend(keys_of(events, "mine").into_iter().map(str::to_owned));
        Ok(())
    }

    async fn reload(&self) -> Result<(), StoreError> {
        self.reloads.fetch_add(1, Ordering::Relaxed);
        self.end()
    }

    async fn keep_house(&self) {
        self.looks.fetch_add(1, Ordering::Relaxed);
    }
}

fn store() -> Store {
    Store::in_memory(MasterKey::from_bytes([1; 32])).unwrap()
}

async fn happen(store: &Store, events: &[(&'static str, &str)]) {
    let mut tx = Tx::new();
    events.iter().for_each(|(topic, key)| tx.event(topic, key));
    store.commit(tx).await.unwrap();
}

#[tokio::test]
async fn each_key_of_a_topic_is_applied_once() {
    let store = store();
    let memory = Memory::new(&store);
    happen(&store, &[("mine", "b"), ("mine", "a"), ("other", "c"), ("mine", "b")]).await;
    catch_up(&memory).await.unwrap();
    assert_eq!(memory.keys().await, ["a", "b"]);
    catch_up(&memory).await.unwrap();
    assert!(memory.keys().await.is_empty(), "they are not applied again");
}

#[tokio::test]
async fn what_could_not_be_applied_is_tried_again() {
    let store = store();
    let memory = Memory::new(&store);
    happen(&store, &[("mine", "a")]).await;
    memory.fails.store(true, Ordering::Relaxed);
    catch_up(&memory).await.unwrap_err();
    memory.fails.store(false, Ordering::Relaxed);
    catch_up(&memory).await.unwrap();
    assert_eq!(memory.keys().await, ["a"]);
}

#[tokio::test]
async fn who_missed_events_reads_everything_anew_until_it_succeeds() {
    let store = store();
    let memory = Memory::new(&store);
    for _ in 0..3 {
        happen(&store, &[("mine", "x"); 4_000]).await;
    }
    memory.fails.store(true, Ordering::Relaxed);
    catch_up(&memory).await.unwrap_err();
    memory.fails.store(false, Ordering::Relaxed);
    catch_up(&memory).await.unwrap();
    assert_eq!(memory.reloads.load(Ordering::Relaxed), 2);
    happen(&store, &[("mine", "y")]).await;
    catch_up(&memory).await.unwrap();
    assert_eq!(memory.keys().await, ["y"], "only what came after");
    assert_eq!(memory.reloads.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_follower_learns_of_a_commit_without_waiting_for_the_timer() {
    let store = store();
    let memory = Memory::new(&store);
    let (newest, reached) = (async { happen(&store, &[("mine", "a")]).await }, async {
        while memory.position.get() == 0 || memory.looks.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
    });
    tokio::select! {
        () = follow(&memory) => panic!("the engine has not ended"),
        () = async { newest.await; reached.await } => {}
    }
    assert_eq!(memory.keys().await, ["a"]);
}
