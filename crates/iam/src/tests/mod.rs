//! Through the doors of both services.
