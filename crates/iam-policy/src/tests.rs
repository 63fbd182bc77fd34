//! Four harnesses over one engine: cases as data, documents that are refused, every sentence, and an independent slow
//! evaluator that must agree on the cases and on random scenes.

mod bounds;
mod cases;
mod documents;
mod gateway_tables;
mod public;
mod random;
mod scene;
mod sentences;
mod slow;
