//! CreateOpenIDConnectProvider. Thumbprints are kept as given; the issuer is not called.

use model_iam::types::{CreateOpenIDConnectProviderRequest, CreateOpenIDConnectProviderResponse};

use crate::Cx;
use crate::entity::{OidcProvider, tags_to_wire};
use crate::error::{Result, exists, quota, validation};
use crate::tags::{Tagged, new_tags};

/// The most client ids of one provider.
pub const MOST_CLIENTS: usize = 100;
/// The most thumbprints of one provider.
pub const MOST_THUMBPRINTS: usize = 5;

/// Makes a provider.
pub async fn create_open_id_connect_provider(
    cx: &Cx<'_>,
    input: CreateOpenIDConnectProviderRequest,
) -> Result<CreateOpenIDConnectProviderResponse> {
    let url = issuer(&input.url)?.to_owned();
    let (client_ids, thumbprints) =
        (input.client_id_list.unwrap_or_default(), input.thumbprint_list.unwrap_or_default());
    check_clients(client_ids.len())?;
    check_thumbprints(thumbprints.len())?;
    let provider = OidcProvider {
        account: cx.account().to_owned(),
        url,
        client_ids,
        thumbprints,
        created: cx.now_s(),
        tags: new_tags(OidcProvider::TAGS, input.tags)?,
    };
    // field
    let sentence = format!("Provider with url {} already exists.", input.url);
    cx.create(&provider.arn(), &provider, || exists(&sentence), |_| ()).await?;
    Ok(CreateOpenIDConnectProviderResponse {
        open_id_connect_provider_arn: Some(provider.arn()),
        tags: tags_to_wire(&provider.tags),
    })
}

/// The issuer without its scheme: a host with a path, without query, port or fragment.
fn issuer(url: &str) -> Result<&str> {
    let rest = url.strip_prefix("https://").map(|rest| rest.trim_end_matches('/'));
    let sound = |rest: &&str| {
        let host = rest.split('/').next().unwrap_or_default();
        !host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-')
            && rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#:@".contains(&byte))
    };
    // memory
    rest.filter(sound).ok_or_else(|| validation("Invalid Open ID Connect Provider URL"))
}

/// Whether a provider may have so many client ids. (memory)
pub fn check_clients(count: usize) -> Result<()> {
    if count > MOST_CLIENTS { Err(quota("ClientIdsPerOpenIdConnectProvider", MOST_CLIENTS)) } else { Ok(()) }
}

/// Whether a provider may have so many thumbprints. (memory)
pub fn check_thumbprints(count: usize) -> Result<()> {
    if count > MOST_THUMBPRINTS {
        return Err(crate::error::invalid_input("Thumbprint list must contain fewer than 5 entries."));
    }
    Ok(())
}
