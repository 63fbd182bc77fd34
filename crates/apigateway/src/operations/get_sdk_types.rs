//! GetSdkTypes: the kinds of SDKs that AWS makes. Properties as the service lists them; friendly names and descriptions as
//! its console and developer portals show them.

use model::{GetSdkTypesRequest, SdkConfigurationProperty, SdkType, SdkTypes};
use model_apigateway as model;

use crate::Cx;
use crate::error::Result;
use crate::page::Page;

/// Id, friendly name, description.
const TYPES: [(&str, &str, &str); 6] = [
    ("android", "Android", ""),
    ("java", "Java", "Java SDK generator for API Gateway APIs"),
    ("javascript", "JavaScript", ""),
    ("objectivec", "iOS (Objective-C)", ""),
    ("ruby", "Ruby", "Ruby SDK generator for API Gateway APIs"),
    ("swift", "iOS (Swift)", ""),
];

/// What GetSdk must or may be told: name, friendly name, description, whether it must be, default.
type Property = (&'static str, &'static str, &'static str, bool, Option<&'static str>);

/// Lists the kinds of SDKs.
pub async fn get_sdk_types(cx: &Cx<'_>, input: GetSdkTypesRequest) -> Result<SdkTypes> {
    let page = Page::read(cx.store(), "GetSdkTypes".to_owned(), input.position.as_deref(), input.limit)?;
    let after = |id: &str| page.after.as_deref().is_none_or(|after| id > after);
    let mut found: Vec<_> = TYPES.into_iter().filter(|(id, ..)| after(id)).take(page.fetch()).collect();
    let position = page.cut(cx.store(), &mut found, |(id, ..)| id);
    Ok(SdkTypes { position, items: Some(found.into_iter().map(output).collect()) })
}

/// One kind.
pub(super) fn sdk_type(id: &str) -> Option<SdkType> {
    TYPES.into_iter().find(|(known, ..)| *known == id).map(output)
}

fn output((id, friendly_name, description): (&str, &str, &str)) -> SdkType {
    let properties: Vec<_> = properties(id).iter().map(property).collect();
    SdkType {
        id: Some(id.to_owned()),
        friendly_name: Some(friendly_name.to_owned()),
        description: Some(description.to_owned()),
        configuration_properties: Some(properties),
    }
}

fn property((name, friendly_name, description, required, default): &Property) -> SdkConfigurationProperty {
    SdkConfigurationProperty {
        name: Some((*name).to_owned()),
        friendly_name: Some((*friendly_name).to_owned()),
        description: Some((*description).to_owned()),
        required: Some(*required),
        default_value: default.map(str::to_owned),
    }
}

const ANDROID: &[Property] = &[
    ("groupId", "Group ID", "", true, None),
    ("invokerPackage", "Invoker package", "", true, None),
    ("artifactId", "Artifact ID", "", true, None),
    ("artifactVersion", "Artifact version", "", true, None),
];

const JAVA: &[Property] = &[
    (
        "service.name",
        "Service Name",
        "Name of the service which is used to derive the Java interface name for your client",
        true,
        None,
    ),
    (
        "java.package-name",
        "Java Package Name",
        "Name of the Java package your code will be generated under",
        true,
        None,
    ),
    (
        "java.build-system",
        "Java Build System",
        "Build system to setup for project; Currently supported: maven, gradle",
        false,
        None,
    ),
    (
        "java.group-id",
        "Java Group Id",
        "Group id for your Maven or Gradle project. Defaults to package name",
        false,
        None,
    ),
    (
        "java.artifact-id",
        "Java Artifact Id",
        "Artifact Id for your Maven project or project name for your Gradle project. Defaults to service name",
        false,
        None,
    ),
    (
        "java.artifact-version",
        "Java Artifact Version",
        "Version of your Maven or Gradle project. Defaults to 1.0-SNAPSHOT",
        false,
        None,
    ),
    (
        "java.license-text",
        "Source Code License Text",
        "Customer provided license to inject into source file headers",
        false,
        None,
    ),
];

const RUBY: &[Property] = &[
    (
        "service.name",
        "Service Name",
        "Name of the service which is used to derive the name for your client",
        true,
        None,
    ),
    ("ruby.gem-name", "Ruby Gem Name", "Name of the Ruby gem your code will be generated under", false, None),
    ("ruby.gem-version", "Ruby Gem Version", "Version number for your service gem. Defaults to 1.0.0", false, None),
];

fn properties(id: &str) -> &'static [Property] {
    match id {
        "android" => ANDROID,
        "java" => JAVA,
        "objectivec" | "swift" => &[("classPrefix", "Prefix", "", true, None)],
        "ruby" => RUBY,
        _ => &[],
    }
}
