//! The server as a browser and a phone meet it: real requests over loopback.

mod accounts;
mod app;
mod commands;
mod door;
mod events;
mod kept;
mod limits;
mod protocol;
mod rights;
mod support;
