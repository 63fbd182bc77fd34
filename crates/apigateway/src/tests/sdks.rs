//! SDKs in every language, of a usual API and of one whose every name is an attack.

#![expect(clippy::string_slice, reason = "positions come from searches in the same text")]

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::fixture::*;

const TYPES: [&str; 6] = ["android", "java", "javascript", "objectivec", "ruby", "swift"];
/// What hostile names would run if one of them left its literal.
const CODE: &str = "evil()";

fn parameters(sdk_type: &str) -> Value {
    match sdk_type {
        "android" => json!({
            "groupId": "com.example", "artifactId": "calc", "artifactVersion": "1.0.0", "invokerPackage": "com.example.calc",
        }),
        "java" => json!({"service.name": "SimpleCalcSdk", "java.package-name": "com.example.calc"}),
        "objectivec" | "swift" => json!({"classPrefix": "SIMPLE_CALC"}),
        "ruby" => json!({"service.name": "SimpleCalc"}),
        _ => json!({}),
    }
}

/// The files of an archive whose entries are stored as they are.
fn unzipped(bytes: &[u8]) -> BTreeMap<String, String> {
    let number = |at: usize, width: usize| {
        bytes[at..at + width].iter().rev().fold(0usize, |number, byte| number << 8 | usize::from(*byte))
    };
    let mut files = BTreeMap::new();
    let mut at = 0;
    while bytes[at..].starts_with(b"PK\x03\x04") {
        let (size, name) = (number(at + 22, 4), number(at + 26, 2));
        let text = |range: std::ops::Range<usize>| String::from_utf8(bytes[range].to_vec()).unwrap();
        let content = at + 30 + name;
        let path = text(at + 30..content);
        assert!(files.insert(path.clone(), text(content..content + size)).is_none(), "{path} is there twice");
        at = content + size;
    }
    files
}

async fn bytes(fixture: &Fixture, api: &str, sdk_type: &str, parameters: Value) -> Vec<u8> {
    let input = json!({"restApiId": api, "stageName": "dev", "sdkType": sdk_type, "parameters": parameters});
    let answer = fixture.ok("GetSdk", input).await;
    let blob: aws_types::wire::Blob = aws_types::wire::FromWire::from_wire(answer["body"].clone()).unwrap();
    blob.0
}

async fn sdk(fixture: &Fixture, api: &str, sdk_type: &str) -> BTreeMap<String, String> {
    unzipped(&bytes(fixture, api, sdk_type, parameters(sdk_type)).await)
}

async fn deployed(fixture: &Fixture, document: &Value) -> String {
    let body = aws_types::wire::IntoWire::into_wire(aws_types::wire::Blob(document.to_string().into_bytes()));
    let api = fixture.ok("ImportRestApi", json!({"body": body})).await;
    let id = text(&api["id"]);
    fixture.ok("CreateDeployment", json!({"restApiId": id, "stageName": "dev"})).await;
    id
}

fn operation(parameters: &Value, schema: &str) -> Value {
    json!({
        "parameters": parameters,
        "responses": {"200": {"description": "", "schema": {"$ref": format!("#/definitions/{schema}")}}},
        "x-amazon-apigateway-integration": {
            "type": "mock", "requestTemplates": {"application/json": "{\"statusCode\": 200}"},
            "responses": {"default": {"statusCode": "200"}},
        },
    })
}

/// The guide's calculator.
fn calculator() -> Value {
    let named = |place: &str| -> Vec<Value> {
        ["a", "b", "op"]
            .iter()
            .map(|name| json!({"name": name, "in": place, "required": place == "path", "type": "string"}))
            .collect()
    };
    let input = json!([{"name": "Input", "in": "body", "schema": {"$ref": "#/definitions/Input"}}]);
    json!({
        "swagger": "2.0", "info": {"title": "SimpleCalc", "version": "1"},
        "paths": {
            "/": {"get": operation(&json!(named("query")), "Result"), "post": operation(&input, "Result")},
            "/{a}/{b}/{op}": {"get": operation(&json!(named("path")), "Result")},
        },
        "definitions": {
            "Input": {"type": "object", "properties": {
                "a": {"type": "number"}, "b": {"type": "number"}, "op": {"type": "string"}}},
            "Output": {"type": "object", "properties": {"c": {"type": "number"}}},
            "Result": {"type": "object", "properties": {
                "input": {"$ref": "#/definitions/Input"}, "output": {"$ref": "#/definitions/Output"},
                "log": {"type": "array", "items": {"type": "object", "properties": {"at": {"type": "integer"}}}}}},
        },
    })
}

/// A type, a file of it, and what stands there.
const SHAPES: &[(&str, &str, &[&str])] = &[
    (
        "java",
        "generated-code/src/main/java/com/example/calc/SimpleCalcSdk.java",
        &[
            "static SimpleCalcSdkClientBuilder builder()",
            "GetABOpResult getABOp(GetABOpRequest request);",
            "GetApiRootResult getApiRoot(GetApiRootRequest request);",
            "PostApiRootResult postApiRoot(PostApiRootRequest request);",
        ],
    ),
    (
        "java",
        "generated-code/src/main/java/com/example/calc/SimpleCalcSdkClientBuilder.java",
        &["ClientBuilder apiKey(String apiKey)"],
    ),
    (
        "java",
        "generated-code/src/main/java/com/example/calc/model/PostApiRootRequest.java",
        &["public PostApiRootRequest input(Input value)"],
    ),
    (
        "java",
        "generated-code/src/main/java/com/example/calc/model/Result.java",
        &["private java.util.List<ResultLogItem> log;", "public Output getOutput()"],
    ),
    (
        "java",
        "generated-code/pom.xml",
        &["<groupId>com.example.calc</groupId>", "<artifactId>SimpleCalcSdk</artifactId>", "1.0-SNAPSHOT"],
    ),
    (
        "android",
        "calc-1.0.0/src/main/java/com/example/calc/SimpleCalcClient.java",
        &[
            "annotation.Operation(path = \"/{a}/{b}/{op}\", method = \"GET\")",
            "com.example.calc.model.Result aBOpGet(",
            "annotation.Parameter(name = \"op\", location = \"path\")",
            "com.example.calc.model.Result rootPost(\n            com.example.calc.model.Input body);",
        ],
    ),
    (
        "android",
        "calc-1.0.0/src/main/java/com/example/calc/model/Input.java",
        &["SerializedName(\"a\")", "private java.math.BigDecimal a = null;"],
    ),
    (
        "objectivec",
        "aws-apigateway-ios-objectivec/generated-src/SIMPLE_CALCSimpleCalcClient.h",
        &[
            "@interface SIMPLE_CALCSimpleCalcClient : AWSAPIGatewayClient",
            "- (AWSTask *)aBOpGet:(nullable NSString *)a b:(nullable NSString *)b op:(nullable NSString *)op;",
            "- (AWSTask *)rootPost:(nullable SIMPLE_CALCInput *)body;",
        ],
    ),
    (
        "objectivec",
        "aws-apigateway-ios-objectivec/generated-src/SIMPLE_CALCResult.m",
        &["@\"output\" : @\"output\",", "awsmtl_JSONArrayTransformerWithModelClass:[SIMPLE_CALCResultLogItem class]"],
    ),
    (
        "swift",
        "aws-apigateway-ios-swift/generated-src/SIMPLE_CALCSimpleCalcClient.swift",
        &[
            "public class SIMPLE_CALCSimpleCalcClient: AWSAPIGatewayClient {",
            "public func aBOpGet(a: String?, b: String?, op: String?) -> AWSTask<SIMPLE_CALCResult>",
            "public func rootPost(body: SIMPLE_CALCInput) -> AWSTask<SIMPLE_CALCResult>",
        ],
    ),
    (
        "ruby",
        "simplecalc-sdk/lib/simplecalc-sdk/client.rb",
        &[
            "module SimpleCalc\n",
            "OPERATION_NAMES = [:get_api_root, :post_api_root, :get_ab_op].freeze",
            "input: [:body, \"Input\"]",
        ],
    ),
    ("ruby", "simplecalc-sdk/simplecalc-sdk.gemspec", &["spec.version = \"1.0.0\""]),
    ("javascript", "apiGateway-js-sdk/apigClient.js", &["aBOpGet", "rootPost"]),
];

#[tokio::test]
async fn sdks_have_the_shapes_that_the_guide_shows() {
    let fixture = Fixture::new();
    let api = deployed(&fixture, &calculator()).await;
    let url = format!("https://{api}.execute-api.us-east-1.amazonaws.com/dev");
    for (sdk_type, path, parts) in SHAPES {
        let files = sdk(&fixture, &api, sdk_type).await;
        let file = files.get(*path).unwrap_or_else(|| panic!("{path} is not among {:?}", files.keys()));
        for part in *parts {
            assert!(file.contains(part), "{part} is not in {path}:\n{file}");
        }
        assert!(files.values().any(|file| file.contains(&url)), "{sdk_type} does not know {url}");
    }
}

#[tokio::test]
async fn the_same_definition_makes_the_same_archive() {
    let fixture = Fixture::new();
    let api = deployed(&fixture, &calculator()).await;
    for sdk_type in TYPES {
        let first = bytes(&fixture, &api, sdk_type, parameters(sdk_type)).await;
        assert_eq!(first, bytes(&fixture, &api, sdk_type, parameters(sdk_type)).await, "{sdk_type}");
        assert!(unzipped(&first).len() >= 2, "{sdk_type}");
    }
}

#[tokio::test]
async fn required_parameters_are_those_that_get_sdk_types_lists() {
    let fixture = Fixture::new();
    let api = deployed(&fixture, &calculator()).await;
    let types = fixture.ok("GetSdkTypes", json!({})).await;
    let listed: Vec<String> = types["items"].as_array().unwrap().iter().map(|each| text(&each["id"])).collect();
    assert_eq!(listed, TYPES);
    for each in types["items"].as_array().unwrap() {
        let sdk_type = &text(&each["id"]);
        for property in each["configurationProperties"].as_array().unwrap() {
            let mut given = parameters(sdk_type);
            let name = text(&property["name"]);
            given.as_object_mut().unwrap().remove(&name);
            let input = json!({"restApiId": api, "stageName": "dev", "sdkType": sdk_type, "parameters": given});
            if property["required"] == true {
                let error = fixture.error("GetSdk", input).await;
                assert_eq!(error, format!("BadRequestException: Required parameter {name} not specified"));
            } else {
                fixture.ok("GetSdk", input).await;
            }
        }
    }
    let aliased = json!({"serviceName": "Calc", "javaPackageName": "calc"});
    bytes(&fixture, &api, "java", aliased).await;
}

#[tokio::test]
async fn parameters_that_are_no_names_are_refused() {
    let fixture = Fixture::new();
    let api = deployed(&fixture, &calculator()).await;
    let bad =
        ["../../etc", "a b", "a;evil()", "a\"b", "a'b", "a\nb", "${x}", "1.", "é", "a__b__", "<x/>", "a..b", "-x"];
    let cases: [(&str, &str, &[&str]); 11] = [
        ("java", "java.package-name", &["com.class", "com..x", ".com", "com.", "x-y", "com.1x"]),
        ("java", "java.group-id", &[]),
        ("java", "java.artifact-id", &[]),
        ("java", "java.artifact-version", &[]),
        ("java", "java.build-system", &["ant"]),
        ("android", "invokerPackage", &["int"]),
        ("android", "groupId", &[]),
        ("android", "artifactId", &[]),
        ("objectivec", "classPrefix", &["a-b", "1a"]),
        ("ruby", "ruby.gem-name", &[]),
        ("ruby", "ruby.gem-version", &[]),
    ];
    for (sdk_type, name, more) in cases {
        // `1.` is a good version, and no word is a build system but two.
        let common = bad.iter().filter(|value| **value != "1." || name.contains("ackage") || name.contains("Prefix"));
        for value in common.chain(more).map(|value| (*value).to_owned()).chain(["x".repeat(300)]) {
            let given = with(&parameters(sdk_type), json!({name: value}));
            let input = json!({"restApiId": api, "stageName": "dev", "sdkType": sdk_type, "parameters": given});
            let error = fixture.error("GetSdk", input).await;
            assert_eq!(error, format!("BadRequestException: Invalid value specified for parameter {name}"), "{value}");
        }
    }
    for value in ["", "  ", "-", "9x", "(evil)"] {
        let given = json!({"service.name": value});
        let input = json!({"restApiId": api, "stageName": "dev", "sdkType": "ruby", "parameters": given});
        assert!(fixture.error("GetSdk", input).await.starts_with("BadRequestException: "), "{value}");
    }
}

#[tokio::test]
async fn java_sdks_are_built_by_maven_or_gradle_and_bear_their_licence() {
    let fixture = Fixture::new();
    let api = deployed(&fixture, &calculator()).await;
    let given = json!({
        "java.build-system": "Gradle", "java.artifact-id": "calc-sdk", "java.artifact-version": "2.0",
        "java.license-text": "Mine.\n*/ \\u000a evil(); \\u002a/\r\nAll.",
    });
    let files = unzipped(&bytes(&fixture, &api, "java", with(&parameters("java"), given)).await);
    assert!(!files.contains_key("generated-code/pom.xml"));
    assert!(files["generated-code/build.gradle"].contains("version = '2.0'"));
    assert_eq!(files["generated-code/settings.gradle"], "rootProject.name = 'calc-sdk'\n");
    for (path, content) in files.iter().filter(|(path, _)| path.ends_with(".java")) {
        assert!(content.starts_with("// Mine.\n// */ \\\\u000a evil(); \\\\u002a/\n"), "{path}: {content}");
        assert!(!code_of(content, Language::Java).contains(CODE), "{path}");
    }
}

/// An API that is nothing but names that would be code somewhere.
fn hostile() -> Value {
    let attacks = [
        "\";evil();//",
        "\\\";evil();//",
        "';evil();'",
        "*/evil();/*",
        "\\u0022;evil();//",
        "\\\\u0022;evil();//",
        "\u{22};evil()",
        "#{evil()}",
        "#$evil()",
        "\\(evil())",
        "${evil()}",
        "`evil()`",
        "\nevil()\n",
        "\r\u{2028}evil()\u{85}",
        "??/\";evil();",
        "=begin\nevil()\n=end",
        "__END__",
        "\u{202e}evil()\u{0}",
        "]]><evil()/>",
        "é🐉",
        "",
        "123",
        "class",
        "getClass",
        "Class",
        "class_",
        "description",
        "newThing",
        "self",
        "com",
        "java",
        "json",
        "made",
        "value",
        "wait",
        "a",
        "A",
        "getA",
        "setA",
        "a2",
        "a-",
        "a_",
    ];
    let members: serde_json::Map<String, Value> = attacks
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let kinds = [
                json!({"type": "string"}),
                json!({"type": "integer"}),
                json!({}),
                json!({"$ref": "#/definitions/String"}),
            ];
            let inner = json!({"type": "object", "properties": {(*name): kinds[at % 4]}});
            (
                (*name).to_owned(),
                [inner, json!({"type": "array", "items": {"type": "array", "items": kinds[at % 4]}})][at % 2].clone(),
            )
        })
        .collect();
    let body = json!([{"name": "x", "in": "body", "schema": {"$ref": "#/definitions/String"}}, {"name": "X-Evil-A", "in": "header", "type": "string"},
        {"name": "class", "in": "query", "type": "string"}, {"name": "evil", "in": "query", "type": "string"}]);
    let mut named = operation(&body, "String");
    named["operationId"] = json!("\"); evil(); //");
    let names = ["String", "string", "Object", "List", "Json", "SimpleCalcSdk", "Kernel", "PostApiRootRequest"];
    let definitions: serde_json::Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), json!({"type": "object", "properties": members}))).collect();
    json!({
        "swagger": "2.0", "info": {"title": "*/ \"; evil(); // \\u0022 #{evil()}", "version": "1"},
        "paths": {
            "/": {"post": named, "get": operation(&json!([]), "string")},
            "/init/new-thing": {"get": operation(&json!([]), "List")},
            "/init/new.thing": {"get": operation(&json!([]), "Json"), "put": operation(&body, "Kernel")},
            "/class": {"get": operation(&json!([]), "Object")},
            "/{evil}/{proxy+}": {"x-amazon-apigateway-any-method": operation(&json!([]), "String")},
        },
        "definitions": definitions,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Java,
    ObjectiveC,
    Swift,
    Ruby,
    Script,
}

/// What of a source is no literal and no comment, read as its language reads it.
fn code_of(source: &str, language: Language) -> String {
    let source = if language == Language::Java { unescaped(source) } else { source.to_owned() };
    let mut code = String::new();
    let mut rest = source.as_str();
    while let Some(c) = rest.chars().next() {
        let comment = match language {
            Language::Ruby => ("#", "\n"),
            _ => ("//", "\n"),
        };
        if rest.starts_with(comment.0) {
            rest = rest.split_once(comment.1).map_or("", |(_, after)| after);
        } else if language != Language::Ruby && rest.starts_with("/*") {
            rest = rest.split_once("*/").expect("comments end").1;
        } else if matches!(c, '"' | '\'' | '`') && !(c == '\'' && language == Language::Swift) {
            let inside: usize = literal_length(&rest[1..], c, language);
            rest = &rest[1 + inside..];
            code.push_str(" literal ");
        } else if language == Language::Ruby && rest.starts_with("%r{") {
            rest = rest.split_once('}').unwrap().1;
        } else if language == Language::Ruby && rest.starts_with("(/[^") {
            rest = rest.split_once("/n)").unwrap().1;
        } else {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    code
}

/// To the quote that ends a literal, and with it. Nothing in it may be a line's end, or compute with what others named.
fn literal_length(rest: &str, quote: char, language: Language) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            _ if escaped => {
                assert!(!(language == Language::Swift && c == '('), "a literal computes: {rest:.80}");
                escaped = false;
            }
            '\\' => escaped = true,
            '\n' => panic!("a literal goes over its line: {rest:.80}"),
            '#' if language == Language::Ruby && quote == '"' && rest[at + 1..].starts_with(['{', '$', '@']) => {
                assert!(!rest[at..].starts_with("#{evil"), "a literal computes: {rest:.80}");
            }
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    panic!("a literal never ends: {rest:.80}")
}

/// Java reads `\u0041` before anything else, unless the backslash is the second of two.
fn unescaped(source: &str) -> String {
    let mut out = String::new();
    let mut rest = source;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let run = rest.bytes().take_while(|byte| *byte == b'\\').count();
        let after = &rest[run..];
        out.push_str(&"\\".repeat(run / 2 * 2));
        if run % 2 == 1 && after.starts_with('u') {
            let digits = after.trim_start_matches('u');
            let unit = u32::from_str_radix(&digits[..4], 16).expect("four digits");
            // Halves of pairs stand for any letter here.
            out.push(char::from_u32(unit).unwrap_or('x'));
            rest = &digits[4..];
        } else {
            out.push_str(&"\\".repeat(run % 2));
            rest = after;
        }
    }
    out + rest
}

fn language(path: &str) -> Option<Language> {
    Some(match path.rsplit_once('.')?.1 {
        "java" => Language::Java,
        "h" | "m" => Language::ObjectiveC,
        "swift" => Language::Swift,
        "rb" | "gemspec" => Language::Ruby,
        "js" => Language::Script,
        _ => return None,
    })
}

#[tokio::test]
async fn no_name_of_an_api_becomes_code_in_an_sdk() {
    let fixture = Fixture::new();
    let api = deployed(&fixture, &hostile()).await;
    for sdk_type in TYPES {
        let files = sdk(&fixture, &api, sdk_type).await;
        let mut found = 0;
        for (path, content) in &files {
            assert!(
                path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b)) && !path.contains(".."),
                "{sdk_type}: {path}"
            );
            let Some(language) = language(path) else {
                assert!(!content.contains("evil"), "{sdk_type}: {path}");
                continue;
            };
            assert!(content.chars().all(|c| c == '\n' || (' '..='~').contains(&c)), "{sdk_type}: {path}");
            // Of JavaScript, what was written for this API: three constants.
            let written = |line: &&str| language != Language::Script || line.contains("const METHODS");
            let content: String = content.lines().filter(written).flat_map(|line| [line, "\n"]).collect();
            let code = code_of(&content, language);
            assert!(!code.contains(CODE), "{sdk_type}: {path}: {code}");
            let balance = |open: char, close: char| code.matches(open).count() == code.matches(close).count();
            assert!(balance('{', '}') && balance('(', ')'), "{sdk_type}: {path}: {code}");
            found += content.matches("evil").count();
        }
        assert!(found > 0, "{sdk_type} has nothing of the attack in it");
        let mut alike: Vec<String> = files.keys().map(|path| path.to_ascii_lowercase()).collect();
        alike.sort();
        alike.dedup();
        assert_eq!(alike.len(), files.len(), "{sdk_type}: files that are one where case does not count");
    }
}

#[tokio::test]
async fn models_that_are_huge_or_refer_to_themselves_end() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let model = |name: &str, schema: Value| json!({"restApiId": api.id, "name": name, "contentType": "application/json", "schema": schema.to_string()});
    let round = json!({"type": "object", "definitions": {
        "a": {"type": "object", "properties": {"b": {"$ref": "#/definitions/b"}}},
        "b": {"type": "array", "items": {"$ref": "#/definitions/b"}}, "c": {"$ref": "#/definitions/c"}},
        "properties": {"a": {"$ref": "#/definitions/a"}, "c": {"$ref": "#/definitions/c"}, "d": {"$ref": "#/definitions/gone"}}});
    fixture.ok("CreateModel", model("Round", round)).await;
    let deep = (0..100).fold(json!({"type": "string"}), |inner, _| json!({"type": "array", "items": inner}));
    fixture.ok("CreateModel", model("Deep", deep)).await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    fixture.deploy(&api, "dev").await;
    for sdk_type in TYPES {
        sdk(&fixture, &api.id, sdk_type).await;
    }
    for number in 0..3 {
        let members: serde_json::Map<String, Value> = (0..9_000).map(|at| (format!("m{at}"), json!({}))).collect();
        fixture
            .ok("CreateModel", model(&format!("Wide{number}"), json!({"type": "object", "properties": members})))
            .await;
    }
    fixture.deploy(&api, "dev").await;
    let input = json!({"restApiId": api.id, "stageName": "dev", "sdkType": "java", "parameters": parameters("java")});
    assert_eq!(fixture.error("GetSdk", input).await, "LimitExceededException: The API is too large for an SDK");
}
