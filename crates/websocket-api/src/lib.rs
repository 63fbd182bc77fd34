//! The data plane of WebSocket APIs: routes by message, connections (API Gateway developer guide, "WebSocket APIs").
