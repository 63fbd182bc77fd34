//! The labs' steps at API Gateway: API, resource, authorizer, mock method, deployment.

use serde_json::{Value, json};

use super::client::{Client, LabError, text};
use super::user_pool::{Pool, find};

/// A REST API.
pub struct Api {
    /// Its id.
    pub id: String,
}

/// A method answered by a MOCK integration.
pub struct Mock<'a> {
    /// HTTP method.
    pub method: &'a str,
    /// Authorizer id, if it is protected.
    pub authorizer: Option<&'a str>,
    /// Status of the one answer.
    pub status: &'a str,
    /// Its body.
    pub body: &'a Value,
}

impl Api {
    /// The API of that name, and whether it was made just now.
    pub async fn named(client: &Client, name: &str) -> Result<(Self, bool), LabError> {
        let listed = client.apigateway("GET", "/restapis?limit=500", None).await?;
        if let Some(found) = find(&listed, "item", "name", name) {
            return Ok((Self { id: text(found, "/id")? }, false));
        }
        let created = json!({ "name": name, "endpointConfiguration": { "types": ["REGIONAL"] } });
        let api = client.apigateway("POST", "/restapis", Some(created)).await?;
        Ok((Self { id: text(&api, "/id")? }, true))
    }

    /// A resource below the root; answers its id.
    pub async fn resource(&self, client: &Client, path_part: &str) -> Result<String, LabError> {
        let listed = client.apigateway("GET", &format!("/restapis/{}/resources", self.id), None).await?;
        let root = find(&listed, "item", "path", "/").ok_or(LabError::unexpected("no root resource"))?;
        let path = format!("/restapis/{}/resources/{}", self.id, text(root, "/id")?);
        text(&client.apigateway("POST", &path, Some(json!({ "pathPart": path_part }))).await?, "/id")
    }

    /// An authorizer over the pool's tokens; answers its id.
    pub async fn cognito_authorizer(
        &self,
        client: &Client,
        name: &str,
        pool: &Pool,
        header: &str,
    ) -> Result<String, LabError> {
        let authorizer = json!({
            "name": name,
            "type": "COGNITO_USER_POOLS",
            "providerARNs": [pool.arn],
            "identitySource": format!("method.request.header.{header}"),
        });
        text(&client.apigateway("POST", &format!("/restapis/{}/authorizers", self.id), Some(authorizer)).await?, "/id")
    }

    /// The id of the authorizer of that name.
    pub async fn authorizer(&self, client: &Client, name: &str) -> Result<String, LabError> {
        let listed = client.apigateway("GET", &format!("/restapis/{}/authorizers", self.id), None).await?;
        find(&listed, "item", "name", name)
            .ok_or(LabError::unexpected("no authorizer"))
            .and_then(|found| text(found, "/id"))
    }

    /// A method with one mocked answer.
    pub async fn mock(&self, client: &Client, resource: &str, mock: &Mock<'_>) -> Result<(), LabError> {
        let base = format!("/restapis/{}/resources/{resource}/methods/{}", self.id, mock.method);
        let method = match mock.authorizer {
            Some(id) => json!({ "authorizationType": "COGNITO_USER_POOLS", "authorizerId": id }),
            None => json!({ "authorizationType": "NONE" }),
        };
        client.apigateway("PUT", &base, Some(method)).await?;
        let response = json!({ "responseModels": { "application/json": "Empty" } });
        client.apigateway("PUT", &format!("{base}/responses/{}", mock.status), Some(response)).await?;
        let request_template = format!("{{\"statusCode\": {}}}", mock.status);
        let integration = json!({ "type": "MOCK", "requestTemplates": { "application/json": request_template } });
        client.apigateway("PUT", &format!("{base}/integration"), Some(integration)).await?;
        let template = serde_json::to_string_pretty(mock.body).unwrap_or_default();
        let answer = json!({ "responseTemplates": { "application/json": template } });
        client.apigateway("PUT", &format!("{base}/integration/responses/{}", mock.status), Some(answer)).await?;
        Ok(())
    }

    /// Makes what was built reachable.
    pub async fn deploy(&self, client: &Client, stage: &str) -> Result<(), LabError> {
        let deployment = json!({ "stageName": stage });
        client.apigateway("POST", &format!("/restapis/{}/deployments", self.id), Some(deployment)).await.map(|_| ())
    }
}
