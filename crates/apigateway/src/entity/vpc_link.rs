//! VPC links: names for private addresses that integrations may call.

use model_apigateway as model;
use serde::{Deserialize, Serialize};

use super::{TextMap, shown};

/// A VPC link. There is no network to set up, so it is available at once.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct VpcLink {
    /// Six letters and digits.
    pub id: String,
    /// Not unique.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// ARNs of network load balancers; AWS takes exactly one.
    pub target_arns: Vec<String>,
    /// Names and values.
    pub tags: TextMap,
}

impl VpcLink {
    /// As AWS shows it.
    pub fn output(&self) -> model::VpcLink {
        model::VpcLink {
            id: Some(self.id.clone()),
            name: Some(self.name.clone()),
            description: self.description.clone(),
            target_arns: Some(self.target_arns.clone()),
            status: Some(model::VpcLinkStatus::Available),
            status_message: Some("Your vpc link is ready for use".to_owned()),
            tags: shown(&self.tags),
        }
    }

    /// As CreateVpcLink shows it: AWS is still at work then.
    pub fn pending(&self) -> model::VpcLink {
        model::VpcLink { status: Some(model::VpcLinkStatus::Pending), status_message: None, ..self.output() }
    }
}
