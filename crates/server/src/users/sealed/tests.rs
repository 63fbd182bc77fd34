use super::*;

const COST: Cost = Cost { memory_kib: 8, iterations: 1 };

fn key(byte: u8) -> Given {
    Given::Key(Zeroizing::new([byte; 32]))
}

fn written(given: &Given, lines: &[&str]) -> Vec<u8> {
    let mut writer = Writer::begin(Vec::new(), given, [5; SALT_BYTES], COST).unwrap();
    lines.iter().for_each(|line| writer.line(line).unwrap());
    writer.end().unwrap()
}

fn read(file: &[u8], given: &Given) -> Result<Vec<String>, SealedError> {
    let mut reader = Reader::begin(file, given)?;
    let mut lines = Vec::new();
    while let Some(line) = reader.line()? {
        lines.push(line.to_string());
    }
    Ok(lines)
}

#[test]
fn lines_come_back_whatever_their_length_and_by_either_kind_of_key() {
    let long = "x".repeat(3 * FRAME_BYTES + 17);
    let whole = "y".repeat(FRAME_BYTES - 1);
    for lines in [&[][..], &[""], &["one", "", "three"], &[&long, "short", &long], &[&whole], &[&whole, &whole]] {
        for given in [key(1), Given::Passphrase(Zeroizing::new(b"correct horse battery".to_vec()))] {
            assert_eq!(read(&written(&given, lines), &given).unwrap(), lines);
        }
    }
}

#[test]
fn a_wrong_key_opens_nothing_and_a_key_of_another_kind_is_told() {
    let file = written(&key(1), &["secret"]);
    assert!(!file.windows(6).any(|window| window == b"secret"));
    assert!(matches!(read(&file, &key(2)), Err(SealedError::Refused)));
    let text = Given::Passphrase(Zeroizing::new(vec![1; 32]));
    assert!(matches!(read(&file, &text), Err(SealedError::Kind(_))));
    assert!(matches!(read(&written(&text, &[]), &key(1)), Err(SealedError::Kind(_))));
}

#[test]
fn a_changed_byte_anywhere_is_refused() {
    let file = written(&key(1), &["one", "two"]);
    for at in 0..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(read(&changed, &key(1)).is_err(), "byte {at}");
    }
}

#[test]
fn a_file_that_ends_early_anywhere_is_refused() {
    let long = "x".repeat(2 * FRAME_BYTES);
    let file = written(&key(1), &[&long, "end"]);
    for length in (0..file.len()).step_by(977).chain([file.len() - 1]) {
        assert!(read(&file[..length], &key(1)).is_err(), "{length} bytes");
    }
    // At the very border of two frames, too.
    let first = HEADER_BYTES + 5 + FRAME_BYTES + TAG_BYTES;
    assert!(matches!(read(&file[..first], &key(1)), Err(SealedError::Truncated)));
}

#[test]
fn frames_are_neither_moved_nor_repeated_nor_followed() {
    let long = "x".repeat(3 * FRAME_BYTES);
    let file = written(&key(1), &[&long]);
    let (frame, start) = (5 + FRAME_BYTES + TAG_BYTES, HEADER_BYTES);
    let (head, frames) = file.split_at(start);
    let (first, rest) = frames.split_at(frame);
    let (second, rest) = rest.split_at(frame);
    assert!(matches!(read(&[head, second, first, rest].concat(), &key(1)), Err(SealedError::Refused)));
    assert!(matches!(read(&[head, first, first, second, rest].concat(), &key(1)), Err(SealedError::Refused)));
    assert!(matches!(read(&[&file[..], b"x"].concat(), &key(1)), Err(SealedError::Trailing)));
}

#[test]
fn a_header_that_demands_too_much_is_refused_before_it_costs_anything() {
    let text = Given::Passphrase(Zeroizing::new(b"correct horse battery".to_vec()));
    let file = written(&text, &["one"]);
    for (at, value) in [(18, 0xff), (22, 0xff)] {
        let mut greedy = file.clone();
        greedy[at] = value;
        assert!(matches!(read(&greedy, &text), Err(SealedError::Header)));
    }
    let mut newer = file.clone();
    newer[16] = 2;
    assert!(matches!(read(&newer, &text), Err(SealedError::Version(2))));
    assert!(matches!(read(b"pool,user\n", &text), Err(SealedError::Magic)));
}
