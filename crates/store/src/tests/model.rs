//! Random transactions against a model that is nothing but maps: after each, engine and model say the same.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use crate::{Expect, MasterKey, Store, StoreError, Tx, Write};

const PLACES: [(&str, &str); 4] = [("p", "a"), ("p", "b"), ("p", "ab"), ("q", "a")];
const KEYS: [&str; 3] = ["k", "l", "kk"];

type Place = (String, String);

#[derive(Clone, Default)]
struct Model {
    items: BTreeMap<Place, (i64, Vec<u8>)>,
    entries: BTreeSet<(String, Place)>,
    held: BTreeMap<String, Place>,
    counters: BTreeMap<String, i64>,
}

impl Model {
    fn commit(&mut self, tx: &Tx, version: i64) -> Result<(), StoreError> {
        let mut after = self.clone();
        for write in tx.writes() {
            after.apply(self, write, version)?;
        }
        *self = after;
        Ok(())
    }

    fn expect(&self, place: &Place, expect: Expect) -> Result<(), StoreError> {
        let version = self.items.get(place).map(|(version, _)| *version);
        if expect.holds(version) { Ok(()) } else { Err(StoreError::Conflict) }
    }

    fn apply(&mut self, before: &Model, write: &Write, version: i64) -> Result<(), StoreError> {
        match write {
            Write::Put { pk, sk, body, expect, index, .. } => {
                let place = (pk.clone(), sk.clone());
                before.expect(&place, *expect)?;
                self.entries.retain(|(_, holder)| *holder != place);
                self.entries.extend(index.iter().map(|(_, key)| (key.clone(), place.clone())));
                self.items.insert(place, (version, body.clone()));
            }
            Write::Delete { pk, sk, expect } => {
                let place = (pk.clone(), sk.clone());
                before.expect(&place, *expect)?;
                self.items.remove(&place);
                self.entries.retain(|(_, holder)| *holder != place);
                self.held.retain(|_, holder| *holder != place);
            }
            Write::Require { pk, sk, expect } => before.expect(&(pk.clone(), sk.clone()), *expect)?,
            Write::Add { counter, n, at_most, .. } => {
                let sum = self.counters.entry(counter.clone()).or_default();
                *sum += n;
                if at_most.is_some_and(|bound| *sum > bound) {
                    return Err(StoreError::Limit);
                }
            }
            Write::Reserve { key, pk, sk, .. } => {
                let place = (pk.clone(), sk.clone());
                if self.held.get(key).is_some_and(|holder| *holder != place) {
                    return Err(StoreError::Conflict);
                }
                self.held.insert(key.clone(), place);
            }
            Write::Release { key, pk, sk, .. } => {
                let place = (pk.clone(), sk.clone());
                if self.held.get(key) == Some(&place) {
                    self.held.remove(key);
                }
            }
            Write::Event { .. } => {}
        }
        Ok(())
    }
}

fn expectation() -> impl Strategy<Value = Expect> {
    prop_oneof![4 => Just(Expect::Any), 1 => Just(Expect::Absent), 1 => Just(Expect::Present)]
}

fn line() -> impl Strategy<Value = Write> {
    let place = proptest::sample::select(PLACES.to_vec()).prop_map(|(pk, sk)| (pk.to_owned(), sk.to_owned()));
    let key = proptest::sample::select(KEYS.to_vec()).prop_map(str::to_owned);
    let index = proptest::collection::vec(key.clone().prop_map(|key| ("by", key)), 0..3);
    let put = (place.clone(), any::<[u8; 2]>(), expectation(), index).prop_map(|((pk, sk), body, expect, index)| {
        Write::Put { pk, sk, body: body.to_vec(), expect, expires_at: None, index }
    });
    let delete = (place.clone(), expectation()).prop_map(|((pk, sk), expect)| Write::Delete { pk, sk, expect });
    let require = (place.clone(), expectation()).prop_map(|((pk, sk), expect)| Write::Require { pk, sk, expect });
    let add = (key.clone(), -3..6i64, proptest::option::of(0..9i64)).prop_map(|(counter, n, at_most)| Write::Add {
        counter,
        n,
        at_most,
        expires_at: None,
    });
    let reserve =
        (key.clone(), place.clone()).prop_map(|(key, (pk, sk))| Write::Reserve { index: "name", key, pk, sk });
    let release = (key, place).prop_map(|(key, (pk, sk))| Write::Release { index: "name", key, pk, sk });
    prop_oneof![put, delete, require, add, reserve, release]
}

fn transaction(lines: &[Write]) -> Tx {
    let mut tx = Tx::new();
    for line in lines.iter().cloned() {
        match line {
            Write::Put { pk, sk, body, expect, expires_at, index } => {
                tx.put_raw(pk, sk, body, expect, expires_at, index);
            }
            Write::Delete { pk, sk, expect } => tx.delete_raw(pk, sk, expect),
            Write::Require { pk, sk, expect } => tx.require(pk, sk, expect),
            Write::Add { counter, n, at_most, expires_at } => tx.add(&counter, n, at_most, expires_at),
            Write::Reserve { index, key, pk, sk } => tx.reserve(index, &key, pk, sk),
            Write::Release { index, key, pk, sk } => tx.release(index, &key, pk, sk),
            Write::Event { topic, key } => tx.event(topic, &key),
        }
    }
    tx
}

async fn agree(store: &Store, model: &Model) {
    for (pk, sk) in PLACES {
        let item = store.get_item(pk, sk).await.unwrap().map(|item| (item.version, item.body));
        assert_eq!(item.as_ref(), model.items.get(&(pk.to_owned(), sk.to_owned())), "{pk} {sk}");
    }
    let entries = store.lookup_range("by", "", None, 99).await.unwrap();
    let wanted: Vec<_> = model.entries.iter().map(|(key, (pk, sk))| (key.clone(), pk.clone(), sk.clone())).collect();
    assert_eq!(entries, wanted);
    let held = store.lookup_range("name", "", None, 99).await.unwrap();
    let wanted: Vec<_> = model.held.iter().map(|(key, (pk, sk))| (key.clone(), pk.clone(), sk.clone())).collect();
    assert_eq!(held, wanted);
    for key in KEYS {
        assert_eq!(store.counter(key).await.unwrap(), model.counters.get(key).copied().unwrap_or(0), "{key}");
    }
}

async fn run(transactions: Vec<Vec<Write>>) {
    let store = Store::in_memory(MasterKey::from_bytes([1; 32])).unwrap();
    let mut model = Model::default();
    for lines in transactions {
        let tx = transaction(&lines);
        let done = store.commit(tx.clone()).await;
        let version = done.as_ref().map_or(0, |done| done.version);
        assert_eq!(done.map(drop), model.commit(&tx, version), "{lines:?}");
        agree(&store, &model).await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_does_what_the_model_does(
        transactions in proptest::collection::vec(proptest::collection::vec(line(), 1..6), 1..30)
    ) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run(transactions));
    }
}
