//! The pinned source of the models: one wheel of the Python package index, named by version and SHA-256.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::model::Model;
use crate::Outcome;

const VERSION: &str = "1.44.5";
const SHA256: &str = "8f16a56d1dff125dd65322ae021efa7ba5195a6db5102b96862566055b748921";

/// Fetches the wheel where it is missing, checks its hash, and prints the services' models as one JSON object.
const READER: &str = r#"
import gzip, hashlib, json, os, subprocess, sys, zipfile
folder, version, digest, *services = sys.argv[1:]
wheel = os.path.join(folder, f"botocore-{version}-py3-none-any.whl")
if not os.path.exists(wheel):
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check",
                    f"botocore=={version}", "-d", folder], check=True, stdout=sys.stderr)
with open(wheel, "rb") as file:
    found = hashlib.sha256(file.read()).hexdigest()
if found != digest:
    sys.exit(f"{wheel}: SHA-256 is {found}, not the pinned {digest}")
archive = zipfile.ZipFile(wheel)
def model(service):
    paths = [n for n in archive.namelist()
             if n.startswith(f"botocore/data/{service}/") and n.endswith("/service-2.json.gz")]
    return json.loads(gzip.decompress(archive.read(max(paths))))
json.dump({service: model(service) for service in services}, sys.stdout)
"#;

/// Reads the models of the services, in their order.
pub fn load(root: &Path, services: &[&str]) -> Outcome<Vec<Model>> {
    let folder = root.join("target").join("codegen");
    std::fs::create_dir_all(&folder)?;
    let output = Command::new("python3")
        .args(["-c", READER])
        .arg(&folder)
        .args([VERSION, SHA256])
        .args(services)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("the service models could not be read (is python3 with pip installed?)".into());
    }
    let mut all: Value = serde_json::from_slice(&output.stdout)?;
    services
        .iter()
        .map(|name| {
            let json = all.get_mut(*name).map(Value::take).ok_or_else(|| format!("{name}: no model"))?;
            Model::new(name, json)
        })
        .collect()
}
