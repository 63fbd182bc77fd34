//! The server as a whole, in this process: real listeners on free ports, real bytes on the wire.

#[cfg(test)]
mod access;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod doors;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tls;
