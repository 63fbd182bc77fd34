//! What the SDKs for iOS have in common: names that Objective-C's runtime leaves alone, and the Podfile.

use super::names::{Accessors, Scope, capital};
use super::{Parameter, Sdk, names};

/// Names of the runtime, of AWSModel and of the client, and the keywords of both languages.
const RESERVED: &[&str] = &[
    "hash",
    "superclass",
    "class",
    "self",
    "super",
    "description",
    "debugDescription",
    "zone",
    "isProxy",
    "retain",
    "release",
    "autorelease",
    "dealloc",
    "load",
    "initialize",
    "finalize",
    "version",
    "error",
    "dictionaryValue",
    "configuration",
    "session",
    "baseURL",
    "HTTPHeaderFields",
    "HTTPStatusCode",
    "defaultClient",
    "default",
    "client",
    "auto",
    "break",
    "case",
    "char",
    "const",
    "continue",
    "do",
    "double",
    "else",
    "enum",
    "extern",
    "float",
    "for",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "register",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "switch",
    "typedef",
    "union",
    "unsigned",
    "void",
    "volatile",
    "while",
    "id",
    "nil",
    "Nil",
    "YES",
    "NO",
    "true",
    "false",
    "BOOL",
    "SEL",
    "IMP",
    "in",
    "out",
    "inout",
    "bycopy",
    "byref",
    "oneway",
    "nonatomic",
    "strong",
    "weak",
    "copy",
    "assign",
    "readonly",
    "readwrite",
    "associatedtype",
    "deinit",
    "fileprivate",
    "func",
    "import",
    "init",
    "internal",
    "let",
    "open",
    "operator",
    "private",
    "protocol",
    "public",
    "rethrows",
    "subscript",
    "typealias",
    "var",
    "defer",
    "fallthrough",
    "guard",
    "repeat",
    "where",
    "as",
    "Any",
    "catch",
    "is",
    "throw",
    "throws",
    "try",
    "Self",
    "Type",
    "Protocol",
    "typeof",
    "asm",
    "actor",
    "async",
    "await",
    "nullable",
    "nonnull",
    "body",
    "headerParameters",
    "queryParameters",
    "pathParameters",
    "signed",
    "perform",
    "linux",
    "unix",
    "NULL",
];

/// Beginnings that make a method's answer the caller's: a model may not have them.
const OWNING: [&str; 5] = ["alloc", "copy", "init", "mutableCopy", "new"];

pub const PODFILE: &str = "source 'https://github.com/CocoaPods/Specs.git'\n\nplatform :ios, '9.0'\nuse_frameworks!\n\n\
    target '<YourXcodeTarget>' do\n  pod 'AWSAPIGateway', '~> 2.4.7'\nend\n";

pub fn readme(client: &str, language: &str, call: &str) -> String {
    format!(
        "# {client}\n\nA client of the API for iOS, in {language}. Put the name of the app's target into the `Podfile`, run \
         `pod install`, add the\nfiles of `generated-src` to the project, then:\n\n    {call}\n\nMethods whose authorization \
         is AWS_IAM are signed with the credentials of the default service configuration; an API key is set\nas the \
         client's `APIKey`. Each method of the API is a method of the client, named after its path and verb.\n"
    )
}

/// The client's class and those of the records.
pub fn classes(sdk: &Sdk, prefix: &str) -> (String, Vec<String>) {
    let mut scope = Scope::new(Accessors::None, &[RESERVED]);
    let client = scope.take(&format!("{prefix}{}Client", names::pascal(&sdk.name)));
    let records = sdk.models.records.iter();
    let records = records.map(|record| scope.take(&format!("{prefix}{}", names::pascal(&record.name))));
    (client, records.collect())
}

/// Names of methods, properties or arguments.
pub fn scope() -> Scope {
    Scope::new(Accessors::Made, &[RESERVED])
}

/// A name that does not begin like one whose answer is the caller's.
pub fn member(name: &str) -> String {
    let name = names::camel(name);
    let owning = OWNING
        .iter()
        .any(|word| name.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_lowercase())));
    if owning { format!("the{}", capital(&name)) } else { name }
}

/// Each parameter with what it is called.
pub fn arguments(parameters: &[Parameter]) -> Vec<(&Parameter, String)> {
    let mut scope = scope();
    parameters.iter().map(|parameter| (parameter, scope.take(&member(&parameter.name)))).collect()
}
