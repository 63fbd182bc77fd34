//! PutMethod.

use execute_api::catalogue::{AuthorizationType, AuthorizerType};
use model::PutMethodRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::{Method, RestApi};
use crate::error::{Result, bad_request, conflict, invalid_authorizer};
use crate::table::{AUTHORIZER, AUTHORIZERS, MODEL, MODELS, VALIDATOR, VALIDATORS};
use crate::validate;

/// Adds a method to a resource.
pub async fn put_method(cx: &Cx<'_>, input: PutMethodRequest) -> Result<model::Method> {
    validate::http_method(&input.http_method)?;
    retry(cx.store(), || put(cx, &input)).await
}

async fn put(cx: &Cx<'_>, input: &PutMethodRequest) -> Result<model::Method> {
    let api = cx.api(&input.rest_api_id).await?;
    let mut resource = cx.resource(&api, &input.resource_id).await?.value;
    if resource.methods.contains_key(&input.http_method) {
        return Err(conflict("Method already exists for this resource"));
    }
    let method = Method {
        http_method: input.http_method.clone(),
        authorization_type: input.authorization_type.clone(),
        authorizer_id: input.authorizer_id.clone(),
        authorization_scopes: input.authorization_scopes.clone().unwrap_or_default(),
        api_key_required: input.api_key_required.unwrap_or(false),
        request_validator_id: input.request_validator_id.clone().filter(|id| !id.is_empty()),
        operation_name: input.operation_name.clone(),
        request_parameters: input.request_parameters.clone().unwrap_or_default(),
        request_models: input.request_models.clone().unwrap_or_default(),
        ..Method::default()
    };
    check(cx, &api, &method).await?;
    resource.methods.insert(input.http_method.clone(), method.clone());
    let mut change = cx.change(&api)?;
    change.put_resource(&resource)?;
    cx.commit(change).await?;
    Ok(method.output())
}

/// The rules of a method's own settings.
pub(super) async fn check(cx: &Cx<'_>, api: &RestApi, method: &Method) -> Result<()> {
    check_authorization(cx, api, method).await?;
    validate::short("operationName", method.operation_name.as_deref())?;
    validate::short_list("An authorization scope", &method.authorization_scopes)?;
    validate::mapping(&method.request_models)?;
    validate::request_parameters(&method.request_parameters)?;
    check_models(cx, api, &method.request_models).await?;
    let Some(id) = method.request_validator_id.as_deref() else { return Ok(()) };
    let validator = cx.part(&VALIDATORS, api, VALIDATOR, id).await?;
    validator.map(drop).ok_or_else(|| bad_request("Invalid Request Validator identifier specified"))
}

async fn check_authorization(cx: &Cx<'_>, api: &RestApi, method: &Method) -> Result<()> {
    let id = method.authorizer_id.as_deref().unwrap_or_default();
    match AuthorizationType::parse(&method.authorization_type) {
        Some(AuthorizationType::None | AuthorizationType::AwsIam) => Ok(()),
        Some(kind @ (AuthorizationType::CognitoUserPools | AuthorizationType::Custom)) => {
            let authorizer = cx.part(&AUTHORIZERS, api, AUTHORIZER, id).await?.ok_or_else(invalid_authorizer)?;
            let of_pools = authorizer.kind() == AuthorizerType::CognitoUserPools;
            let fits = of_pools == (kind == AuthorizationType::CognitoUserPools);
            if fits { Ok(()) } else { Err(invalid_authorizer()) }
        }
        None => Err(bad_request(
            "Invalid authorization type specified. Must be one of NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS",
        )),
    }
}

/// Models that a method names must be there.
pub(super) async fn check_models(cx: &Cx<'_>, api: &RestApi, models: &crate::entity::TextMap) -> Result<()> {
    for (content_type, name) in models {
        validate::content_type_of(content_type)?;
        if cx.part(&MODELS, api, MODEL, name).await?.is_none() {
            return Err(bad_request(format_args!("Invalid model identifier specified: {name}")));
        }
    }
    Ok(())
}
