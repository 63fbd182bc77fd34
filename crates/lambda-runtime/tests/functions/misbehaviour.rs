use std::os::unix::fs::MetadataExt as _;

use lambda_runtime::{Bounds, FunctionPlan};
use serde_json::{Value, json};

use crate::house::{House, lives, tail, until};

const APP: &str = r"
import os, signal, sys, time
def handler(event, context):
    if event == 'work': return 'worked'
    exec(event)
    return 'done'
";

/// Fails as told, and then the function works as if nothing had been.
async fn fails(house: &House, plan: &FunctionPlan, code: &str, kind: &str, message: &str) {
    let expected = json!({"errorType": kind, "errorMessage": message}).to_string();
    assert_eq!(house.failure(plan, &json!(code).to_string()).await, expected, "{code}");
    assert_eq!(house.answer(plan, "\"work\"").await, "worked", "after {code}");
}

#[tokio::test]
async fn a_process_that_ends_is_told_as_it_ended() {
    let house = House::new();
    let plan = house.python(APP);
    let exit = |reason: &str| format!("RequestId: ID Error: Runtime exited {reason}");
    for (code, reason) in [
        ("os._exit(0)", "without providing a reason"),
        ("sys.exit(0)", "without providing a reason"),
        ("os._exit(127)", "with error: exit status 127"),
        ("sys.exit(3)", "with error: exit status 3"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "with error: signal: segmentation fault"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "with error: signal: killed"),
        ("os.abort()", "with error: signal: aborted"),
    ] {
        fails(&house, &plan, code, "Runtime.ExitError", &exit(reason)).await;
    }
    let outcome = house.invoke(&plan, "\"os._exit(1)\"").await;
    let text = tail(&outcome);
    assert!(
        text.contains(" Error: Runtime exited with error: exit status 1\nRuntime.ExitError\nEND RequestId: "),
        "{text}"
    );
    assert!(text.ends_with("Status: error\tError Type: Runtime.ExitError\n"), "{text}");
}

#[tokio::test]
async fn a_function_that_hangs_is_ended_when_its_time_is_up() {
    let house = House::new();
    let mut plan = house.python(APP);
    plan.timeout_s = 1;
    for code in ["while True: pass", "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(1000)"] {
        fails(&house, &plan, code, "Sandbox.Timedout", "RequestId: ID Error: Task timed out after 1.00 seconds").await;
    }
    assert!(house.log().contains(" Task timed out after 1.00 seconds\n"), "{}", house.log());
}

#[tokio::test]
async fn a_function_that_hangs_before_its_first_event_is_started_twice() {
    let house = House::with(Bounds { init_ms: 200, ..Bounds::default() });
    let stuck = FunctionPlan { timeout_s: 1, ..house.python("while True: pass") };
    let told = house.failure(&stuck, "{}").await;
    assert!(told.contains("Task timed out after 1.00 seconds"), "{told}");
    assert_eq!(house.log().matches("Phase: init\tStatus: timeout\n").count(), 2, "{}", house.log());
}

#[tokio::test]
async fn a_hundred_megabytes_of_output_neither_block_nor_stay() {
    let house = House::new();
    let plan = house.python(APP);
    let code = r"[sys.stdout.write('x' * 99 + '\n' * 1) for _ in range(1_000_000)]";
    assert_eq!(house.answer(&plan, &json!(code).to_string()).await, "done");
    let log = house.log();
    assert!(log.len() < 6 << 20, "{}", log.len());
    assert!(log.contains(" bytes more were printed and dropped"), "the reader is told");
    let endless = house.answer(&plan, &json!("os.write(1, b'y' * 3_000_000)").to_string()).await;
    assert_eq!(endless, "done", "a line without end");
}

#[tokio::test]
async fn an_answer_of_six_megabytes_and_one_is_refused_with_aws_s_words() {
    let house = House::new();
    let plan = house.python("def handler(n, context): return 'x' * (n - 2)");
    assert_eq!(house.invoke(&plan, "6291556").await.payload.len(), 6_291_556);
    let told = r#"{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}"#;
    assert_eq!(house.failure(&plan, "6291557").await, told);
    assert_eq!(house.failure(&plan, "20000000").await, told);
    assert_eq!(house.answer(&plan, "3").await, "x");
}

#[tokio::test]
async fn a_function_that_closes_its_connection_fails_alone() {
    let house = House::new();
    let plan = house.python(APP);
    let exit = "RequestId: ID Error: Runtime exited with error: exit status 1";
    fails(&house, &plan, "os.closerange(3, 100)", "Runtime.ExitError", exit).await;
    let plan = FunctionPlan { timeout_s: 1, revision: "quick".to_owned(), ..plan };
    let text = "RequestId: ID Error: Task timed out after 1.00 seconds";
    fails(&house, &plan, "os.closerange(3, 100); time.sleep(1000)", "Sandbox.Timedout", text).await;
}

#[tokio::test]
async fn children_do_not_outlive_their_function_wherever_they_hide() {
    let house = House::new();
    let app = "
import os, time
def handler(event, context):
    read, write = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(write, str(os.getpid()).encode())
            time.sleep(1000)
        os._exit(0)
    os.wait()
    child = int(os.read(read, 20))
    if event == 'exit':
        print('child', child)
        os._exit(1)
    return [os.getpid(), child]
";
    let plan = house.python(app);
    let answer = house.answer(&plan, "{}").await;
    assert!(lives(&answer[0]) && lives(&answer[1]));
    house.runner.forget(&plan.arn, None);
    until("both are gone", || !lives(&answer[0]) && !lives(&answer[1])).await;
    let outcome = house.invoke(&plan, "\"exit\"").await;
    let text = tail(&outcome);
    let child: Value = text.lines().find_map(|line| line.strip_prefix("child ")).unwrap().parse().unwrap();
    until("a child whose parent ended by itself is gone", || !lives(&child)).await;
}

#[tokio::test]
async fn a_fork_bomb_ends_with_its_time() {
    let house = House::new();
    let mut plan = house.python("import os\ndef handler(event, context):\n    while event:\n        try: os.fork()\n        except OSError: pass\n    return 'worked'");
    plan.timeout_s = 1;
    let told = house.failure(&plan, "1").await;
    assert!(told.contains("Task timed out after 1.00 seconds") || told.contains("signal: killed"), "{told}");
    plan.timeout_s = 20;
    assert_eq!(house.answer(&plan, "0").await, "worked");
    house.runner.shutdown().await;
    assert_eq!(house.runner.processes(), 0);
}

#[tokio::test]
async fn a_full_temporary_folder_is_the_functions_own_trouble() {
    let house = House::new();
    let mut plan = house.python(APP);
    plan.ephemeral_mib = 4;
    let one_file = json!("open(os.environ['TMPDIR'] + '/a', 'wb').write(b'x' * 5_000_000)").to_string();
    let told: Value = serde_json::from_str(&house.failure(&plan, &one_file).await).unwrap();
    assert_eq!(told["errorType"], "OSError", "{told}");
    let many =
        "[open(os.environ['TMPDIR'] + '/%d' % n, 'wb').write(b'x' * 1_000_000) for n in range(8)]; time.sleep(1000)";
    let killed = "RequestId: ID Error: Runtime exited with error: signal: killed";
    fails(&house, &plan, many, "Runtime.ExitError", killed).await;
    assert!(
        house.log().contains("Ephemeral storage: more than 4 MB are used; the process is ended\n"),
        "{}",
        house.log()
    );
    house.runner.shutdown().await;
    let left = std::fs::read_dir(house.data.path().join("functions/run")).unwrap().count();
    assert_eq!(left, 0, "no folder stays behind");
}

#[tokio::test]
async fn a_function_that_takes_more_memory_than_it_has_is_ended() {
    let house = House::new();
    let plan = FunctionPlan { memory_mib: 128, ..house.python(APP) };
    let code = "x = bytearray(os.urandom(1)) * 300_000_000; time.sleep(1000)";
    let killed = "RequestId: ID Error: Runtime exited with error: signal: killed";
    fails(&house, &plan, code, "Runtime.ExitError", killed).await;
    let far = house.failure(&plan, &json!("x = bytearray(8_000_000_000)").to_string()).await;
    assert!(far.contains("MemoryError") || far.contains("killed"), "{far}");
}

#[tokio::test]
async fn one_functions_end_is_not_the_others() {
    let house = House::new();
    let (bad, good) =
        (house.python(APP), FunctionPlan { arn: format!("{}2", house.python(APP).arn), ..house.python(APP) });
    let (bad_end, good_end) =
        tokio::join!(house.failure(&bad, "\"os.kill(0, 9)\""), house.answer(&good, "\"time.sleep(0.2)\""));
    assert!(bad_end.contains("signal: killed"), "{bad_end}");
    assert_eq!(good_end, "done");
    let owner = std::fs::metadata(house.data.path().join("functions")).unwrap().uid();
    assert_eq!(owner, std::fs::metadata(house.data.path()).unwrap().uid());
}
