//! Which version a request means.

use std::sync::Arc;

use store::Versioned;
use world::Rng;

use crate::entity::{Alias, Function, Version};
use crate::error::{Result, no_alias, no_function};
use crate::name::{LATEST, Reference};
use crate::table::{ALIASES, FUNCTION_SK, FUNCTIONS, VERSIONS, alias_sk, function_pk, version_sk};
use crate::{Cx, Lambda};

/// A function, and the version of it that is meant.
#[derive(Clone, Debug)]
pub struct Found {
    /// The function.
    pub function: Arc<Versioned<Function>>,
    /// Code and configuration.
    pub version: Version,
}

/// Whether a qualifier is a number.
pub fn is_number(qualifier: &str) -> bool {
    !qualifier.is_empty() && qualifier.bytes().all(|byte| byte.is_ascii_digit())
}

impl Lambda {
    /// Finds what a reference means; of an alias the version that it points to first.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, the store's.
    pub(crate) async fn find(&self, reference: &Reference) -> Result<Found> {
        self.find_by(reference, |alias| alias.version.clone()).await
    }

    /// Finds what a call by this reference runs: an alias with two versions draws one.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, the store's.
    pub(crate) async fn find_to_run(&self, reference: &Reference) -> Result<Found> {
        self.find_by(reference, |alias| draw(&*self.doors.rng, alias)).await
    }

    async fn find_by(&self, reference: &Reference, of_alias: impl Fn(&Alias) -> String) -> Result<Found> {
        let (store, pk) = (self.store(), function_pk(&reference.function));
        let missing = || no_function(reference.arn());
        let function = FUNCTIONS.get_kept(store, &pk, FUNCTION_SK).await?.ok_or_else(missing)?;
        let qualifier = match reference.qualifier.as_deref() {
            None | Some(LATEST) => {
                let version = function.latest.clone();
                return Ok(Found { function, version });
            }
            Some(qualifier) => qualifier,
        };
        let number = if is_number(qualifier) {
            qualifier.to_owned()
        } else {
            of_alias(&ALIASES.get_kept(store, &pk, &alias_sk(qualifier)).await?.ok_or_else(missing)?.value)
        };
        let version = if number == LATEST {
            function.latest.clone()
        } else {
            VERSIONS.get_kept(store, &pk, &version_sk(&number)).await?.ok_or_else(missing)?.value.clone()
        };
        Ok(Found { function, version })
    }
}

impl Cx<'_> {
    /// Refuses a qualifier that names nothing.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, the store's.
    pub(crate) async fn check_qualifier(&self, reference: &Reference) -> Result<()> {
        match self.service.find(reference).await {
            Ok(_) => Ok(()),
            Err(error) if error.internal.is_some() => Err(error),
            Err(error) => {
                let alias = reference.qualifier.as_deref().is_some_and(|name| !is_number(name));
                let function = self.function(&reference.function).await;
                Err(if alias && function.is_ok() { no_alias(reference.arn()) } else { error })
            }
        }
    }
}

/// One of the versions of an alias, by their weights.
fn draw(rng: &dyn Rng, alias: &Alias) -> String {
    const PARTS: u32 = 1_000_000;
    if alias.weights.is_empty() {
        return alias.version.clone();
    }
    let mut drawn = f64::from(u32::from_be_bytes(world::rng::bytes::<4>(rng)) % PARTS) / f64::from(PARTS);
    for (version, weight) in &alias.weights {
        if drawn < *weight {
            return version.clone();
        }
        drawn -= weight;
    }
    alias.version.clone()
}
