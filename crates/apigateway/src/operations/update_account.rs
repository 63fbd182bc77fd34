//! UpdateAccount. The role is kept, and needed for execution logs; its rights are not checked.

use model::{Op, UpdateAccountRequest};
use model_apigateway as model;
use store::{Tx, retry};

use crate::Cx;
use crate::entity::Account;
use crate::error::{Result, bad_request};
use crate::patch::{MEMBERS, REPLACE, Refusal, Rule, patch};
use crate::table::{ACCOUNT_SK, ACCOUNTS, account_pk};

const RULES: &[Rule<Account>] = &[
    Rule {
        path: "/cloudwatchRoleArn",
        ops: REPLACE,
        apply: |account, change| {
            account.cloudwatch_role_arn = change.text();
            let is_role = |arn: &str| aws_types::Arn::parse(arn).is_some_and(|arn| arn.service == "iam");
            match account.cloudwatch_role_arn.as_deref() {
                Some(arn) if !is_role(arn) => Err(bad_request(
                    "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.",
                )),
                _ => Ok(()),
            }
        },
    },
    Rule {
        path: "/features",
        ops: MEMBERS,
        apply: |_, change| match change.required()? {
            "UsagePlans" if change.op == Op::Remove => Err(bad_request("Usage Plans cannot be disabled once enabled")),
            "UsagePlans" => Ok(()),
            other => Err(bad_request(format_args!("Invalid feature specified: {other:.100}"))),
        },
    },
];

/// Changes the account's settings in the call's region.
pub async fn update_account(cx: &Cx<'_>, input: UpdateAccountRequest) -> Result<model::Account> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateAccountRequest) -> Result<model::Account> {
    let pk = account_pk(cx.call);
    let stored = ACCOUNTS.get(cx.store(), &pk, ACCOUNT_SK).await?;
    let mut account = stored.as_ref().map_or_else(Account::default, |account| account.value.clone());
    patch(&mut account, RULES, Refusal::Listing, input.patch_operations.as_deref())?;
    let mut tx = Tx::new();
    match &stored {
        Some(stored) => ACCOUNTS.update(&mut tx, stored, &account, Vec::new())?,
        None => ACCOUNTS.insert(&mut tx, &pk, ACCOUNT_SK, &account, Vec::new())?,
    }
    cx.store().commit(tx).await?;
    Ok(account.output())
}
