use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use proptest::prelude::*;

use super::*;

/// One entry of a zip made for a test; every field as it is to stand there.
#[derive(Clone)]
struct Made {
    name: Vec<u8>,
    content: Vec<u8>,
    method: u16,
    flags: u16,
    mode: u32,
    /// Said instead of the content's length.
    size: Option<u32>,
    crc: Option<u32>,
    local_name: Option<Vec<u8>>,
}

fn file(name: &str, content: &[u8]) -> Made {
    let name = name.as_bytes().to_vec();
    let content = content.to_vec();
    Made { name, content, method: 8, flags: 0x800, mode: 0o100_644, size: None, crc: None, local_name: None }
}

fn link(name: &str, target: &str) -> Made {
    Made { mode: 0o120_777, method: 0, ..file(name, target.as_bytes()) }
}

fn zip(entries: &[Made]) -> Vec<u8> {
    let (mut out, mut central) = (Vec::new(), Vec::new());
    for entry in entries {
        let packed = if entry.method == 8 { deflate(&entry.content) } else { entry.content.clone() };
        let mut crc = Crc::new();
        crc.update(&entry.content);
        let size = entry.size.unwrap_or(u32::try_from(entry.content.len()).unwrap());
        let numbers = |name: &[u8]| {
            let mut bytes = Vec::new();
            bytes.extend(20_u16.to_le_bytes());
            bytes.extend(entry.flags.to_le_bytes());
            bytes.extend(entry.method.to_le_bytes());
            bytes.extend([0; 4]);
            bytes.extend(entry.crc.unwrap_or(crc.sum()).to_le_bytes());
            bytes.extend(u32::try_from(packed.len()).unwrap().to_le_bytes());
            bytes.extend(size.to_le_bytes());
            bytes.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
            bytes.extend([0; 2]);
            bytes
        };
        let offset = u32::try_from(out.len()).unwrap();
        let local = entry.local_name.as_ref().unwrap_or(&entry.name);
        out.extend([b"PK\x03\x04".as_slice(), &numbers(local), local, &packed].concat());
        let modes = [[0; 4].as_slice(), &(entry.mode << 16).to_le_bytes(), &offset.to_le_bytes()].concat();
        central
            .extend([b"PK\x01\x02\x14\x03".as_slice(), &numbers(&entry.name), &[0; 2], &modes, &entry.name].concat());
    }
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    let sizes = [u32::try_from(central.len()).unwrap().to_le_bytes(), u32::try_from(out.len()).unwrap().to_le_bytes()];
    let end = [b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count, &sizes.concat(), &[0; 2]].concat();
    [out, central, end].concat()
}

fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn unpacked(zip: &[u8]) -> (tempfile::TempDir, Result<(), CodeError>) {
    let folder = tempfile::tempdir().unwrap();
    let done = unpack::unpack(zip, &folder.path().join("in"));
    (folder, done)
}

#[test]
fn files_folders_links_and_programs_are_unpacked_as_they_are() {
    use std::os::unix::fs::PermissionsExt as _;
    let program = Made { mode: 0o100_755, method: 0, ..file("bootstrap", b"#!/bin/sh\n") };
    let folder = Made { method: 0, ..file("empty/", b"") };
    let zip = zip(&[file("pkg/app.py", b"print(1)"), program, folder, link("pkg/start", "../bootstrap")]);
    assert_eq!(check(&zip), Ok(CodeInfo { unpacked_size: 8 + 10 + 12, entries: 4 }));
    let (home, done) = unpacked(&zip);
    done.unwrap();
    let at = |path: &str| home.path().join("in").join(path);
    assert_eq!(std::fs::read(at("pkg/app.py")).unwrap(), b"print(1)");
    assert_eq!(std::fs::read(at("pkg/start")).unwrap(), b"#!/bin/sh\n");
    assert!(at("empty").is_dir());
    let mode = |path: &str| std::fs::metadata(at(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("bootstrap"), mode("pkg/app.py")), (0o755, 0o644));
}

#[test]
fn what_would_leave_the_folder_is_refused() {
    let name = |name: &str| Err(CodeError::Path(name.to_owned()));
    assert_eq!(check(&zip(&[file("../evil", b"")])), name("../evil"));
    assert_eq!(check(&zip(&[file("a/../../evil", b"")])), name("a/../../evil"));
    assert_eq!(check(&zip(&[file("/etc/cron.d/evil", b"")])), name("/etc/cron.d/evil"));
    assert_eq!(check(&zip(&[link("a", "../../etc")])), Err(CodeError::Link("a".to_owned())));
    assert_eq!(check(&zip(&[link("a", "/etc/passwd")])), Err(CodeError::Link("a".to_owned())));
    let through = [link("a", "b"), file("a/evil", b"x")];
    assert_eq!(check(&zip(&through)), Err(CodeError::Duplicate("a/evil".to_owned())));
}

#[test]
fn bad_entries_are_refused_by_their_name() {
    let twice = [file("app.py", b"1"), file("./app.py", b"2")];
    assert_eq!(check(&zip(&twice)), Err(CodeError::Duplicate("app.py".to_owned())));
    let encrypted = Made { flags: 1, ..file("app.py", b"1") };
    assert_eq!(check(&zip(&[encrypted])), Err(CodeError::Encrypted("app.py".to_owned())));
    let bzip = Made { method: 12, ..file("app.py", b"1") };
    assert_eq!(check(&zip(&[bzip])), Err(CodeError::Compression("app.py".to_owned())));
    let device = Made { mode: 0o020_666, ..file("null", b"") };
    assert_eq!(check(&zip(&[device])), Err(CodeError::Kind("null".to_owned())));
    let wrong = Made { crc: Some(7), ..file("app.py", b"1") };
    assert_eq!(check(&zip(&[wrong])), Err(CodeError::Checksum("app.py".to_owned())));
    let two_faced = Made { local_name: Some(b"b.py".to_vec()), ..file("a.py", b"1") };
    assert_eq!(check(&zip(&[two_faced])), Err(CodeError::Malformed("an entry bears two names")));
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    let honest = Made { size: Some(u32::try_from(MAX_UNPACKED).unwrap()), ..file("a", b"") };
    assert_eq!(check(&zip(&[honest, file("b", b"x")])), Err(CodeError::TooLarge));
    let liar = Made { size: Some(10), ..file("a", &vec![0; 1 << 20]) };
    assert_eq!(check(&zip(&[liar])), Err(CodeError::Malformed("an entry is longer than it says")));
    let short = Made { size: Some(10), ..file("a", b"12345") };
    assert_eq!(check(&zip(&[short])), Err(CodeError::Malformed("an entry is shorter than it says")));
}

#[test]
fn what_is_no_zip_is_refused() {
    for bytes in [b"".as_slice(), b"PK\x05\x06", b"not a zip at all, but long enough to hold one"] {
        assert!(matches!(check(bytes), Err(CodeError::Malformed(_))));
    }
    let good = zip(&[file("app.py", b"print(1)")]);
    for end in 0..good.len() {
        assert!(check(&good[..end]).is_err(), "cut at {end}");
    }
    let (home, done) = unpacked(&good[..good.len() - 1]);
    assert!(done.is_err());
    assert!(!home.path().join("in").exists(), "nothing is written of what is refused");
}

#[test]
fn a_folder_with_broken_content_is_refused_by_both() {
    let zip = zip(&[Made { crc: Some(1), ..file("a/", b"x") }]);
    assert!(check(&zip).is_err());
    assert!(unpacked(&zip).1.is_err());
}

#[test]
fn a_script_before_the_zip_does_no_harm() {
    let mut zip = zip(&[file("app.py", b"print(1)")]);
    zip.splice(0..0, *b"#!/bin/sh\nexit\n");
    assert_eq!(check(&zip), Ok(CodeInfo { unpacked_size: 8, entries: 1 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_is_written_outside_whatever_the_zip_says(
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        names in proptest::collection::vec("[a./\\\\]{1,8}", 1..5),
    ) {
        let entries: Vec<Made> = names.iter().enumerate().map(|(n, name)| match n % 2 {
            0 => file(name, name.as_bytes()),
            _ => link(name, "../a/.."),
        }).collect();
        let mut bytes = zip(&entries);
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let checked = check(&bytes);
        let (home, done) = unpacked(&bytes);
        prop_assert_eq!(checked.is_ok(), done.is_ok());
        let outside: Vec<_> = std::fs::read_dir(home.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
        prop_assert!(outside.iter().all(|name| name == "in"), "{outside:?}");
    }
}
