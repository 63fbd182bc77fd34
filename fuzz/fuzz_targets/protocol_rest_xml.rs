//! restXml, over the model of S3.
#![no_main]

use std::sync::LazyLock;

use aws_protocol::Protocol;
use libfuzzer_sys::fuzz_target;

static PROTOCOL: LazyLock<Protocol> = LazyLock::new(|| Protocol::new(&model_s3::MODEL));

fuzz_target!(|data: &[u8]| fuzz::decode(&PROTOCOL, data));
