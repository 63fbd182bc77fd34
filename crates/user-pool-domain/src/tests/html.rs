//! A light reading of our own pages: tags and attributes, nothing else.

use http::header::CONTENT_SECURITY_POLICY;

use crate::reply::Reply;

#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

pub fn text(reply: &Reply) -> String {
    String::from_utf8(reply.body().to_vec()).expect("pages are UTF-8")
}

/// The start tags of a page. Values are escaped in our pages, so quotation marks end them.
pub fn tags(html: &str) -> Vec<Tag> {
    let without_style = match (html.find("<style>"), html.find("</style>")) {
        (Some(from), Some(to)) => format!("{}{}", &html[..from], &html[to..]),
        _ => html.to_owned(),
    };
    let starts = without_style.split('<').skip(1).filter(|part| part.starts_with(|c: char| c.is_ascii_alphabetic()));
    starts.map(tag).collect()
}

fn tag(text: &str) -> Tag {
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '"';
        c == '>' && !quoted
    });
    let inner = &text[..end.expect("a tag ends")];
    let name: String = inner.chars().take_while(|c| !c.is_whitespace()).collect();
    let mut rest = inner[name.len()..].trim_start();
    let mut attributes = Vec::new();
    while !rest.is_empty() {
        let length = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let key = rest[..length].to_owned();
        rest = &rest[length..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix("=\"") {
            let close = after.find('"').expect("a value ends");
            value = unescape(&after[..close]);
            rest = &after[close + 1..];
        }
        rest = rest.trim_start();
        attributes.push((key, value));
    }
    Tag { name, attributes }
}

fn unescape(text: &str) -> String {
    let pairs = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// The value of the first input of that name.
pub fn input(html: &str, name: &str) -> Option<String> {
    let tags = tags(html);
    let found = tags.iter().find(|tag| tag.name == "input" && tag.get("name") == Some(name))?;
    Some(found.get("value").unwrap_or_default().to_owned())
}

/// Where the form of that name goes.
pub fn action(html: &str, form: &str) -> Option<String> {
    let tags = tags(html);
    let found = tags.iter().find(|tag| tag.name == "form" && tag.get("name") == Some(form))?;
    found.get("action").map(str::to_owned)
}

/// What every page must be: under a strict policy, without script, accessible, with a token in each form.
pub fn check(reply: &Reply) {
    let policy = reply.headers()[CONTENT_SECURITY_POLICY].to_str().expect("a policy");
    for rule in
        ["default-src 'none'", "style-src 'sha256-", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"]
    {
        assert!(policy.contains(rule), "{rule}: {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    let html = text(reply);
    let tags = tags(&html);
    let mut ids = Vec::new();
    for tag in &tags {
        if tag.name == "script" {
            assert!(policy.contains("script-src 'self';"), "{policy}");
            assert!(tag.get("src").is_some_and(|src| src.starts_with('/') && src.ends_with(".js")), "{tag:?}");
        }
        for (name, _) in &tag.attributes {
            assert!(name != "style" && !name.starts_with("on"), "{name} in {tag:?}");
        }
        ids.extend(tag.get("id").map(str::to_owned));
        if tag.name == "a" {
            assert!(
                tag.get("href").is_some_and(|href| href.starts_with('/') || href == super::fake::CALLBACK)
                    || leaves_safely(tag),
                "{tag:?}"
            );
        }
    }
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id stands twice");
    assert!(
        tags.iter()
            .any(|tag| tag.name == "html" && tag.get("lang").is_some_and(|lang| crate::LANGUAGES.contains(&lang)))
    );
    assert_eq!(tags.iter().filter(|tag| tag.name == "h1").count(), 1);
    check_fields(&tags);
}

/// A link to somebody else's page, which learns nothing of ours.
fn leaves_safely(tag: &Tag) -> bool {
    tag.get("href").is_some_and(|href| href.starts_with("https://")) && tag.get("rel") == Some("noopener noreferrer")
}

fn check_fields(tags: &[Tag]) {
    let forms = tags.iter().filter(|tag| tag.name == "form");
    for form in forms.clone() {
        assert_eq!(form.get("method"), Some("POST"), "{form:?}");
    }
    let inputs: Vec<_> = tags.iter().filter(|tag| tag.name == "input").collect();
    let tokens = inputs.iter().filter(|tag| tag.get("name") == Some("_csrf") && tag.get("value") != Some(""));
    assert_eq!(tokens.count(), forms.count(), "a form without a token");
    for field in inputs.iter().filter(|tag| tag.get("type") != Some("hidden")) {
        let id = field.get("id").expect("a field has an id");
        assert!(tags.iter().any(|tag| tag.name == "label" && tag.get("for") == Some(id)), "no label for {id}");
        assert!(field.get("autocomplete").is_some(), "{field:?}");
        for described in field.get("aria-describedby").into_iter().flat_map(|ids| ids.split(' ')) {
            assert!(tags.iter().any(|tag| tag.get("id") == Some(described)), "nothing has the id {described}");
        }
    }
}
