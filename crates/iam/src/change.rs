//! Read, decide, commit, and reflect: what all operations do alike.

use store::{StoreError, Tx, Versioned, retry};

use crate::Cx;
use crate::error::{Result, concurrent, limit_or};
use crate::table::{self, CHANGED, Entity, count_counter, event_key};

impl Cx<'_> {
    /// The entity that a request's key names, if there is one.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn get<E: Entity>(&self, key: &str) -> Result<Option<Versioned<E>>> {
        let found = E::TABLE.get(self.store(), &self.pk(), &E::sk(key)).await?;
        Ok(found.filter(|found| found.answers_to(key)))
    }

    /// The entity that a request's key names.
    ///
    /// # Errors
    /// `NoSuchEntity` in the entity's words, the store's.
    pub(crate) async fn find<E: Entity>(&self, key: &str) -> Result<Versioned<E>> {
        self.get(key).await?.ok_or_else(|| E::not_found(key))
    }

    /// Adds an entity under its key, within its quota; `exists` is the refusal where the place is taken.
    ///
    /// # Errors
    /// `exists`, `LimitExceeded`, `ConcurrentModification`, the store's.
    pub(crate) async fn create<E: Entity>(
        &self,
        key: &str,
        entity: &E,
        exists: impl Fn() -> aws_types::AwsError + Send + Sync,
        more: impl Fn(&mut Tx) + Send + Sync,
    ) -> Result<()> {
        let (sk, (quota, most)) = (E::sk(key), E::QUOTA);
        retry(self.store(), || async {
            if self.store().get_item(&self.pk(), &sk).await?.is_some() {
                return Err(exists());
            }
            let mut tx = Tx::new();
            E::TABLE.insert(&mut tx, &self.pk(), &sk, entity, entity.index())?;
            tx.add(&count_counter(self.account(), E::PREFIX), 1, Some(most), None);
            more(&mut tx);
            self.commit(tx, &sk).await.map_err(|error| limit_or(error, quota, most))
        })
        .await
        .map_err(concurrent)
    }

    /// Changes an entity; `change` may add lines to the transaction. Run again where somebody else was quicker.
    ///
    /// # Errors
    /// `NoSuchEntity`, what `change` answers, `ConcurrentModification`, the store's.
    pub(crate) async fn change<E: Entity>(
        &self,
        key: &str,
        change: impl Fn(&mut E, &mut Tx) -> Result<()> + Send + Sync,
    ) -> Result<E> {
        retry(self.store(), || async {
            let current = self.find::<E>(key).await?;
            let (mut entity, mut tx) = (current.value.clone(), Tx::new());
            change(&mut entity, &mut tx)?;
            E::TABLE.update(&mut tx, &current, &entity, entity.index())?;
            self.commit(tx, &current.sk).await?;
            Ok(entity)
        })
        .await
        .map_err(concurrent)
    }

    /// Adds to `tx` the removal of an entity that was read.
    pub(crate) fn remove<E: Entity>(&self, tx: &mut Tx, current: &Versioned<E>) {
        E::TABLE.delete(tx, current);
        tx.add(&count_counter(self.account(), E::PREFIX), -1, None, None);
    }

    /// Writes an entity as it is: whoever read it before must read again. Keeps a policy or group from being deleted
    /// while it is given to somebody.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn touch<E: Entity>(&self, tx: &mut Tx, current: &Versioned<E>) -> Result<(), StoreError> {
        E::TABLE.update(tx, current, &current.value, current.value.index())
    }

    /// Commits, tells followers that the place `sk` changed, and forgets what this process remembers of it.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn commit(&self, mut tx: Tx, sk: &str) -> Result<(), StoreError> {
        let key = event_key(self.account(), sk);
        tx.event(CHANGED, &key);
        self.store().commit(tx).await?;
        self.shared.cache.forget(&key);
        Ok(())
    }

    /// How often a policy is used in this account.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn uses(&self, arn: &str) -> Result<crate::entity::managed_policy::Uses> {
        Ok(table::uses(self.store(), self.account(), arn).await?)
    }
}
