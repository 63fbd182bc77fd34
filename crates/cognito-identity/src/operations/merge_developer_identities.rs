//! MergeDeveloperIdentities: the destination survives, with the logins of both.

use aws_types::AwsError;
use model_cognito_identity::types::{MergeDeveloperIdentitiesInput, MergeDeveloperIdentitiesResponse};
use store::{Tx, retry};

use crate::Cx;
use crate::developer;
use crate::entity::{Identity, Login, State};
use crate::error::{Result, busy, conflict, invalid_parameter, lost, no_identity};
use crate::link;
use crate::table::{IDENTITIES, LOGINS, identity_index, login_sk, logins_pk};

/// Makes one identity of two.
pub async fn merge_developer_identities(
    cx: &Cx<'_>,
    input: MergeDeveloperIdentitiesInput,
) -> Result<MergeDeveloperIdentitiesResponse> {
    let pool = cx.pool(&input.identity_pool_id).await?;
    let name = developer::provider(&pool)?;
    if input.developer_provider_name != name {
        return Err(invalid_parameter("The developer provider name is not this identity pool's."));
    }
    let login = |user: &String| Login { provider: name.to_owned(), subject: user.clone() };
    let run = || async {
        let source = owner(cx, &pool.id, &login(&input.source_user_identifier)).await?;
        let destination = owner(cx, &pool.id, &login(&input.destination_user_identifier)).await?;
        if source == destination {
            return Ok(destination);
        }
        merge(cx, name, &source, &destination).await?;
        Ok::<_, AwsError>(destination)
    };
    let identity_id = retry(cx.store(), run).await.map_err(|error| lost(error, busy))?;
    Ok(MergeDeveloperIdentitiesResponse { identity_id: Some(identity_id) })
}

async fn owner(cx: &Cx<'_>, pool_id: &str, login: &Login) -> Result<String> {
    link::owner(cx, pool_id, login).await?.ok_or_else(|| no_identity(&login.subject))
}

async fn merge(cx: &Cx<'_>, developer: &str, source: &str, destination: &str) -> Result<()> {
    let ((source, _), (destination, _)) = (link::find(cx, source).await?, link::find(cx, destination).await?);
    let (mut gone, mut kept, mut tx) = (source.value.clone(), destination.value.clone(), Tx::new());
    if clash(developer, &gone, &kept) {
        return Err(conflict("The identities are known to the same provider as two users."));
    }
    for login in std::mem::take(&mut gone.logins) {
        let (pk, sk) = (logins_pk(&kept.pool_id), login_sk(&login));
        LOGINS.put(&mut tx, &pk, &sk, &kept.id, Vec::new())?;
        kept.link(login);
    }
    (gone.state, gone.modified, kept.modified) = (State::Disabled, cx.now(), cx.now());
    IDENTITIES.update(&mut tx, &source, &gone, identity_index(&gone))?;
    IDENTITIES.update(&mut tx, &destination, &kept, identity_index(&kept))?;
    cx.store().commit(tx).await.map(drop).map_err(AwsError::from)
}

/// Whether both are known to one public provider, as two users.
fn clash(developer: &str, a: &Identity, b: &Identity) -> bool {
    let public = |login: &&Login| login.provider != developer;
    a.logins
        .iter()
        .filter(public)
        .any(|login| b.logins.iter().any(|other| other.provider == login.provider && other.subject != login.subject))
}
