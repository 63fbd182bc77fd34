use serde_json::json;

use crate::house::{House, tail};

#[tokio::test]
async fn async_callback_and_module_handlers_answer() {
    let house = House::new();
    for (file, app) in [
        ("index.js", "exports.handler = async (event, context) => [event, context.functionName];"),
        (
            "index.js",
            "exports.handler = (event, context, callback) => setTimeout(() => callback(null, [event, context.functionName]), 5);",
        ),
        (
            "index.js",
            "exports.handler = (event, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; setInterval(() => {}, 1000); callback(null, [event, context.functionName]); };",
        ),
        (
            "index.mjs",
            "import fs from 'fs';\nexport const handler = async (event, context) => [event, context.functionName];",
        ),
        ("index.cjs", "exports.handler = (event, context) => context.succeed([event, context.functionName]);"),
    ] {
        let plan = house.function("nodejs22.x", "index.handler", &[(file, app)]);
        assert_eq!(house.answer(&plan, r#"{"a": "ü"}"#).await, json!([{"a": "ü"}, "check"]), "{app}");
        assert_eq!(house.answer(&plan, "2").await, json!([2, "check"]), "again: {app}");
    }
    let module =
        [("package.json", r#"{"type": "module"}"#), ("src/app.js", "export const api = {handler: async () => 7};")];
    let plan = house.function("nodejs22.x", "src/app.api.handler", &module);
    assert_eq!(house.answer(&plan, "{}").await, json!(7));
    let plan = house.function("nodejs22.x", "index.handler", &[("index.js", "exports.handler = () => {};")]);
    assert_eq!(house.answer(&plan, "{}").await, json!(null));
}

#[tokio::test]
async fn errors_have_type_message_and_trace() {
    let house = House::new();
    let app =
        "exports.handler = async (event) => { if (event === 1) throw 'text'; throw new TypeError('Handler fails'); };";
    let plan = house.function("nodejs22.x", "index.handler", &[("index.js", app)]);
    let told: serde_json::Value = serde_json::from_str(&house.failure(&plan, "{}").await).unwrap();
    assert_eq!((&told["errorType"], &told["errorMessage"]), (&json!("TypeError"), &json!("Handler fails")));
    assert_eq!(told["trace"][0], "TypeError: Handler fails");
    assert!(told["trace"][1].as_str().unwrap().contains("index.js:1:"), "{told}");
    assert_eq!(house.failure(&plan, "1").await, r#"{"errorType":"string","errorMessage":"text","trace":[]}"#);
    let plan = house.function(
        "nodejs22.x",
        "index.handler",
        &[("index.js", "exports.handler = (e, c, cb) => cb(new Error('no'));")],
    );
    assert!(
        house
            .failure(&plan, "{}")
            .await
            .starts_with(r#"{"errorType":"Error","errorMessage":"no","trace":["Error: no","#)
    );
}

#[tokio::test]
async fn what_cannot_be_loaded_has_aws_s_names() {
    let house = House::new();
    for (handler, app, kind, message) in [
        ("other.handler", "", "Runtime.ImportModuleError", "Error: Cannot find module 'other'\nRequire stack:\n"),
        (
            "index.handler",
            "require('nowhere')",
            "Runtime.ImportModuleError",
            "Error: Cannot find module 'nowhere'\nRequire stack:\n",
        ),
        ("index.handler", "exports.x = 1", "Runtime.HandlerNotFound", "index.handler is undefined or not exported"),
        ("index.handler", "exports.handler = 1", "Runtime.HandlerNotFound", "index.handler is not a function"),
        ("index", "", "Runtime.MalformedHandlerName", "Bad handler"),
        ("index.handler", "exports.handler = (", "Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected "),
        ("index.handler", "throw new RangeError('at load')", "RangeError", "at load"),
    ] {
        let plan = house.function("nodejs22.x", handler, &[("index.js", app)]);
        let told: serde_json::Value = serde_json::from_str(&house.failure(&plan, "{}").await).unwrap();
        assert_eq!(told["errorType"], kind, "{told}");
        assert!(told["errorMessage"].as_str().unwrap().starts_with(message), "{told}");
    }
}

#[tokio::test]
async fn a_rejection_that_nobody_handles_ends_the_process_and_is_told() {
    let house = House::new();
    let app = "exports.handler = (event) => event ? new Promise(() => Promise.reject(new Error('lost'))) : Promise.resolve(process.pid);";
    let plan = house.function("nodejs22.x", "index.handler", &[("index.js", app)]);
    let told: serde_json::Value = serde_json::from_str(&house.failure(&plan, "1").await).unwrap();
    assert_eq!(told["errorType"], "Runtime.UnhandledPromiseRejection", "{told}");
    assert_eq!(told["errorMessage"], "Error: lost");
    assert!(house.answer(&plan, "0").await.is_number(), "the next has a process that lives");
}

#[tokio::test]
async fn console_writes_aws_s_lines_and_a_large_answer_comes_whole() {
    let house = House::new();
    let app =
        "exports.handler = async (n) => { console.log('a %d\\nb', 1); console.error('bad'); return 'x'.repeat(n); };";
    let plan = house.function("nodejs22.x", "index.handler", &[("index.js", app)]);
    let outcome = house.invoke(&plan, "6000000").await;
    assert_eq!(outcome.payload.len(), 6_000_002);
    let text = tail(&outcome);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[1].ends_with("Z\t00000000-0000-4000-8000-000000000001\tINFO\ta 1"), "{text}");
    assert_eq!(lines[2], "b");
    assert!(lines[3].ends_with("\tERROR\tbad"), "{text}");
}
