//! What a process is to become, as the server tells it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::plan::Family;

/// What is on the process's standard input once it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum StandardInput {
    /// The socket to the Runtime API: our bootstraps speak over it, so that nobody else can.
    Runtime,
    /// Nothing.
    Empty,
}

/// Where a process finds its things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Places {
    /// What is executed.
    pub(crate) program: PathBuf,
    /// Where the interpreter is installed.
    pub(crate) prefix: Option<PathBuf>,
    /// The unpacked code.
    pub(crate) task: PathBuf,
    /// Our bootstraps.
    pub(crate) runtime: PathBuf,
    /// Its own temporary folder.
    pub(crate) tmp: PathBuf,
    /// Unpacked layers, in their order.
    pub(crate) layers: Vec<PathBuf>,
}

/// What a process is to become.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Spec {
    pub(crate) family: FamilyName,
    /// `python3.12`.
    pub(crate) runtime: String,
    /// As they are outside of any namespace.
    pub(crate) places: Places,
    /// The server's variables that owners may set too.
    pub(crate) ours: BTreeMap<String, String>,
    /// The owner's.
    pub(crate) theirs: BTreeMap<String, String>,
    /// AWS's own, which nobody sets but us.
    pub(crate) reserved: BTreeMap<String, String>,
    /// Whom to become, where we are root.
    pub(crate) user: Option<u32>,
    pub(crate) memory_mib: u32,
    pub(crate) ephemeral_mib: u32,
    /// What is to be covered where a mount namespace can be had.
    pub(crate) hidden: Vec<PathBuf>,
    pub(crate) standard_input: StandardInput,
}

/// [`Family`], as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FamilyName {
    Python,
    Node,
    Provided,
}

impl From<Family> for FamilyName {
    fn from(family: Family) -> Self {
        match family {
            Family::Python => Self::Python,
            Family::Node => Self::Node,
            Family::Provided => Self::Provided,
        }
    }
}

impl Places {
    /// What follows the program's name.
    pub(crate) fn arguments(&self, spec: &Spec) -> Vec<PathBuf> {
        match spec.family {
            FamilyName::Python => vec![self.runtime.join("bootstrap.py")],
            FamilyName::Node => vec![self.runtime.join("bootstrap.cjs")],
            FamilyName::Provided => Vec::new(),
        }
    }

    /// The variables that say where things are, and the server's own.
    pub(crate) fn environment(&self, spec: &Spec) -> BTreeMap<String, String> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let beside = self.program.parent().filter(|_| spec.family != FamilyName::Provided);
        let in_layers = |inside: &[&str]| -> Vec<PathBuf> {
            // Later layers cover earlier ones.
            self.layers.iter().rev().flat_map(|layer| inside.iter().map(|part| layer.join(part))).collect()
        };
        let joined = |paths: Vec<PathBuf>| paths.iter().map(|path| text(path)).collect::<Vec<_>>().join(":");
        let system = ["/usr/local/bin", "/usr/bin", "/bin"].map(PathBuf::from);
        let path = beside.map(Path::to_owned).into_iter().chain(system).chain(in_layers(&["bin"])).collect();
        let own = [self.task.clone(), self.task.join("lib")].into_iter();
        let installed =
            self.prefix.iter().filter(|prefix| !prefix.starts_with("/usr")).map(|prefix| prefix.join("lib"));
        let libraries = installed.chain(own).chain(in_layers(&["lib"])).collect();
        let mut all = spec.ours.clone();
        let mut set = |name: &str, value: String| all.insert(name.to_owned(), value);
        set("PATH", joined(path));
        set("LD_LIBRARY_PATH", joined(libraries));
        set("LAMBDA_TASK_ROOT", text(&self.task));
        set("LAMBDA_RUNTIME_DIR", text(&self.runtime));
        set("TMPDIR", text(&self.tmp));
        set("TZ", ":UTC".to_owned());
        set("LANG", "en_US.UTF-8".to_owned());
        match spec.family {
            FamilyName::Python => {
                let version = spec.runtime.strip_prefix("python").unwrap_or("3");
                let site = format!("python/lib/python{version}/site-packages");
                set("PYTHONPATH", joined(in_layers(&["python", &site])));
            }
            FamilyName::Node => {
                set("NODE_PATH", joined(in_layers(&["nodejs/node_modules"])));
            }
            FamilyName::Provided => {}
        }
        all.retain(|name, value| !value.is_empty() || !["PYTHONPATH", "NODE_PATH"].contains(&name.as_str()));
        all
    }
}
