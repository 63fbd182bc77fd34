//! CBOR as CTAP2 writes it: definite lengths, shortest heads, no tags, no floats, four levels, no key twice. Everything
//! else is refused.

/// Levels of arrays and maps.
const MAX_DEPTH: usize = 4;
/// Items of one array, entries of one map.
const MAX_ITEMS: usize = 64;

/// An item that borrows from its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// 0 and above.
    Unsigned(u64),
    /// Below 0: -1 - n.
    Negative(u64),
    Bytes(&'a [u8]),
    Text(&'a str),
    Array(Vec<Self>),
    Map(Vec<(Self, Self)>),
    Bool(bool),
    Null,
}

impl<'a> Item<'a> {
    /// The value of a map's text key.
    pub fn named(&self, name: &str) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(key, _)| key.text() == Some(name)).map(|(_, value)| value)
    }

    /// The value of a map's number key.
    pub fn numbered(&self, number: i64) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(key, _)| key.number() == Some(number)).map(|(_, value)| value)
    }

    /// As a number.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Unsigned(n) => i64::try_from(*n).ok(),
            Self::Negative(n) => i64::try_from(*n).ok().map(|n| -1 - n),
            _ => None,
        }
    }

    /// As bytes.
    pub const fn bytes(&self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// As text.
    pub const fn text(&self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a map without entries.
    pub fn is_empty_map(&self) -> bool {
        matches!(self, Self::Map(entries) if entries.is_empty())
    }
}

/// The first item, and what follows it.
pub fn read(input: &[u8]) -> Option<(Item<'_>, &[u8])> {
    let mut reader = Reader { rest: input };
    let item = reader.item(0)?;
    Some((item, reader.rest))
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    /// Major type and argument; the argument in its shortest form.
    fn head(&mut self) -> Option<(u8, u64)> {
        let first = *self.take(1)?.first()?;
        let (major, short) = (first >> 5, first & 0x1f);
        let (size, least) = match short {
            0..=23 => return Some((major, u64::from(short))),
            24 => (1, 24),
            25 => (2, 1 << 8),
            26 => (4, 1 << 16),
            27 => (8, 1 << 32),
            _ => return None,
        };
        let argument = self.take(size)?.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
        // What has no argument (major type 7) has no longer form here.
        (argument >= least && major != 7).then_some((major, argument))
    }

    fn item(&mut self, depth: usize) -> Option<Item<'a>> {
        let (major, argument) = self.head()?;
        let length = usize::try_from(argument);
        match major {
            0 => Some(Item::Unsigned(argument)),
            1 => Some(Item::Negative(argument)),
            2 => self.take(length.ok()?).map(Item::Bytes),
            3 => std::str::from_utf8(self.take(length.ok()?)?).ok().map(Item::Text),
            4 => self.array(length.ok()?, depth + 1),
            5 => self.map(length.ok()?, depth + 1),
            7 => match argument {
                20 => Some(Item::Bool(false)),
                21 => Some(Item::Bool(true)),
                22 => Some(Item::Null),
                _ => None,
            },
            _ => None,
        }
    }

    fn array(&mut self, length: usize, depth: usize) -> Option<Item<'a>> {
        if length > MAX_ITEMS || depth > MAX_DEPTH {
            return None;
        }
        (0..length).map(|_| self.item(depth)).collect::<Option<_>>().map(Item::Array)
    }

    fn map(&mut self, length: usize, depth: usize) -> Option<Item<'a>> {
        if length > MAX_ITEMS || depth > MAX_DEPTH {
            return None;
        }
        let mut entries: Vec<(Item<'a>, Item<'a>)> = Vec::new();
        for _ in 0..length {
            let key = self.item(depth)?;
            if entries.iter().any(|(known, _)| *known == key) {
                return None;
            }
            entries.push((key, self.item(depth)?));
        }
        Some(Item::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn write(item: &Item<'_>) -> Vec<u8> {
        let head = |major: u8, n: u64| -> Vec<u8> {
            let bytes = n.to_be_bytes();
            match n {
                0..24 => vec![major << 5 | bytes[7]],
                24..0x100 => vec![major << 5 | 24, bytes[7]],
                0x100..0x1_0000 => [&[major << 5 | 25][..], &bytes[6..]].concat(),
                0x1_0000..0x1_0000_0000 => [&[major << 5 | 26][..], &bytes[4..]].concat(),
                _ => [&[major << 5 | 27][..], &bytes].concat(),
            }
        };
        match item {
            Item::Unsigned(n) => head(0, *n),
            Item::Negative(n) => head(1, *n),
            Item::Bytes(bytes) => [head(2, bytes.len() as u64), bytes.to_vec()].concat(),
            Item::Text(text) => [head(3, text.len() as u64), text.as_bytes().to_vec()].concat(),
            Item::Array(items) => [head(4, items.len() as u64), items.iter().flat_map(write).collect()].concat(),
            Item::Map(entries) => {
                let body = entries.iter().flat_map(|(key, value)| [write(key), write(value)].concat()).collect();
                [head(5, entries.len() as u64), body].concat()
            }
            Item::Bool(flag) => head(7, if *flag { 21 } else { 20 }),
            Item::Null => head(7, 22),
        }
    }

    #[test]
    fn what_is_not_of_ctap2_is_refused() {
        let bad: [&[u8]; 14] = [
            b"",
            &[0x18, 23],                                     // a longer head than needed
            &[0x19, 0, 255],                                 // the same, two bytes
            &[0x5f, 0x41, 1, 0xff],                          // bytes without length
            &[0x9f, 0xff],                                   // an array without length
            &[0xc0, 0x00],                                   // a tag
            &[0xf9, 0, 0],                                   // a float
            &[0xf7],                                         // undefined
            &[0x42, 1],                                      // too short
            &[0x61, 0xff],                                   // no UTF-8
            &[0xa2, 1, 1, 1, 2],                             // a key twice
            &[0x81, 0x81, 0x81, 0x81, 0x81, 0x00],           // five levels
            &[0x98, 65],                                     // more items than allowed
            &[0x5b, 255, 255, 255, 255, 255, 255, 255, 255], // a length of the sky
        ];
        for bytes in bad {
            assert_eq!(read(bytes), None, "{bytes:x?}");
        }
        assert_eq!(read(&[0x81, 0x81, 0x81, 0x81, 0x00]).map(|(_, rest)| rest), Some(&[][..]));
    }

    fn leaves() -> impl Strategy<Value = Item<'static>> {
        prop_oneof![
            any::<u64>().prop_map(Item::Unsigned),
            any::<u64>().prop_map(Item::Negative),
            vec(any::<u8>(), 0..300).prop_map(|bytes| Item::Bytes(bytes.leak())),
            "\\PC{0,40}".prop_map(|text| Item::Text(text.leak())),
            any::<bool>().prop_map(Item::Bool),
            Just(Item::Null),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(items in vec(leaves(), 0..20), tail in vec(any::<u8>(), 0..9)) {
            let entries = items.iter().enumerate().map(|(at, item)| (Item::Unsigned(at as u64), item.clone())).collect();
            for item in [Item::Array(items.clone()), Item::Map(entries)] {
                let written = [write(&item), tail.clone()].concat();
                prop_assert_eq!(read(&written), Some((item.clone(), tail.as_slice())));
            }
        }

        #[test]
        fn any_bytes_end_in_an_answer_and_what_is_read_is_written_alike(bytes in vec(any::<u8>(), 0..200)) {
            if let Some((item, rest)) = read(&bytes) {
                prop_assert_eq!([write(&item), rest.to_vec()].concat(), bytes);
            }
        }
    }
}
