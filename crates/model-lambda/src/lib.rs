//! model-lambda
