//! The models' patterns are Java regular expressions, meant to match a whole value. Here they become linear-time ones.
//!
//! What differs: `\w`, `\d` and `\s` are ASCII in Java; `.` excludes five line ends; a hyphen in a class is a literal
//! wherever no range can be read; `\uXXXX` names a code unit. Look-around has no linear-time form in general. The models
//! use it at the edges only, where it is a second pattern that must not match; the one that stands inside is rewritten
//! by hand in `REWRITTEN`.

use std::collections::HashMap;
use std::iter::Peekable;
use std::str::Chars;
use std::sync::{Arc, PoisonError, RwLock};

use regex::{Regex, RegexBuilder};

/// A pattern that cannot be carried over.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Java would not read it either, or it uses what has no linear-time form.
    #[error("unsupported in pattern: {0}")]
    Unsupported(&'static str),
    /// The translated pattern is not accepted.
    #[error(transparent)]
    Regex(#[from] regex::Error),
}

/// A compiled pattern.
#[derive(Debug)]
pub struct Pattern {
    whole: Regex,
    never: Vec<Regex>,
}

impl Pattern {
    /// Whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        self.whole.is_match(text) && !self.never.iter().any(|never| never.is_match(text))
    }
}

/// Heap that one compiled pattern may take.
const SIZE_LIMIT_BYTES: usize = 64 << 20;

/// An end of a pattern with look-around inside, and its equal without.
struct Rewritten {
    end: &'static str,
    equal: &'static str,
    never: Option<&'static str>,
}

const REWRITTEN: [Rewritten; 2] = [
    // IAM: no hyphen is followed by a hyphen. The first and the last character are no hyphens anyway.
    Rewritten {
        end: "^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$",
        equal: "[a-z0-9]([a-z0-9]|-){1,61}[a-z0-9]",
        never: Some("--"),
    },
    // Lambda: a qualifier is not of digits alone.
    Rewritten {
        end: r"(:((?!\d+$)[0-9a-zA-Z-_]+))?",
        equal: "(:([0-9a-zA-Z-_]*[a-zA-Z-_][0-9a-zA-Z-_]*))?",
        never: None,
    },
];

/// Compiles a Java pattern for whole matches.
///
/// # Errors
/// A pattern with back-references, look-around inside, or syntax that neither side reads.
pub fn compile(java: &str) -> Result<Pattern, Error> {
    let rewritten = REWRITTEN.iter().find_map(|known| Some((java.strip_suffix(known.end)?, known)));
    if let Some((head, known)) = rewritten {
        let never = known.never.map(build).into_iter().collect::<Result<_, _>>()?;
        return Ok(Pattern { whole: whole_match(&format!("{head}{}", known.equal))?, never });
    }
    let (core, edges) = edges(java)?;
    let never = edges.into_iter().map(|edge| build(&edge)).collect::<Result<_, _>>()?;
    Ok(Pattern { whole: whole_match(&core)?, never })
}

fn whole_match(java: &str) -> Result<Regex, Error> {
    build_raw(&format!("\\A(?:{})\\z", translate(java)?))
}

fn build(java: &str) -> Result<Regex, Error> {
    build_raw(&translate(java)?)
}

fn build_raw(rust: &str) -> Result<Regex, Error> {
    Ok(RegexBuilder::new(rust).size_limit(SIZE_LIMIT_BYTES).build()?)
}

/// Takes negative look-aheads off the beginning and negative look-behinds off the end; each becomes a pattern that the
/// value must not match.
fn edges(java: &str) -> Result<(String, Vec<String>), Error> {
    let mut core = java.to_owned();
    let mut never = Vec::new();
    // Groups that are opened or anchors that stand before a leading look-ahead do not move it from the beginning.
    if let Some(at) = core.find("(?!") {
        let lead = core.get(..at).unwrap_or_default();
        if !lead.chars().all(|c| matches!(c, '(' | '^')) {
            return Err(Error::Unsupported("a look-ahead inside"));
        }
        let (inner, rest) = group(core.get(at + 3..).unwrap_or_default())?;
        never.push(format!("^(?:{inner})"));
        core = format!("{lead}{rest}");
    }
    if let Some(at) = core.find("(?<!") {
        let (inner, rest) = group(core.get(at + 4..).unwrap_or_default())?;
        if !rest.chars().all(|c| matches!(c, ')' | '$')) {
            return Err(Error::Unsupported("a look-behind inside"));
        }
        never.push(format!("(?:{inner})$"));
        core = format!("{}{rest}", core.get(..at).unwrap_or_default());
    }
    Ok((core, never))
}

/// Splits at the parenthesis that closes a group whose inside begins here.
fn group(text: &str) -> Result<(String, String), Error> {
    let mut depth = 1usize;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let (inner, rest) = text.split_at_checked(at).unwrap_or_default();
            return Ok((inner.to_owned(), rest.get(1..).unwrap_or_default().to_owned()));
        }
    }
    Err(Error::Unsupported("an open group"))
}

const WORD: &str = "0-9A-Z_a-z";
const DIGIT: &str = "0-9";
const SPACE: &str = r" \t\n\x0B\f\r";
const LINE_ENDS: &str = r"\n\r\x{85}\x{2028}\x{2029}";

/// Rewrites Java's syntax in ours.
fn translate(java: &str) -> Result<String, Error> {
    let mut out = String::with_capacity(java.len() * 2);
    let mut chars = java.chars().peekable();
    let mut any = format!("[^{LINE_ENDS}]");
    let mut start = true;
    while let Some(c) = chars.next() {
        match c {
            '\\' => push_item(&mut out, escape(&mut chars)?),
            '[' => class(&mut chars, &mut out, 0)?,
            '.' => out.push_str(&any),
            '(' if chars.peek() == Some(&'?') => {
                let flags = open(&mut chars, start)?;
                if flags == "s" {
                    any = "(?s:.)".to_owned();
                } else {
                    out.push_str("(?:");
                }
            }
            // The quantifier and grouping characters mean the same; a possessive `+` accepts less only by not going back.
            '(' | ')' | '|' | '*' | '+' | '?' | '^' | '$' => out.push(c),
            '{' | '}' | ',' => out.push(c),
            _ => push_literal(&mut out, c),
        }
        start = false;
    }
    Ok(out)
}

/// Reads what follows `(`: `?:`, or the flag group `?s)` at the start.
fn open(chars: &mut Peekable<Chars<'_>>, start: bool) -> Result<&'static str, Error> {
    chars.next();
    match chars.next() {
        Some(':') => Ok(""),
        Some('s') if start && chars.next() == Some(')') => Ok("s"),
        _ => Err(Error::Unsupported("look-around or flags")),
    }
}

/// One character, or a set of them given as the inside of a class.
enum Item {
    One(char),
    Set { inside: String, negated: bool },
    Anchor(&'static str),
}

fn push_item(out: &mut String, item: Item) {
    match item {
        Item::One(c) => push_literal(out, c),
        Item::Set { inside, negated } => {
            out.push_str(if negated { "[^" } else { "[" });
            out.push_str(&inside);
            out.push(']');
        }
        Item::Anchor(anchor) => out.push_str(anchor),
    }
}

fn push_literal(out: &mut String, c: char) {
    // `\<` and `\>` would be word boundaries.
    if c.is_ascii_punctuation() && !matches!(c, '<' | '>') {
        out.push('\\');
    }
    out.push(c);
}

fn escape(chars: &mut Peekable<Chars<'_>>) -> Result<Item, Error> {
    let set = |inside: &str, negated| Ok(Item::Set { inside: inside.to_owned(), negated });
    match chars.next().ok_or(Error::Unsupported("a lone backslash"))? {
        'w' => set(WORD, false),
        'W' => set(WORD, true),
        'd' => set(DIGIT, false),
        'D' => set(DIGIT, true),
        's' => set(SPACE, false),
        'S' => set(SPACE, true),
        'x' => hex(chars, 2),
        'u' => hex(chars, 4),
        'p' => property(chars, false),
        'P' => property(chars, true),
        't' => Ok(Item::One('\t')),
        'n' => Ok(Item::One('\n')),
        'r' => Ok(Item::One('\r')),
        'f' => Ok(Item::One('\u{c}')),
        'A' => Ok(Item::Anchor("\\A")),
        'Z' | 'z' => Ok(Item::Anchor("\\z")),
        'b' => Ok(Item::Anchor("(?-u:\\b)")),
        c if c.is_ascii_alphanumeric() => Err(Error::Unsupported("an escape")),
        c => Ok(Item::One(c)),
    }
}

fn hex(chars: &mut Peekable<Chars<'_>>, digits: usize) -> Result<Item, Error> {
    let mut code = 0u32;
    for _ in 0..digits {
        let digit = chars.next().and_then(|c| c.to_digit(16)).ok_or(Error::Unsupported("a code"))?;
        code = code * 16 + digit;
    }
    char::from_u32(code).map(Item::One).ok_or(Error::Unsupported("half a surrogate pair"))
}

fn property(chars: &mut Peekable<Chars<'_>>, negated: bool) -> Result<Item, Error> {
    let name: String = match chars.next() {
        Some('{') => chars.by_ref().take_while(|c| *c != '}').collect(),
        Some(c) => c.to_string(),
        None => return Err(Error::Unsupported("a property")),
    };
    let inside = match name.as_str() {
        "Alnum" => "0-9A-Za-z".to_owned(),
        "Alpha" => "A-Za-z".to_owned(),
        "Digit" => DIGIT.to_owned(),
        "Lower" => "a-z".to_owned(),
        "Upper" => "A-Z".to_owned(),
        "Space" => SPACE.to_owned(),
        "Punct" => "!-/:-@\\[-`{-~".to_owned(),
        "Graph" => "!-~".to_owned(),
        "Print" => " -~".to_owned(),
        "ASCII" => "\\x00-\\x7F".to_owned(),
        name if name.chars().all(|c| c.is_ascii_alphabetic()) => {
            format!("\\p{{{}}}", name.strip_prefix("Is").unwrap_or(name))
        }
        _ => return Err(Error::Unsupported("a property")),
    };
    Ok(Item::Set { inside, negated })
}

/// Deepest nesting of classes.
const MAX_CLASS_DEPTH: usize = 8;

/// Copies a character class whose `[` was read. A hyphen makes a range only between two single characters.
fn class(chars: &mut Peekable<Chars<'_>>, out: &mut String, depth: usize) -> Result<(), Error> {
    if depth > MAX_CLASS_DEPTH {
        return Err(Error::Unsupported("nested classes"));
    }
    out.push('[');
    if chars.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    let mut first = true;
    loop {
        let c = chars.next().ok_or(Error::Unsupported("an open class"))?;
        match c {
            ']' if !first => break,
            '[' => class(chars, out, depth + 1)?,
            '&' if chars.peek() == Some(&'&') => return Err(Error::Unsupported("an intersection")),
            '\\' => {
                let item = escape(chars)?;
                class_item(chars, out, item)?;
            }
            c => class_item(chars, out, Item::One(c))?,
        }
        first = false;
    }
    out.push(']');
    Ok(())
}

fn class_item(chars: &mut Peekable<Chars<'_>>, out: &mut String, item: Item) -> Result<(), Error> {
    let Item::One(low) = item else {
        if matches!(item, Item::Anchor(_)) {
            return Err(Error::Unsupported("an anchor in a class"));
        }
        push_item(out, item);
        return Ok(());
    };
    push_literal(out, low);
    let mut ahead = chars.clone();
    if ahead.next() != Some('-') {
        return Ok(());
    }
    let high = match ahead.next() {
        None | Some(']' | '[') => return Ok(()),
        Some('\\') => match escape(&mut ahead)? {
            Item::One(high) => high,
            _ => return Ok(()),
        },
        Some(high) => high,
    };
    *chars = ahead;
    out.push('-');
    push_literal(out, high);
    Ok(())
}

/// Compiled patterns of one model, made when first needed. It is bounded by the model: keys are addresses of its statics.
#[derive(Debug, Default)]
pub struct Cache(RwLock<HashMap<(usize, usize), Arc<Pattern>>>);

impl Cache {
    /// The compiled form of a model's pattern.
    ///
    /// # Errors
    /// As [`compile`].
    pub fn get(&self, java: &'static str) -> Result<Arc<Pattern>, Error> {
        let key = (java.as_ptr() as usize, java.len());
        if let Some(found) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(found));
        }
        let made = Arc::new(compile(java)?);
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&made));
        Ok(made)
    }
}
