//! `posyandu-server`: one binary that a desa, a puskesmas or a kabupaten runs. It serves the app and keeps the ledger.

use std::process::ExitCode;

use clap::Parser as _;
use posyandu::server::commands;
use posyandu::server::options::Options;

fn main() -> ExitCode {
    match commands::run(Options::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("posyandu-server: {error}");
            ExitCode::FAILURE
        }
    }
}
