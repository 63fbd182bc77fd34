//! model-s3
