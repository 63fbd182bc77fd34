use std::io::{Read as _, Write as _};

use serde_json::json;

use crate::house::House;

/// A runtime in bash: one connection a call, as small ones do it. An event that is text is run, and its output the answer.
const BOOTSTRAP: &str = r#"#!/bin/bash
host=${AWS_LAMBDA_RUNTIME_API%:*} port=${AWS_LAMBDA_RUNTIME_API#*:}
call() {
  exec 9<>/dev/tcp/$host/$port
  printf '%s /2018-06-01/runtime/%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s' "$1" "$2" "${#3}" "$3" >&9
  status= id=
  while IFS= read -r line <&9; line=${line%$'\r'}; [ -n "$line" ]; do
    [ -z "$status" ] && status=${line#* }
    case "${line,,}" in lambda-runtime-aws-request-id:*) id=${line#*: };; esac
  done
  IFS= read -r -d '' body <&9
  exec 9<&- 9>&-
}
while :; do
  call GET invocation/next
  current=$id
  eval "answer=\$(run() { ${body:1:-1}; }; run)"
  if [ -n "$bad" ]; then call POST "$bad" "$answer"; answer="\"$status\""; bad=; fi
  call POST "invocation/$current/response" "$answer"
done
"#;

#[tokio::test]
async fn the_zip_s_bootstrap_speaks_over_loopback() {
    let house = House::new();
    let plan = house.function("provided.al2023", "any", &[("bootstrap", BOOTSTRAP)]);
    assert_eq!(house.answer(&plan, r#""echo 7""#).await, json!(7));
    assert_eq!(house.answer(&plan, r#""echo 8""#).await, json!(8));
    let nonsense = house.invoke(&plan, r#""echo {nonsense""#).await;
    assert_eq!(
        (nonsense.payload.as_ref(), nonsense.function_error),
        (b"{nonsense".as_slice(), None),
        "as AWS: it is handed on"
    );
}

#[tokio::test]
async fn nobody_else_speaks_for_a_function() {
    let house = House::new();
    let plan = house.function("provided.al2023", "any", &[("bootstrap", BOOTSTRAP)]);
    let address = house.answer(&plan, r#""echo \"$AWS_LAMBDA_RUNTIME_API\"""#).await;
    let address = address.as_str().unwrap().to_owned();
    let spoken = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let _ = stream.write_all(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n");
        let mut heard = Vec::new();
        let _ = stream.read_to_end(&mut heard);
        heard
    });
    assert!(spoken.await.unwrap().is_empty(), "the connection is closed without a word");
    assert_eq!(house.answer(&plan, r#""echo 9""#).await, json!(9));
}

#[tokio::test]
async fn wrong_calls_get_aws_s_refusals() {
    let house = House::new();
    let plan = house.function(
        "provided.al2023",
        "any",
        &[("bootstrap", &BOOTSTRAP.replace("eval", "bad=${body:1:-1}; answer={}; :"))],
    );
    for (call, status) in [
        ("invocation/00000000-0000-4000-8000-999999999999/response", "400 Bad Request"),
        ("invocation/00000000-0000-4000-8000-999999999999/error", "400 Bad Request"),
        ("init/error", "403 Forbidden"),
        ("nowhere", "404 Not Found"),
    ] {
        assert_eq!(house.answer(&plan, &json!(call).to_string()).await, status, "{call}");
    }
    let second = "#!/bin/bash\n".to_owned()
        + &BOOTSTRAP[12..].replace(
            "call POST \"invocation/$current/response\"",
            "call GET invocation/next; call POST \"invocation/$current/response\" \"\\\"$status\\\"\"; :",
        );
    let plan = house.function("provided.al2023", "any", &[("bootstrap", &second)]);
    assert_eq!(
        house.answer(&plan, r#""echo 1""#).await,
        "403 Forbidden",
        "no second event before the first is answered"
    );
}

#[tokio::test]
async fn a_runtime_that_speaks_nonsense_or_is_none_is_told() {
    let house = House::new();
    let nonsense = "#!/bin/bash\nexec 9<>/dev/tcp/${AWS_LAMBDA_RUNTIME_API%:*}/${AWS_LAMBDA_RUNTIME_API#*:}\necho nonsense >&9\ncat <&9 >/dev/null\nexit 4\n";
    let plan = house.function("provided.al2023", "any", &[("bootstrap", nonsense)]);
    let told = r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 4"}"#;
    assert_eq!(house.failure(&plan, "{}").await, told);
    let plan = house.function("provided.al2023", "any", &[("readme", "")]);
    let told = r#"{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: ID Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"}"#;
    assert_eq!(house.failure(&plan, "{}").await, told);
    assert!(house.log().contains("START RequestId: "), "{}", house.log());
    let plan = house.function("provided.al2023", "any", &[("bootstrap", "#!/nowhere/interpreter\n")]);
    let told = house.failure(&plan, "{}").await;
    assert!(told.contains("Runtime exited with error: exit status 126"), "{told}\n{}", house.log());
    let plan = house.function("java21", "any", &[("a", "")]);
    let refused = house.try_invoke(&plan, "{}").await.unwrap_err();
    assert_eq!(refused.to_string(), "The runtime java21 cannot be run here.");
}
