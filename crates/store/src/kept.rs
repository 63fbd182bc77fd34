//! Documents that nearly every call reads (pools, clients), parsed: as long as the database still holds the version that
//! was parsed, it need not be read and parsed again. What is answered is what the database holds, always.

use std::any::Any;
use std::sync::Arc;

use papaya::HashMap;

use crate::Versioned;

/// Documents that are kept; beyond that all are let go, and those that are read come back.
const MAX_KEPT: usize = 256;
/// Longest body of a document that is kept, in bytes: together they stay within a few MiB.
pub(crate) const MAX_KEPT_BYTES: usize = 32 * 1024;

/// By place.
#[derive(Default)]
pub(crate) struct Kept(HashMap<String, Arc<dyn Any + Send + Sync>>);

impl Kept {
    /// The document that was last parsed at this place.
    pub fn get<T: Send + Sync + 'static>(&self, pk: &str, sk: &str) -> Option<Arc<Versioned<T>>> {
        let kept = self.0.pin().get(&place(pk, sk)).cloned()?;
        let kept: Arc<Versioned<T>> = kept.downcast().ok()?;
        // Two places could be written alike.
        (kept.pk == pk && kept.sk == sk).then_some(kept)
    }

    /// Keeps a document.
    pub fn keep<T: Send + Sync + 'static>(&self, document: Arc<Versioned<T>>) {
        let kept = self.0.pin();
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(place(&document.pk, &document.sk), document);
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

fn place(pk: &str, sk: &str) -> String {
    format!("{pk}\n{sk}")
}
