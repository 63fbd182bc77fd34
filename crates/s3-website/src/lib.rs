//! s3-website
