//! Zip archives of a few texts, stored as they are (PKWARE APPNOTE 6.3, without compression).

/// An archive of named files.
pub fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let offset = length(bytes.len());
        let common = entry(name, content.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(name.as_bytes());
        bytes.extend(content.as_bytes());
        // The directory's entry: version made by, the same again, comment, disk and attributes of none.
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, size, count) = (length(bytes.len()), length(directory.len()), files.len());
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\x00\x00\x00\x00");
    for _ in 0..2 {
        bytes.extend(u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes());
    }
    bytes.extend(size.to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

/// What an entry says of itself at both places: version needed, flags (names in UTF-8), method, time, sizes.
fn entry(name: &str, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x0a, 0x00, 0x00, 0x08, 0x00, 0x00];
    // 1 January 1980, the first day that the format knows.
    bytes.extend([0x00, 0x00, 0x21, 0x00]);
    bytes.extend(crc32(content).to_le_bytes());
    bytes.extend(length(content.len()).to_le_bytes());
    bytes.extend(length(content.len()).to_le_bytes());
    bytes.extend(u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        let bytes = archive(&[("a.txt", "hello")]);
        assert!(bytes.starts_with(b"PK\x03\x04"));
        assert_eq!(bytes.len(), 30 + 5 + 5 + 46 + 5 + 22);
    }
}
