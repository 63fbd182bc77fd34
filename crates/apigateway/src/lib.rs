//! apigateway
