//! A small model of what the served models lack or seldom use: unions, flattened maps, documents, bounded blobs.

use aws_types::schema::{
    Auth, Blob, Kind, Length, List, Location, Map, Member, Operation, Protocol as Dialect, Range, ServiceModel, Shape,
    Structure, Text, TimestampFormat,
};
use http::Request;
use http::request::Builder;
use serde_json::{Value, json};

use super::{answer, input, refused, text};

const ANY_LENGTH: Length = Length { min: None, max: None };
const PLAIN: Text = Text { length: ANY_LENGTH, pattern: None, values: &[] };

const fn shape(name: &'static str, kind: Kind) -> Shape {
    Shape { name, sensitive: false, kind }
}

const fn member(name: &'static str, shape: &'static Shape) -> Member {
    Member {
        name,
        location_name: None,
        location: Location::Body,
        required: false,
        flattened: false,
        xml_attribute: false,
        shape,
    }
}

const fn structure(members: &'static [Member], union: bool) -> Kind {
    Kind::Structure(Structure { members, payload: None, union, xml_namespace: None })
}

static STRING: Shape = shape("String", Kind::String(PLAIN));
static SECRET: Shape = Shape { name: "Secret", sensitive: true, kind: Kind::String(PLAIN) };
static BYTES: Shape =
    shape("Bytes", Kind::Blob(Blob { length: Length { min: Some(1), max: Some(3) }, streaming: false }));
static RATE: Shape = shape("Rate", Kind::Double(Range { min: Some(0), max: Some(1) }));
static LONG: Shape = shape("Long", Kind::Long(Range { min: None, max: None }));
static FLAG: Shape = shape("Flag", Kind::Boolean);
static DOCUMENT: Shape = shape("Document", Kind::Document);
static MOMENT: Shape = shape("Moment", Kind::Timestamp(TimestampFormat::Default));
static ISO: Shape = shape("Iso", Kind::Timestamp(TimestampFormat::Iso8601));
static EITHER: Shape = shape("Either", structure(&[member("A", &STRING), member("B", &STRING)], true));
static MAP: Shape = shape("Map", map(&STRING, false));
static FLAT_MAP: Shape = shape("FlatMap", map(&LONG, true));
static OUTER_MAP: Shape = shape("OuterMap", map(&TREE, false));
static SECRETS: Shape = shape("Secrets", list(&SECRET, false));
static FLAT_LIST: Shape = shape("FlatList", list(&STRING, true));
static TREES: Shape = shape("Trees", list(&TREE, false));
static TREE: Shape =
    shape("Tree", structure(&[member("Name", &STRING), member("Rate", &RATE), member("Children", &TREES)], false));

const fn map(value: &'static Shape, flattened: bool) -> Kind {
    Kind::Map(Map { key: &STRING, value, key_name: None, value_name: None, flattened, length: ANY_LENGTH })
}

const fn list(member: &'static Shape, flattened: bool) -> Kind {
    Kind::List(List { member, location_name: None, flattened, length: Length { min: None, max: Some(2) } })
}

static EVERYTHING: Shape = shape(
    "Everything",
    structure(
        &[
            member("Text", &STRING),
            member("Bytes", &BYTES),
            member("Rate", &RATE),
            member("Long", &LONG),
            member("Flag", &FLAG),
            member("Document", &DOCUMENT),
            member("Moment", &MOMENT),
            member("Iso", &ISO),
            member("Either", &EITHER),
            member("Map", &MAP),
            member("FlatMap", &FLAT_MAP),
            member("OuterMap", &OUTER_MAP),
            member("Secrets", &SECRETS),
            member("FlatList", &FLAT_LIST),
            member("Tree", &TREE),
        ],
        false,
    ),
);

static OPERATIONS: [Operation; 1] = [Operation {
    name: "Echo",
    method: "POST",
    uri: "/echo",
    status: 200,
    auth: Auth::SigV4,
    input: Some(&EVERYTHING),
    output: Some(&EVERYTHING),
    result_wrapper: Some("EchoResult"),
    input_location_name: None,
    errors: &[],
}];

const fn model(protocol: Dialect) -> ServiceModel {
    ServiceModel {
        name: "corners",
        signing_name: "corners",
        endpoint_prefix: "corners",
        protocol,
        target_prefix: Some("Corners"),
        api_version: "2026-01-01",
        xml_namespace: Some("urn:corners"),
        operations: &OPERATIONS,
    }
}

pub static JSON: ServiceModel = model(Dialect::AwsJson11);
pub static QUERY: ServiceModel = model(Dialect::AwsQuery);
pub static REST_JSON: ServiceModel = model(Dialect::RestJson1);
pub static REST_XML: ServiceModel = model(Dialect::RestXml);

pub fn echo() -> Builder {
    Request::post("/echo").header("x-amz-target", "Corners.Echo")
}

fn everything() -> Value {
    json!({
        "Text": "a<b>&\"' \r\n\t é \u{1}", "Bytes": "AQI=", "Rate": 0.5, "Long": -9_007_199_254_740_993_i64, "Flag": true,
        "Moment": 1_767_323_045, "Iso": 1_767_323_045.5, "Either": {"B": "x"}, "Map": {"k": "v", "": "w"},
        "FlatMap": {"one": 1, "two": 2}, "OuterMap": {"t": {"Name": "n"}}, "Secrets": ["s"], "FlatList": ["a", ""],
        "Tree": {"Name": "root", "Children": [{"Name": "leaf"}, {}]},
    })
}

#[test]
fn every_kind_of_value_survives_json() {
    let mut value = everything();
    value["Document"] = json!([1, {"a": null}]);
    let response = answer(&JSON, "Echo", value.clone());
    assert!(text(&response).contains(r#""Iso":"2026-01-02T03:04:05.500Z""#));
    assert_eq!(input(&JSON, echo(), text(&response)), value);
    assert_eq!(input(&REST_JSON, echo(), text(&response)), value);
}

#[test]
fn every_kind_of_value_survives_xml() {
    let response = answer(&REST_XML, "Echo", everything());
    assert!(text(&response).contains("<FlatMap><key>one</key><value>1</value></FlatMap><FlatMap>"), "{response:?}");
    assert!(text(&response).contains("<Map><entry><key>k</key><value>v</value></entry>"), "{response:?}");
    assert_eq!(input(&REST_XML, echo(), text(&response)), everything());
}

#[test]
fn maps_and_flat_lists_are_read_from_forms() {
    let form = "Action=Echo&Map.entry.1.key=k&Map.entry.1.value=v&FlatMap.1.key=one&FlatMap.1.value=1&FlatList.2=b&\
                FlatList.1=a&Tree.Children.member.1.Name=n&Bytes=AQI%3D&Moment=2026-01-02T03%3A04%3A05Z&Rate=0.5";
    assert_eq!(
        input(&QUERY, echo(), form),
        json!({
            "Bytes": "AQI=", "Rate": 0.5, "Moment": 1_767_323_045, "Map": {"k": "v"}, "FlatMap": {"one": 1},
            "FlatList": ["a", "b"], "Tree": {"Children": [{"Name": "n"}]},
        })
    );
}

#[test]
fn a_union_has_one_member() {
    let (code, _) = refused(&JSON, echo(), r#"{"Either":{"A":"x","B":"y"}}"#);
    assert_eq!(code, "SerializationException");
    assert_eq!(input(&JSON, echo(), r#"{"Either":{"A":"x","B":null}}"#), json!({"Either": {"A": "x"}}));
}

#[test]
fn bytes_are_base64_and_measured_decoded() {
    assert_eq!(refused(&JSON, echo(), r#"{"Bytes":"!"}"#).0, "SerializationException");
    assert_eq!(input(&JSON, echo(), r#"{"Bytes":"AQID"}"#), json!({"Bytes": "AQID"}));
    for (bytes, rule) in [("", "greater than or equal to 1"), ("AQIDBA==", "less than or equal to 3")] {
        let (code, message) = refused(&JSON, echo(), &format!(r#"{{"Bytes":"{bytes}"}}"#));
        assert_eq!(code, "ValidationException");
        assert!(
            message.ends_with(&format!("'bytes' failed to satisfy constraint: Member must have length {rule}")),
            "{message}"
        );
    }
}

#[test]
fn fractions_are_measured_exactly() {
    assert_eq!(
        refused(&JSON, echo(), r#"{"Rate":1.5}"#).1,
        "1 validation error detected: Value '1.5' at 'rate' failed to satisfy constraint: Member must have value less \
         than or equal to 1"
    );
    assert!(refused(&JSON, echo(), r#"{"Rate":-0.1}"#).1.ends_with("greater than or equal to 0"));
}

#[test]
fn a_list_of_secrets_is_not_repeated() {
    assert_eq!(
        refused(&JSON, echo(), r#"{"Secrets":["one","two","three"]}"#).1,
        "1 validation error detected: Value at 'secrets' failed to satisfy constraint: Member must have length less \
         than or equal to 2"
    );
}

#[test]
fn the_path_into_a_map_names_the_key() {
    let message = refused(&JSON, echo(), r#"{"OuterMap":{"K":{"Children":[{"Rate":2}]}}}"#).1;
    assert!(message.contains("at 'outerMap.K.member.children.1.member.rate' failed"), "{message}");
}

#[test]
fn moments_are_numbers_unless_the_model_says_otherwise() {
    assert_eq!(
        refused(&JSON, echo(), r#"{"Moment":"2026-01-02T03:04:05Z"}"#).1,
        "STRING_VALUE can not be converted to milliseconds since epoch"
    );
    assert_eq!(input(&JSON, echo(), r#"{"Iso":"2026-01-02T03:04:05Z"}"#), json!({"Iso": 1_767_323_045}));
    assert_eq!(refused(&JSON, echo(), r#"{"Iso":"soon"}"#).0, "SerializationException");
}
