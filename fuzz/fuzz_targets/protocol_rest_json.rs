//! restJson1, over the model of API Gateway.
#![no_main]

use std::sync::LazyLock;

use aws_protocol::Protocol;
use libfuzzer_sys::fuzz_target;

static PROTOCOL: LazyLock<Protocol> = LazyLock::new(|| Protocol::new(&model_apigateway::MODEL));

fuzz_target!(|data: &[u8]| fuzz::decode(&PROTOCOL, data));
