//! GetSdkTypes: the kinds of SDKs that AWS makes. GetSdk makes the one for JavaScript.

use model::{GetSdkTypesRequest, SdkConfigurationProperty, SdkType, SdkTypes};
use model_apigateway as model;

use crate::Cx;
use crate::error::Result;
use crate::page::Page;

/// Id, friendly name, description.
const TYPES: [(&str, &str, &str); 6] = [
    ("android", "Android", "Client SDK for Android"),
    ("java", "Java SDK", "Client SDK for Java"),
    ("javascript", "JavaScript", "Client SDK for JavaScript"),
    ("objectivec", "iOS (Objective-C)", "Client SDK for iOS (Objective-C)"),
    ("ruby", "Ruby", "Client SDK for Ruby"),
    ("swift", "iOS (Swift)", "Client SDK for iOS (Swift)"),
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

fn properties(id: &str) -> &'static [Property] {
    match id {
        "android" => &[
            ("groupId", "Group ID", "Maven group id of the SDK", true, None),
            ("artifactId", "Artifact ID", "Maven artifact id of the SDK", true, None),
            ("artifactVersion", "Artifact Version", "Maven artifact version of the SDK", true, None),
            ("invokerPackage", "Package Name", "Java package of the SDK", true, None),
        ],
        "java" => &[
            ("service.name", "Service Name", "Name of the service's interface", true, None),
            ("java.package-name", "Java Package Name", "Java package of the SDK", false, None),
            ("java.build-system", "Java Build System", "Build system of the project", false, None),
            ("java.group-id", "Java Group Id", "Maven group id of the SDK", false, None),
            ("java.artifact-id", "Java Artifact Id", "Maven artifact id of the SDK", false, None),
            ("java.artifact-version", "Java Artifact Version", "Maven artifact version of the SDK", false, None),
        ],
        "objectivec" | "swift" => &[("classPrefix", "Prefix", "Prefix of the SDK's classes", true, None)],
        "ruby" => &[
            ("service.name", "Service Name", "Name of the service's module", true, None),
            ("ruby.gem-name", "Ruby Gem Name", "Name of the gem", false, None),
            ("ruby.gem-version", "Ruby Gem Version", "Version of the gem", false, None),
        ],
        _ => &[],
    }
}
