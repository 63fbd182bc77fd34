//! model-apigateway
