//! SVG images that cannot do anything: known elements and attributes of drawing, nothing that runs, loads, animates or
//! refers to elsewhere. What is not known is refused, not stripped: nobody's image is changed behind their back.

/// Elements of drawing. `use`, `image`, `a`, `style`, `script`, `foreignObject` and animations are not among them.
const ELEMENTS: [&str; 23] = [
    "svg",
    "g",
    "defs",
    "title",
    "desc",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "mask",
    "pattern",
    "metadata",
    "marker",
    "symbol",
];
const NAMESPACES: [(&str, &str); 2] =
    [("xmlns", "http://www.w3.org/2000/svg"), ("xmlns:xlink", "http://www.w3.org/1999/xlink")];
const MAX_DEPTH: usize = 64;
const MAX_ELEMENTS: usize = 20_000;
const MAX_ATTRIBUTES: usize = 64;

const MALFORMED: &str = "is no well-formed SVG file";
const FORBIDDEN: &str = "contains something that an SVG file may not contain here";

type Checked<T> = Result<T, &'static str>;

/// Whether this is an SVG image that only draws.
///
/// # Errors
/// What is wrong with it.
pub fn check(bytes: &[u8]) -> Checked<()> {
    let text = std::str::from_utf8(bytes).map_err(|_| MALFORMED)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(MALFORMED);
    }
    let mut rest = text.trim_start();
    if let Some(declaration) = rest.strip_prefix("<?xml ") {
        rest = declaration.split_once("?>").ok_or(MALFORMED)?.1;
    }
    Scanner { rest, open: Vec::new(), elements: 0 }.document()
}

struct Scanner<'a> {
    rest: &'a str,
    open: Vec<&'a str>,
    elements: usize,
}

impl<'a> Scanner<'a> {
    fn document(mut self) -> Checked<()> {
        while let Some((before, after)) = self.rest.split_once('<') {
            check_text(before, self.open.is_empty())?;
            if let Some(comment) = after.strip_prefix("!--") {
                self.rest = comment.split_once("-->").ok_or(MALFORMED)?.1;
            } else if let Some(closing) = after.strip_prefix('/') {
                self.close(closing)?;
            } else {
                self.element(after)?;
            }
        }
        check_text(self.rest, true)?;
        if self.open.is_empty() && self.elements != 0 { Ok(()) } else { Err(MALFORMED) }
    }

    fn close(&mut self, text: &'a str) -> Checked<()> {
        let (name, rest) = text.split_once('>').ok_or(MALFORMED)?;
        self.rest = rest;
        if self.open.pop() == Some(name.trim_end()) { Ok(()) } else { Err(MALFORMED) }
    }

    fn element(&mut self, text: &'a str) -> Checked<()> {
        let (name, mut rest) = name(text).ok_or(FORBIDDEN)?;
        self.elements += 1;
        let root = self.open.is_empty();
        if !ELEMENTS.contains(&name) || (root && (name != "svg" || self.elements != 1)) {
            return Err(FORBIDDEN);
        }
        if self.elements > MAX_ELEMENTS || self.open.len() >= MAX_DEPTH {
            return Err("is too large or too deep");
        }
        let mut seen: Vec<&str> = Vec::new();
        loop {
            let trimmed = rest.trim_start();
            if let Some(after) = trimmed.strip_prefix("/>") {
                self.rest = after;
                return Ok(());
            }
            if let Some(after) = trimmed.strip_prefix('>') {
                self.rest = after;
                self.open.push(name);
                return Ok(());
            }
            if trimmed.len() == rest.len() || seen.len() >= MAX_ATTRIBUTES {
                return Err(MALFORMED);
            }
            let (attribute, value, after) = attribute(trimmed)?;
            if seen.contains(&attribute) {
                return Err(MALFORMED);
            }
            check_attribute(attribute, value)?;
            seen.push(attribute);
            rest = after;
        }
    }
}

/// Text between elements: none outside the root, no sections of character data.
fn check_text(text: &str, outside: bool) -> Checked<()> {
    if outside && !text.trim().is_empty() || text.contains("]]>") { Err(MALFORMED) } else { Ok(()) }
}

/// A name and what follows it.
fn name(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c))).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    name.starts_with(|c: char| c.is_ascii_alphabetic()).then_some((name, rest))
}

fn attribute(text: &str) -> Checked<(&str, &str, &str)> {
    let (name, rest) = name(text).ok_or(MALFORMED)?;
    let rest = rest.trim_start().strip_prefix('=').ok_or(MALFORMED)?.trim_start();
    let quote = if rest.starts_with('"') { '"' } else { '\'' };
    let (value, rest) = rest.strip_prefix(quote).and_then(|rest| rest.split_once(quote)).ok_or(MALFORMED)?;
    Ok((name, value, rest))
}

fn check_attribute(name: &str, value: &str) -> Checked<()> {
    let lower = name.to_ascii_lowercase();
    if lower.starts_with("on") || value.contains(['<', '\\']) || !entities_are_plain(value) {
        return Err(FORBIDDEN);
    }
    if lower.starts_with("xmlns") {
        return if NAMESPACES.contains(&(name, value)) { Ok(()) } else { Err(FORBIDDEN) };
    }
    if lower == "href" || lower == "xlink:href" {
        return if value.starts_with('#') { Ok(()) } else { Err(FORBIDDEN) };
    }
    if lower.contains(':') && !["xml:space", "xml:lang"].contains(&lower.as_str()) {
        return Err(FORBIDDEN);
    }
    check_value(&value.to_ascii_lowercase())
}

/// References lead to this file alone; nothing that older browsers would run.
fn check_value(value: &str) -> Checked<()> {
    let mut rest = value;
    while let Some((_, after)) = rest.split_once("url") {
        let inside = after.trim_start();
        if let Some(inside) = inside.strip_prefix('(')
            && !inside.trim_start().trim_start_matches(['"', '\'']).starts_with('#')
        {
            return Err(FORBIDDEN);
        }
        rest = after;
    }
    let bad = ["javascript", "expression", "@import", "behavior", "-moz-binding", "image-set", "/*"];
    if bad.iter().any(|word| value.contains(word)) { Err(FORBIDDEN) } else { Ok(()) }
}

/// The five names that XML knows, and nothing that could spell out something else.
fn entities_are_plain(value: &str) -> bool {
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('&') {
        let known = ["amp;", "lt;", "gt;", "quot;", "apos;"].iter().find_map(|name| after.strip_prefix(name));
        let Some(after) = known else { return false };
        rest = after;
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wrapped(inner: &str) -> String {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\">{inner}</svg>")
    }

    #[test]
    fn images_that_only_draw_are_taken() {
        for inner in [
            "",
            "<path d=\"M0 0h1v1z\" fill='#fff'/>",
            "<defs><linearGradient id=\"a\"><stop offset=\"0\" style=\"stop-color:red\"/></linearGradient></defs>\
             <rect fill=\"url(#a)\" width=\"1\" height=\"1\"/>",
            "<!-- made by hand --><title>A &amp; B</title><text x=\"0\">Dragons</text>",
        ] {
            assert_eq!(check(wrapped(inner).as_bytes()), Ok(()), "{inner}");
        }
        let declared = format!("<?xml version=\"1.0\"?>\n{}\n", wrapped(""));
        assert_eq!(check(declared.as_bytes()), Ok(()));
    }

    #[test]
    fn attack_118_images_that_do_anything_else_are_refused() {
        for inner in [
            "<script>alert(1)</script>",
            "<SCRIPT>alert(1)</SCRIPT>",
            "<path onload=\"alert(1)\"/>",
            "<path OnClick='alert(1)'/>",
            "<a href=\"#x\">x</a>",
            "<image href=\"https://evil.test/x.png\"/>",
            "<use href=\"https://evil.test/x.svg#a\"/>",
            "<foreignObject><div/></foreignObject>",
            "<style>@import url(https://evil.test)</style>",
            "<rect style=\"fill:url(https://evil.test/x)\"/>",
            "<rect style=\"fill:url( 'https://evil.test/x')\"/>",
            "<rect fill=\"url(&#x68;ttps://evil.test)\"/>",
            "<rect style=\"width:exp/**/ression(alert(1))\"/>",
            "<rect style=\"background:\\75rl(x)\"/>",
            "<animate attributeName=\"href\" to=\"javascript:alert(1)\"/>",
            "<set attributeName=\"onload\" to=\"alert(1)\"/>",
            "<linearGradient xlink:href=\"data:text/html,x\"/>",
            "<x:script xmlns:x=\"http://www.w3.org/1999/xhtml\">alert(1)</x:script>",
            "<g xmlns=\"http://www.w3.org/1999/xhtml\"/>",
            "<![CDATA[<script>]]>",
            "<?php x ?>",
            "<g",
            "<g></svg>",
            "<g a=\"1\" a=\"2\"/>",
        ] {
            assert!(check(wrapped(inner).as_bytes()).is_err(), "{inner}");
        }
        for whole in [
            "",
            "<html><script>alert(1)</script></html>",
            "<!DOCTYPE svg [<!ENTITY x \"y\">]><svg/>",
            "<svg/><svg/>",
            "<svg/>text",
            "<svg>",
        ] {
            assert!(check(whole.as_bytes()).is_err(), "{whole}");
        }
        assert!(check(wrapped(&"<g>".repeat(100_000)).as_bytes()).is_err());
        assert!(check(b"<svg>\xff</svg>").is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_the_check_fall_over(text in "[<>/!svg=\"' a:#&;?\\-]{0,80}") {
            let _ = check(text.as_bytes());
            let _ = check(wrapped(&text).as_bytes());
        }
    }
}
