//! Android: an annotated interface for ApiClientFactory of aws-android-sdk-apigateway-core, and classes for Gson.

use super::names::{Accessors, Scope, camel, capital, pascal, path_and_verb};
use super::parameters::Parameters;
use super::schema::Kind;
use super::{File, Operation, Place, Sdk, Source, java, literal};
use crate::error::Result;

const ANNOTATION: &str = "@com.amazonaws.mobileconnectors.apigateway.annotation";
/// What objects and the interface have besides the API's methods.
const METHODS: &[&str] =
    &["execute", "getClass", "hashCode", "equals", "clone", "toString", "notify", "notifyAll", "wait", "finalize"];
const MEMBERS: &[&str] = &["class", "java", "com"];

pub fn files(sdk: &Sdk, parameters: &Parameters<'_>) -> Result<Vec<File>> {
    let package = parameters.package("invokerPackage")?;
    let group = parameters.coordinate("groupId")?;
    let artifact = parameters.coordinate("artifactId")?;
    let version = parameters.coordinate("artifactVersion")?;
    let first = package.split('.').next().unwrap_or_default();
    let mut classes = Scope::new(Accessors::None, &[java::TYPES, java::keywords(), &[first, "com"]]);
    let client = classes.take(&format!("{}Client", pascal(&sdk.name)));
    let names: Vec<String> = sdk.models.records.iter().map(|record| classes.take(&pascal(&record.name))).collect();
    let root = format!("{artifact}-{version}");
    let fill = |template: &str| {
        template
            .replace("__GROUP__", &literal::xml(group))
            .replace("__ARTIFACT__", &literal::xml(artifact))
            .replace("__VERSION__", &literal::xml(version))
            .replace("__CLIENT__", &client)
    };
    let mut files = vec![
        (format!("{root}/README.md"), fill(include_str!("android/README.md"))),
        (format!("{root}/pom.xml"), fill(include_str!("android/pom.xml"))),
        (format!("{root}/build.gradle"), fill(include_str!("android/build.gradle"))),
        (format!("{root}/settings.gradle"), format!("rootProject.name = '{artifact}'\n")),
    ];
    let source = |path: &str| format!("{root}/src/main/java/{}/{path}.java", package.replace('.', "/"));
    files.push((source(&client), interface(sdk, package, &client, &names)));
    for (record, name) in sdk.models.records.iter().zip(&names) {
        let text = class(package, name, &record.members, &names, first);
        files.push((source(&format!("model/{name}")), text));
    }
    Ok(files)
}

fn interface(sdk: &Sdk, package: &str, client: &str, names: &[String]) -> String {
    let mut out = Source::default();
    out.line(format_args!("package {package};\n"));
    out.line(format_args!("{ANNOTATION}.Service(endpoint = {})", literal::java(&sdk.url)));
    out.line(format_args!("public interface {client} {{\n"));
    out.line("    /** A generic invoker to invoke any API Gateway endpoint. */");
    out.line(
        "    com.amazonaws.mobileconnectors.apigateway.ApiResponse \
         execute(com.amazonaws.mobileconnectors.apigateway.ApiRequest request);",
    );
    let mut methods = Scope::new(Accessors::None, &[java::keywords(), METHODS]);
    for operation in &sdk.operations {
        let method = methods.take(&path_and_verb(&operation.path, &operation.method));
        operation_of(&mut out, operation, &method, &|kind| of_kind(kind, names, package));
    }
    out.line("}");
    out.0
}

fn operation_of(out: &mut Source, operation: &Operation, method: &str, kind: &dyn Fn(&Kind) -> String) {
    let (path, verb) = (literal::java(&operation.path), literal::java(&operation.verb));
    out.line(format_args!("\n    {ANNOTATION}.Operation(path = {path}, method = {verb})"));
    let mut scope = Scope::new(Accessors::None, &[java::keywords(), MEMBERS]);
    let mut arguments: Vec<String> = Vec::new();
    for parameter in &operation.parameters {
        let place = match parameter.place {
            Place::Path => "path",
            Place::Query => "query",
            Place::Header => "header",
        };
        let (name, argument) = (literal::java(&parameter.name), scope.take(&camel(&parameter.name)));
        arguments.push(format!(
            "\n            {ANNOTATION}.Parameter(name = {name}, location = \"{place}\")\n            String {argument}"
        ));
    }
    if let Some(body) = &operation.body {
        arguments.push(format!("\n            {} {}", kind(&body.kind), scope.take("body")));
    }
    let result = operation.result.as_ref().map_or_else(|| "void".to_owned(), |payload| kind(&payload.kind));
    out.line(format_args!("    {result} {method}({});", arguments.join(",")));
}

/// A type, whole: with the package of the models.
fn of_kind(kind: &Kind, names: &[String], package: &str) -> String {
    match kind {
        Kind::Text => "String".to_owned(),
        Kind::Integer => "Integer".to_owned(),
        Kind::Long => "Long".to_owned(),
        Kind::Number => "java.math.BigDecimal".to_owned(),
        Kind::Boolean => "Boolean".to_owned(),
        Kind::Any => "Object".to_owned(),
        Kind::List(item) => format!("java.util.List<{}>", of_kind(item, names, package)),
        Kind::Record(at) => {
            names.get(*at).map_or_else(|| "Object".to_owned(), |name| format!("{package}.model.{name}"))
        }
    }
}

fn class(package: &str, name: &str, members: &[(String, Kind)], names: &[String], first: &str) -> String {
    let mut scope = Scope::new(Accessors::Made, &[java::keywords(), MEMBERS, &[first]]);
    let mut out = Source::default();
    out.line(format_args!("package {package}.model;\n\npublic class {name} {{"));
    for (wire, kind) in members {
        let (member, kind) = (scope.take(&camel(wire)), of_kind(kind, names, package));
        let accessor = capital(&member);
        out.line(format_args!("\n    @com.google.gson.annotations.SerializedName({})", literal::java(wire)));
        out.line(format_args!("    private {kind} {member} = null;\n"));
        out.line(format_args!("    public {kind} get{accessor}() {{\n        return {member};\n    }}\n"));
        out.line(format_args!(
            "    public void set{accessor}({kind} value) {{\n        this.{member} = value;\n    }}"
        ));
    }
    out.line("}");
    out.0
}
