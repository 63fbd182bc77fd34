//! Exports of users: any bytes are read within bounds, and what was written comes back whole or not at all.
#![no_main]

use libfuzzer_sys::fuzz_target;
use server::users::key::{Cost, Given};
use server::users::sealed::{Reader, SealedError, Writer};

const COST: Cost = Cost { memory_kib: 8, iterations: 1 };

fn read(file: &[u8], given: &Given) -> Result<Vec<String>, SealedError> {
    let mut reader = Reader::begin(file, given)?;
    let mut lines = Vec::new();
    while let Some(line) = reader.line()? {
        lines.push(line.to_string());
    }
    Ok(lines)
}

fuzz_target!(|data: &[u8]| {
    let key = Given::key([7; 32]);
    assert!(read(data, &key).is_err(), "nobody seals without the key");
    let Some((at, text)) = data.split_first_chunk::<2>() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let lines: Vec<&str> = text.lines().collect();
    let mut writer = Writer::begin(Vec::new(), &key, [1; 32], COST).expect("memory");
    lines.iter().for_each(|line| writer.line(line).expect("a line"));
    let mut file = writer.end().expect("memory");
    assert_eq!(read(&file, &key).expect("as it was written"), lines);
    let at = usize::from(u16::from_le_bytes(*at)) % file.len();
    file[at] ^= 1;
    assert!(read(&file, &key).is_err(), "byte {at} was changed");
});
