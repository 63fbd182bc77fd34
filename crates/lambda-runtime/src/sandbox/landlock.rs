//! Landlock: what the process may touch of the file system, told to the kernel by the process itself. Best effort: older
//! kernels know less of it, some nothing.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access as _, AccessFs, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _, RulesetError, RulesetStatus, Scope,
    path_beneath_rules,
};

use super::spec::Places;

/// What interpreters and their libraries read. Of `/etc` what is about names, time, certificates and libraries, nothing of
/// other programs' settings.
const READABLE: [&str; 38] = [
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/proc",
    "/sys/devices/system/cpu",
    "/run/systemd/resolve",
    "/nix/store",
    "/etc/alternatives",
    "/etc/ca-certificates",
    "/etc/crypto-policies",
    "/etc/debian_version",
    "/etc/fonts",
    "/etc/gai.conf",
    "/etc/group",
    "/etc/host.conf",
    "/etc/hostname",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/locale.alias",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/os-release",
    "/etc/passwd",
    "/etc/pki",
    "/etc/protocols",
    "/etc/resolv.conf",
    "/etc/services",
    "/etc/ssl",
    "/etc/static",
    "/etc/terminfo",
    "/etc/timezone",
    "/etc/zoneinfo",
];
const DEVICES: [&str; 5] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];

/// Restricts this thread and what it becomes. Answers what took: `full`, `partial`, `none`.
pub(super) fn restrict(places: &Places, in_namespace: bool) -> &'static str {
    let mut readable: Vec<PathBuf> = READABLE.iter().map(PathBuf::from).collect();
    readable.extend([places.task.clone(), places.runtime.clone()]);
    readable.extend(places.layers.iter().cloned());
    readable.extend(places.prefix.clone().filter(|prefix| prefix != Path::new("/")));
    if in_namespace {
        readable.extend(["/var", "/opt"].map(PathBuf::from));
    }
    match rules(&readable, &places.tmp) {
        Ok(RulesetStatus::FullyEnforced) => "full",
        Ok(RulesetStatus::PartiallyEnforced) => "partial",
        Ok(RulesetStatus::NotEnforced) | Err(_) => "none",
    }
}

fn rules(readable: &[PathBuf], tmp: &Path) -> Result<RulesetStatus, RulesetError> {
    let abi = ABI::V6;
    let all = AccessFs::from_all(abi);
    let created = Ruleset::default().handle_access(all)?.scope(Scope::from_all(abi))?.create()?;
    let created = created.add_rules(path_beneath_rules(readable, AccessFs::from_read(abi)))?;
    let created = created.add_rules(path_beneath_rules(DEVICES, all))?;
    let created = created.add_rules(path_beneath_rules([tmp], all))?;
    Ok(created.restrict_self()?.ruleset)
}
