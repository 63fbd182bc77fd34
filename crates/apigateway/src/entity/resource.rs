//! Resources: the parts of an API's path tree, with their methods.

use std::collections::BTreeMap;

use model_apigateway as model;
use serde::{Deserialize, Serialize};

use super::Method;

/// A resource.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Resource {
    /// Six letters and digits (ten for a root, as AWS has it).
    pub id: String,
    /// Absent at the root.
    pub parent_id: Option<String>,
    /// Absent at the root.
    pub path_part: Option<String>,
    /// From the root: `/pets/{petId}`.
    pub path: String,
    /// By verb.
    pub methods: BTreeMap<String, Method>,
}

/// Whether methods are shown in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Embed {
    /// Their verbs alone.
    Nothing,
    /// `embed=methods`.
    Methods,
}

impl Embed {
    /// Reads the `embed` parameter.
    pub fn read(embed: Option<&[String]>) -> Self {
        let methods = embed.unwrap_or_default().iter().any(|what| what == "methods");
        if methods { Self::Methods } else { Self::Nothing }
    }
}

impl Resource {
    /// As AWS shows it.
    pub fn output(&self, embed: Embed) -> model::Resource {
        let method = |method: &Method| match embed {
            Embed::Nothing => model::Method::default(),
            Embed::Methods => method.output(),
        };
        let methods: BTreeMap<_, _> = self.methods.iter().map(|(verb, m)| (verb.clone(), method(m))).collect();
        model::Resource {
            id: Some(self.id.clone()),
            parent_id: self.parent_id.clone(),
            path_part: self.path_part.clone(),
            path: Some(self.path.clone()),
            resource_methods: Some(methods).filter(|methods| !methods.is_empty()),
        }
    }
}
