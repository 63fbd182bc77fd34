//! The runtime as a whole: a plan and a request give a response. `fixture` makes plans by hand; what a control plane
//! compiles is tested in its own room.

mod api_keys;
mod authorizer;
mod cases;
mod contexts;
mod fixture;
mod gateway_responses;
mod hot_path;
mod http_endpoint;
mod lambda;
mod limits;
mod payloads;
mod scenarios;
mod stages;
mod streaming;
mod test_invoke;
mod traces;
