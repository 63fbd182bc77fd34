//! What a function of a proxy integration may answer ("Lambda function response for format 1.0", "… 2.0"). What is no such
//! answer is a 500.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, SET_COOKIE};
use http::{HeaderMap, Response, StatusCode};
use serde_json::{Map, Value};

use crate::plan::PayloadFormat;
use crate::request::NOT_FORWARDED;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain;charset=UTF-8");
const MALFORMED: &str = "The function's answer is malformed";

/// Reads the answer.
pub(super) fn read(payload: &Bytes, format: PayloadFormat) -> Result<Response<Bytes>, &'static str> {
    let value: Value = serde_json::from_slice(payload).map_err(|_| "The function's answer is no JSON")?;
    match (value, format) {
        (Value::Object(members), _) if members.contains_key("statusCode") => structured(&members, format),
        // Anything else is the body itself, of a text without its quotes.
        (Value::String(text), PayloadFormat::V2) => Ok(inferred(Bytes::from(text))),
        (_, PayloadFormat::V2) => Ok(inferred(payload.clone())),
        (_, PayloadFormat::V1) => Err(MALFORMED),
    }
}

fn inferred(body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

fn structured(members: &Map<String, Value>, format: PayloadFormat) -> Result<Response<Bytes>, &'static str> {
    let base64 = match members.get("isBase64Encoded") {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::Bool(true)) => true,
        Some(_) => return Err(MALFORMED),
    };
    let mut response = Response::new(body(members.get("body"), base64)?);
    *response.status_mut() = status(members.get("statusCode"))?;
    *response.headers_mut() = headers(members, format)?;
    if !response.headers().contains_key(CONTENT_TYPE) {
        response.headers_mut().insert(CONTENT_TYPE, TEXT);
    }
    Ok(response)
}

/// A number, also written as a text.
fn status(value: Option<&Value>) -> Result<StatusCode, &'static str> {
    let number = match value {
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    let status = number.and_then(|number| u16::try_from(number).ok()).filter(|status| (200..=599).contains(status));
    status.and_then(|status| StatusCode::from_u16(status).ok()).ok_or(MALFORMED)
}

fn body(value: Option<&Value>, base64: bool) -> Result<Bytes, &'static str> {
    match value {
        None | Some(Value::Null) => Ok(Bytes::new()),
        Some(Value::String(text)) if base64 => STANDARD.decode(text.trim()).map(Bytes::from).map_err(|_| MALFORMED),
        Some(Value::String(text)) => Ok(Bytes::copy_from_slice(text.as_bytes())),
        Some(_) => Err(MALFORMED),
    }
}

/// The values of `multiValueHeaders` (1.0) come first, then those of `headers`, then `cookies` (2.0).
fn headers(members: &Map<String, Value>, format: PayloadFormat) -> Result<HeaderMap, &'static str> {
    let mut all = HeaderMap::new();
    if format == PayloadFormat::V1 {
        for (name, values) in object(members.get("multiValueHeaders"))?.into_iter().flatten() {
            for value in values.as_array().ok_or(MALFORMED)? {
                add(&mut all, name, value)?;
            }
        }
    }
    for (name, value) in object(members.get("headers"))?.into_iter().flatten() {
        add(&mut all, name, value)?;
    }
    if format == PayloadFormat::V2 {
        let cookies = match members.get("cookies") {
            None | Some(Value::Null) => &[],
            Some(Value::Array(cookies)) => cookies.as_slice(),
            Some(_) => return Err(MALFORMED),
        };
        for cookie in cookies {
            let cookie = cookie.as_str().and_then(|text| HeaderValue::from_bytes(text.as_bytes()).ok());
            all.append(SET_COOKIE, cookie.ok_or(MALFORMED)?);
        }
    }
    Ok(all)
}

fn object(value: Option<&Value>) -> Result<Option<&Map<String, Value>>, &'static str> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_object().map(Some).ok_or(MALFORMED),
    }
}

fn add(all: &mut HeaderMap, name: &str, value: &Value) -> Result<(), &'static str> {
    let text = match value {
        Value::Null => return Ok(()),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => return Err(MALFORMED),
    };
    let name = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| MALFORMED)?;
    let value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| MALFORMED)?;
    if !NOT_FORWARDED.contains(&name) {
        all.append(name, value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn check(answer: &Value, format: PayloadFormat, expected: (u16, &str, &str)) {
        let response = read(&Bytes::from(answer.to_string()), format).unwrap();
        let content_type = response.headers()[CONTENT_TYPE].to_str().unwrap();
        assert_eq!(
            (response.status().as_u16(), content_type, response.body().as_ref()),
            (expected.0, expected.1, expected.2.as_bytes())
        );
    }

    #[test]
    fn forms_of_answers() {
        use PayloadFormat::{V1, V2};
        let plain = "text/plain;charset=UTF-8";
        check(&json!({"message": "hi"}), V2, (200, "application/json", r#"{"message":"hi"}"#));
        check(&json!("hi"), V2, (200, "application/json", "hi"));
        check(&json!([1, 2]), V2, (200, "application/json", "[1,2]"));
        check(&json!(null), V2, (200, "application/json", "null"));
        check(&json!({"statusCode": 201, "body": "x"}), V2, (201, plain, "x"));
        check(&json!({"statusCode": "404"}), V1, (404, plain, ""));
        check(
            &json!({"statusCode": 200, "headers": {"Content-Type": "a/b"}, "body": "aGk=", "isBase64Encoded": true}),
            V2,
            (200, "a/b", "hi"),
        );
    }

    #[test]
    fn cookies_and_repeated_headers_are_separate_lines() {
        let answer = json!({"statusCode": 200, "cookies": ["a=1; Secure", "b=2"], "headers": {"x": 1, "y": true, "z": null, "content-length": "9"}});
        let response = read(&Bytes::from(answer.to_string()), PayloadFormat::V2).unwrap();
        let cookies: Vec<_> = response.headers().get_all(SET_COOKIE).iter().collect();
        assert_eq!(cookies, ["a=1; Secure", "b=2"]);
        assert_eq!(
            (&response.headers()["x"], &response.headers()["y"]),
            (&HeaderValue::from_static("1"), &HeaderValue::from_static("true"))
        );
        assert!(!response.headers().contains_key("z") && !response.headers().contains_key("content-length"));
        let answer = json!({"statusCode": 200, "multiValueHeaders": {"x": ["1", "2"]}, "headers": {"X": "3"}});
        let response = read(&Bytes::from(answer.to_string()), PayloadFormat::V1).unwrap();
        assert_eq!(response.headers().get_all("x").iter().count(), 3);
    }

    #[test]
    fn what_is_malformed_is_refused() {
        for text in [
            "",
            "{",
            "nonsense",
            r#"{"statusCode": null}"#,
            r#"{"statusCode": "many"}"#,
            r#"{"statusCode": 99}"#,
            r#"{"statusCode": 600}"#,
            r#"{"statusCode": 101}"#,
            r#"{"statusCode": -1}"#,
            r#"{"statusCode": 200, "body": {}}"#,
            r#"{"statusCode": 200, "headers": []}"#,
            r#"{"statusCode": 200, "headers": {"a b": "c"}}"#,
            r#"{"statusCode": 200, "headers": {"a": "b\r\nc: d"}}"#,
            r#"{"statusCode": 200, "headers": {"a": ["b"]}}"#,
            r#"{"statusCode": 200, "cookies": "a=b"}"#,
            r#"{"statusCode": 200, "cookies": [1]}"#,
            r#"{"statusCode": 200, "cookies": ["a\nb"]}"#,
            r#"{"statusCode": 200, "body": "!", "isBase64Encoded": true}"#,
            r#"{"statusCode": 200, "isBase64Encoded": "yes"}"#,
        ] {
            assert!(read(&Bytes::from(text), PayloadFormat::V2).is_err(), "{text}");
        }
        for text in
            ["null", "\"x\"", "{}", r#"{"body": "x"}"#, "[]", r#"{"statusCode": 200, "multiValueHeaders": {"a": "b"}}"#]
        {
            assert!(read(&Bytes::from(text), PayloadFormat::V1).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_answer_is_read_or_refused(payload in proptest::collection::vec(any::<u8>(), 0..200)) {
            let payload = Bytes::from(payload);
            let _ = read(&payload, PayloadFormat::V1);
            let _ = read(&payload, PayloadFormat::V2);
        }
    }
}
