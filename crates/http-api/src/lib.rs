//! The data plane of HTTP APIs: routes, JWT authorizers, integrations (API Gateway developer guide, "HTTP APIs").
