//! The command line, read without a library: one subcommand and three options.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// What to print for `--help` and after a mistake.
pub const USAGE: &str = "\
usage: posyandu-server serve [--bind ADDRESS] [--port PORT] [--app FOLDER]

  --bind   address to listen on (127.0.0.1: this machine only; 0.0.0.0: the network too)
  --port   port to listen on (8686; 0 takes a free one)
  --app    folder of the built app (dist)";

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Print the usage and end well.
    Help,
    /// Serve the app.
    Serve(Serve),
}

/// How to serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serve {
    /// Where to listen.
    pub address: SocketAddr,
    /// The folder that `tools/build.sh` wrote.
    pub app: PathBuf,
}

/// Why a command line cannot be followed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// No subcommand, or one that does not exist.
    #[error("expected the subcommand serve")]
    Subcommand,
    /// An option that does not exist.
    #[error("unknown option {0}")]
    Unknown(String),
    /// An option at the end, without its value.
    #[error("option {0} needs a value")]
    NoValue(String),
    /// A value that does not fit its option.
    #[error("option {option} cannot be {value}")]
    BadValue {
        /// The option.
        option: String,
        /// What was given.
        value: String,
    },
}

/// Reads the arguments after the program's name.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Command, OptionsError> {
    let mut arguments = arguments.into_iter();
    match arguments.next().as_deref() {
        Some("serve") => {}
        Some("--help" | "-h" | "help") => return Ok(Command::Help),
        _ => return Err(OptionsError::Subcommand),
    }
    let mut bind = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let mut port = 8686;
    let mut app = PathBuf::from("dist");
    while let Some(option) = arguments.next() {
        if matches!(option.as_str(), "--help" | "-h") {
            return Ok(Command::Help);
        }
        if !matches!(option.as_str(), "--bind" | "--port" | "--app") {
            return Err(OptionsError::Unknown(option));
        }
        let Some(value) = arguments.next() else {
            return Err(OptionsError::NoValue(option));
        };
        let bad = |value: String| OptionsError::BadValue { option: option.clone(), value };
        match option.as_str() {
            "--bind" => bind = value.parse().map_err(|_| bad(value))?,
            "--port" => port = value.parse().map_err(|_| bad(value))?,
            _ => app = PathBuf::from(value),
        }
    }
    Ok(Command::Serve(Serve { address: SocketAddr::new(bind, port), app }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Result<Command, OptionsError>) {
        assert_eq!(parse(line.split_whitespace().map(String::from)), expected);
    }

    fn serve(address: &str, app: &str) -> Result<Command, OptionsError> {
        Ok(Command::Serve(Serve { address: address.parse().unwrap(), app: app.into() }))
    }

    #[test]
    fn serves_this_machine_only_unless_told() {
        check("serve", serve("127.0.0.1:8686", "dist"));
        check("serve --bind 0.0.0.0 --port 80 --app /srv/app", serve("0.0.0.0:80", "/srv/app"));
        check("serve --bind ::1", serve("[::1]:8686", "dist"));
    }

    #[test]
    fn a_mistake_is_named() {
        check("", Err(OptionsError::Subcommand));
        check("run", Err(OptionsError::Subcommand));
        check("serve --prot 1", Err(OptionsError::Unknown("--prot".into())));
        check("serve --port", Err(OptionsError::NoValue("--port".into())));
        check("serve --port 99999", Err(OptionsError::BadValue { option: "--port".into(), value: "99999".into() }));
        check("serve --help", Ok(Command::Help));
    }
}
