//! One file an operation, named after it: rules first, then one store transaction, then the answer. Each begins with
//! what of AWS's behaviour it leaves out. Rules that several operations share live in `rules/`.
