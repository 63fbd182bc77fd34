use super::*;

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let room = Room::new();
    room.ok("CreateLogGroup", json!({"logGroupName": "h"})).await;
    let group = "The specified log group does not exist.";
    let stream = "The specified log stream does not exist.";
    let arn = "arn:aws:logs:us-east-1:123456789012:log-group:g";
    let events = json!([{"timestamp": room.now(), "message": "x"}]);
    let cases = [
        ("DeleteLogGroup", json!({"logGroupName": "g"}), group),
        ("CreateLogStream", json!({"logGroupName": "g", "logStreamName": "s"}), group),
        ("DeleteLogStream", json!({"logGroupName": "g", "logStreamName": "s"}), group),
        ("DeleteLogStream", json!({"logGroupName": "h", "logStreamName": "s"}), stream),
        ("DescribeLogStreams", json!({"logGroupName": "g"}), group),
        ("PutLogEvents", json!({"logGroupName": "g", "logStreamName": "s", "logEvents": events}), group),
        ("PutLogEvents", json!({"logGroupName": "h", "logStreamName": "s", "logEvents": events}), stream),
        ("GetLogEvents", json!({"logGroupName": "g", "logStreamName": "s"}), group),
        ("GetLogEvents", json!({"logGroupName": "h", "logStreamName": "s"}), stream),
        ("FilterLogEvents", json!({"logGroupName": "g"}), group),
        ("FilterLogEvents", json!({"logGroupName": "h", "logStreamNames": ["s"]}), stream),
        ("PutRetentionPolicy", json!({"logGroupName": "g", "retentionInDays": 1}), group),
        ("DeleteRetentionPolicy", json!({"logGroupName": "g"}), group),
        ("TagResource", json!({"resourceArn": arn, "tags": {"a": "b"}}), group),
        (
            "TagResource",
            json!({"resourceArn": arn.replace("us-east-1", "eu-west-1").replace(":g", ":h"), "tags": {}}),
            group,
        ),
        ("UntagResource", json!({"resourceArn": arn, "tagKeys": ["a"]}), group),
        ("ListTagsForResource", json!({"resourceArn": arn}), group),
        ("TagLogGroup", json!({"logGroupName": "g", "tags": {"a": "b"}}), group),
        ("UntagLogGroup", json!({"logGroupName": "g", "tags": ["a"]}), group),
        ("ListTagsLogGroup", json!({"logGroupName": "g"}), group),
        ("PutLogGroupDeletionProtection", json!({"logGroupIdentifier": "g", "deletionProtectionEnabled": true}), group),
    ];
    for (operation, input, message) in cases {
        let refused = room.refused(operation, input).await;
        assert_eq!(refused, ("ResourceNotFoundException".to_owned(), message.to_owned()), "{operation}");
    }
}

#[tokio::test]
async fn names_are_given_once() {
    let room = Room::new();
    room.group(&["s"]).await;
    let refused = room.refused("CreateLogGroup", json!({"logGroupName": "g"})).await;
    let code = "ResourceAlreadyExistsException".to_owned();
    assert_eq!(refused, (code.clone(), "The specified log group already exists".to_owned()));
    let refused = room.refused("CreateLogStream", json!({"logGroupName": "g", "logStreamName": "s"})).await;
    assert_eq!(refused, (code, "The specified log stream already exists".to_owned()));
}

#[tokio::test]
async fn bad_batches_are_refused_whole() {
    let room = Room::new();
    room.group(&["s"]).await;
    let now = room.now();
    let put = |events: Value| json!({"logGroupName": "g", "logStreamName": "s", "logEvents": events});
    let event = |ago: i64, message: &str| json!({"timestamp": now - ago, "message": message});
    let cases = [
        (
            "PutLogEvents",
            put(json!([event(1, "a"), event(2, "b")])),
            "Log events in a single PutLogEvents request must be in chronological order.",
        ),
        (
            "PutLogEvents",
            put(json!([event(90_000_000, "a"), event(1, "b")])),
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        ),
        (
            "PutLogEvents",
            put(json!([event(1, &"x".repeat(1_048_551))])),
            "Upload too large: 1048577 bytes exceeds limit of 1048576",
        ),
    ];
    for (operation, input, message) in cases {
        let refused = room.refused(operation, input).await;
        assert_eq!(refused, ("InvalidParameterException".to_owned(), message.to_owned()), "{operation}");
    }
    assert_eq!(room.found(json!({})).await.0, [""; 0]);
    let ok = room.put("s", &[(1, &"x".repeat(1_048_550))]).await;
    assert!(ok["rejectedLogEventsInfo"].is_null());
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let room = Room::new();
    room.group(&["s"]).await;
    let cases = [
        ("CreateLogGroup", json!({"logGroupName": "aws/x"}), "Log groups starting with AWS/ are reserved for AWS."),
        (
            "CreateLogGroup",
            json!({"logGroupName": "k", "kmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/1"}),
            "The specified KMS Key Id could not be found.",
        ),
        (
            "DescribeLogGroups",
            json!({"logGroupNamePrefix": "a", "logGroupNamePattern": "b"}),
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        ),
        ("DescribeLogGroups", json!({"nextToken": "x"}), "The specified nextToken is invalid."),
        (
            "DescribeLogStreams",
            json!({"logGroupName": "g", "orderBy": "LastEventTime", "logStreamNamePrefix": "a"}),
            "Cannot order by LastEventTime with a logStreamNamePrefix.",
        ),
        ("DescribeLogStreams", json!({"logGroupName": "g", "nextToken": "x"}), "The specified nextToken is invalid."),
        ("DescribeLogStreams", json!({}), "Exactly one of logGroupName and logGroupIdentifier must be specified."),
        (
            "PutRetentionPolicy",
            json!({"logGroupName": "g", "retentionInDays": 2}),
            "1 validation error detected: Value '2' at 'retentionInDays' failed to satisfy constraint: Member must \
             satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, \
             2557, 2922, 3288, 3653]",
        ),
        (
            "FilterLogEvents",
            json!({"logGroupName": "g", "filterPattern": "a@b"}),
            "Invalid filter pattern: Invalid character(s) in term 'a@b'",
        ),
        (
            "FilterLogEvents",
            json!({"logGroupName": "g", "logStreamNames": ["s"], "logStreamNamePrefix": "s"}),
            "logStreamNames and logStreamNamePrefix cannot be specified together.",
        ),
        ("FilterLogEvents", json!({"logGroupName": "g", "nextToken": "x"}), "The specified nextToken is invalid."),
        (
            "GetLogEvents",
            json!({"logGroupName": "g", "logStreamName": "s", "nextToken": "f/1/s"}),
            "The specified nextToken is invalid.",
        ),
        ("TagResource", json!({"resourceArn": "arn:aws:s3:::b", "tags": {}}), "Invalid resource ARN: arn:aws:s3:::b"),
        (
            "TagLogGroup",
            json!({"logGroupName": "g", "tags": {"aws:x": "1"}}),
            "Tag keys that begin with aws: are reserved for AWS.",
        ),
    ];
    for (operation, input, message) in cases {
        let refused = room.refused(operation, input).await;
        assert_eq!(refused, ("InvalidParameterException".to_owned(), message.to_owned()), "{operation}");
    }
}

#[tokio::test]
async fn a_group_bears_fifty_tags() {
    let room = Room::new();
    room.group(&[]).await;
    let tags = |from: usize| (from..from + 50).map(|n| (n.to_string(), json!("x"))).collect::<serde_json::Map<_, _>>();
    room.ok("TagLogGroup", json!({"logGroupName": "g", "tags": tags(0)})).await;
    let arn = "arn:aws:logs:us-east-1:123456789012:log-group:g";
    let refused = room.refused("TagResource", json!({"resourceArn": arn, "tags": tags(1)})).await;
    assert_eq!(refused.0, "TooManyTagsException");
    let refused = room.refused("TagLogGroup", json!({"logGroupName": "g", "tags": tags(1)})).await;
    assert_eq!(refused.0, "InvalidParameterException");
}

#[tokio::test]
async fn what_is_not_built_says_so() {
    let room = Room::new();
    for operation in ["StartLiveTail", "StartQuery", "PutMetricFilter"] {
        assert_eq!(room.refused(operation, json!({})).await.0, "NotImplementedException");
    }
}
