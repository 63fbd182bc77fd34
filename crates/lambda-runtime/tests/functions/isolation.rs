use lambda_runtime::{Bounds, Launcher};
use serde_json::{Value, json};

use crate::house::House;

const APP: &str = r"
import os
def attempt(work):
    try: return work()
    except Exception as error: return type(error).__name__
def handler(event, context):
    status = dict(line.split(':\t', 1) for line in open('/proc/self/status').read().split('\n') if ':\t' in line)
    return {
        'data': attempt(lambda: open(event + '/secret').read()),
        'others': attempt(lambda: os.listdir(event + '/functions/run')),
        'task': attempt(lambda: open(os.environ['LAMBDA_TASK_ROOT'] + '/app.py', 'a').write('x')),
        'etc': attempt(lambda: open('/etc/portcullis-test', 'w').write('x')),
        'home': attempt(lambda: open(os.path.expanduser('~root/.bashrc')).read()),
        'tmp': attempt(lambda: open(os.environ['TMPDIR'] + '/x', 'w').write('x')),
        'fds': sorted(int(fd) for fd in os.listdir('/proc/self/fd')),
        'stdin': os.read(0, 1).decode(), 'uid': os.getuid(), 'capabilities': int(status['CapEff'], 16),
        'privileges': status['NoNewPrivs'], 'core': attempt(lambda: __import__('resource').getrlimit(4)),
        'umask': os.umask(0), 'root': os.environ['LAMBDA_TASK_ROOT'],
    }
";

#[tokio::test]
async fn a_function_reaches_its_own_things_and_nothing_of_the_server_s() {
    let house = House::new();
    let data = json!(house.data.path()).to_string();
    let seen = house.answer(&house.python(APP), &data).await;
    let refused =
        |value: &Value| ["PermissionError", "FileNotFoundError", "OSError"].iter().any(|error| value == error);
    for name in ["data", "others", "task", "etc"] {
        assert!(refused(&seen[name]), "{name}: {seen}");
    }
    assert_eq!(seen["tmp"], 1, "{seen}");
    assert_eq!((&seen["stdin"], &seen["capabilities"], &seen["privileges"]), (&json!(""), &json!(0), &json!("1")));
    assert_eq!(seen["core"], json!([0, 0]));
    let fds = seen["fds"].as_array().unwrap();
    assert!(fds.len() <= 5, "the three, the Runtime API's and the listing's: {seen}");
    assert_ne!(seen["uid"], 0, "never as root");
}

#[tokio::test]
async fn two_processes_are_strangers_to_each_other() {
    let house = House::new();
    let app = "
import os
def handler(event, context):
    if not event: return os.getpid()
    found = []
    for what in ['environ', 'mem', 'root/tmp']:
        try: open('/proc/%d/%s' % (event, what)).read(1); found.append(what)
        except OSError: pass
    try: os.kill(event, 9); found.append('kill')
    except OSError: pass
    return found
";
    let victim = house.python(app);
    let pid = house.answer(&victim, "null").await;
    let found = house.answer(&house.python(app), &pid.to_string()).await;
    let strangers = we_are_root() || landlocked();
    if strangers {
        assert_eq!(found, json!([]));
    }
    assert_eq!(house.answer(&victim, "null").await == pid, strangers || found != json!(["kill"]));
}

fn we_are_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

fn landlocked() -> bool {
    std::fs::read_to_string("/sys/kernel/security/lsm").is_ok_and(|modules| modules.contains("landlock"))
}

#[tokio::test]
async fn the_owner_s_variables_reach_the_function_but_never_the_launcher() {
    let house = House::new();
    let mut plan = house.python("import os\ndef handler(event, context): return os.environ.get('LD_PRELOAD')");
    plan.environment.insert("LD_PRELOAD".to_owned(), "/nowhere/evil.so".to_owned());
    assert_eq!(house.answer(&plan, "{}").await, "/nowhere/evil.so");
}

#[tokio::test]
async fn without_the_launcher_functions_run_too() {
    let house = House::launched(Bounds::default(), Launcher::Direct);
    let plan = house.python(
        "import os\ndef handler(event, context): return [event, os.environ['GREETING'], os.read(0, 1).decode()]",
    );
    assert_eq!(house.answer(&plan, "1").await, json!([1, "hello", ""]));
    let plan =
        house.function("nodejs22.x", "index.handler", &[("index.js", "exports.handler = async (event) => [event];")]);
    assert_eq!(house.answer(&plan, "1").await, json!([1]));
}
