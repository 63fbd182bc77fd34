//! Documentation: what is said about the parts of an API, and snapshots of it.

use aws_types::Timestamp;
use model::DocumentationPartType as Kind;
use model_apigateway as model;
use serde::{Deserialize, Serialize};

use super::moment;

/// What is documented.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Location {
    /// `METHOD`.
    pub kind: String,
    /// `/` unless set, for what lies on a path.
    pub path: Option<String>,
    /// `*` unless set, for what belongs to a method.
    pub method: Option<String>,
    /// `*` unless set, for what belongs to a response.
    pub status_code: Option<String>,
    /// Of a parameter, header, model or authorizer.
    pub name: Option<String>,
}

/// A piece of documentation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct DocumentationPart {
    /// Six letters and digits.
    pub id: String,
    /// What it is about; unique in an API.
    pub location: Location,
    /// JSON text.
    pub properties: String,
}

/// A snapshot of all parts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DocumentationVersion {
    /// Unique in an API.
    pub version: String,
    /// Free text.
    pub description: Option<String>,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// What it froze.
    pub parts: Vec<DocumentationPart>,
}

/// Which members a kind of location has: path, method, status code, name.
const fn members(kind: Kind) -> [bool; 4] {
    match kind {
        Kind::Api => [false, false, false, false],
        Kind::Authorizer | Kind::Model => [false, false, false, true],
        Kind::Resource => [true, false, false, false],
        Kind::Method | Kind::RequestBody => [true, true, false, false],
        Kind::PathParameter | Kind::QueryParameter | Kind::RequestHeader => [true, true, false, true],
        Kind::Response | Kind::ResponseBody => [true, true, true, false],
        Kind::ResponseHeader => [true, true, true, true],
    }
}

impl Location {
    /// Reads a location and fills in its defaults. The error says what is wrong with it.
    pub fn read(given: &model::DocumentationPartLocation) -> Result<Self, String> {
        let kind = given.r#type;
        let [path, method, status, name] = members(kind);
        let given_name = given.name.clone().filter(|name| !name.is_empty());
        for (allowed, present, member) in [
            (path, given.path.is_some(), "path"),
            (method, given.method.is_some(), "method"),
            (status, given.status_code.is_some(), "statusCode"),
            (name, given_name.is_some(), "name"),
        ] {
            if present && !allowed {
                return Err(format!("Location of type {} does not support the field {member}", kind.as_str()));
            }
        }
        if name && given_name.is_none() {
            return Err(format!("Location of type {} requires the field name", kind.as_str()));
        }
        let or = |wanted: bool, given: &Option<String>, default: &str| {
            wanted.then(|| given.clone().filter(|text| !text.is_empty()).unwrap_or_else(|| default.to_owned()))
        };
        let path = or(path, &given.path, "/");
        if path.as_deref().is_some_and(|path| !path.starts_with('/')) {
            return Err("Invalid path specified in location, must begin with /".to_owned());
        }
        Ok(Self {
            kind: kind.as_str().to_owned(),
            path,
            method: or(method, &given.method, "*"),
            status_code: or(status, &given.status_code, "*"),
            name: given_name,
        })
    }

    /// As AWS shows it.
    pub fn output(&self) -> model::DocumentationPartLocation {
        model::DocumentationPartLocation {
            r#type: Kind::parse(&self.kind).unwrap_or(Kind::Api),
            path: self.path.clone(),
            method: self.method.clone(),
            status_code: self.status_code.clone(),
            name: self.name.clone(),
        }
    }
}

impl DocumentationPart {
    /// As AWS shows it.
    pub fn output(&self) -> model::DocumentationPart {
        model::DocumentationPart {
            id: Some(self.id.clone()),
            location: Some(self.location.output()),
            properties: Some(self.properties.clone()),
        }
    }
}

impl DocumentationVersion {
    /// As AWS shows it.
    pub fn output(&self) -> model::DocumentationVersion {
        model::DocumentationVersion {
            version: Some(self.version.clone()),
            created_date: Some(self.created),
            description: self.description.clone(),
        }
    }
}
