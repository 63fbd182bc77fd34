mod definitions;
mod fixture;
mod openapi;
mod refusals;
mod sockets;
