//! Finds the machine's interpreters.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use world::Lock;

use crate::plan::{Family, family};

/// One that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interpreter {
    /// The real program, not a script that looks for it.
    pub(crate) program: PathBuf,
    /// Where it is installed.
    pub(crate) prefix: PathBuf,
    /// `3.11.7`.
    pub(crate) version: String,
}

/// What has been found so far, by runtime. What has not been found is looked for again: it may be installed meanwhile.
#[derive(Debug, Default)]
pub(crate) struct Interpreters(Lock<HashMap<String, Interpreter>>);

/// Asks an interpreter who it is. Python also compiles our bootstrap, so that no start has to.
const PYTHON: &str = "import sys, py_compile
try:
    py_compile.compile(sys.argv[1], doraise=True)
except Exception:
    pass
print(getattr(sys, '_base_executable', None) or sys.executable)
print(sys.base_prefix)
print('%d.%d.%d' % sys.version_info[:3])";
const NODE: &str = "console.log(process.execPath + '\\n' + require('path').resolve(process.execPath, '../..') + '\\n' + process.versions.node)";

impl Interpreters {
    /// One that has been found before.
    pub(crate) fn known(&self, runtime: &str) -> Option<Interpreter> {
        self.0.lock().get(runtime).cloned()
    }

    /// The interpreter of a runtime. Blocks: it may have to be started.
    pub(crate) fn find(&self, runtime: &str, search: &[PathBuf], bootstraps: &Path) -> Result<Interpreter, String> {
        if let Some(found) = self.0.lock().get(runtime) {
            return Ok(found.clone());
        }
        let found = look(runtime, search, bootstraps)?;
        tracing::info!(runtime, program = %found.program.display(), version = found.version, "an interpreter was found");
        self.0.lock().insert(runtime.to_owned(), found.clone());
        Ok(found)
    }
}

fn look(runtime: &str, search: &[PathBuf], bootstraps: &Path) -> Result<Interpreter, String> {
    let (names, oldest, question, more): (Vec<&str>, _, _, _) = match family(runtime) {
        // The version that was asked for, else any that will do.
        Some(Family::Python) => {
            (vec![runtime, "python3", "python"], (3, 8), ["-I", "-c", PYTHON], "portcullis_runtime.py")
        }
        Some(Family::Node) => (vec!["node", "nodejs"], (16, 0), ["--no-warnings", "-e", NODE], ""),
        _ => return Err(format!("The runtime {runtime} cannot be run here.")),
    };
    let mut old = None;
    for program in names.iter().flat_map(|name| search.iter().map(move |folder| folder.join(name))) {
        if !program.is_file() {
            continue;
        }
        match ask(&program, &question, &bootstraps.join(more)) {
            Some(found) if new_enough(&found.version, oldest) => return Ok(found),
            Some(found) => old = Some(found.version),
            None => {}
        }
    }
    let name = names.iter().nth_back(1).copied().unwrap_or(runtime);
    Err(match old {
        Some(version) => {
            format!("{runtime} needs {name} {}.{} or later on this machine; there is {version}.", oldest.0, oldest.1)
        }
        None => format!(
            "{runtime} needs {name} {}.{} or later on this machine; there is none on the PATH.",
            oldest.0, oldest.1
        ),
    })
}

fn ask(program: &Path, question: &[&str; 3], argument: &Path) -> Option<Interpreter> {
    let mut command = Command::new(program);
    command.args(question).arg(argument).stdin(Stdio::null()).stderr(Stdio::null());
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut lines = text.lines();
    let (program, prefix, version) = (lines.next()?, lines.next()?, lines.next()?);
    let absolute = |path: &str| std::fs::canonicalize(path).ok();
    let program = absolute(program)?;
    Some(Interpreter { program, prefix: absolute(prefix)?, version: version.to_owned() })
}

fn new_enough(version: &str, oldest: (u32, u32)) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= oldest
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn pretend(folder: &Path, name: &str, version: &str) {
        let file = folder.join(name);
        std::fs::write(&file, format!("#!/bin/sh\necho \"$0\"\necho /usr\necho {version}\n")).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn find(runtime: &str, folder: &Path) -> Result<String, String> {
        Interpreters::default().find(runtime, &[folder.to_owned()], folder).map(|found| found.version)
    }

    #[test]
    fn the_version_that_is_asked_for_comes_first_and_any_that_will_do_second() {
        let home = tempfile::tempdir().unwrap();
        pretend(home.path(), "python3", "3.9.2");
        assert_eq!(find("python3.12", home.path()), Ok("3.9.2".to_owned()));
        pretend(home.path(), "python3.12", "3.12.1");
        assert_eq!(find("python3.12", home.path()), Ok("3.12.1".to_owned()));
        assert_eq!(find("python3.13", home.path()), Ok("3.9.2".to_owned()));
    }

    #[test]
    fn an_absent_or_old_interpreter_is_named() {
        let home = tempfile::tempdir().unwrap();
        let none = "nodejs22.x needs node 16.0 or later on this machine; there is none on the PATH.";
        assert_eq!(find("nodejs22.x", home.path()), Err(none.to_owned()));
        pretend(home.path(), "node", "12.1.0");
        let old = "nodejs22.x needs node 16.0 or later on this machine; there is 12.1.0.";
        assert_eq!(find("nodejs22.x", home.path()), Err(old.to_owned()));
        assert_eq!(find("java21", home.path()), Err("The runtime java21 cannot be run here.".to_owned()));
    }
}
