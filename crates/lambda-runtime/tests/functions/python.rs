use lambda_runtime::FunctionError;
use serde_json::json;

use crate::house::{House, tail};

#[tokio::test]
async fn a_handler_has_its_event_its_context_and_its_environment() {
    let house = House::new();
    let app = "
import os
def handler(event, context):
    print('seen')
    return {'event': event, 'name': context.function_name, 'memory': context.memory_limit_in_mb,
            'arn': context.invoked_function_arn, 'version': context.function_version,
            'left': 0 < context.get_remaining_time_in_millis() <= 20000, 'custom': context.client_context.custom,
            'id': len(context.aws_request_id), 'stream': context.log_stream_name[10:19], 'env': dict(os.environ)}
";
    let plan = house.python(app);
    let mut answer = house.answer(&plan, r#"{"a": [1, 2.5, null]}"#).await;
    let env = answer["env"].take();
    assert_eq!(
        answer,
        json!({
            "event": {"a": [1, 2.5, null]}, "name": "check", "memory": "256",
            "arn": "arn:aws:lambda:eu-west-1:123456789012:function:check:live", "version": "$LATEST",
            "left": true, "custom": {"a": "ü"}, "id": 36, "stream": "/[$LATEST", "env": null,
        })
    );
    for (name, value) in [
        ("GREETING", "hello"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_EXECUTION_ENV", "AWS_Lambda_python3.12"),
        ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
        ("AWS_SESSION_TOKEN", "arn:aws:iam::123456789012:role/check for check"),
        ("AWS_ENDPOINT_URL", "http://localhost:4566"),
        ("_HANDLER", "app.handler"),
    ] {
        assert_eq!(env[name], value, "{name}");
    }
    assert_eq!(env.get("CARGO"), None, "nothing of ours is inherited");
    assert!(env["_X_AMZN_TRACE_ID"].as_str().is_some_and(|id| id.starts_with("Root=1-")));
}

#[tokio::test]
async fn a_warm_process_is_used_again_and_its_lines_are_aws_s() {
    let house = House::new();
    let plan = house.python(
        "import os\nprint('cold')\ndef handler(event, context):\n    print('line', event)\n    return os.getpid()",
    );
    let first = house.invoke(&plan, "1").await;
    let second = house.invoke(&plan, "2").await;
    assert_eq!(first.payload, second.payload, "the same process");
    assert!(first.init_ms.is_some() && second.init_ms.is_none());
    let (first, second) = (tail(&first), tail(&second));
    let lines: Vec<&str> = second.lines().collect();
    assert_eq!(lines[0], "START RequestId: 00000000-0000-4000-8000-000000000002 Version: $LATEST");
    assert_eq!(lines[1], "line 2");
    assert_eq!(lines[2], "END RequestId: 00000000-0000-4000-8000-000000000002");
    assert!(lines[3].starts_with("REPORT RequestId: 00000000-0000-4000-8000-000000000002\tDuration: "), "{second}");
    assert!(lines[3].contains(" ms\tMemory Size: 256 MB\tMax Memory Used: "), "{second}");
    assert!(first.contains("\tInit Duration: "), "{first}");
    assert!(house.log().starts_with("INIT_START Runtime Version: python3.12 (run by 3."), "{}", house.log());
    let place = house.places().swap_remove(0);
    assert_eq!(place.group, "/aws/lambda/check");
    assert!(place.stream.contains("/[$LATEST]") && place.stream.len() == 52, "{}", place.stream);
}

#[tokio::test]
async fn an_exception_is_told_with_its_trace() {
    let house = House::new();
    let plan = house.python("def handler(event, context):\n    raise ValueError('Handler fails')");
    let outcome = house.invoke(&plan, "{}").await;
    assert_eq!(outcome.function_error, Some(FunctionError::Unhandled));
    let told: serde_json::Value = serde_json::from_slice(&outcome.payload).unwrap();
    assert_eq!(told["errorMessage"], "Handler fails");
    assert_eq!(told["errorType"], "ValueError");
    assert_eq!(told["requestId"], "00000000-0000-4000-8000-000000000001");
    let trace = told["stackTrace"].as_array().unwrap();
    assert_eq!(trace.len(), 1, "{told}");
    assert!(
        trace[0].as_str().unwrap().ends_with("line 2, in handler\n    raise ValueError('Handler fails')\n"),
        "{told}"
    );
    assert!(tail(&outcome).contains("[ERROR] ValueError: Handler fails\nTraceback (most recent call last):\n"));
    assert_eq!(house.failure(&plan, "{}").await.len(), outcome.payload.len() - 34, "the process goes on");
}

#[tokio::test]
async fn what_cannot_be_loaded_has_aws_s_names() {
    let house = House::new();
    for (handler, app, kind, message) in [
        (
            "app.handler",
            "import nowhere",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'nowhere'",
        ),
        ("app.missing", "x = 1", "Runtime.HandlerNotFound", "Handler 'missing' missing on module 'app'"),
        (
            "app",
            "x = 1",
            "Runtime.MalformedHandlerName",
            "Bad handler 'app': not enough values to unpack (expected 2, got 1)",
        ),
        (
            "other.handler",
            "x = 1",
            "Runtime.ImportModuleError",
            "Unable to import module 'other': No module named 'other'",
        ),
        ("app.handler", "raise KeyError('k')", "KeyError", "'k'"),
    ] {
        let plan = house.function("python3.12", handler, &[("app.py", app)]);
        let told: serde_json::Value = serde_json::from_str(&house.failure(&plan, "{}").await).unwrap();
        assert_eq!((told["errorType"].as_str(), told["errorMessage"].as_str()), (Some(kind), Some(message)));
    }
    let plan = house.python("def handler(:");
    let told: serde_json::Value = serde_json::from_str(&house.failure(&plan, "{}").await).unwrap();
    assert_eq!(told["errorType"], "Runtime.UserCodeSyntaxError");
    assert_eq!(told["errorMessage"], "Syntax error in module 'app': invalid syntax (app.py, line 1)");
}

#[tokio::test]
async fn what_is_no_json_is_told_and_decimals_are_numbers() {
    let house = House::new();
    let app = "
from decimal import Decimal
def handler(event, context):
    return {'set': {1}} if event else [Decimal('3'), Decimal('2.5')]
";
    let plan = house.python(app);
    assert_eq!(house.answer(&plan, "0").await, json!([3, 2.5]));
    let told = r#"{"errorMessage": "Unable to marshal response: Object of type set is not JSON serializable", "errorType": "Runtime.MarshalError", "requestId": "ID", "stackTrace": []}"#;
    assert_eq!(house.failure(&plan, "1").await, told);
    let nothing = house.python("def handler(event, context): pass");
    assert_eq!(house.answer(&nothing, "{}").await, json!(null));
}

#[tokio::test]
async fn logging_writes_aws_s_lines() {
    let house = House::new();
    let app = "
import logging
log = logging.getLogger()
log.setLevel(logging.INFO)
def handler(event, context):
    log.info('two\\nlines')
";
    let plan = house.python(app);
    let outcome = house.invoke(&plan, "{}").await;
    let text = tail(&outcome);
    let line = text.lines().nth(1).unwrap();
    assert!(line.starts_with("[INFO]\t20") && line.ends_with("Z\t00000000-0000-4000-8000-000000000001\ttwo"), "{text}");
    assert_eq!(text.lines().nth(2), Some("lines"));
}

#[tokio::test]
async fn layers_are_found_the_later_ones_first() {
    let house = House::new();
    let mut plan = house.python("import one, two\ndef handler(event, context): return [one.x, two.x]");
    plan.layers = vec![
        house.keep(&[("python/one.py", "x = 1"), ("python/two.py", "x = 1")]),
        house.keep(&[("python/two.py", "x = 2")]),
    ];
    assert_eq!(house.answer(&plan, "{}").await, json!([1, 2]));
}
