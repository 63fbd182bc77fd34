//! model-apigatewayv2
