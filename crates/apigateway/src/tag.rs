//! Tags of APIs and stages.

use aws_types::Arn;
use store::Versioned;

use crate::Cx;
use crate::definition::Change;
use crate::entity::{RestApi, Stage, TextMap};
use crate::error::{Result, bad_request, not_found};
use crate::table::{STAGE, STAGES, part_sk};

/// Most tags of a thing.
const MAX_TAGS: usize = 50;

/// A thing that bears tags.
pub struct Tagged {
    /// `arn:aws:apigateway:us-east-1::/restapis/a1b2c3d4e5`
    api: Versioned<RestApi>,
    /// `…/stages/dev`, where the stage is meant.
    stage: Option<Versioned<Stage>>,
}

impl Tagged {
    /// Finds the thing.
    pub async fn find(cx: &Cx<'_>, arn: &str) -> Result<Self> {
        let invalid = || bad_request("Invalid ARN specified in the request");
        let parsed = Arn::parse(arn).filter(|arn| arn.service == "apigateway").ok_or_else(invalid)?;
        let path: Vec<&str> = parsed.resource.split('/').collect();
        match path.as_slice() {
            ["", "restapis", api_id] => Ok(Self { api: cx.api(api_id).await?, stage: None }),
            ["", "restapis", api_id, "stages", name] => {
                let api = cx.api(api_id).await?;
                let stage = Some(cx.stage(&api, name).await?);
                Ok(Self { api, stage })
            }
            _ => Err(not_found("Invalid resource ARN specified")),
        }
    }

    /// Its tags.
    pub fn tags(&self) -> &TextMap {
        self.stage.as_ref().map_or(&self.api.tags, |stage| &stage.tags)
    }

    /// Begins a change to other tags.
    pub fn change(&self, cx: &Cx<'_>, tags: TextMap) -> Result<Change> {
        check(&tags)?;
        let Some(stage) = &self.stage else {
            return cx.change_api(&self.api, &RestApi { tags, ..self.api.value.clone() });
        };
        let mut change = cx.change(&self.api)?;
        let changed = Stage { tags, ..stage.value.clone() };
        change.put(&STAGES, &part_sk(STAGE, &stage.name), &changed)?;
        Ok(change)
    }
}

/// Keys of 1 to 128 characters that do not begin with `aws:`, values of at most 256.
pub fn check(tags: &TextMap) -> Result<()> {
    if tags.len() > MAX_TAGS {
        return Err(bad_request("Too many tags specified, can be at most 50"));
    }
    for (key, value) in tags {
        if key.is_empty() || key.chars().count() > 128 || key.to_ascii_lowercase().starts_with("aws:") {
            return Err(bad_request(format_args!("Invalid tag key: {key:.128}")));
        }
        if value.chars().count() > 256 {
            return Err(bad_request(format_args!("Invalid tag value for key: {key}")));
        }
    }
    Ok(())
}
