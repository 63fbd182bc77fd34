//! model-sts
