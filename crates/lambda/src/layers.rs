//! Layers as functions use them.

use aws_types::AwsError;
use model_lambda::types::{Architecture, Runtime};
use store::{Tx, Versioned, retry};

use crate::Cx;
use crate::entity::{LayerUse, LayerVersion, Permissions};
use crate::error::{Result, invalid_parameter, lost, not_found, other_region};
use crate::table::{LAYERS, layer_index, layer_pk, layer_sk};

/// Layers of a function (Lambda quotas, "Function layers").
const MOST_LAYERS: usize = 5;

/// A version of a layer, as its ARN names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerName {
    /// Twelve digits.
    pub account: String,
    /// `eu-west-1`.
    pub region: String,
    /// `tools`.
    pub name: String,
    /// From 1.
    pub number: u64,
}

impl LayerName {
    /// Reads the ARN of a version.
    pub fn of_arn(arn: &str) -> Option<Self> {
        // One spelling alone: a policy's Resource must not be passed by another partition.
        let arn = aws_types::Arn::parse(arn).filter(|arn| arn.service == "lambda" && arn.partition == "aws")?;
        let (name, number) = arn.resource.strip_prefix("layer:")?.split_once(':')?;
        Some(Self { number: number.parse().ok()?, name: name.to_owned(), account: arn.account, region: arn.region })
    }
}

impl Cx<'_> {
    /// The layers that a function names.
    ///
    /// # Errors
    /// `InvalidParameterValueException`, the store's. (memory)
    pub(crate) async fn layers(&self, arns: &[String]) -> Result<Vec<LayerUse>> {
        if arns.len() > MOST_LAYERS {
            return Err(invalid_parameter(format_args!("Cannot reference more than {MOST_LAYERS} layers.")));
        }
        let mut uses: Vec<(String, LayerUse)> = Vec::with_capacity(arns.len());
        for arn in arns {
            let layer = self.layer_version(arn).await?;
            let layer = layer.ok_or_else(|| invalid_parameter(format_args!("Layer version {arn} does not exist.")))?;
            let of = layer.layer_arn();
            if let Some((_, other)) = uses.iter().find(|(other, _)| *other == of) {
                return Err(invalid_parameter(format_args!(
                    "Two different versions of the same layer are not allowed to be referenced in the same function. {arn} \
                     and {} are versions of the same layer",
                    other.arn
                )));
            }
            uses.push((of, LayerUse { arn: arn.clone(), sha256: layer.code.sha256, size: layer.code.size }));
        }
        Ok(uses.into_iter().map(|(_, layer)| layer).collect())
    }

    /// The version of a layer that its ARN names.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn layer_version(&self, arn: &str) -> Result<Option<LayerVersion>, AwsError> {
        let Some(name) = LayerName::of_arn(arn) else { return Ok(None) };
        if name.account != self.call.account.as_str() || name.region != self.call.region.as_str() {
            return Ok(None);
        }
        let pk = layer_pk(&name.account, &name.region, &name.name);
        Ok(LAYERS.get(self.store(), &pk, &layer_sk(name.number)).await?.map(|layer| layer.value))
    }
}

impl Cx<'_> {
    /// A layer's version.
    ///
    /// # Errors
    /// `InvalidParameterValueException` (memory), the store's.
    pub(crate) async fn layer(&self, layer: &str, number: i64) -> Result<Option<Versioned<LayerVersion>>> {
        let name = layer_name(self, layer)?;
        let number = u64::try_from(number).ok().filter(|number| *number > 0);
        let number = number.ok_or_else(|| invalid_parameter("Layer Version Cannot be less than 1."))?;
        let pk = layer_pk(self.call.account.as_str(), self.call.region.as_str(), &name);
        Ok(LAYERS.get(self.store(), &pk, &layer_sk(number)).await?)
    }

    /// The same where it must be there.
    ///
    /// # Errors
    /// `ResourceNotFoundException` (memory), the store's.
    pub(crate) async fn layer_there(&self, layer: &str, number: i64) -> Result<Versioned<LayerVersion>> {
        let found = self.layer(layer, number).await?;
        let name = layer_name(self, layer)?;
        let arn = self.call.arn("lambda", format!("layer:{name}:{number}"));
        found.ok_or_else(|| not_found(format_args!("Layer version {arn} does not exist.")))
    }

    /// Changes the policy of a layer's version.
    ///
    /// # Errors
    /// What `change` answers, the store's.
    pub(crate) async fn change_layer(
        &self,
        layer: &str,
        number: i64,
        change: impl Fn(&mut Permissions) -> Result<()> + Send + Sync,
    ) -> Result<LayerVersion> {
        let run = || async {
            let current = self.layer_there(layer, number).await?;
            let mut layer = current.value.clone();
            change(&mut layer.permissions)?;
            let mut tx = Tx::new();
            LAYERS.update(&mut tx, &current, &layer, layer_index(&layer))?;
            self.store().commit(tx).await?;
            Ok::<_, AwsError>(layer)
        };
        retry(self.store(), run).await.map_err(lost)
    }
}

/// A layer's name, given as such or in its ARN.
///
/// # Errors
/// `ResourceNotFoundException` for a layer of another account or region.
pub fn layer_name(cx: &Cx<'_>, text: &str) -> Result<String> {
    let Some(arn) = aws_types::Arn::parse(text) else { return Ok(text.to_owned()) };
    if arn.region != cx.call.region.as_str() {
        return Err(other_region(&arn.region, cx.call.region.as_str()));
    }
    let name = arn.resource.strip_prefix("layer:").filter(|_| arn.account == cx.call.account.as_str());
    name.map(str::to_owned).ok_or_else(|| not_found(format_args!("Layer {text} does not exist.")))
}

/// Whether a layer says that it goes with a runtime and architecture; of what it does not say, it goes with none.
pub fn fits(layer: &LayerVersion, runtime: Option<Runtime>, architecture: Option<Architecture>) -> bool {
    let says = |said: &Option<Vec<String>>, wanted: Option<&str>| {
        wanted.is_none_or(|wanted| said.iter().flatten().any(|one| one == wanted))
    };
    says(&layer.runtimes, runtime.map(Runtime::as_str))
        && says(&layer.architectures, architecture.map(Architecture::as_str))
}
