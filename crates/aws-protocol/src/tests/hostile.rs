//! Nothing that arrives makes a protocol panic, and what XML carries comes back as it was.

use aws_types::schema::ServiceModel;
use bytes::Bytes;
use http::Request;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::corners::{JSON, QUERY, REST_JSON, REST_XML, echo};
use super::{answer, parts, text};
use crate::Protocol;

/// Routes and decodes whatever it is; renders the refusal.
fn survive(model: &'static ServiceModel, builder: http::request::Builder, body: &[u8]) {
    let protocol = Protocol::new(model);
    let Ok(request) = builder.body(()) else { return };
    let parts = request.into_parts().0;
    let outcome =
        protocol.route(&parts, body).and_then(|routed| protocol.decode(&routed, &parts, &Bytes::copy_from_slice(body)));
    if let Err(error) = outcome {
        assert!((400..500).contains(&error.status), "{error:?}");
        protocol.encode_error(&error, "r");
    }
}

fn json_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("[".to_owned()),
        Just("]".to_owned()),
        Just(",".to_owned()),
        Just("null".to_owned()),
        Just("1e400".to_owned()),
        Just("-1.5".to_owned()),
        "\"(Text|Bytes|Tree|Children|Map|Either|A|B|Rate|Moment)\":",
        "\"[ -~]{0,6}\"",
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn xml_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "<(Echo|Text|Bytes|Tree|Children|member|FlatMap|key|value|entry)( a=\"[ -~]{0,3}\")?/?>",
        "</(Echo|Text|Bytes|Tree|Children|member|FlatMap|key|value|entry)>",
        "&[a-z#0-9]{0,4};",
        "<![A-Z\\[]{0,8}",
        "[ -~]{0,6}",
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        for model in [&JSON, &QUERY, &REST_JSON, &REST_XML] {
            survive(model, echo(), &body);
        }
        survive(&model_s3::MODEL, Request::post("/b?delete"), &body);
        survive(&model_sts::MODEL, Request::post("/"), &body);
    }

    #[test]
    fn almost_json_never_panics(body in json_like()) {
        survive(&JSON, echo(), body.as_bytes());
        survive(&REST_JSON, echo(), format!("{{\"Tree\":{body}}}").as_bytes());
    }

    #[test]
    fn almost_xml_never_panics(body in xml_like()) {
        survive(&REST_XML, echo(), format!("<Echo>{body}</Echo>").as_bytes());
        survive(&REST_XML, echo(), body.as_bytes());
    }

    #[test]
    fn almost_forms_never_panic(pairs in proptest::collection::vec("(Map|FlatMap|Tree|Children|FlatList|Rate)(\\.(entry|member|key|value|[0-9]{1,11}|Name)){0,4}=[ -~]{0,6}", 0..12)) {
        survive(&QUERY, echo(), format!("Action=Echo&{}", pairs.join("&")).as_bytes());
    }

    #[test]
    fn arbitrary_addresses_never_panic(path in "/[!-~]{0,40}", method in "(GET|PUT|POST|DELETE|HEAD|PATCH)") {
        for model in [&model_s3::MODEL, &model_apigateway::MODEL, &model_lambda::MODEL] {
            survive(model, Request::builder().method(method.as_str()).uri(&path), b"");
        }
    }

    #[test]
    fn text_comes_back_from_xml_as_it_was(text in any::<String>(), key in any::<String>(), n in any::<i64>()) {
        let legal = |s: &str| s.chars().filter(|c| *c != '\0' && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect::<String>();
        let value = json!({"Text": legal(&text), "Long": n, "Map": {legal(&key): "v"}});
        let response = answer(&REST_XML, "Echo", value.clone());
        prop_assert_eq!(super::input(&REST_XML, echo(), super::text(&response)), value);
    }

    #[test]
    fn text_comes_back_from_json_as_it_was(text in any::<String>(), rate in 0..1024u32) {
        let value = json!({"Text": text, "Rate": f64::from(rate) / 1024.0});
        let response = answer(&JSON, "Echo", value.clone());
        prop_assert_eq!(super::input(&JSON, echo(), super::text(&response)), value);
    }
}

#[test]
fn wide_and_deep_documents_are_refused_or_read_in_bounded_time() {
    let mut tree: Value = json!({});
    for _ in 0..40 {
        tree = json!({"Children": [tree]});
    }
    survive(&JSON, echo(), json!({"Tree": tree}).to_string().as_bytes());
    let attributes: String = (0..100_000).map(|n| format!(" a{n}=\"\"")).collect();
    survive(&REST_XML, echo(), format!("<Echo{attributes}/>").as_bytes());
    survive(&REST_XML, echo(), format!("<Echo>{}</Echo>", "<a/>".repeat(300_000)).as_bytes());
    survive(&QUERY, echo(), format!("Action=Echo{}", "&a.b.c=d".repeat(100_000)).as_bytes());
    survive(&JSON, echo(), "[".repeat(1 << 20).as_bytes());
}

#[test]
fn a_long_value_meets_its_pattern_in_linear_time() {
    let body = json!({"UserPoolId": format!("{}!", "a_".repeat(500_000))}).to_string();
    let builder = Request::post("/").header("x-amz-target", "AWSCognitoIdentityProviderService.DescribeUserPool");
    survive(&model_cognito_idp::MODEL, builder, body.as_bytes());
}

#[test]
fn header_values_cannot_break_out() {
    let error = aws_types::AwsError::sender("A\r\nB: c", 400, "x\r\ny\u{0}é");
    for model in [&JSON, &QUERY, &REST_JSON, &REST_XML] {
        let response = Protocol::new(model).encode_error(&error, "id\r\nz");
        for (name, value) in response.headers() {
            assert!(value.as_bytes().iter().all(|b| (0x20..0x7f).contains(b)), "{name}: {value:?}");
        }
        assert!(!text(&response).is_empty());
    }
    assert!(parts(Request::get("/")).headers.is_empty());
}

#[test]
fn a_form_of_many_small_pieces_is_refused_before_it_becomes_a_tree() {
    let name = vec!["a"; 60].join(".");
    let body: String = (0..2_000).map(|n| format!("&{name}.{n}=1")).collect();
    let body = format!("Action=GetCallerIdentity&Version=2011-06-15{body}");
    let protocol = Protocol::new(&model_sts::MODEL);
    let parts = Request::post("/").body(()).unwrap().into_parts().0;
    let routed = protocol.route(&parts, body.as_bytes()).unwrap();
    let refused = protocol.decode(&routed, &parts, &Bytes::from(body)).unwrap_err();
    assert_eq!((refused.code.as_ref(), refused.message.as_ref()), ("MalformedInput", "Too many parameters"));
}
