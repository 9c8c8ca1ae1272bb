//! The command line: what the server can be told.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::domain::rights::Role;
use crate::domain::scope::Class;

/// One binary that a desa, a puskesmas or a kabupaten runs.
#[derive(Debug, Parser)]
#[command(name = "posyandu-server", version, about, arg_required_else_help = true)]
pub struct Options {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the command line asks for.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the folder of a new server: its database and its root key
    Init(Init),
    /// Say which posyandu there are
    #[command(subcommand)]
    Posyandu(Posyandu),
    /// Say who may sign in
    #[command(subcommand)]
    User(User),
    /// Print the link, and its QR code, that makes one phone a phone of one person
    Activation(Activation),
    /// Serve the app and the ledger
    Serve(Serve),
    /// Copy the whole server into one file, also while it runs
    Backup(Backup),
    /// Make a folder from a backup
    Restore(Restore),
    /// Print who looked at what, newest first
    ///
    /// A line for each minute, account, database and what was done. Addresses are not kept, nor what was read. A running
    /// server writes down what it noted every ten seconds.
    Access(Access),
    /// Erase for good what a database holds of a person or a complaint, here and on every phone
    ///
    /// Without --yes it only says what would go. What a phone that was away brings of it later was not named: run it again
    /// then.
    Erase(Erase),
    /// Prepare a CouchDB to hold the databases of this server; may be run again
    Provision(Provision),
    /// Carry everything that moves into a CouchDB, or bring it back; may be run again, also while the server serves
    ///
    /// It asks first what is missing, so a second run carries nothing. tabel-… stays on this server.
    Copy(Copy),
}

/// The folder of a server.
#[derive(Args, Clone, Debug)]
pub struct Data {
    /// The server's folder
    #[arg(long, value_name = "FOLDER", default_value = "data")]
    pub data: PathBuf,
}

/// `init`
#[derive(Args, Debug)]
pub struct Init {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: Data,
    /// Fill it with an invented posyandu and a person for every role; every phone shows that it is practice
    #[arg(long)]
    pub practice: bool,
    /// With --practice: do nothing when the folder is there already
    #[arg(long, requires = "practice")]
    pub once: bool,
}

/// `posyandu`
#[derive(Debug, Subcommand)]
pub enum Posyandu {
    /// Add one; its database is made when its first phone comes
    Add(AddPosyandu),
    /// List all
    List(Data),
}

/// `posyandu add`
#[derive(Args, Debug)]
pub struct AddPosyandu {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: Data,
    /// What it is called
    #[arg(long)]
    pub nama: String,
    /// Code of its desa, 10 digits (Kemendagri)
    #[arg(long, value_parser = desa)]
    pub desa: String,
    /// Names of desa, kecamatan, kabupaten and provinsi, with commas between them
    #[arg(long, value_name = "NAMES", default_value = "")]
    pub tempat: String,
}

/// `user`
#[derive(Debug, Subcommand)]
pub enum User {
    /// Add a person with what she does, and where
    Add(AddUser),
    /// List everybody and their phones
    List(Data),
    /// Cut off a lost phone, or all phones of a person
    Strike(Strike),
}

/// `user add`
#[derive(Args, Debug)]
pub struct AddUser {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: Data,
    /// Her name
    #[arg(long)]
    pub nama: String,
    /// kader, bidan, pengurus, pengendali, pemdes, opd, pembina or pengelola; may be given again
    #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role)]
    pub roles: Vec<String>,
    /// Number of her posyandu, from `posyandu list` (kader, bidan)
    #[arg(long, value_name = "NUMBER")]
    pub posyandu: Option<i64>,
    /// Desa of 10 digits, kabupaten of 4, or <kabupaten>-<opd>; may be given again
    #[arg(long = "area", value_name = "AREA", value_parser = area)]
    pub areas: Vec<String>,
}

/// `user strike`
#[derive(Args, Debug)]
pub struct Strike {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: Data,
    /// Number of a person: all her phones
    #[arg(long, value_name = "NUMBER", required_unless_present = "account", conflicts_with = "account")]
    pub user: Option<i64>,
    /// Name of one phone's account
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// The phone is lost: should it ever connect again, everything on it is wiped, whoever used it
    #[arg(long)]
    pub lost: bool,
}

/// `activation`
#[derive(Args, Debug)]
pub struct Activation {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: Data,
    /// Number of the person, from `user list`
    #[arg(long, value_name = "NUMBER")]
    pub user: i64,
    /// Where phones reach this server; for ever, because what a phone keeps belongs to it
    #[arg(long, value_name = "URL", default_value = "http://localhost:8686", value_parser = origin)]
    pub origin: String,
    /// Print the link alone
    #[arg(long)]
    pub plain: bool,
}

/// `serve`
#[derive(Args, Clone, Debug)]
pub struct Serve {
    /// Address to listen on (127.0.0.1: this machine only; 0.0.0.0: the network too)
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub bind: IpAddr,
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 8686)]
    pub port: u16,
    /// Folder of the built app
    #[arg(long, value_name = "FOLDER", default_value = "dist")]
    pub app: PathBuf,
    /// The server's folder; without it the app is served alone
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// Where phones reach this server, when it is not the address it listens on
    #[arg(long, value_name = "URL", value_parser = origin)]
    pub origin: Option<String>,
    /// How long a session lasts without a request
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(i64).range(2..=2_592_000))]
    pub session_seconds: i64,
    /// Browsers come by HTTPS, through something in front of this server: cookies say Secure
    #[arg(long)]
    pub https: bool,
    /// Something in front of this server says in X-Forwarded-For who asks
    #[arg(long)]
    pub behind_proxy: bool,
    /// How long the access log is kept
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(i64).range(1..=36_500))]
    pub access_days: i64,
    /// The CouchDB that keeps all databases but tabel-…, like http://127.0.0.1:5984: a door to it is opened for the proxy,
    /// and what the root says is carried there; its administrator comes from COUCHDB_USER and COUCHDB_PASSWORD
    #[arg(long, value_name = "URL", requires_all = ["couchdb_secret", "data"])]
    pub couchdb: Option<String>,
    /// File with the secret that CouchDB has too ([chttpd_auth] secret): 32 letters and digits or more
    #[arg(long, value_name = "FILE", requires = "couchdb")]
    pub couchdb_secret: Option<PathBuf>,
    /// With --couchdb: where the proxy asks who may pass; nobody but the proxy may reach it
    #[arg(long, value_name = "ADDRESS:PORT", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 8687)))]
    pub door: SocketAddr,
}

/// `backup`
#[derive(Args, Debug)]
pub struct Backup {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: Data,
    /// The file to write; it must not be there yet
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
}

/// `access`
#[derive(Args, Debug)]
pub struct Access {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: Data,
    /// Of one phone's account, from `user list`
    #[arg(long, value_name = "NAME", conflicts_with = "user")]
    pub account: Option<String>,
    /// Of all phones of a person, by her number
    #[arg(long, value_name = "NUMBER")]
    pub user: Option<i64>,
    /// Lines at most
    #[arg(long, value_name = "LINES", default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000_000))]
    pub limit: i64,
}

/// `erase`
#[derive(Args, Debug)]
pub struct Erase {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: Data,
    /// The database: posyandu-<32 hex>, aduan-<desa> or opd-<kabupaten>-<opd>; another one is erased by itself
    #[arg(long, value_name = "DATABASE", value_parser = database)]
    pub db: String,
    /// Whom or what it is about, as its events name it: 32 hex of a person, a family or a complaint; may be given again
    #[arg(long = "subject", value_name = "ID", required = true, value_parser = subject)]
    pub subjects: Vec<String>,
    /// Also what names it: visits, attendance, what joined it with another record
    #[arg(long)]
    pub related: bool,
    /// Do it; nothing brings it back
    #[arg(long)]
    pub yes: bool,
}

/// `provision`
#[derive(Args, Debug)]
pub struct Provision {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: Data,
    /// The CouchDB, like http://127.0.0.1:5984; its administrator comes from COUCHDB_USER and COUCHDB_PASSWORD
    #[arg(long, value_name = "URL")]
    pub couchdb: String,
    /// Databases to prepare instead of all that move
    #[arg(value_name = "DATABASE")]
    pub databases: Vec<String>,
}

/// `copy`
#[derive(Args, Debug)]
pub struct Copy {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: Data,
    /// The CouchDB, like http://127.0.0.1:5984; its administrator comes from COUCHDB_USER and COUCHDB_PASSWORD
    #[arg(long, value_name = "URL")]
    pub couchdb: String,
    /// From the CouchDB to this server: before erasing, before a backup, or to go back to this server
    #[arg(long)]
    pub back: bool,
    /// Databases instead of all that move
    #[arg(value_name = "DATABASE")]
    pub databases: Vec<String>,
}

/// `restore`
#[derive(Args, Debug)]
pub struct Restore {
    /// The new folder; it must not hold a server
    #[arg(long, value_name = "FOLDER", default_value = "data")]
    pub data: PathBuf,
    /// The file that `backup` wrote
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// The server's root key, kept apart from the backup: root.key of its folder
    #[arg(long, value_name = "FILE")]
    pub root_key: PathBuf,
    /// What the root said since the backup: words.txt of the old folder; by itself the one beside the root key
    #[arg(long, value_name = "FILE")]
    pub words: Option<PathBuf>,
}

fn desa(text: &str) -> Result<String, &'static str> {
    let is_desa = text.len() == 10 && text.bytes().all(|it| it.is_ascii_digit());
    if is_desa { Ok(text.to_owned()) } else { Err("a desa has 10 digits") }
}

fn role(text: &str) -> Result<String, &'static str> {
    Role::of(text).map(|it| it.word().to_owned()).ok_or("no such role")
}

fn database(text: &str) -> Result<String, &'static str> {
    Class::of(text).map(|_| text.to_owned()).ok_or("no database has such a name")
}

fn subject(text: &str) -> Result<String, &'static str> {
    let is_subject = !text.is_empty() && text.trim() == text && !text.contains(char::is_control);
    if is_subject { Ok(text.to_owned()) } else { Err("a subject is a name without blanks around it") }
}

fn area(text: &str) -> Result<String, &'static str> {
    let (code, office) = text.split_once('-').map_or((text, None), |(code, office)| (code, Some(office)));
    let is_code = code.bytes().all(|it| it.is_ascii_digit());
    let is_office = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_lowercase() || it == b'_');
    let is_area = match office {
        Some(office) => code.len() == 4 && is_office(office),
        None => matches!(code.len(), 4 | 10),
    };
    if is_area && is_code { Ok(text.to_owned()) } else { Err("4 digits, 10 digits, or 4 digits, - and an office") }
}

fn origin(text: &str) -> Result<String, &'static str> {
    let text = text.trim_end_matches('/');
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_origin = host.is_some_and(|it| !it.is_empty() && !it.contains(['/', '#', '?', ' ']));
    if is_origin { Ok(text.to_owned()) } else { Err("an origin is http:// or https:// and a host, without a path") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, clap::Error> {
        Options::try_parse_from(std::iter::once("posyandu-server").chain(line.split_whitespace())).map(|it| it.command)
    }

    #[track_caller]
    fn serve(line: &str) -> Serve {
        match parse(line) {
            Ok(Command::Serve(serve)) => serve,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_command_line_is_whole() {
        <Options as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn serves_this_machine_only_unless_told() {
        let usual = serve("serve");
        assert_eq!((usual.bind.to_string().as_str(), usual.port), ("127.0.0.1", 8686));
        assert_eq!((usual.app, usual.data), ("dist".into(), None));
        let told = serve("serve --bind 0.0.0.0 --port 80 --app /srv/app --data /srv/data");
        assert_eq!((told.bind.to_string().as_str(), told.port), ("0.0.0.0", 80));
        assert_eq!(told.data, Some("/srv/data".into()));
        assert_eq!(serve("serve --bind ::1").bind.to_string(), "::1");
        assert_eq!(serve("serve --bind 0.0.0.0").door.to_string(), "127.0.0.1:8687");
    }

    #[test]
    fn a_mistake_is_named() {
        for (line, says) in [
            ("run", "unrecognized subcommand"),
            ("serve --prot 1", "unexpected argument '--prot'"),
            ("serve --port", "a value is required"),
            ("serve --port 99999", "invalid value '99999'"),
            ("user add --nama x", "--role"),
            ("user add --nama x --role raja", "no such role"),
            ("user add --nama x --role opd --area 99", "4 digits"),
            ("posyandu add --nama x --desa 99", "a desa has 10 digits"),
            ("activation --user 1 --origin example.invalid", "an origin is"),
            ("user strike", "--user"),
            ("access --user 1 --account x", "cannot be used with"),
            ("access --limit 0", "invalid value '0'"),
            ("erase --db posyandu-1 --subject x", "no database has such a name"),
            ("erase --db aduan-9901012001", "--subject"),
            ("erase --db aduan-9901012001 --subject", "a value is required"),
            ("serve --data x --couchdb http://127.0.0.1:5984", "--couchdb-secret"),
            ("serve --couchdb http://127.0.0.1:5984 --couchdb-secret x", "--data"),
            ("serve --data x --couchdb-secret x", "--couchdb"),
            ("copy", "--couchdb"),
        ] {
            let error = parse(line).expect_err(line).to_string();
            assert!(error.contains(says), "{line}: {error}");
        }
    }
}
