//! The JSON that a MOCK integration's request template may yield: an object with an integer `statusCode`, read
//! leniently, so that `{statusCode: 200}` passes: unquoted keys, single quotes, trailing commas.

use serde_json::{Map, Number, Value};

/// Deepest nesting that is read.
const MAX_NESTING: usize = 64;

/// Why the text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LenientJsonError {
    /// The text is no JSON, even leniently; the byte offset says where.
    #[error("Unable to parse statusCode: {message} at position {at}")]
    Syntax {
        /// What is wrong.
        message: &'static str,
        /// Byte offset.
        at: usize,
    },
    /// The text is JSON without an integer `statusCode`.
    #[error("Unable to parse statusCode. It should be an integer and is defined in the request template")]
    NoStatusCode,
}

/// The status code of a MOCK integration's request.
///
/// # Errors
/// [`LenientJsonError`]: the gateway answers with an internal server error then.
pub fn mock_status_code(text: &str) -> Result<u16, LenientJsonError> {
    let value = parse(text)?;
    let status = value.get("statusCode").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    status.ok_or(LenientJsonError::NoStatusCode)
}

/// Reads lenient JSON.
///
/// # Errors
/// [`LenientJsonError::Syntax`].
pub fn parse(text: &str) -> Result<Value, LenientJsonError> {
    let mut parser = Parser { source: text, pos: 0 };
    let value = parser.value(0)?;
    parser.space();
    if parser.rest().is_empty() { Ok(value) } else { parser.fault("unexpected text") }
}

type Parsed<T> = Result<T, LenientJsonError>;

struct Parser<'s> {
    source: &'s str,
    pos: usize,
}

impl<'s> Parser<'s> {
    fn fault<T>(&self, message: &'static str) -> Parsed<T> {
        Err(LenientJsonError::Syntax { message, at: self.pos })
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.pos..).unwrap_or_default()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.pos += rest.len() - rest.trim_start().len();
    }

    fn eat(&mut self, token: char) -> bool {
        self.space();
        let found = self.rest().starts_with(token);
        if found {
            self.pos += token.len_utf8();
        }
        found
    }

    fn value(&mut self, depth: usize) -> Parsed<Value> {
        if depth > MAX_NESTING {
            return self.fault("nested too deeply");
        }
        self.space();
        match self.rest().chars().next() {
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some(quote @ ('"' | '\'')) => self.quoted(quote).map(Value::String),
            Some(_) => self.bare_value(),
            None => self.fault("unexpected end"),
        }
    }

    fn object(&mut self, depth: usize) -> Parsed<Value> {
        self.eat('{');
        let mut members = Map::new();
        while !self.eat('}') {
            let key = self.key()?;
            if !self.eat(':') {
                return self.fault("expected :");
            }
            members.insert(key, self.value(depth + 1)?);
            if !self.eat(',') && !self.rest().starts_with('}') {
                return self.fault("expected , or }");
            }
        }
        Ok(Value::Object(members))
    }

    fn array(&mut self, depth: usize) -> Parsed<Value> {
        self.eat('[');
        let mut items = Vec::new();
        while !self.eat(']') {
            items.push(self.value(depth + 1)?);
            if !self.eat(',') && !self.rest().starts_with(']') {
                return self.fault("expected , or ]");
            }
        }
        Ok(Value::Array(items))
    }

    fn key(&mut self) -> Parsed<String> {
        self.space();
        match self.rest().chars().next() {
            Some(quote @ ('"' | '\'')) => self.quoted(quote),
            _ => match self.word() {
                "" => self.fault("expected a key"),
                word => Ok(word.to_owned()),
            },
        }
    }

    fn word(&mut self) -> &'s str {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || "{}[],:\"'".contains(c)).unwrap_or(rest.len());
        self.pos += end;
        rest.get(..end).unwrap_or_default()
    }

    /// A number, `true`, `false` or `null`; any other bare word is text.
    fn bare_value(&mut self) -> Parsed<Value> {
        match self.word() {
            "" => self.fault("expected a value"),
            word => Ok(match (serde_json::from_str::<Value>(word), word.parse::<Number>()) {
                (Ok(value), _) => value,
                (_, Ok(number)) => Value::Number(number),
                _ => Value::String(word.to_owned()),
            }),
        }
    }

    fn quoted(&mut self, quote: char) -> Parsed<String> {
        let from = self.pos;
        let mut chars = self.rest().char_indices();
        chars.next();
        let mut text = String::new();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => match escaped(&mut chars) {
                    Some(c) => text.push(c),
                    None => return self.fault("bad escape"),
                },
                c if c == quote => {
                    self.pos = from + at + 1;
                    return Ok(text);
                }
                c => text.push(c),
            }
        }
        self.fault("the text is never closed")
    }
}

fn escaped(chars: &mut std::str::CharIndices<'_>) -> Option<char> {
    Some(match chars.next()?.1 {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => {
            let first = code_unit(chars)?;
            if !(0xD800..0xDC00).contains(&first) {
                return char::from_u32(first);
            }
            let (Some((_, '\\')), Some((_, 'u'))) = (chars.next(), chars.next()) else { return None };
            let second = code_unit(chars).filter(|unit| (0xDC00..0xE000).contains(unit))?;
            return char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
        }
        c => c,
    })
}

fn code_unit(chars: &mut std::str::CharIndices<'_>) -> Option<u32> {
    (0..4).try_fold(0, |unit, _| Some(unit * 16 + chars.next()?.1.to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn status_codes_are_read_from_strict_and_lenient_json() {
        for text in [
            "{\"statusCode\": 200}",
            "{statusCode: 200}",
            "{'statusCode': 200,}",
            " \n{ \"a\": [1, {b: c,},], statusCode :200 } ",
            "{statusCode:200,'x':\"\\u00e9\\ud83d\\udc09\\n\"}",
        ] {
            assert_eq!(mock_status_code(text), Ok(200), "{text}");
        }
    }

    #[test]
    fn other_texts_have_no_status_code() {
        for text in [
            "{}",
            "[]",
            "200",
            "{statusCode: \"200\"}",
            "{statusCode: 200.5}",
            "{statusCode: 99999}",
            "{statusCode: x}",
        ] {
            assert_eq!(mock_status_code(text), Err(LenientJsonError::NoStatusCode), "{text}");
        }
        for text in
            ["", "{", "{statusCode", "{statusCode:", "{statusCode:200", "{statusCode:200} x", "{'a: 1}", "{,}", "[1 2]"]
        {
            assert!(matches!(mock_status_code(text), Err(LenientJsonError::Syntax { .. })), "{text}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn values_keep_their_kinds() {
        let value =
            parse("{a: null, b: true, c: -1.5e3, 'd': word, e: 'it\\'s', f: \"\\u0041\\ud83d\\udc09\"}").unwrap();
        assert_eq!(value, json!({"a": null, "b": true, "c": -1500.0, "d": "word", "e": "it's", "f": "A🐉"}));
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "[{}\\[\\]:,'\"a0 \\\\u-]{0,40}") {
            let _ = parse(&text);
        }

        #[test]
        fn strict_json_reads_the_same(numbers in prop::collection::vec(any::<i64>(), 0..5), text in "\\PC{0,20}") {
            let value = json!({"numbers": numbers, "text": text});
            prop_assert_eq!(parse(&value.to_string()).unwrap(), value);
        }
    }
}
