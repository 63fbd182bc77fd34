//! CreateUserPoolClient.
//!
//! Kept and given back without an effect here: AnalyticsConfiguration, EnablePropagateAdditionalUserContextData.

use aws_types::AwsError;
use model_cognito_idp::types::{CreateUserPoolClientRequest, CreateUserPoolClientResponse};
use store::{Tx, retry};
use world::rng;

use crate::Cx;
use crate::entity::{AppClient, ClientSecret};
use crate::error::{Result, invalid_parameter, limit_or};
use crate::rules::client::{Kind, Surroundings, settings};
use crate::table::{CHANGED, CLIENTS, POOLS, client_index, client_sk, clients_counter};

/// Clients of a pool.
const MAX_CLIENTS: i64 = 1000;
/// Characters of a secret that is made here.
pub(crate) const SECRET_CHARS: usize = 52;

/// Makes an app client.
pub async fn create_user_pool_client(
    cx: &Cx<'_>,
    input: CreateUserPoolClientRequest,
) -> Result<CreateUserPoolClientResponse> {
    let pool_id = input.user_pool_id.as_str();
    let id = rng::pick(cx.service.rng(), rng::LOWER_ALNUM, 26);
    let secret = secret(cx, &input)?;
    let kind = if secret.is_some() { Kind::Confidential } else { Kind::Public };
    let (client, seq) = retry(cx.store(), || async {
        let pool = cx.pool(pool_id).await?;
        let custom_scopes = cx.service.custom_scopes(pool_id).await?;
        let named = input.supported_identity_providers.as_deref().unwrap_or_default();
        let providers = cx.service.known_providers(pool_id, named).await?;
        let (custom_scopes, providers) = (custom_scopes.as_slice(), providers.as_slice());
        let around = Surroundings { pool: &pool, custom_scopes, providers, kind, name: None };
        let client = AppClient {
            id: id.clone(),
            pool_id: pool_id.to_owned(),
            created: cx.now(),
            modified: cx.now(),
            secrets: secret.iter().map(|secret| new_secret(cx, &id, secret)).collect(),
            settings: settings(input.clone().into(), &around)?,
            sso_minutes: None,
        };
        let mut tx = Tx::new();
        POOLS.require(&mut tx, &pool);
        CLIENTS.insert(&mut tx, &pool.pk, &client_sk(&id), &client, client_index(&client))?;
        tx.add(&clients_counter(pool_id), 1, Some(MAX_CLIENTS), None);
        tx.event(CHANGED, pool_id);
        let full = |error| limit_or(error, "The user pool has reached its limit of app clients.");
        let committed = cx.store().commit(tx).await.map_err(full)?;
        Ok::<_, AwsError>((client, committed.event_seq))
    })
    .await?;
    cx.service.reflect(pool_id, seq).await?;
    Ok(CreateUserPoolClientResponse { user_pool_client: Some(cx.service.client_view(&client)?) })
}

/// The caller's own secret, a new one, or none.
fn secret(cx: &Cx<'_>, input: &CreateUserPoolClientRequest) -> Result<Option<String>> {
    match (&input.client_secret, input.generate_secret) {
        (Some(_), Some(true)) => Err(invalid_parameter("ClientSecret and GenerateSecret cannot be used together.")),
        (Some(secret), _) => Ok(Some(secret.clone())),
        (None, Some(true)) => Ok(Some(rng::pick(cx.service.rng(), rng::LOWER_ALNUM, SECRET_CHARS))),
        (None, _) => Ok(None),
    }
}

/// A secret as it is kept.
pub(crate) fn new_secret(cx: &Cx<'_>, client_id: &str, secret: &str) -> ClientSecret {
    ClientSecret {
        id: rng::uuid(cx.service.rng()),
        sealed: cx.service.seal_client_secret(client_id, secret),
        created: cx.now(),
    }
}
