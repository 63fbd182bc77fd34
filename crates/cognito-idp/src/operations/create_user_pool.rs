//! CreateUserPool.
//!
//! Each setting has its effect or is refused by name: `tests/members.rs` says where.

use aws_types::AwsError;
use model_cognito_idp::types::{CreateUserPoolRequest, CreateUserPoolResponse};
use store::Tx;
use world::rng;

use crate::Cx;
use crate::entity::{SessionTracking, UserPool};
use crate::error::{Result, invalid_parameter, limit_or};
use crate::rules::{mfa, pool, schema, tags};
use crate::table::{CHANGED, POOL_SK, POOLS, pool_index, pool_pk, pools_counter};

/// Pools of an account and region.
const MAX_POOLS: i64 = 1000;

/// Makes a pool. Its signing keys are made in the background.
pub async fn create_user_pool(cx: &Cx<'_>, input: CreateUserPoolRequest) -> Result<CreateUserPoolResponse> {
    let pool = new_pool(cx, input)?;
    cx.service.check_senders(&pool.settings).await?;
    let mut tx = Tx::new();
    POOLS.insert(&mut tx, &pool_pk(&pool.id), POOL_SK, &pool, pool_index(&pool))?;
    tx.add(&pools_counter(&pool.account, &pool.region), 1, Some(MAX_POOLS), None);
    tx.event(CHANGED, &pool.id);
    let full = |error| limit_or(error, "The account has reached its limit of user pools.");
    cx.store().commit(tx).await.map_err(full)?;
    cx.service.keys().prepare(&pool.id);
    Ok(CreateUserPoolResponse { user_pool: Some(cx.service.pool_view(&pool).await?) })
}

fn new_pool(cx: &Cx<'_>, mut input: CreateUserPoolRequest) -> Result<UserPool, AwsError> {
    let alias_attributes = pool::distinct(input.alias_attributes.take().unwrap_or_default());
    let username_attributes = pool::distinct(input.username_attributes.take().unwrap_or_default());
    if !alias_attributes.is_empty() && !username_attributes.is_empty() {
        return Err(invalid_parameter(
            "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
        ));
    }
    let tags = input.user_pool_tags.take().unwrap_or_default();
    tags::check(&tags)?;
    let schema = schema::new_schema(input.schema.take().unwrap_or_default())?;
    let case_sensitive = input.username_configuration.take().map(|given| given.case_sensitive);
    let (name, mfa_mode) = (std::mem::take(&mut input.pool_name), input.mfa_configuration);
    let settings = pool::settings(input.into())?;
    cx.service.check_sender_key(&settings.lambda_config)?;
    let region = cx.call.region.as_str();
    Ok(UserPool {
        id: format!("{region}_{}", rng::pick(cx.service.rng(), rng::ALNUM, 9)),
        region: region.to_owned(),
        account: cx.call.account.as_str().to_owned(),
        name,
        created: cx.now(),
        modified: cx.now(),
        alias_attributes,
        username_attributes,
        case_sensitive,
        schema,
        mfa: mfa::at_creation(mfa_mode, &settings)?,
        settings,
        domain: None,
        custom_domain: None,
        tags,
        replicas: Vec::new(),
        sessions: SessionTracking::default(),
    })
}
