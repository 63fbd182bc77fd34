//! Ruby: a gem whose client is named by the service, on Ruby's own HTTP library.

use super::names::{Accessors, Scope, pascal, snake, verb_and_path};
use super::parameters::Parameters;
use super::schema::Kind;
use super::{File, Operation, Place, Sdk, Source, literal};
use crate::error::Result;

/// What Ruby and the client have besides the API's methods: redefining these would break more than a call.
const METHODS: &[&str] = &[
    "initialize",
    "operation_names",
    "invoke",
    "class",
    "send",
    "__send__",
    "object_id",
    "__id__",
    "method_missing",
    "respond_to_missing",
    "instance_eval",
    "instance_exec",
    "alias",
    "and",
    "begin",
    "break",
    "case",
    "def",
    "defined",
    "do",
    "else",
    "elsif",
    "end",
    "ensure",
    "false",
    "for",
    "if",
    "in",
    "module",
    "next",
    "nil",
    "not",
    "or",
    "redo",
    "rescue",
    "retry",
    "return",
    "self",
    "super",
    "then",
    "true",
    "undef",
    "unless",
    "until",
    "when",
    "while",
    "yield",
    "freeze",
    "hash",
    "dup",
    "clone",
    "raise",
    "puts",
    "method",
    "methods",
];
/// Constants that the client uses.
const CONSTANTS: &[&str] = &[
    "Object",
    "Kernel",
    "BasicObject",
    "Module",
    "Class",
    "String",
    "Hash",
    "Array",
    "JSON",
    "Net",
    "URI",
    "OpenSSL",
    "Time",
    "Struct",
    "Integer",
    "Float",
    "Symbol",
    "StandardError",
    "ArgumentError",
    "Gem",
    "ENV",
    "BEGIN",
    "END",
];

pub fn files(sdk: &Sdk, parameters: &Parameters<'_>) -> Result<Vec<File>> {
    let service = parameters.service("service.name")?;
    let module = Scope::new(Accessors::None, &[CONSTANTS]).take(&pascal(service));
    let default = format!("{}-sdk", pascal(service).to_ascii_lowercase());
    let gem = parameters.coordinate_or("ruby.gem-name", &default)?;
    let version = parameters.coordinate_or("ruby.gem-version", "1.0.0")?;
    let fill = |template: &str| {
        template
            .replace("__MODULE__", &module)
            .replace("__GEM__", gem)
            .replace("__VERSION__", &literal::ruby(version))
            .replace("__ENDPOINT__", &literal::ruby(&sdk.url))
            .replace("__REGION__", &literal::ruby(&sdk.region))
    };
    let client = fill(include_str!("ruby/client.rb")).replace("__OPERATIONS__", &operations(sdk));
    Ok(vec![
        (format!("{gem}/README.md"), fill(include_str!("ruby/README.md"))),
        (format!("{gem}/{gem}.gemspec"), fill(include_str!("ruby/gemspec.rb"))),
        (format!("{gem}/lib/{gem}.rb"), fill(include_str!("ruby/main.rb"))),
        (format!("{gem}/lib/{gem}/client.rb"), client),
        (format!("{gem}/lib/{gem}/http.rb"), fill(include_str!("ruby/http.rb"))),
        (format!("{gem}/lib/{gem}/structure.rb"), fill(include_str!("ruby/structure.rb"))),
        (format!("{gem}/lib/{gem}/types.rb"), types(sdk, &module)),
    ])
}

/// One method for each operation, and the table that `operation_names` reads.
fn operations(sdk: &Sdk) -> String {
    let mut scope = Scope::new(Accessors::None, &[METHODS]);
    let mut out = Source::default();
    let mut names = Vec::new();
    for operation in &sdk.operations {
        let name = operation.name.as_deref().map_or_else(|| verb_and_path(&operation.path, &operation.method), pascal);
        let name = scope.take(&snake(&name));
        method(&mut out, operation, &name);
        names.push(format!(":{name}"));
    }
    out.line(format_args!("    OPERATION_NAMES = [{}].freeze", names.join(", ")));
    out.0
}

fn method(out: &mut Source, operation: &Operation, name: &str) {
    let mut scope = Scope::new(Accessors::None, &[]);
    let named = operation.parameters.iter().map(|parameter| {
        let place = match parameter.place {
            Place::Path => "path",
            Place::Query => "query",
            Place::Header => "header",
        };
        (parameter.name.as_str(), place)
    });
    let body = operation.body.iter().map(|body| (body.name.as_str(), "body"));
    let parameters = named
        .chain(body)
        .map(|(wire, place)| format!("{}: [:{place}, {}]", scope.take(&snake(wire)), literal::ruby(wire)));
    let parameters: Vec<String> = parameters.collect();
    let result = operation.result.as_ref().map_or("nil".to_owned(), |result| format!(":{}", snake(&result.name)));
    out.line(format_args!("    def {name}(params = {{}})"));
    out.line(format_args!(
        "      invoke({}, {}, {{ {} }}, params, result: {result}, signed: {})",
        literal::ruby(&operation.verb),
        literal::ruby(&operation.path),
        parameters.join(", "),
        operation.signed
    ));
    out.line("    end\n");
}

/// What the API's models look like, to be read.
fn types(sdk: &Sdk, module: &str) -> String {
    let mut scope = Scope::new(Accessors::None, &[CONSTANTS]);
    let names: Vec<String> = sdk.models.records.iter().map(|record| scope.take(&pascal(&record.name))).collect();
    let mut out = Source::default();
    out.line(format_args!("# frozen_string_literal: true\n\nmodule {module}"));
    out.line("  # The members of the API's models and their types.\n  module Types");
    for (record, name) in sdk.models.records.iter().zip(&names) {
        let members = record.members.iter().map(|(wire, kind)| {
            format!("      {} => {},\n", literal::ruby(wire), literal::ruby(&of_kind(kind, &names)))
        });
        out.line(format_args!("    {name} = {{\n{}    }}.freeze", members.collect::<String>()));
    }
    out.line("  end\nend");
    out.0
}

fn of_kind(kind: &Kind, names: &[String]) -> String {
    match kind {
        Kind::Text => "String".to_owned(),
        Kind::Integer | Kind::Long => "Integer".to_owned(),
        Kind::Number => "Float".to_owned(),
        Kind::Boolean => "Boolean".to_owned(),
        Kind::Any => "Object".to_owned(),
        Kind::List(item) => format!("Array<{}>", of_kind(item, names)),
        Kind::Record(at) => names.get(*at).cloned().unwrap_or_default(),
    }
}
