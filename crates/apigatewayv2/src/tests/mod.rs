mod definitions;
mod fixture;
mod sockets;
