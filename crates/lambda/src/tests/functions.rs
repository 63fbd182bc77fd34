//! Making, showing, changing and deleting functions.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::json;
use testkit::Calls as _;

use super::{ROLE, Room, create, zip, zipped};

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

#[tokio::test]
async fn a_function_is_pending_when_it_is_made_and_active_after() {
    let room = Room::new();
    let made = room.function("f").await;
    assert_eq!(made["State"], "Pending");
    assert_eq!(made["StateReasonCode"], "Creating");
    assert_eq!(made["FunctionArn"], ARN);
    assert_eq!(made["Version"], "$LATEST");
    assert_eq!(made["LastModified"], "2026-01-02T03:04:05.000+0000");
    assert_eq!(made["LoggingConfig"], json!({ "LogFormat": "Text", "LogGroup": "/aws/lambda/f" }));
    assert_eq!((&made["Timeout"], &made["MemorySize"]), (&json!(3), &json!(128)));
    for name in ["f", ARN, "123456789012:function:f"] {
        let shown = room.ok("GetFunction", json!({ "FunctionName": name })).await;
        assert_eq!(shown["Configuration"]["State"], "Active");
        assert_eq!(shown["Configuration"]["LastUpdateStatus"], "Successful");
        assert_eq!(shown["Code"]["RepositoryType"], "S3");
        assert_eq!(shown["Configuration"]["CodeSha256"], made["CodeSha256"]);
    }
}

#[tokio::test]
async fn a_second_function_of_a_name_is_refused_and_leaves_no_code() {
    let room = Room::new();
    room.function("f").await;
    let mut second = create("f");
    second["Code"]["ZipFile"] = zipped("other").into();
    let refused = room.refused("CreateFunction", second).await;
    assert_eq!(refused, ("ResourceConflictException".into(), "Function already exist: f".into()));
    assert_eq!(room.zips(), 1);
}

#[tokio::test]
async fn what_a_function_cannot_be_is_refused_in_awss_words() {
    let room = Room::new();
    let with = |member: &str, value: serde_json::Value| {
        let mut input = create("f");
        input[member] = value;
        input
    };
    let cases = [
        (with("Runtime", json!("nodejs14.x")), "The runtime parameter of nodejs14.x is no longer supported"),
        (with("Code", json!({})), "Please provide a source for function code."),
        (with("Code", json!({ "ZipFile": STANDARD.encode("no zip") })), "Could not unzip uploaded file. Please check"),
        (with("Code", json!({ "ImageUri": "x" })), "A container image"),
        (with("VpcConfig", json!({ "SubnetIds": ["s"] })), "VpcConfig is not available"),
        (with("DeadLetterConfig", json!({ "TargetArn": "arn:aws:sqs:us-east-1:1:q" })), "DeadLetterConfig is not"),
        (with("Environment", json!({ "Variables": { "AWS_REGION": "x" } })), "Lambda was unable to configure your"),
        (with("Environment", json!({ "Variables": { "A": "x".repeat(4096) } })), "Lambda was unable to configure your"),
        (with("Layers", json!(["arn:aws:lambda:us-east-1:123456789012:layer:l:1"])), "Layer version arn:aws:lambda"),
        (with("LoggingConfig", json!({ "ApplicationLogLevel": "INFO" })), "To use ApplicationLogLevel"),
        (
            with("Code", json!({ "S3Bucket": "b", "S3Key": "k" })),
            "Error occurred while GetObject. S3 Error Code: NoSuchKey.",
        ),
    ];
    for (input, expected) in cases {
        let (code, message) = room.refused("CreateFunction", input).await;
        assert_eq!(code, "InvalidParameterValueException", "{message}");
        assert!(message.starts_with(expected), "{message}");
    }
    assert_eq!(room.zips(), 0);
}

#[tokio::test]
async fn a_role_must_be_the_accounts_own_and_trust_lambda() {
    let room = Room::new();
    room.neighbours.untrusted.lock().insert(ROLE.to_owned());
    let refused = room.refused("CreateFunction", create("f")).await;
    assert_eq!(refused.0, "InvalidParameterValueException");
    assert_eq!(refused.1, "The role defined for the function cannot be assumed by Lambda.");
    let mut foreign = create("f");
    foreign["Role"] = "arn:aws:iam::999999999999:role/r".into();
    assert_eq!(room.refused("CreateFunction", foreign).await.0, "AccessDeniedException");
}

#[tokio::test]
async fn code_comes_from_a_bucket() {
    let room = Room::new();
    *room.neighbours.object.lock() = Some(Bytes::from(zip("app.py", b"x")));
    let mut input = create("f");
    input["Code"] = json!({ "S3Bucket": "b", "S3Key": "k" });
    let made = room.ok("CreateFunction", input).await;
    assert_eq!(made["CodeSize"], zip("app.py", b"x").len());
}

#[tokio::test]
async fn variables_are_shown_to_their_owner_and_lie_sealed() {
    let room = Room::new();
    let mut input = create("f");
    input["Environment"] = json!({ "Variables": { "SECRET": "open sesame" } });
    let made = room.ok("CreateFunction", input).await;
    assert_eq!(made["Environment"]["Variables"]["SECRET"], "open sesame");
    let items = room.world.store.query("lambda.function#123456789012/us-east-1/f", "", None, 10).await.unwrap();
    assert_eq!(items.len(), 1);
    for item in items {
        assert!(!String::from_utf8_lossy(&item.body).contains("open sesame"));
    }
    room.ok("Invoke", json!({ "FunctionName": "f" })).await;
    assert_eq!(room.neighbours.plans.lock()[0].environment["SECRET"], "open sesame");
    let none = json!({ "FunctionName": "f", "Environment": { "Variables": {} } });
    let changed = room.ok("UpdateFunctionConfiguration", none).await;
    assert!(changed["Environment"].is_null());
}

#[tokio::test]
async fn new_code_runs_with_the_next_call() {
    let room = Room::new();
    let made = room.function("f").await;
    room.ok("Invoke", json!({ "FunctionName": "f" })).await;
    let update = json!({ "FunctionName": "f", "ZipFile": zipped("new") });
    let dry =
        room.ok("UpdateFunctionCode", json!({ "FunctionName": "f", "ZipFile": zipped("dry"), "DryRun": true })).await;
    assert_ne!(dry["CodeSha256"], made["CodeSha256"]);
    assert_eq!(room.zips(), 1, "a dry run keeps nothing");
    let changed = room.ok("UpdateFunctionCode", update).await;
    assert_eq!(changed["LastUpdateStatus"], "InProgress");
    assert_ne!(changed["RevisionId"], made["RevisionId"]);
    room.ok("Invoke", json!({ "FunctionName": "f" })).await;
    let plans = room.neighbours.plans.lock().clone();
    assert_ne!(plans[0].code_sha256, plans[1].code_sha256);
    assert_ne!(plans[0].revision, plans[1].revision);
    assert_eq!(room.zips(), 1, "the old code is gone");
    let stale = json!({ "FunctionName": "f", "ZipFile": zipped("x"), "RevisionId": made["RevisionId"] });
    let refused = room.refused("UpdateFunctionCode", stale).await;
    assert_eq!(refused.0, "PreconditionFailedException");
    assert_eq!(room.zips(), 1, "refused code is not kept");
}

#[tokio::test]
async fn what_is_not_named_in_a_change_stays() {
    let room = Room::new();
    let made = room.function("f").await;
    let change = json!({ "FunctionName": "f", "Timeout": 9, "RevisionId": made["RevisionId"] });
    let changed = room.ok("UpdateFunctionConfiguration", change.clone()).await;
    assert_eq!(changed["Timeout"], 9);
    assert_eq!(changed["Handler"], "app.handler");
    assert_eq!(room.refused("UpdateFunctionConfiguration", change).await.0, "PreconditionFailedException");
    let retired = json!({ "FunctionName": "f", "Runtime": "python2.7" });
    assert_eq!(room.refused("UpdateFunctionConfiguration", retired).await.0, "InvalidParameterValueException");
}

#[tokio::test]
async fn a_deleted_function_takes_all_that_is_its_own_along() {
    let room = Room::new();
    room.function("f").await;
    room.ok("PublishVersion", json!({ "FunctionName": "f" })).await;
    room.ok("CreateAlias", json!({ "FunctionName": "f", "Name": "live", "FunctionVersion": "1" })).await;
    room.ok("PutFunctionConcurrency", json!({ "FunctionName": "f", "ReservedConcurrentExecutions": 7 })).await;
    let gone = room.ok("DeleteFunction", json!({ "FunctionName": "f" })).await;
    assert_eq!(gone["StatusCode"], 204);
    let refused = room.refused("GetFunction", json!({ "FunctionName": "f" })).await;
    assert_eq!(refused, ("ResourceNotFoundException".into(), format!("Function not found: {ARN}")));
    assert_eq!(room.refused("DeleteFunction", json!({ "FunctionName": "f" })).await.0, "ResourceNotFoundException");
    assert_eq!(room.zips(), 0);
    assert_eq!(*room.neighbours.forgotten.lock(), [ARN]);
    let items = room.world.store.query("lambda.function#123456789012/us-east-1/f", "", None, 10).await.unwrap();
    assert!(items.is_empty());
    let settings = room.ok("GetAccountSettings", json!({})).await;
    assert_eq!(settings["AccountUsage"], json!({ "TotalCodeSize": 0, "FunctionCount": 0 }));
    assert_eq!(settings["AccountLimit"]["UnreservedConcurrentExecutions"], 1000);
}

#[tokio::test]
async fn functions_of_one_zip_share_it_until_the_last_is_gone() {
    let room = Room::new();
    for name in ["a", "b"] {
        let mut input = create(name);
        input["Code"]["ZipFile"] = zipped("same").into();
        room.ok("CreateFunction", input).await;
    }
    assert_eq!(room.zips(), 1);
    room.ok("DeleteFunction", json!({ "FunctionName": "a" })).await;
    assert_eq!(room.zips(), 1);
    room.service.keep_house().await.unwrap();
    room.ok("DeleteFunction", json!({ "FunctionName": "b" })).await;
    assert_eq!(room.zips(), 0);
    room.service.keep_house().await.unwrap();
    room.service.keep_house().await.unwrap();
    assert_eq!(*room.neighbours.kept_code.lock(), [1, 0], "looked through where something went");
}

#[tokio::test]
async fn what_a_crash_left_behind_is_swept() {
    let room = Room::new();
    room.function("f").await;
    let folder = room.folder.path().join("code");
    std::fs::write(folder.join("a".repeat(64)), "nobody's").unwrap();
    std::fs::write(folder.join(format!("{}.part", "b".repeat(64))), "half").unwrap();
    room.service.sweep().await.unwrap();
    assert_eq!(room.zips(), 1);
    room.ok("Invoke", json!({ "FunctionName": "f" })).await;
}

#[tokio::test]
async fn lists_come_by_page_and_with_all_versions_where_asked() {
    let room = Room::new();
    for name in ["a", "b", "c"] {
        room.function(name).await;
    }
    room.ok("PublishVersion", json!({ "FunctionName": "b" })).await;
    let first = room.ok("ListFunctions", json!({ "MaxItems": 2 })).await;
    assert_eq!(first["Functions"].as_array().unwrap().len(), 2);
    assert!(first["Functions"][0]["State"].is_null());
    let rest = room.ok("ListFunctions", json!({ "MaxItems": 2, "Marker": first["NextMarker"] })).await;
    assert_eq!(rest["Functions"][0]["FunctionName"], "c");
    assert!(rest["NextMarker"].is_null());
    let all = room.ok("ListFunctions", json!({ "FunctionVersion": "ALL" })).await;
    let arns: Vec<_> =
        all["Functions"].as_array().unwrap().iter().map(|f| f["FunctionArn"].as_str().unwrap()).collect();
    assert!(arns.iter().any(|arn| arn.ends_with(":b:1")) && arns.iter().any(|arn| arn.ends_with(":b:$LATEST")));
    let foreign = json!({ "FunctionVersion": "ALL", "Marker": first["NextMarker"] });
    assert_eq!(room.refused("ListFunctions", foreign).await.0, "InvalidParameterValueException");
}

#[tokio::test]
async fn code_is_fetched_by_an_address_that_ends() {
    let room = Room::new();
    room.function("f").await;
    let shown = room.ok("GetFunction", json!({ "FunctionName": "f" })).await;
    let address = shown["Code"]["Location"].as_str().unwrap();
    let token = address.strip_prefix("http://localhost:4566/_aws/lambda-code/").unwrap();
    let now = room.world.call(aws_types::Caller::Root).now;
    let code = room.service.code_at(token, now).await.unwrap().unwrap();
    assert_eq!(code, zip("app.py", b"f"));
    assert!(room.service.code_at(token, now.plus_ms(600_001)).await.unwrap().is_none());
    assert!(room.service.code_at("AAAA", now).await.unwrap().is_none());
}

#[tokio::test]
async fn tags_are_added_taken_away_and_bounded() {
    let room = Room::new();
    room.function("f").await;
    room.ok("TagResource", json!({ "Resource": ARN, "Tags": { "team": "blue", "x": "y" } })).await;
    room.ok("UntagResource", json!({ "Resource": ARN, "TagKeys": ["x"] })).await;
    assert_eq!(room.ok("ListTags", json!({ "Resource": ARN })).await["Tags"], json!({ "team": "blue" }));
    let qualified = json!({ "Resource": format!("{ARN}:1") });
    let refused = room.refused("ListTags", qualified).await;
    assert_eq!(refused.0, "InvalidParameterValueException");
    let many: serde_json::Map<_, _> = (0..51).map(|n| (format!("k{n}"), json!("v"))).collect();
    let refused = room.refused("TagResource", json!({ "Resource": ARN, "Tags": many })).await;
    assert_eq!(refused.1, "Number of tags exceeds resource tag limit.");
    let none = json!({ "Resource": "arn:aws:lambda:us-east-1:123456789012:function:none" });
    assert_eq!(room.refused("ListTags", none).await.0, "ResourceNotFoundException");
}
