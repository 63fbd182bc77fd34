//! Java's types of models, requests and results: fluent setters beside beans' own.

use super::names::{Accessors, Scope, camel, capital, pascal};
use super::schema::Kind;
use super::{Operation, Payload, Sdk, Source, java, literal};

/// What a bean's member may not be called: `getClass` is every object's, and these methods are taken.
const MEMBERS: &[&str] =
    &["class", "equals", "fromJson", "toJson", "sdkResponseMetadata", "hashCode", "toString", "java", "wait", "notify"];

/// Names of members with accessors.
pub fn member_scope(first_of_package: &str) -> Scope {
    Scope::new(Accessors::Made, &[java::keywords(), MEMBERS, &[first_of_package]])
}

/// The names of the records, by their places.
pub struct Models {
    names: Vec<String>,
    package: String,
    first: String,
}

impl Models {
    pub fn of(sdk: &Sdk, package: &str, first: &str, scope: &mut Scope) -> Models {
        let names = sdk.models.records.iter().map(|record| scope.take(&pascal(&record.name)));
        Models { names: names.collect(), package: package.to_owned(), first: first.to_owned() }
    }

    fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or("Object", String::as_str)
    }

    /// `java.util.List<Pet>`.
    pub fn kind(&self, kind: &Kind) -> String {
        match kind {
            Kind::Text => "String".to_owned(),
            Kind::Integer => "Integer".to_owned(),
            Kind::Long => "Long".to_owned(),
            Kind::Number => "Double".to_owned(),
            Kind::Boolean => "Boolean".to_owned(),
            Kind::Any => "Object".to_owned(),
            Kind::List(item) => format!("java.util.List<{}>", self.kind(item)),
            Kind::Record(at) => self.name(*at).to_owned(),
        }
    }

    /// An expression that makes JSON of one that has the type.
    pub fn writing(&self, kind: &Kind, value: &str, depth: usize) -> String {
        match kind {
            Kind::List(item) => {
                let inner = self.writing(item, &format!("item{depth}"), depth + 1);
                format!("{}.internal.Json.list({value}, item{depth} -> {inner})", self.package)
            }
            Kind::Record(_) => format!("{value} == null ? null : {value}.toJson()"),
            _ => value.to_owned(),
        }
    }

    /// An expression that reads the type out of JSON.
    pub fn reading(&self, kind: &Kind, value: &str, depth: usize) -> String {
        let reader = match kind {
            Kind::Text => "text",
            Kind::Integer => "integer",
            Kind::Long => "whole",
            Kind::Number => "number",
            Kind::Boolean => "truth",
            Kind::Any => return value.to_owned(),
            Kind::Record(at) => return format!("{}.fromJson({value})", self.name(*at)),
            Kind::List(item) => {
                let inner = self.reading(item, &format!("item{depth}"), depth + 1);
                return format!("{}.internal.Json.items({value}, item{depth} -> {inner})", self.package);
            }
        };
        format!("{}.internal.Json.{reader}({value})", self.package)
    }

    pub fn request(&self, name: &str, operation: &Operation, members: &[String]) -> String {
        let mut out = Source::default();
        out.line(format_args!("package {}.model;\n\npublic class {name} {{", self.package));
        let texts = operation.parameters.iter().map(|_| "String".to_owned());
        let kinds = texts.chain(operation.body.iter().map(|body| self.kind(&body.kind)));
        for (member, kind) in members.iter().zip(kinds) {
            bean(&mut out, name, member, &kind);
        }
        out.line("}");
        out.0
    }

    /// What the result's only member is called.
    pub fn result_member(&self, payload: &Payload) -> String {
        member_scope(&self.first).take(&camel(&payload.name))
    }

    pub fn result(&self, name: &str, payload: Option<&Payload>) -> String {
        let mut out = Source::default();
        let package = &self.package;
        out.line(format_args!("package {package}.model;\n\npublic class {name} {{\n"));
        out.line(format_args!("    private final {package}.internal.ApiAnswer metadata_;\n"));
        out.line(format_args!(
            "    public {name}({package}.internal.ApiAnswer metadata) {{\n        metadata_ = metadata;\n    }}\n"
        ));
        out.line("    /** The status, the headers and the body as they came. */");
        out.line(format_args!(
            "    public {package}.internal.ApiAnswer sdkResponseMetadata() {{\n        return metadata_;\n    }}"
        ));
        if let Some(payload) = payload {
            bean(&mut out, name, &self.result_member(payload), &self.kind(&payload.kind));
        }
        out.line("}");
        out.0
    }

    /// Each record's name and source.
    pub fn records(&self, sdk: &Sdk) -> Vec<(String, String)> {
        let records = sdk.models.records.iter().zip(&self.names);
        records.map(|(record, name)| (name.clone(), self.record(name, &record.members))).collect()
    }

    fn record(&self, name: &str, members: &[(String, Kind)]) -> String {
        let mut scope = member_scope(&self.first);
        let members: Vec<_> = members.iter().map(|(wire, kind)| (wire, scope.take(&camel(wire)), kind)).collect();
        let mut out = Source::default();
        out.line(format_args!("package {}.model;\n\npublic class {name} {{", self.package));
        for (_, member, kind) in &members {
            bean(&mut out, name, member, &self.kind(kind));
        }
        out.line(format_args!("\n    public static {name} fromJson(Object json) {{"));
        out.line(format_args!(
            "        if (json == null) {{\n            return null;\n        }}\n        {name} made = new {name}();"
        ));
        for (wire, member, kind) in &members {
            let member_of = format!("{}.internal.Json.members(json).get({})", self.package, literal::java(wire));
            let value = self.reading(kind, &member_of, 0);
            out.line(format_args!("        made.set{}({value});", capital(member)));
        }
        out.line("        return made;\n    }\n\n    public java.util.Map<String, Object> toJson() {");
        out.line("        java.util.Map<String, Object> json = new java.util.LinkedHashMap<>();");
        for (wire, member, kind) in &members {
            let value = self.writing(kind, &format!("this.{member}"), 0);
            out.line(format_args!("        if (this.{member} != null) {{"));
            out.line(format_args!("            json.put({}, {value});\n        }}", literal::java(wire)));
        }
        out.line("        return json;\n    }\n}");
        out.0
    }
}

fn bean(out: &mut Source, class: &str, member: &str, kind: &str) {
    let accessor = capital(member);
    out.line(format_args!("\n    private {kind} {member};\n"));
    out.line(format_args!("    public {kind} get{accessor}() {{\n        return {member};\n    }}\n"));
    out.line(format_args!("    public void set{accessor}({kind} value) {{\n        this.{member} = value;\n    }}\n"));
    out.line(format_args!(
        "    public {class} {member}({kind} value) {{\n        set{accessor}(value);\n        return this;\n    }}"
    ));
}
