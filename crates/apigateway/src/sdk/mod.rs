//! Client SDKs of a deployed stage (developer guide, "Generate SDKs for REST APIs in API Gateway").
//!
//! In: a deployment's frozen definition and what GetSdk was told. Out: the files of an archive, the same for the same
//! definition. What it must not know: the store, wire requests, archives.
//!
//! Names of APIs, paths, parameters, models and members are whatever an API's owner wrote, and whoever runs the SDK
//! trusts it: they become identifiers through `names.rs` alone (ASCII letters and digits, no keywords, no two alike) and
//! texts through `literal.rs` alone; none stands in a comment.
//!
//! To add a language: a file here with one `fn files`, its arm in `files`, its properties in GetSdkTypes.

mod android;
mod ios;
mod java;
mod java_model;
mod javascript;
mod literal;
mod names;
mod objectivec;
mod parameters;
mod ruby;
mod schema;
mod swift;

use std::fmt::{Display, Write as _};

pub use parameters::Parameters;
use schema::{Kind, Models};

use crate::entity::{Method, RestApi};
use crate::error::{Result, limit_exceeded};
use crate::snapshot::Snapshot;

/// Longest archive, in bytes: far over what an API within AWS's quotas needs.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// What every language's SDK is made of.
pub struct Sdk {
    /// The API's name.
    name: String,
    /// Of the stage, without a slash at its end.
    url: String,
    region: String,
    /// By path, then by verb.
    operations: Vec<Operation>,
    models: Models,
}

/// A method of the API.
struct Operation {
    path: String,
    /// `GET`; `POST` where the API takes any.
    verb: String,
    /// `GET`, `ANY`.
    method: String,
    /// The method's own name, if it has one.
    name: Option<String>,
    /// Whether callers sign with credentials of IAM.
    signed: bool,
    parameters: Vec<Parameter>,
    body: Option<Payload>,
    result: Option<Payload>,
}

struct Parameter {
    /// As the API has it.
    name: String,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Path,
    Query,
    Header,
}

/// A body and the model that describes it.
struct Payload {
    /// The model's name.
    name: String,
    kind: Kind,
}

/// A file's path in the archive and its content.
pub type File = (String, String);

/// The files of an SDK of a known type.
pub fn files(sdk_type: &str, sdk: &Sdk, parameters: &Parameters<'_>) -> Result<Vec<File>> {
    let files = match sdk_type {
        "android" => android::files(sdk, parameters)?,
        "java" => java::files(sdk, parameters)?,
        "objectivec" => objectivec::files(sdk, parameters)?,
        "ruby" => ruby::files(sdk, parameters)?,
        "swift" => swift::files(sdk, parameters)?,
        _ => javascript::files(sdk),
    };
    let size: usize = files.iter().map(|(path, content)| path.len() + content.len()).sum();
    if size > MAX_BYTES { Err(too_large()) } else { Ok(files) }
}

/// The API's models have more members than an SDK may. (own)
fn too_large() -> aws_types::AwsError {
    limit_exceeded("The API is too large for an SDK")
}

impl Sdk {
    /// Reads what was deployed to a stage.
    pub fn read(api: &RestApi, stage: &str, snapshot: &Snapshot) -> Result<Sdk> {
        let models = Models::read(&snapshot.models)?;
        let mut resources: Vec<_> = snapshot.resources.iter().collect();
        resources.sort_by(|left, right| left.path.cmp(&right.path));
        let operations = resources.into_iter().flat_map(|resource| {
            let models = &models;
            resource.methods.values().map(move |method| operation(&resource.path, method, models))
        });
        Ok(Sdk {
            name: api.name.clone(),
            url: format!("https://{}.execute-api.{}.amazonaws.com/{stage}", api.id, api.region),
            region: api.region.clone(),
            operations: operations.collect(),
            models,
        })
    }
}

fn operation(path: &str, method: &Method, models: &Models) -> Operation {
    let verb = if method.http_method == "ANY" { "POST" } else { method.http_method.as_str() };
    let in_path = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path.map(|name| (name.trim_end_matches('+'), Place::Path));
    let declared = method.request_parameters.keys().filter_map(|key| {
        let (place, name) = key.strip_prefix("method.request.")?.split_once('.')?;
        let place = match place {
            "querystring" => Place::Query,
            "header" => Place::Header,
            _ => return None,
        };
        Some((name, place))
    });
    let parameters = in_path.chain(declared).map(|(name, place)| Parameter { name: name.to_owned(), place });
    let payload = |names: &crate::entity::TextMap| {
        let name = names.get("application/json").or_else(|| names.values().next())?;
        Some(Payload { name: name.clone(), kind: models.kind(name)? })
    };
    let good = method.responses.iter().filter(|(status, _)| status.starts_with('2'));
    Operation {
        path: path.to_owned(),
        verb: verb.to_owned(),
        method: method.http_method.clone(),
        name: method.operation_name.clone().filter(|name| name.contains(|c: char| c.is_ascii_alphabetic())),
        signed: method.authorization_type == "AWS_IAM",
        parameters: parameters.collect(),
        body: payload(&method.request_models).filter(|_| !matches!(verb, "GET" | "HEAD")),
        result: good.filter_map(|(_, response)| payload(&response.models)).next(),
    }
}

/// Source code in the making.
#[derive(Default)]
struct Source(String);

impl Source {
    fn line(&mut self, line: impl Display) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "{line}");
    }
}
