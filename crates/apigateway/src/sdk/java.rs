//! Java: an interface with a builder, requests and results, as AWS's SDK has them; on the JDK's own HTTP client.

use super::java_model::{Models, member_scope};
use super::names::{Accessors, Scope, camel, capital, pascal, verb_and_path};
use super::parameters::Parameters;
use super::{File, Operation, Payload, Place, Sdk, Source, literal};
use crate::error::Result;

const KEYWORDS: &[&str] = &[
    "abstract",
    "assert",
    "boolean",
    "break",
    "byte",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "extends",
    "false",
    "final",
    "finally",
    "float",
    "for",
    "goto",
    "if",
    "implements",
    "import",
    "instanceof",
    "int",
    "interface",
    "long",
    "native",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "short",
    "static",
    "strictfp",
    "super",
    "switch",
    "synchronized",
    "this",
    "throw",
    "throws",
    "transient",
    "true",
    "try",
    "void",
    "volatile",
    "while",
    "var",
    "record",
    "yield",
    "sealed",
    "permits",
    "_",
];

/// What objects and the client have besides the API's methods.
const METHODS: &[&str] = &[
    "builder",
    "shutdown",
    "getClass",
    "hashCode",
    "equals",
    "clone",
    "toString",
    "notify",
    "notifyAll",
    "wait",
    "finalize",
    "checked",
    "settings",
];

/// Types that generated code names shortly.
pub(super) const TYPES: &[&str] = &[
    "Object",
    "String",
    "Integer",
    "Long",
    "Double",
    "Boolean",
    "Override",
    "ApiCall",
    "ApiAnswer",
    "Json",
    "java",
    "javax",
    "Exception",
    "RuntimeException",
    "Number",
    "Math",
    "Iterable",
    "Thread",
    "List",
    "Map",
    "BigDecimal",
];

/// Whether no package may be called so.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

pub(super) fn keywords() -> &'static [&'static str] {
    KEYWORDS
}

/// What one SDK is called.
struct Called<'p> {
    service: String,
    package: &'p str,
    licence: String,
}

impl Called<'_> {
    fn fill(&self, template: &str) -> String {
        template.replace("__PACKAGE__", self.package).replace("__SERVICE__", &self.service)
    }

    /// A source file; the licence comes before it.
    fn source(&self, path: &str, content: &str) -> File {
        let folder = self.package.replace('.', "/");
        (format!("generated-code/src/main/java/{folder}/{path}.java"), format!("{}{content}", self.licence))
    }
}

pub fn files(sdk: &Sdk, parameters: &Parameters<'_>) -> Result<Vec<File>> {
    let first = parameters.package("java.package-name")?.split('.').next().unwrap_or_default();
    let service =
        Scope::new(Accessors::None, &[TYPES, KEYWORDS, &[first]]).take(&pascal(parameters.service("service.name")?));
    let called = Called {
        service,
        package: parameters.package("java.package-name")?,
        licence: parameters.licence("java.license-text")?,
    };
    let mut files = project(&called, parameters)?;
    for (path, template) in [
        ("internal/ApiCall", include_str!("java/ApiCall.java")),
        ("internal/ApiAnswer", include_str!("java/ApiAnswer.java")),
        ("internal/Json", include_str!("java/Json.java")),
    ] {
        files.push(called.source(path, &called.fill(template)));
    }
    let builder = called.fill(include_str!("java/Builder.java"));
    let builder =
        builder.replace("__ENDPOINT__", &literal::java(&sdk.url)).replace("__REGION__", &literal::java(&sdk.region));
    files.push(called.source(&format!("{}ClientBuilder", called.service), &builder));
    let exception = called.fill(include_str!("java/ServiceException.java"));
    files.push(called.source(&format!("model/{}Exception", called.service), &exception));
    files.extend(types(sdk, &called, first));
    Ok(files)
}

fn project(called: &Called<'_>, parameters: &Parameters<'_>) -> Result<Vec<File>> {
    let artifact = parameters.coordinate_or("java.artifact-id", &called.service)?.to_owned();
    let fill = |template: &str| -> Result<String> {
        Ok(called
            .fill(template)
            .replace("__GROUP__", &literal::xml(parameters.coordinate_or("java.group-id", called.package)?))
            .replace("__ARTIFACT__", &literal::xml(&artifact))
            .replace("__VERSION__", &literal::xml(parameters.coordinate_or("java.artifact-version", "1.0-SNAPSHOT")?))
            .replace("__NAME__", &called.service))
    };
    let gradle = parameters.choice("java.build-system", &["maven", "gradle"], "maven")? == "gradle";
    let install = if gradle { "gradle publishToMavenLocal" } else { "mvn install" };
    let readme = called.fill(include_str!("java/README.md")).replace("__BUILD__", install);
    let mut files = vec![("generated-code/README.md".to_owned(), readme)];
    if gradle {
        files.push(("generated-code/build.gradle".to_owned(), fill(include_str!("java/build.gradle"))?));
        files.push(("generated-code/settings.gradle".to_owned(), format!("rootProject.name = '{artifact}'\n")));
    } else {
        files.push(("generated-code/pom.xml".to_owned(), fill(include_str!("java/pom.xml"))?));
    }
    Ok(files)
}

/// The interface, the client behind it, and the types of the API's own.
fn types(sdk: &Sdk, called: &Called<'_>, first: &str) -> Vec<File> {
    let service = &called.service;
    let own =
        [service.clone(), format!("{service}Client"), format!("{service}ClientBuilder"), format!("{service}Exception")];
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let mut scope = Scope::new(Accessors::None, &[TYPES, KEYWORDS, &own, &[first]]);
    let mut methods = Scope::new(Accessors::None, &[KEYWORDS, METHODS]);
    let operations: Vec<_> = sdk
        .operations
        .iter()
        .map(|operation| {
            let name =
                operation.name.as_deref().map_or_else(|| verb_and_path(&operation.path, &operation.method), pascal);
            let [request, result] = ["Request", "Result"].map(|kind| scope.take(&format!("{name}{kind}")));
            (operation, methods.take(&camel(&name)), request, result)
        })
        .collect();
    let models = Models::of(sdk, called.package, first, &mut scope);
    let (mut interface, mut client) = (interface_head(called), client_head(called));
    let mut files = Vec::new();
    for (operation, method, request, result) in &operations {
        let members = request_members(operation, first);
        interface.line(format_args!("\n    {result} {method}({request} request);"));
        client_method(&mut client, operation, (method, request, result), &members, &models);
        files.push(called.source(&format!("model/{request}"), &models.request(request, operation, &members)));
        files.push(called.source(&format!("model/{result}"), &models.result(result, operation.result.as_ref())));
    }
    interface.line("\n    /** Gives connections back. */\n    void shutdown();\n}");
    client.line(
        "\n    @Override\n    public void shutdown() {\n        // Connections that nobody uses are closed by the JDK.\n    }\n}",
    );
    files.push(called.source(service, &interface.0));
    files.push(called.source(&format!("{service}Client"), &client.0));
    files.extend(models.records(sdk).into_iter().map(|(name, text)| called.source(&format!("model/{name}"), &text)));
    files
}

fn interface_head(Called { service, package, .. }: &Called<'_>) -> Source {
    let mut out = Source::default();
    out.line(format_args!("package {package};\n\nimport {package}.model.*;\n"));
    out.line(format_args!("/** The API. */\npublic interface {service} {{\n"));
    out.line(format_args!(
        "    static {service}ClientBuilder builder() {{\n        return new {service}ClientBuilder();\n    }}"
    ));
    out
}

fn client_head(Called { service, package, .. }: &Called<'_>) -> Source {
    let mut out = Source::default();
    out.line(format_args!("package {package};\n\nimport {package}.internal.ApiAnswer;"));
    out.line(format_args!("import {package}.internal.ApiCall;\nimport {package}.model.*;\n"));
    out.line(format_args!("final class {service}Client implements {service} {{\n"));
    out.line("    private final ApiCall.Settings settings;\n");
    out.line(format_args!(
        "    {service}Client(ApiCall.Settings settings) {{\n        this.settings = settings;\n    }}"
    ));
    out.line(format_args!(
        "\n    private static ApiAnswer checked(ApiAnswer answer) {{\n        if (!answer.isSuccessful()) {{\n            \
         throw new {service}Exception(answer);\n        }}\n        return answer;\n    }}"
    ));
    out
}

/// The members of a request: the operation's parameters in their order, then its body.
fn request_members(operation: &Operation, first: &str) -> Vec<String> {
    let mut scope = member_scope(first);
    let names = operation.parameters.iter().map(|parameter| parameter.name.as_str());
    names.chain(operation.body.iter().map(|body| body.name.as_str())).map(|name| scope.take(&camel(name))).collect()
}

fn client_method(
    out: &mut Source,
    operation: &Operation,
    (method, request, result): (&str, &str, &str),
    members: &[String],
    models: &Models,
) {
    out.line(format_args!("\n    @Override\n    public {result} {method}({request} request) {{"));
    out.line(format_args!(
        "        ApiCall call = new ApiCall(settings, {}, {}, {});",
        literal::java(&operation.verb),
        literal::java(&operation.path),
        operation.signed
    ));
    let mut members = members.iter();
    for (parameter, member) in operation.parameters.iter().zip(members.by_ref()) {
        let place = match parameter.place {
            Place::Path => "path",
            Place::Query => "query",
            // The JDK sets these itself and lets nobody else.
            Place::Header if is_the_jdks(&parameter.name) => continue,
            Place::Header => "header",
        };
        out.line(format_args!(
            "        call.{place}({}, request.get{}());",
            literal::java(&parameter.name),
            capital(member)
        ));
    }
    if let (Some(Payload { kind, .. }), Some(member)) = (&operation.body, members.next()) {
        let json = models.writing(kind, &format!("request.get{}()", capital(member)), 0);
        out.line(format_args!("        call.body({json});"));
    }
    out.line("        ApiAnswer answer = checked(call.send());");
    out.line(format_args!("        {result} result = new {result}(answer);"));
    if let Some(payload) = &operation.result {
        let value = models.reading(&payload.kind, "answer.json()", 0);
        let member = models.result_member(payload);
        out.line(format_args!("        result.set{}({value});", pascal(&member)));
    }
    out.line("        return result;\n    }");
}

fn is_the_jdks(header: &str) -> bool {
    ["connection", "content-length", "expect", "host", "upgrade"].iter().any(|name| name.eq_ignore_ascii_case(header))
}
