//! `cargo x conformance`: black-box tests by unmodified clients. They get the path of the server's binary in
//! `PORTCULLIS_BIN` and start it themselves.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::process::{answers, cargo, command, step};

/// Programs that the tests drive, with the Debian package that has them.
const PROGRAMS: [(&str, &str); 5] = [
    ("python3", "python3"),
    ("node", "nodejs"),
    ("npm", "npm"),
    ("chromium", "chromium"),
    ("chromedriver", "chromium-driver"),
];

/// Installs what the tests need and runs them.
pub fn run(root: &Path) -> Outcome {
    install(root)?;
    drive(root)
}

/// Builds the server and lets the clients loose on it.
pub fn drive(root: &Path) -> Outcome {
    step("server", &mut cargo(root, &["build", "--package", "server", "--bin", "portcullis"]))?;
    let binary = root.join("target/debug/portcullis");
    let python = venv(root).join("bin/python");
    let mut pytest = command(root, python, &["-m", "pytest", "-p", "no:cacheprovider", "conformance"]);
    step("conformance, Python", pytest.env("PORTCULLIS_BIN", &binary))?;
    let tests = javascript_tests(root)?;
    step("conformance, JavaScript", command(root, "node", &["--test"]).args(tests).env("PORTCULLIS_BIN", &binary))
}

/// Installs programs, Python packages and npm packages that are missing.
pub fn install(root: &Path) -> Outcome {
    programs(root)?;
    let requirements = root.join("conformance/requirements.txt");
    once(&requirements, &venv(root).join("portcullis-installed"), || {
        if !venv(root).join("bin/python").exists() {
            step("Python environment", &mut command(root, "python3", &["-m", "venv", ".venv"]))?;
        }
        let pip = venv(root).join("bin/pip");
        let quiet = ["install", "--quiet", "--disable-pip-version-check", "--requirement"];
        step("Python packages", command(root, pip, &quiet).arg(&requirements))
    })?;
    let folder = root.join("conformance");
    let (wanted, verb) = if folder.join("package-lock.json").exists() {
        ("package-lock.json", "ci")
    } else {
        ("package.json", "install")
    };
    once(&folder.join(wanted), &folder.join("node_modules/.portcullis-installed"), || {
        step("npm packages", &mut command(&folder, "npm", &[verb, "--no-audit", "--no-fund"]))
    })
}

/// Whether one of the programs `aws` is version 2, which is no Python package.
const SECOND_CLI: &str =
    "for each in $(which -a aws); do \"$each\" --version | grep -q '^aws-cli/2' && exit 0; done; exit 1";

fn programs(root: &Path) -> Outcome {
    let missing = PROGRAMS.iter().filter(|(program, _)| !answers(program, &["--version"]));
    let mut packages: Vec<&str> = missing.map(|(_, package)| *package).collect();
    if !answers("python3", &["-c", "import ensurepip"]) {
        packages.push("python3-venv");
    }
    if !answers("sh", &["-c", SECOND_CLI]) {
        packages.push("awscli");
    }
    if packages.is_empty() {
        return Ok(());
    }
    if !answers("sh", &["-c", "test \"$(id -u)\" = 0 && command -v apt-get"]) {
        return Err(
            format!("the conformance tests need programs that are missing; install {}", packages.join(", ")).into()
        );
    }
    step("package lists", &mut command(root, "apt-get", &["update", "--quiet"]))?;
    let quiet = ["install", "--yes", "--quiet", "--no-install-recommends"];
    step("programs", command(root, "apt-get", &quiet).args(packages).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Runs an installation unless its stamp has the same list as the one wanted.
fn once(wanted: &Path, stamp: &Path, install: impl FnOnce() -> Outcome) -> Outcome {
    let list = fs::read_to_string(wanted).map_err(|error| format!("{}: {error}", wanted.display()))?;
    if fs::read_to_string(stamp).is_ok_and(|done| done == list) {
        return Ok(());
    }
    install()?;
    fs::write(stamp, list).map_err(|error| format!("{}: {error}", stamp.display()).into())
}

fn venv(root: &Path) -> PathBuf {
    root.join(".venv")
}

/// Named one by one: the meaning of a folder on node's command line differs between its versions.
fn javascript_tests(root: &Path) -> Outcome<Vec<PathBuf>> {
    let folder = root.join("conformance/js");
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let paths: Vec<PathBuf> = entries.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    let is_test = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        [".test.js", ".test.mjs", ".test.cjs"].iter().any(|end| name.ends_with(end))
    };
    let mut tests: Vec<PathBuf> = paths.into_iter().filter(is_test).collect();
    tests.sort();
    if tests.is_empty() { Err(format!("{}: no *.test.js, *.test.mjs", folder.display()).into()) } else { Ok(tests) }
}
