//! model-iam
