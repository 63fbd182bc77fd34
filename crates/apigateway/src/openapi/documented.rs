//! Documentation parts where OpenAPI has a place for what they say ("Publish API documentation"): attributes that OpenAPI
//! knows and extensions (`x-…`) are written into what they are about; the rest stands in the parts alone.

use serde_json::{Map, Value};

use crate::entity::DocumentationPart;

/// Something that may be documented.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'a> {
    /// `METHOD`.
    pub kind: &'static str,
    /// Of the resource.
    pub path: Option<&'a str>,
    /// `GET`, `ANY`.
    pub method: Option<&'a str>,
    /// `200`.
    pub status_code: Option<&'a str>,
    /// Of a parameter, header, model or authorizer.
    pub name: Option<&'a str>,
}

impl<'a> Subject<'a> {
    /// Of a method, or what stands in it.
    pub const fn of_method(kind: &'static str, path: &'a str, method: &'a str) -> Self {
        Self { kind, path: Some(path), method: Some(method), status_code: None, name: None }
    }

    /// Likewise, by a name.
    pub const fn named(self, kind: &'static str, name: &'a str) -> Self {
        Self { kind, name: Some(name), ..self }
    }

    /// Likewise, of a response.
    pub const fn status(self, kind: &'static str, status_code: &'a str) -> Self {
        Self { kind, status_code: Some(status_code), ..self }
    }

    /// How closely a part speaks of this, or `None` where it speaks of something else. A part of the same kind speaks of
    /// all whose path begins with its own, and by `*` of every method and status.
    fn met_by(&self, part: &DocumentationPart) -> Option<(usize, bool, bool)> {
        let location = &part.location;
        (location.kind == self.kind && location.name.as_deref() == self.name).then_some(())?;
        let above = |own: &str| {
            let given = location.path.as_deref().unwrap_or("/").trim_end_matches('/');
            let rest = own.strip_prefix(given)?;
            (rest.is_empty() || rest.starts_with('/')).then_some(given.len())
        };
        let depth = self.path.map_or(Some(0), above)?;
        let same = |own: Option<&str>, given: Option<&str>| match (own, given) {
            (Some(_), None | Some("*")) | (None, _) => Some(false),
            (Some(own), Some(given)) => (own == given).then_some(true),
        };
        let method = same(self.method, location.method.as_deref())?;
        Some((depth, method, same(self.status_code, location.status_code.as_deref())?))
    }
}

/// All that is said about an API.
#[derive(Clone, Copy, Debug)]
pub struct Documented<'a>(pub &'a [DocumentationPart]);

impl Documented<'_> {
    /// What is said of something; the closest part has the last word.
    fn said(&self, of: Subject<'_>) -> Map<String, Value> {
        let mut parts: Vec<_> = self.0.iter().filter_map(|part| Some((of.met_by(part)?, part))).collect();
        parts.sort_by_key(|(closeness, _)| *closeness);
        let properties = parts.into_iter().filter_map(|(_, part)| serde_json::from_str(&part.properties).ok());
        properties.fold(Map::new(), |mut all, properties: Map<String, Value>| {
            all.extend(properties);
            all
        })
    }

    /// Writes what is said into what it is about: `known` attributes and extensions.
    pub fn write(&self, of: Subject<'_>, known: &[&str], target: &mut Map<String, Value>) {
        put(self.said(of), known, target);
    }

    /// Writes what is said of the API itself.
    pub fn write_api(&self, document: &mut Map<String, Value>) {
        let mut said = self.said(Subject { kind: "API", ..Subject::default() });
        let of_info = said.remove("info");
        put(said, &["externalDocs", "tags"], document);
        if let (Some(Value::Object(of_info)), Some(info)) =
            (of_info, document.get_mut("info").and_then(Value::as_object_mut))
        {
            put(of_info, &["description", "termsOfService", "contact", "license"], info);
        }
    }
}

fn put(said: Map<String, Value>, known: &[&str], target: &mut Map<String, Value>) {
    // What is said is not what is done.
    let extension = |name: &str| name.starts_with("x-") && !name.starts_with("x-amazon-apigateway-");
    target.extend(said.into_iter().filter(|(name, _)| known.contains(&name.as_str()) || extension(name)));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::entity::Location;

    fn part(location: [Option<&str>; 4], properties: Value) -> DocumentationPart {
        let [path, method, status, name] = location.map(|text| text.map(str::to_owned));
        let kind = if status.is_some() { "RESPONSE" } else { "METHOD" }.to_owned();
        let location = Location { kind, path, method, status_code: status, name };
        DocumentationPart { id: String::new(), location, properties: properties.to_string() }
    }

    fn written(parts: &[DocumentationPart], of: Subject<'_>) -> Value {
        let mut target = Map::new();
        Documented(parts).write(of, &["description", "summary"], &mut target);
        Value::Object(target)
    }

    #[test]
    fn the_closest_part_has_the_last_word_and_the_others_fill_in() {
        let parts = [
            part([Some("/pets"), Some("GET"), None, None], json!({"description": "get", "foo": 1, "x-a": 2})),
            part([Some("/pets"), Some("*"), None, None], json!({"description": "any", "summary": "s"})),
            part([Some("/"), Some("GET"), None, None], json!({"summary": "root", "description": "r"})),
        ];
        let at = |path, method| written(&parts, Subject::of_method("METHOD", path, method));
        assert_eq!(at("/pets", "GET"), json!({"description": "get", "summary": "s", "x-a": 2}));
        assert_eq!(at("/pets/{id}", "POST"), json!({"description": "any", "summary": "s"}));
        assert_eq!(at("/petshop", "GET"), json!({"summary": "root", "description": "r"}));
        assert_eq!(at("/petshop", "PUT"), json!({}));
    }

    #[test]
    fn a_response_is_told_apart_by_its_status_and_no_part_sets_what_the_gateway_does() {
        let said = json!({"description": "gone", "x-amazon-apigateway-integration": {"type": "mock"}});
        let parts = [
            part([Some("/"), Some("*"), Some("404"), None], said),
            part([Some("/"), Some("*"), Some("*"), None], json!({"description": "fine"})),
        ];
        let at = |status| written(&parts, Subject::of_method("METHOD", "/", "GET").status("RESPONSE", status));
        assert_eq!((at("404"), at("200")), (json!({"description": "gone"}), json!({"description": "fine"})));
    }
}
