//! Styles of the managed pages and terms documents: finding them, and changing them with their images.

use std::collections::BTreeMap;

use aws_types::AwsError;
use model_cognito_idp::types::{AssetCategoryType, AssetType, ColorSchemeModeType, ManagedLoginBrandingType};
use serde_json::Value;
use store::{Expect, Tx, Versioned};
use world::rng;

use crate::Cx;
use crate::entity::{Branding, Terms};
use crate::error::{Result, branding_not_found, invalid_parameter, limit_exceeded, terms_not_found};
use crate::rules::branding::{MAX_ASSETS_BYTES, check_asset, check_settings, merge, merged, place};
use crate::table::{
    ASSETS, BRANDING_BY_ID, BRANDINGS, TERMS, asset_sk, assets_prefix, branding_key, branding_sk, pool_pk, terms_sk,
};

/// The most images of a style: one a category and colour mode.
const MAX_ASSETS: usize = AssetCategoryType::ALL.len() * ColorSchemeModeType::ALL.len();

/// What a request says of a style.
#[derive(Clone)]
pub(crate) struct Wanted {
    pub defaults_only: Option<bool>,
    pub settings: Option<Value>,
    pub assets: Vec<AssetType>,
}

impl Wanted {
    /// Checks a request's members.
    ///
    /// # Errors
    /// `InvalidParameterException`.
    pub fn read(defaults: Option<bool>, settings: Option<Value>, assets: Option<Vec<AssetType>>) -> Result<Self> {
        let assets = assets.unwrap_or_default();
        if defaults == Some(true) && (settings.is_some() || !assets.is_empty()) {
            return Err(invalid_parameter(
                "Settings and Assets must be omitted where UseCognitoProvidedValues is true.",
            ));
        }
        settings.as_ref().map_or(Ok(()), check_settings)?;
        for (at, asset) in assets.iter().enumerate() {
            let here = place(asset.category, asset.color_mode);
            if assets.iter().take(at).any(|other| place(other.category, other.color_mode) == here) {
                return Err(invalid_parameter(format_args!("The asset {here} is given twice.")));
            }
            if asset.bytes.is_none() {
                return Err(invalid_parameter(format_args!("The asset {here} has no Bytes.")));
            }
            check_asset(asset)?;
        }
        Ok(Self { defaults_only: defaults, settings, assets })
    }
}

/// Whether unchanged settings are shown with their defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// What was customised alone.
    Own,
    /// Over the defaults.
    Merged,
}

impl Shown {
    /// `ReturnMergedResources`.
    pub fn read(asked: Option<bool>) -> Self {
        if asked == Some(true) { Self::Merged } else { Self::Own }
    }
}

impl Cx<'_> {
    /// A style of this pool by its id.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; the store's.
    pub(crate) async fn branding(&self, pool_id: &str, id: &str) -> Result<Versioned<Branding>> {
        BRANDINGS.find(self.store(), BRANDING_BY_ID, &branding_key(pool_id, id)).await?.ok_or_else(branding_not_found)
    }

    /// A client's style.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn branding_of(&self, pool_id: &str, client_id: &str) -> Result<Option<Versioned<Branding>>> {
        Ok(BRANDINGS.get(self.store(), &pool_pk(pool_id), &branding_sk(client_id)).await?)
    }

    /// The style with its images, as the API shows it.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn branding_view(&self, branding: &Branding, shown: Shown) -> Result<ManagedLoginBrandingType> {
        let (pk, prefix) = (pool_pk(&branding.pool_id), assets_prefix(&branding.client_id));
        let assets = ASSETS.list(self.store(), &pk, &prefix, None, MAX_ASSETS).await?;
        let settings = match shown {
            Shown::Own => branding.settings.clone(),
            Shown::Merged => Some(merged(branding.settings.as_ref())),
        };
        Ok(branding.to_wire(settings, assets.into_iter().map(|asset| asset.value).collect()))
    }

    /// Puts what is wanted into a style, and its images into `tx`.
    ///
    /// # Errors
    /// `LimitExceededException`, `InvalidParameterException` where settings grew too large; the store's.
    pub(crate) fn apply(&self, tx: &mut Tx, branding: &mut Branding, wanted: &Wanted) -> Result<()> {
        let pk = pool_pk(&branding.pool_id);
        if wanted.defaults_only == Some(true) {
            delete_assets(tx, branding);
            (branding.settings, branding.assets) = (None, BTreeMap::new());
            branding.defaults_only = true;
            return Ok(());
        }
        if let Some(given) = &wanted.settings {
            let mut settings = branding.settings.take().unwrap_or_default();
            merge(&mut settings, given.clone());
            check_settings(&settings)?;
            branding.settings = Some(settings);
        }
        for asset in &wanted.assets {
            let here = place(asset.category, asset.color_mode);
            let mut asset = asset.clone();
            asset.resource_id.get_or_insert_with(|| rng::uuid(self.service.rng()));
            branding.assets.insert(here.clone(), asset.bytes.as_ref().map_or(0, |blob| blob.0.len()));
            ASSETS.put(tx, &pk, &asset_sk(&branding.client_id, &here), &asset, Vec::new())?;
        }
        if branding.assets.values().sum::<usize>() > MAX_ASSETS_BYTES {
            return Err(limit_exceeded("The images of a managed login branding style are limited to 10 MB."));
        }
        branding.defaults_only =
            wanted.defaults_only.unwrap_or(branding.settings.is_none() && branding.assets.is_empty());
        branding.modified = self.now();
        Ok(())
    }

    /// A terms document of this pool.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; the store's.
    pub(crate) async fn terms(&self, pool_id: &str, id: &str) -> Result<Versioned<Terms>> {
        TERMS.get(self.store(), &pool_pk(pool_id), &terms_sk(id)).await?.ok_or_else(terms_not_found)
    }
}

/// Adds the deletion of a style's images to `tx`.
pub(crate) fn delete_assets(tx: &mut Tx, branding: &Branding) {
    for here in branding.assets.keys() {
        tx.delete_raw(pool_pk(&branding.pool_id), asset_sk(&branding.client_id, here), Expect::Any);
    }
}

/// Adds the deletion of a client's style and terms to `tx`.
///
/// # Errors
/// The store's.
pub(crate) async fn delete_with_client(
    cx: &Cx<'_>,
    tx: &mut Tx,
    pool_id: &str,
    client_id: &str,
) -> Result<(), AwsError> {
    if let Some(branding) = cx.branding_of(pool_id, client_id).await? {
        delete_assets(tx, &branding);
        BRANDINGS.delete(tx, &branding);
    }
    for name in ["privacy-policy", "terms-of-use"] {
        let key = crate::table::terms_name_key(pool_id, client_id, name);
        if let Some(terms) = TERMS.find(cx.store(), crate::table::TERMS_NAMES, &key).await? {
            TERMS.delete(tx, &terms);
        }
    }
    Ok(())
}
