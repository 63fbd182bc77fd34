//! The styles of a pool's pages, read for its plan: classic UI customizations, or managed login brandings.

use std::collections::HashMap;
use std::sync::Arc;

use aws_types::AwsError;
use aws_types::wire::Blob;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model_cognito_idp::types::AssetExtensionType;
use user_pool_domain::look::{LOGO, Look};
use user_pool_domain::plan::Terms;
use user_pool_domain::ports::Picture;

use crate::CognitoIdp;
use crate::entity::{Branding, UiCustomization, UserPool};
use crate::error::Result;
use crate::rules::branding::merged;
use crate::table::{
    ASSETS, BRANDINGS, DOMAIN_SK, DOMAINS, TERMS, TERMS_NAMES, UI, asset_sk, branding_sk, domain_pk, pool_pk,
    terms_name_key, ui_sk,
};

/// The style of all clients that have none of their own.
const ALL: &str = "ALL";

/// What a plan is compiled with beside pool and clients.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    /// By domain name, whether its pages are managed login's.
    pub managed: HashMap<String, bool>,
    /// The classic styles by client, and `ALL`.
    pub classic: HashMap<String, Arc<Look>>,
    /// The brandings by client.
    pub branded: HashMap<String, Arc<Look>>,
    /// The terms documents by client, which the managed pages link to.
    pub terms: HashMap<String, Terms>,
}

impl CognitoIdp {
    /// The styles of a pool and its clients.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn looks<'a>(&self, pool: &UserPool, clients: impl Iterator<Item = &'a str>) -> Result<Looks> {
        let mut looks = Looks::default();
        let domains = [(pool.domain.as_deref(), Some(pool.region.as_str())), (pool.custom_domain.as_deref(), None)];
        for (name, region) in domains {
            let Some(name) = name else { continue };
            let found = DOMAINS.get(self.store(), &domain_pk(name, region), DOMAIN_SK).await?;
            looks.managed.insert(name.to_owned(), found.is_some_and(|domain| domain.managed_login_version == 2));
        }
        let pk = pool_pk(&pool.id);
        for id in clients.chain([ALL]) {
            if let Some(style) = UI.get(self.store(), &pk, &ui_sk(id)).await? {
                looks.classic.insert(id.to_owned(), Arc::new(classic(&style)));
            }
            if let Some(branding) = BRANDINGS.get(self.store(), &pk, &branding_sk(id)).await? {
                looks.branded.insert(id.to_owned(), Arc::new(branded(&branding)));
            }
            if let Some(terms) = self.terms_of(&pool.id, id).await? {
                looks.terms.insert(id.to_owned(), terms);
            }
        }
        Ok(looks)
    }

    /// The terms documents of a client, if it has both.
    async fn terms_of(&self, pool_id: &str, client_id: &str) -> Result<Option<Terms>> {
        let mut links = Vec::new();
        for name in ["terms-of-use", "privacy-policy"] {
            let key = terms_name_key(pool_id, client_id, name);
            links.extend(TERMS.find(self.store(), TERMS_NAMES, &key).await?.map(|terms| terms.value.links));
        }
        Ok(<[_; 2]>::try_from(links).ok().map(|[usage, privacy]| Terms { usage, privacy }))
    }

    /// A picture of a style by the name that the plan gives it.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn style_picture(&self, pool_id: &str, id: &str, name: &str) -> Result<Option<Picture>> {
        let pk = pool_pk(pool_id);
        if name == LOGO {
            let style = UI.get(self.store(), &pk, &ui_sk(id)).await?;
            return Ok(style.and_then(|style| data_picture(style.image.as_deref()?)));
        }
        let Some((category, mode)) = name.rsplit_once('-') else { return Ok(None) };
        let asset = ASSETS.get(self.store(), &pk, &asset_sk(id, &format!("{category}#{mode}"))).await?;
        Ok(asset.and_then(|asset| {
            let Blob(bytes) = asset.value.bytes?;
            Some(Picture { content_type: content_type(asset.value.extension), bytes })
        }))
    }
}

fn classic(style: &UiCustomization) -> Look {
    let version = style.modified.ms().to_string();
    Look::classic(&style.client_id, &version, style.css.as_deref(), style.image.as_ref().map(|_| ()))
}

fn branded(branding: &Branding) -> Look {
    let settings = merged(branding.settings.as_ref());
    let pictures = branding.assets.keys().map(|place| place.replace('#', "-")).collect();
    if branding.defaults_only {
        // what Cognito provides is, here, what the pages look like without a style
        return Look::plain(&branding.client_id);
    }
    Look::managed(&branding.client_id, &branding.modified.ms().to_string(), &settings, pictures)
}

/// The picture of a classic style, which is kept as a `data:` URL.
fn data_picture(url: &str) -> Option<Picture> {
    let (kind, data) = url.strip_prefix("data:")?.split_once(";base64,")?;
    let content_type = match kind {
        "image/png" => "image/png",
        "image/jpeg" => "image/jpeg",
        _ => return None,
    };
    Some(Picture { content_type, bytes: STANDARD.decode(data).map_err(AwsError::internal).ok()? })
}

const fn content_type(extension: AssetExtensionType) -> &'static str {
    match extension {
        AssetExtensionType::Ico => "image/x-icon",
        AssetExtensionType::Jpeg => "image/jpeg",
        AssetExtensionType::Png => "image/png",
        AssetExtensionType::Svg => "image/svg+xml",
        AssetExtensionType::Webp => "image/webp",
    }
}
