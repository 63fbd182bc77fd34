//! What a Lambda authorizer is sent ("Input to an API Gateway Lambda authorizer"). The body is never part of it.

use serde_json::{Map, Value, json};

use super::lambda::Subject;
use crate::proxy_event::all_headers;
use mapping_template::ContextVariables as _;

/// For a `TOKEN` authorizer.
pub(crate) fn token(token: &str, arn: &str) -> Value {
    json!({ "type": "TOKEN", "methodArn": arn, "authorizationToken": token })
}

/// For a `REQUEST` authorizer. Of a repeated parameter the plain map keeps the last value.
pub(crate) fn request(subject: Subject<'_>) -> Value {
    let exchange = subject.exchange;
    let headers = all_headers(exchange);
    let path: Vec<(String, String)> =
        subject.path_parameters.iter().map(|found| (found.name.clone(), found.value.clone())).collect();
    let variables: Vec<(String, String)> =
        exchange.stage.variables.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    json!({
        "type": "REQUEST",
        "methodArn": subject.arn,
        "resource": subject.resource_path,
        "path": exchange.request.path,
        "httpMethod": exchange.verb,
        "headers": last_values(&headers),
        "multiValueHeaders": all_values(&headers),
        "queryStringParameters": last_values(&exchange.query),
        "multiValueQueryStringParameters": all_values(&exchange.query),
        "pathParameters": last_values(&path),
        "stageVariables": last_values(&variables),
        "requestContext": request_context(subject),
    })
}

fn last_values(pairs: &[(String, String)]) -> Value {
    let values = pairs.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    Value::Object(values.collect::<Map<_, _>>())
}

fn all_values(pairs: &[(String, String)]) -> Value {
    let mut all: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        match all.get_mut(name).and_then(Value::as_array_mut) {
            Some(values) => values.push(Value::from(value.as_str())),
            None => {
                all.insert(name.clone(), json!([value]));
            }
        }
    }
    Value::Object(all)
}

fn request_context(subject: Subject<'_>) -> Value {
    let get = |path: &[&str]| subject.context.get(path).unwrap_or(Value::Null);
    let scalar = |name: &'static str| (name.to_owned(), get(&[name]));
    let identity = |name: &'static str| (name.to_owned(), get(&["identity", name]));
    let identities =
        ["cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller", "apiKey", "sourceIp", "accessKey"]
            .into_iter()
            .chain(["cognitoAuthenticationType", "cognitoAuthenticationProvider", "userArn", "userAgent", "user"])
            .map(identity);
    let mut context: Map<String, Value> =
        ["path", "accountId", "stage", "requestId", "httpMethod", "apiId", "protocol"]
            .into_iter()
            .chain([
                "domainName",
                "domainPrefix",
                "extendedRequestId",
                "deploymentId",
                "requestTime",
                "requestTimeEpoch",
            ])
            .map(scalar)
            .collect();
    context.insert("resourceId".to_owned(), subject.resource_id.into());
    context.insert("resourcePath".to_owned(), subject.resource_path.into());
    context.insert("identity".to_owned(), Value::Object(identities.collect()));
    Value::Object(context)
}
