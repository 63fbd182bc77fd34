//! API Gateway's HTTP and WebSocket APIs, their control plane (API reference v2, 2018-11-29).
