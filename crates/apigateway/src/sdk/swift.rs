//! Swift: a subclass of AWSAPIGatewayClient and models that are AWSModels.

use super::names::path_and_verb;
use super::objectivec::class_of;
use super::parameters::Parameters;
use super::schema::Kind;
use super::{File, Operation, Place, Sdk, Source, ios, literal};
use crate::error::Result;

const ROOT: &str = "aws-apigateway-ios-swift";

pub fn files(sdk: &Sdk, parameters: &Parameters<'_>) -> Result<Vec<File>> {
    let (client, names) = ios::classes(sdk, parameters.prefix("classPrefix")?);
    let call = format!("let client = {client}.default()");
    let mut files = vec![
        (format!("{ROOT}/README.md"), ios::readme(&client, "Swift", &call)),
        (format!("{ROOT}/Podfile"), ios::PODFILE.to_owned()),
    ];
    let head = include_str!("ios/Client.swift").replace("__CLIENT__", &client);
    let mut out = Source(head.replace("__ENDPOINT__", &literal::swift(&sdk.url)));
    let mut scope = ios::scope();
    for operation in &sdk.operations {
        let name = scope.take(&ios::member(&path_and_verb(&operation.path, &operation.method)));
        method(&mut out, operation, &name, &names);
    }
    out.line("}");
    files.push((format!("{ROOT}/generated-src/{client}.swift"), out.0));
    for (record, name) in sdk.models.records.iter().zip(&names) {
        files.push((format!("{ROOT}/generated-src/{name}.swift"), model(name, &record.members, &names)));
    }
    Ok(files)
}

fn of_kind(kind: &Kind, names: &[String]) -> String {
    match kind {
        Kind::Text => "String".to_owned(),
        Kind::Integer | Kind::Long | Kind::Number | Kind::Boolean => "NSNumber".to_owned(),
        Kind::Any => "Any".to_owned(),
        Kind::List(item) => format!("[{}]", of_kind(item, names)),
        Kind::Record(at) => names.get(*at).map_or("Any", String::as_str).to_owned(),
    }
}

fn method(out: &mut Source, operation: &Operation, name: &str, names: &[String]) {
    let given = ios::arguments(&operation.parameters);
    let arguments = given.iter().map(|(_, argument)| format!("{argument}: String?"));
    let body = operation.body.iter().map(|body| format!("body: {}", of_kind(&body.kind, names)));
    let arguments: Vec<String> = arguments.chain(body).collect();
    let class = class_of(operation.result.as_ref().map(|result| &result.kind), names);
    let result = class.unwrap_or("AnyObject");
    out.line(format_args!("\n    public func {name}({}) -> AWSTask<{result}> {{", arguments.join(", ")));
    out.line("        var headerParameters: [String: Any] = [\"Content-Type\": \"application/json\", \"Accept\": \"application/json\"]");
    out.line("        var queryParameters: [String: Any] = [:]\n        var pathParameters: [String: Any] = [:]");
    for (parameter, argument) in &given {
        let place = match parameter.place {
            Place::Path => "pathParameters",
            Place::Query => "queryParameters",
            Place::Header => "headerParameters",
        };
        out.line(format_args!("        {place}[{}] = {argument}", literal::swift(&parameter.name)));
    }
    let (verb, path) = (literal::swift(&operation.verb), literal::swift(&operation.path));
    let body = if operation.body.is_some() { "body" } else { "nil" };
    let response = class.map_or_else(|| "nil".to_owned(), |class| format!("{class}.self"));
    out.line(format_args!(
        "        return self.invokeHTTPRequest({verb}, urlString: {path}, pathParameters: pathParameters, queryParameters: \
         queryParameters, headerParameters: headerParameters, body: {body}, responseClass: {response}) as! \
         AWSTask<{result}>\n    }}"
    ));
}

fn model(name: &str, members: &[(String, Kind)], names: &[String]) -> String {
    let mut scope = ios::scope();
    let members: Vec<_> = members.iter().map(|(wire, kind)| (wire, scope.take(&ios::member(wire)), kind)).collect();
    let mut out = Source::default();
    out.line(format_args!("import Foundation\nimport AWSCore\n\n@objcMembers\npublic class {name}: AWSModel {{\n"));
    for (_, member, kind) in &members {
        out.line(format_args!("    public var {member}: {}?", of_kind(kind, names)));
    }
    out.line("\n    public override static func jsonKeyPathsByPropertyKey() -> [AnyHashable: Any]! {");
    out.line("        var params: [AnyHashable: Any] = [:]");
    for (wire, member, _) in &members {
        out.line(format_args!("        params[\"{member}\"] = {}", literal::swift(wire)));
    }
    out.line("        return params\n    }");
    for (_, member, kind) in &members {
        if let Some(class) = class_of(Some(kind), names) {
            let many = if matches!(kind, Kind::List(_)) { "Array" } else { "Dictionary" };
            out.line(format_args!("\n    class func {member}JSONTransformer() -> ValueTransformer {{"));
            out.line(format_args!(
                "        return ValueTransformer.awsmtl_JSON{many}Transformer(withModelClass: {class}.self)\n    }}"
            ));
        }
    }
    out.line("}");
    out.0
}
