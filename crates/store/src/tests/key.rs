use crate::{KeyError, MasterKey, Sealer};

fn same_key(one: &MasterKey, other: &MasterKey) -> bool {
    Sealer::new(one).derive("x") == Sealer::new(other).derive("x")
}

#[test]
fn a_key_is_made_once_and_read_ever_after() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    let made = MasterKey::load_or_create(&path, |bytes| bytes.fill(9)).unwrap();
    let read = MasterKey::load_or_create(&path, |_| panic!("made anew")).unwrap();
    assert!(same_key(&made, &read));
    assert!(same_key(&made, &MasterKey::from_bytes([9; 32])));
}

#[cfg(unix)]
#[test]
fn the_file_is_the_owners_alone_or_refused() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    MasterKey::load_or_create(&path, |bytes| bytes.fill(9)).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    for mode in [0o640, 0o604, 0o620] {
        set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let refused = MasterKey::load_or_create(&path, |_| panic!("made anew")).err();
        assert!(matches!(refused, Some(KeyError::Open)), "{mode:o}: {refused:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_of_another_length_is_refused_and_kept() {
    use std::io::Write;
    for length in [0, 31, 33, 4096] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let mut file = crate::key::private(std::fs::OpenOptions::new().write(true).create(true)).open(&path).unwrap();
        file.write_all(&vec![1; length]).unwrap();
        let refused = MasterKey::load_or_create(&path, |_| panic!("made anew")).err();
        assert!(matches!(refused, Some(KeyError::Length)), "{length}: {refused:?}");
        assert_eq!(std::fs::metadata(&path).unwrap().len(), length as u64);
    }
}

#[test]
fn a_folder_that_is_not_there_is_the_disks_answer() {
    let folder = tempfile::tempdir().unwrap();
    let refused = MasterKey::load_or_create(&folder.path().join("no/master.key"), |bytes| bytes.fill(9)).err();
    assert!(matches!(refused, Some(KeyError::Io(_))));
}
