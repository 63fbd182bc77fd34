//! Which account a data folder belongs to. `portcullis init` decides it; a folder without a decision belongs to whatever
//! account is configured, as a laptop's does.

use aws_types::AccountId;
use serde::{Deserialize, Serialize};
use store::{Store, StoreError, Table, Tx};

const HOMES: Table<Home> = Table::new("server-account", 1);
const PK: &str = "server";
const SK: &str = "account";

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Home {
    account: String,
}

/// Why the account is not decided.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The folder was made for another account.
    #[error("the data folder belongs to account {kept}, and the configuration says {configured}")]
    Another {
        /// Whose it is.
        kept: String,
        /// What is configured.
        configured: AccountId,
    },
    /// What is kept is no account.
    #[error("the data folder names no valid account: {0}")]
    Broken(String),
    /// The store's.
    #[error("{0}")]
    Store(#[from] StoreError),
}

/// The account that the folder was made for, where that was decided.
///
/// # Errors
/// [`AccountError`].
pub async fn kept(store: &Store) -> Result<Option<AccountId>, AccountError> {
    let Some(home) = HOMES.get(store, PK, SK).await? else { return Ok(None) };
    let text = home.value.account;
    AccountId::parse(&text).map(Some).ok_or(AccountError::Broken(text))
}

/// The account to serve.
///
/// # Errors
/// [`AccountError::Another`] where the folder belongs to another one.
pub async fn settle(store: &Store, configured: Option<&AccountId>) -> Result<AccountId, AccountError> {
    match (kept(store).await?, configured) {
        (Some(kept), Some(configured)) if kept != *configured => {
            Err(AccountError::Another { kept: kept.to_string(), configured: configured.clone() })
        }
        (Some(kept), _) => Ok(kept),
        (None, configured) => Ok(configured.cloned().unwrap_or_default()),
    }
}

/// Decides it for good.
///
/// # Errors
/// [`StoreError::Conflict`] where it was decided before.
pub async fn decide(store: &Store, account: &AccountId) -> Result<(), StoreError> {
    let mut tx = Tx::new();
    HOMES.insert(&mut tx, PK, SK, &Home { account: account.to_string() }, Vec::new())?;
    store.commit(tx).await.map(drop)
}

#[cfg(test)]
mod tests {
    use store::MasterKey;

    use super::*;

    #[tokio::test]
    async fn a_folder_belongs_to_the_account_it_was_made_for() {
        let store = Store::in_memory(MasterKey::from_bytes([7; 32])).unwrap();
        let (ours, other) = (AccountId::parse("111122223333").unwrap(), AccountId::parse("444455556666").unwrap());
        assert_eq!(settle(&store, Some(&other)).await.unwrap(), other, "undecided: as configured");
        decide(&store, &ours).await.unwrap();
        assert_eq!(settle(&store, None).await.unwrap(), ours);
        assert!(matches!(settle(&store, Some(&other)).await, Err(AccountError::Another { .. })));
        assert_eq!(decide(&store, &other).await, Err(StoreError::Conflict));
        assert_eq!(kept(&store).await.unwrap(), Some(ours));
    }
}
