//! A mount namespace of the function's own: its folders where AWS has them, and nothing of the server's data.

use std::fs::DirBuilder;
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::CWD;
use rustix::io::Result;
use rustix::mount::{
    MountFlags, MountPropagationFlags, MoveMountFlags, OpenTreeFlags, mount, mount_bind, mount_change, mount_remount,
    move_mount, open_tree,
};
use rustix::thread::UnshareFlags;

use super::spec::{Places, Spec};

const TASK: &str = "/var/task";
const RUNTIME: &str = "/var/runtime";
const LANG: &str = "/var/lang";
const LAYERS: &str = "/var/layers";
const OPT: &str = "/opt";
const TMP: &str = "/tmp";

/// Enters one. Where it answers an error nothing was covered and the places are as they were.
pub(super) fn enter(spec: &Spec) -> Result<Places> {
    own_namespace()?;
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?;
    // Taken before anything is covered: they may lie beneath.
    let task = tree(&spec.places.task)?;
    let runtime = tree(&spec.places.runtime)?;
    let tmp = tree(&spec.places.tmp)?;
    let lang = spec.places.prefix.as_deref().filter(|prefix| !is_the_systems(prefix)).map(tree).transpose()?;
    let layers: Vec<OwnedFd> = spec.places.layers.iter().map(|layer| tree(layer)).collect::<Result<_>>()?;
    cover("/var", 0o755)?;
    let mut places = spec.places.clone();
    places.task = place(&task, TASK, Access::Read)?;
    places.runtime = place(&runtime, RUNTIME, Access::Read)?;
    if let Some(lang) = lang {
        let prefix = place(&lang, LANG, Access::Read)?;
        let within = spec.places.prefix.as_deref().and_then(|before| spec.places.program.strip_prefix(before).ok());
        places.program = within.map_or_else(|| places.program.clone(), |program| prefix.join(program));
        places.prefix = Some(prefix);
    } else if let Ok(program) = spec.places.program.strip_prefix(&spec.places.task) {
        places.program = places.task.join(program);
    }
    place_layers(&layers, &spec.places, &mut places)?;
    places.tmp = place(&tmp, TMP, Access::Write)?;
    hide(&spec.hidden);
    read_only("/var");
    Ok(places)
}

/// As root by right, as anybody else in a user namespace in which we stay who we are.
#[expect(
    deprecated,
    reason = "only FILES, which is not asked for, makes it unsafe: https://docs.rs/rustix, unshare_unsafe"
)]
fn own_namespace() -> Result<()> {
    let wanted = UnshareFlags::NEWNS | UnshareFlags::NEWIPC;
    let (uid, gid) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    if uid == 0 {
        return rustix::thread::unshare(wanted);
    }
    rustix::thread::unshare(wanted | UnshareFlags::NEWUSER)?;
    let write = |file: &str, text: String| {
        std::fs::write(file, text)
            .map_err(|error| rustix::io::Errno::from_io_error(&error).unwrap_or(rustix::io::Errno::PERM))
    };
    write("/proc/self/setgroups", "deny".to_owned())?;
    write("/proc/self/uid_map", format!("{uid} {uid} 1"))?;
    write("/proc/self/gid_map", format!("{gid} {gid} 1"))
}

/// What is there for everybody on any machine, and stays where it is.
fn is_the_systems(prefix: &Path) -> bool {
    prefix == Path::new("/") || prefix.starts_with("/usr") || prefix.starts_with("/nix/store")
}

fn tree(path: &Path) -> Result<OwnedFd> {
    open_tree(CWD, path, OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

fn place(tree: &OwnedFd, at: &str, access: Access) -> Result<PathBuf> {
    folder(at)?;
    move_mount(tree, "", CWD, at, MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH)?;
    match access {
        Access::Read => read_only(at),
        Access::Write => remount(at, MountFlags::empty()),
    }
    Ok(PathBuf::from(at))
}

/// One layer stands at `/opt`; several are laid over each other there, or stand beside each other where that fails.
fn place_layers(trees: &[OwnedFd], before: &Places, places: &mut Places) -> Result<()> {
    let mut placed = Vec::new();
    for (n, tree) in trees.iter().enumerate() {
        placed.push(place(tree, &format!("{LAYERS}/{n}"), Access::Read)?);
    }
    let stays = before.prefix.as_deref().is_some_and(|prefix| prefix.starts_with(OPT) && is_the_systems(prefix));
    let united = match placed.as_slice() {
        [] => false,
        _ if stays || !Path::new(OPT).is_dir() => false,
        [only] => mount_bind(only, OPT).is_ok(),
        several => {
            let lower: Vec<String> = several.iter().rev().map(|path| path.to_string_lossy().into_owned()).collect();
            let options = std::ffi::CString::new(format!("lowerdir={}", lower.join(":"))).unwrap_or_default();
            mount("overlay", OPT, "overlay", MountFlags::RDONLY, Some(options.as_c_str())).is_ok()
        }
    };
    places.layers = if united { vec![PathBuf::from(OPT)] } else { placed };
    Ok(())
}

/// An empty folder in memory over a path.
fn cover(path: &str, mode: u32) -> Result<()> {
    let options = std::ffi::CString::new(format!("mode={mode:o},size=1m,nr_inodes=1k")).unwrap_or_default();
    mount("tmpfs", path, "tmpfs", MountFlags::NOSUID | MountFlags::NODEV, Some(options.as_c_str()))
}

/// The server's data and files, and what of the machine's is of no use to a function but may be to an attacker.
fn hide(hidden: &[PathBuf]) {
    let others = ["/run/user", "/dev/shm", "/mnt", "/media", "/srv", "/home", "/root"].map(PathBuf::from);
    for path in hidden.iter().chain(&others) {
        let covered = ["/var", TMP].iter().any(|gone| path.starts_with(gone));
        let Some(text) = path.to_str().filter(|_| !covered) else { continue };
        // Where one fails landlock is the second wall, and what took is reported.
        if path.is_dir() && cover(text, 0o555).is_ok() {
            read_only(text);
        } else if path.is_file() {
            let _ = mount_bind("/dev/null", text);
        }
    }
}

fn folder(path: &str) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o755).create(path);
    made.map_err(|error| rustix::io::Errno::from_io_error(&error).unwrap_or(rustix::io::Errno::IO))
}

fn read_only(path: &str) {
    remount(path, MountFlags::RDONLY);
}

/// May fail where the mount beneath has flags that a user namespace must not take away; permissions and landlock stand.
fn remount(path: &str, flags: MountFlags) {
    let flags = flags | MountFlags::BIND | MountFlags::NOSUID | MountFlags::NODEV;
    let _ = mount_remount(path, flags, c"");
}
