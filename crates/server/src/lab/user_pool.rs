//! The labs' steps at Cognito: pool, domain, app client, user.

use serde_json::{Value, json};

use super::client::{Client, LabError, text};

/// A user pool.
pub struct Pool {
    /// Its id.
    pub id: String,
    /// Its ARN.
    pub arn: String,
}

/// Settings of an app client with the implicit grant and no secret.
pub struct AppClient {
    /// `ExplicitAuthFlows`.
    pub explicit_auth_flows: Vec<&'static str>,
    /// The one callback URL.
    pub callback: String,
    /// `AllowedOAuthScopes`.
    pub scopes: Vec<&'static str>,
}

impl Pool {
    /// The pool of that name, made with `settings` where there is none.
    pub async fn named(client: &Client, name: &str, settings: Value) -> Result<Self, LabError> {
        let listed = client.cognito("ListUserPools", json!({ "MaxResults": 60 })).await?;
        let id = match find(&listed, "UserPools", "Name", name) {
            Some(pool) => text(pool, "/Id")?,
            None => text(&client.cognito("CreateUserPool", settings).await?, "/UserPool/Id")?,
        };
        let described = client.cognito("DescribeUserPool", json!({ "UserPoolId": id })).await?;
        Ok(Self { arn: text(&described, "/UserPool/Arn")?, id })
    }

    /// The app client of that name; answers its id.
    pub async fn client(&self, client: &Client, name: &str, settings: &AppClient) -> Result<String, LabError> {
        let listed = client.cognito("ListUserPoolClients", json!({ "UserPoolId": self.id, "MaxResults": 60 })).await?;
        if let Some(found) = find(&listed, "UserPoolClients", "ClientName", name) {
            return text(found, "/ClientId");
        }
        let created = json!({
            "UserPoolId": self.id,
            "ClientName": name,
            "GenerateSecret": false,
            "ExplicitAuthFlows": settings.explicit_auth_flows,
            "SupportedIdentityProviders": ["COGNITO"],
            "CallbackURLs": [settings.callback],
            "LogoutURLs": [settings.callback.replace("callback.html", "index.html")],
            "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": ["implicit"],
            "AllowedOAuthScopes": settings.scopes,
            "PreventUserExistenceErrors": "ENABLED",
        });
        text(&client.cognito("CreateUserPoolClient", created).await?, "/UserPoolClient/ClientId")
    }

    /// Gives the pool its hosted pages, unless it has them.
    pub async fn domain(&self, client: &Client, prefix: &str) -> Result<(), LabError> {
        let described = client.cognito("DescribeUserPoolDomain", json!({ "Domain": prefix })).await?;
        if described.pointer("/DomainDescription/UserPoolId").is_none() {
            client.cognito("CreateUserPoolDomain", json!({ "Domain": prefix, "UserPoolId": self.id })).await?;
        }
        Ok(())
    }

    /// A user with a temporary password and a verified address, unless there is one of that name.
    pub async fn user(&self, client: &Client, name: &str, password: &str, email: &str) -> Result<(), LabError> {
        let filter = format!("username = \"{name}\"");
        let listed = client.cognito("ListUsers", json!({ "UserPoolId": self.id, "Filter": filter })).await?;
        if find(&listed, "Users", "Username", name).is_none() {
            let user = json!({
                "UserPoolId": self.id,
                "Username": name,
                "TemporaryPassword": password,
                "MessageAction": "SUPPRESS",
                "UserAttributes": [{ "Name": "email", "Value": email }, { "Name": "email_verified", "Value": "true" }],
            });
            client.cognito("AdminCreateUser", user).await?;
        }
        Ok(())
    }
}

/// The item of a list whose member has the value.
pub fn find<'a>(listed: &'a Value, list: &str, member: &str, value: &str) -> Option<&'a Value> {
    listed.get(list)?.as_array()?.iter().find(|item| item.get(member).and_then(Value::as_str) == Some(value))
}
