//! A version that is not the current one.

use serde::{Deserialize, Serialize};

use super::Object;

/// A former version, or the mark that a key was deleted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Version {
    /// The object as it was; of a delete marker, its key, id and time.
    pub object: Object,
    /// Whether it is a delete marker.
    #[serde(default)]
    pub marker: bool,
}
