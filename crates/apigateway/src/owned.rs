//! What an account has in a region beside its APIs (client certificates, VPC links, domain names): each a document of its
//! own in the account's partition, found by kind and name.

use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Index, Table, Tx, Versioned};

use crate::Cx;
use crate::error::{Result, stored};
use crate::page::Page;
use crate::table::part_sk;

impl Cx<'_> {
    /// A document of the call's account and region.
    pub async fn owned<T>(&self, table: &Table<T>, kind: &str, name: &str) -> Result<Option<Versioned<T>>>
    where
        T: Serialize + DeserializeOwned,
    {
        Ok(table.get(self.store(), &self.owner().pk(), &part_sk(kind, name)).await?)
    }

    /// Adds a document; one of its kind and name must not be there.
    pub async fn insert_owned<T>(&self, table: &Table<T>, place: (&str, &str), value: &T, index: Index) -> Result<()>
    where
        T: Serialize + DeserializeOwned,
    {
        let mut tx = Tx::new();
        table.insert(&mut tx, &self.owner().pk(), &part_sk(place.0, place.1), value, index)?;
        self.store().commit(tx).await.map(drop).map_err(stored)
    }

    /// Puts a changed document in place of the one that was read.
    pub async fn update_owned<T>(&self, table: &Table<T>, read: &Versioned<T>, value: &T) -> Result<()>
    where
        T: Serialize + DeserializeOwned,
    {
        let mut tx = Tx::new();
        table.update(&mut tx, read, value, Vec::new())?;
        self.store().commit(tx).await.map(drop).map_err(stored)
    }

    /// Removes the document that was read.
    pub async fn delete_owned<T>(&self, table: &Table<T>, read: &Versioned<T>) -> Result<()>
    where
        T: Serialize + DeserializeOwned,
    {
        let mut tx = Tx::new();
        table.delete(&mut tx, read);
        self.store().commit(tx).await.map(drop).map_err(stored)
    }

    /// A page of the account's documents of one kind, in order of names.
    pub async fn owned_page<T>(
        &self,
        table: &Table<T>,
        kind: &str,
        position: Option<&str>,
        limit: Option<i32>,
    ) -> Result<(Vec<T>, Option<String>)>
    where
        T: Serialize + DeserializeOwned,
    {
        let pk = self.owner().pk();
        let page = Page::read(self.store(), format!("{kind}{pk}"), position, limit)?;
        let mut found = table.list(self.store(), &pk, kind, page.after.as_deref(), page.fetch()).await?;
        let next = page.cut(self.store(), &mut found, |item| item.sk.as_str());
        Ok((found.into_iter().map(|item| item.value).collect(), next))
    }

    /// How many documents of one kind the account has, counted up to `most`.
    pub async fn owned_count<T>(&self, table: &Table<T>, kind: &str, most: usize) -> Result<usize>
    where
        T: Serialize + DeserializeOwned,
    {
        Ok(table.list(self.store(), &self.owner().pk(), kind, None, most).await?.len())
    }
}
