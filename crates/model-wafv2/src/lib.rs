//! model-wafv2
