//! Texts of others as string literals. Whatever is no printable ASCII is written by number, so that nothing in a literal
//! ends it, computes, or looks like something else.

use std::fmt::Write as _;

/// Of Java. `\u` is read before anything else there, so it stands for what is beyond ASCII alone.
pub fn java(text: &str) -> String {
    quoted("\"", None, text, |out, c| match c {
        '\0'..='\x7f' => c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| octal(out, byte)),
        _ => {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    })
}

/// Of Objective-C. Question marks could make trigraphs.
pub fn objective_c(text: &str) -> String {
    quoted("@\"", Some('?'), text, |out, c| match c {
        '\0'..='\x7f' => c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| octal(out, byte)),
        // C's universal names begin after the control characters.
        '\u{80}'..='\u{9f}' => c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| octal(out, byte)),
        '\u{a0}'..='\u{ffff}' => {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        }
        _ => {
            let _ = write!(out, "\\U{:08x}", u32::from(c));
        }
    })
}

/// Of Swift.
pub fn swift(text: &str) -> String {
    quoted("\"", None, text, by_number)
}

/// Of Ruby. `#` could begin code.
pub fn ruby(text: &str) -> String {
    quoted("\"", Some('#'), text, by_number)
}

fn by_number(out: &mut String, c: char) {
    // Writing to a String cannot fail.
    let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
}

/// Text between XML's tags.
pub fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn octal(out: &mut String, byte: u8) {
    let _ = write!(out, "\\{byte:03o}");
}

/// `special` is what printable ASCII has to be escaped, besides quotes and backslashes.
fn quoted(open: &str, special: Option<char>, text: &str, escape: fn(&mut String, char)) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    out.push_str(open);
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if special == Some(c) => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            _ => escape(&mut out, c),
        }
    }
    out.push('"');
    out
}
