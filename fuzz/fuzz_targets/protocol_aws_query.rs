//! awsQuery, over the model of STS.
#![no_main]

use std::sync::LazyLock;

use aws_protocol::Protocol;
use libfuzzer_sys::fuzz_target;

static PROTOCOL: LazyLock<Protocol> = LazyLock::new(|| Protocol::new(&model_sts::MODEL));

fuzz_target!(|data: &[u8]| fuzz::decode(&PROTOCOL, data));
