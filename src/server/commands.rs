//! What each subcommand does. They may run beside a server that serves: both go through the same file.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::api::door::{self, Door, Secret, SecretError};
use super::api::{Api, Settings};
use super::copy::feed::{self, Feed};
use super::copy::{self, CopyError, Tally};
use super::couch::{Administrator, CouchDb, CouchError};
use super::erase;
use super::files::{Files, FilesError};
use super::http::{self, Site};
use super::office::{self, Office, OfficeError, now_ms};
use super::options::{self, Command};
use super::practice;
use super::readers;
use super::root::{self, RootError};
use super::store::{self, Store, StoreError, docs, people};
use super::words::{self, Word};
use crate::domain::activation::Link;
use crate::domain::base64::URL_SAFE;
use crate::domain::ledger::{Event, Hlc};

/// How long a code is good for.
const CODE_DAYS: i64 = 7;
/// How often the access log is written.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The server's folder.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// The built app.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The CouchDB.
    #[error(transparent)]
    Couch(#[from] CouchError),
    /// Carrying to the CouchDB and back.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// What CouchDB and this server know alone.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// What the system said.
    #[error("{what}: {source}")]
    System {
        /// Of what.
        what: String,
        /// What it said.
        source: std::io::Error,
    },
    /// A number that names nobody.
    #[error("there is no {what} with the number {number}")]
    Unknown {
        /// `user` or `posyandu`.
        what: &'static str,
        /// The number.
        number: i64,
    },
    /// A name that names no account.
    #[error("there is no account of this name")]
    UnknownAccount,
    /// A role without the area it needs.
    #[error("{0}")]
    Area(&'static str),
    /// A link that no QR code holds.
    #[error("the link is too long for a QR code")]
    Qr,
    /// A copy that is not whole.
    #[error("{} is not a whole backup: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        what: String,
    },
    /// A file that would be overwritten.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// What was invented is not what the entrance takes: a mistake in this program.
    #[error("{0} invented documents were refused")]
    Practice(usize),
    /// A name that names no database.
    #[error("there is no database {0} on this server")]
    UnknownDatabase(String),
    /// A database in which nothing is about somebody, or nobody can say about whom.
    #[error("nothing is erased by its subject there: only in posyandu-…, aduan-… and opd-… databases")]
    NotErasable,
    /// A subject that nothing is about.
    #[error("{db} holds nothing about {subject}")]
    NoSubject {
        /// The subject.
        subject: String,
        /// The database.
        db: String,
    },
    /// The entrance did not take what the root said: a mistake in this program.
    #[error("the word of the root was refused: {0}")]
    Refused(&'static str),
    /// The key belongs to another server.
    #[error("this root key is not the one of the backup")]
    OtherRoot,
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        Self::Office(error.into())
    }
}

impl From<RootError> for CommandError {
    fn from(error: RootError) -> Self {
        Self::Office(error.into())
    }
}

impl From<rusqlite::Error> for CommandError {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::from(error).into()
    }
}

fn system(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> CommandError {
    let what = what.into();
    |source| CommandError::System { what, source }
}

/// Does what the command line asks for.
///
/// # Errors
/// [`CommandError`], one plain sentence.
pub fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Init(init) => self::init(&init),
        Command::Posyandu(options::Posyandu::Add(add)) => add_posyandu(&add),
        Command::Posyandu(options::Posyandu::List(data)) => list_posyandu(&data.data),
        Command::User(options::User::Add(add)) => add_user(&add),
        Command::User(options::User::List(data)) => list_users(&data.data),
        Command::User(options::User::Strike(strike)) => self::strike(&strike),
        Command::Activation(activation) => self::activation(&activation),
        Command::Serve(serve) => self::serve(&serve),
        Command::Backup(backup) => self::backup(&backup.data.data, &backup.to),
        Command::Access(access) => tell(access_log(&access)?),
        Command::Erase(erase) => {
            let office = Office::open(&erase.data.data)?;
            tell(erase::erase(&office, &erase)?.into_iter().map(|it| format!("posyandu-server: {it}")))
        }
        Command::Provision(provision) => self::provision(&provision),
        Command::Copy(copy) => carry(&copy),
        Command::Restore(restore) => {
            let words = restore.words.clone().unwrap_or_else(|| words::beside(&restore.root_key));
            self::restore(&restore.data, &restore.from, &restore.root_key, &words)
        }
    }
}

/// Prints lines until nobody reads them any more.
fn tell(lines: impl IntoIterator<Item = String>) -> Result<(), CommandError> {
    let mut out = std::io::stdout().lock();
    let told = lines.into_iter().try_for_each(|it| writeln!(out, "{it}")).and_then(|()| out.flush());
    match told {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(system("output")(error)),
        _ => Ok(()),
    }
}

/// The access log as lines: when (UTC), who with which account, what, in which database, how often, how many documents.
///
/// # Errors
/// [`CommandError`].
pub fn access_log(access: &options::Access) -> Result<Vec<String>, CommandError> {
    let rows = Store::open(&access.data.data)?.read(|connection| {
        if let Some(name) = &access.account
            && people::account(connection, name)?.is_none()
        {
            return Err(CommandError::UnknownAccount);
        }
        if let Some(number) = access.user
            && people::user(connection, number)?.is_none()
        {
            return Err(CommandError::Unknown { what: "user", number });
        }
        Ok(people::accessed(connection, (access.account.as_deref(), access.user), access.limit)?)
    })?;
    let or_none = |it: &str| if it.is_empty() { "-".to_owned() } else { it.to_owned() };
    let line = |it: &people::Accessed| {
        let at = chrono::DateTime::from_timestamp(it.minute.saturating_mul(60), 0).unwrap_or_default();
        let who = it.user.as_ref().map_or_else(|| "-".to_owned(), |(id, nama)| format!("{id} {nama}"));
        let (account, db) = (or_none(&it.account), or_none(&it.db));
        let at = at.format("%Y-%m-%dT%H:%MZ");
        format!("{at}\t{who}\t{account}\t{}\t{db}\t{} times\t{} documents", it.verb, it.times, it.documents)
    };
    Ok(rows.iter().map(line).collect())
}

fn init(init: &options::Init) -> Result<(), CommandError> {
    let folder = &init.data.data;
    if init.once && folder.join(store::FILE).exists() && practice::is_whole(folder)? {
        return Ok(());
    }
    if init.practice {
        practice::make(folder)?;
        println!("posyandu-server: {} is a server to practice with; everybody in it is invented", folder.display());
    } else {
        Office::create(folder, false)?;
        println!("posyandu-server: {} is a new server", folder.display());
    }
    for file in [root::FILE, readers::SYSTEM] {
        println!("posyandu-server: keep a copy of {} apart from it", folder.join(file).display());
    }
    let drawer = folder.join(readers::RECOVERY);
    println!("posyandu-server: move {} into a drawer: it reads what is sealed when nobody else can", drawer.display());
    Ok(())
}

fn add_posyandu(add: &options::AddPosyandu) -> Result<(), CommandError> {
    let office = Office::open(&add.data.data)?;
    let mut names = add.tempat.split(',').map(|it| it.trim().to_owned());
    let tempat = std::array::from_fn(|_| names.next().unwrap_or_default());
    let id = office.store.write(|connection| people::add_posyandu(connection, &add.nama, &add.desa, &tempat))?;
    println!("{id}");
    Ok(())
}

fn list_posyandu(folder: &Path) -> Result<(), CommandError> {
    let office = Office::open(folder)?;
    for it in office.store.read(people::all_posyandu)? {
        println!("{}\t{}\t{}\t{}", it.id, it.nama, it.desa, it.scope.as_deref().unwrap_or("-"));
    }
    Ok(())
}

fn add_user(add: &options::AddUser) -> Result<(), CommandError> {
    let office = Office::open(&add.data.data)?;
    let id = office.store.write(|connection| {
        if let Some(number) = add.posyandu
            && people::posyandu(connection, number)?.is_none()
        {
            return Err(CommandError::Unknown { what: "posyandu", number });
        }
        let id = people::add_user(connection, &add.nama, &add.roles, &add.areas, add.posyandu)?;
        let user = people::user(connection, id)?.ok_or(CommandError::Unknown { what: "user", number: id })?;
        fits(&user)?;
        Office::make_databases(connection, &user)?;
        Ok(id)
    })?;
    println!("{id}");
    Ok(())
}

/// Whether every role has an area in which it means something.
fn fits(user: &people::User) -> Result<(), CommandError> {
    let has = |fits: fn(&str) -> bool| user.own_areas.iter().any(|it| fits(it));
    for role in &user.roles {
        let (is_fit, says) = match role.as_str() {
            "kader" | "bidan" => (user.posyandu.is_some(), "a kader or bidan needs --posyandu"),
            "pengurus" | "pemdes" => {
                (user.posyandu.is_some() || has(|it| it.len() == 10), "this role needs --area with a desa of 10 digits")
            }
            "opd" => (has(|it| it.contains('-')), "an opd needs --area <kabupaten>-<opd>"),
            _ => (has(|it| it.len() == 4), "this role needs --area with a kabupaten of 4 digits"),
        };
        if !is_fit {
            return Err(CommandError::Area(says));
        }
    }
    Ok(())
}

fn list_users(folder: &Path) -> Result<(), CommandError> {
    let office = Office::open(folder)?;
    let (users, accounts) = office
        .store
        .read(|connection| Ok::<_, StoreError>((people::users(connection)?, people::accounts(connection)?)))?;
    for user in users {
        let place = user.posyandu.as_ref().map_or_else(|| user.own_areas.join(" "), |it| it.nama.clone());
        println!("{}\t{}\t{}\t{place}", user.id, user.nama, user.roles.join(" "));
        for account in accounts.iter().filter(|it| it.user.id == user.id) {
            println!("\t{}{}", account.name, if account.is_struck { "\tstruck" } else { "" });
        }
    }
    Ok(())
}

fn strike(strike: &options::Strike) -> Result<(), CommandError> {
    let office = Office::open(&strike.data.data)?;
    let now_ms = now_ms();
    let count = office.store.write(|connection| {
        let all = people::accounts(connection)?;
        let is_meant = |it: &&people::Account| match &strike.account {
            Some(name) => it.name == *name,
            None => Some(it.user.id) == strike.user,
        };
        let mut accounts: Vec<_> = all.iter().filter(is_meant).collect();
        if strike.lost {
            // Whoever holds the phone holds everybody's secrets on it.
            let devices: Vec<String> = accounts.iter().map(|it| it.device.clone()).collect();
            accounts = all.iter().filter(|it| is_meant(it) || devices.contains(&it.device)).collect();
        }
        // A code that nobody used would make another phone of hers.
        let codes = strike.user.map_or(Ok(0), |user| people::void_codes(connection, user))?;
        if accounts.is_empty() && codes == 0 {
            return Err(CommandError::UnknownAccount);
        }
        for account in accounts.iter().copied() {
            strike_one(&office, connection, account, strike.lost, now_ms)?;
        }
        Ok(accounts.len())
    })?;
    let then = if strike.lost { "; a phone that is found again wipes itself when it connects" } else { "" };
    println!("posyandu-server: {count} struck{then}");
    Ok(())
}

/// Strikes one account, and says so in the roster that its phone still reads.
///
/// # Errors
/// [`StoreError`].
pub fn strike_one(
    office: &Office,
    connection: &rusqlite::Connection,
    account: &people::Account,
    is_lost: bool,
    now_ms: i64,
) -> Result<(), StoreError> {
    people::strike(connection, &account.name, now_ms)?;
    // Struck before, and lost only now: its phone hears that, too.
    if account.is_struck && !is_lost {
        return Ok(());
    }
    let pen = office.pen(now_ms);
    for kabupaten in account.user.kabupaten() {
        let tabel = format!("tabel-{kabupaten}");
        let draft = pen.key_ended(account, is_lost);
        let seen = last_word(connection, account, &draft.subject, &tabel)?;
        let event = pen.write_after(connection, &tabel, draft, seen)?;
        office.keep_apart(&tabel, &event.to_text())?;
    }
    Ok(())
}

/// When a root last said something of a key, in the roster or in its posyandu: the end must be later.
fn last_word(
    connection: &rusqlite::Connection,
    account: &people::Account,
    subject: &str,
    tabel: &str,
) -> Result<Option<Hlc>, StoreError> {
    let mut last = None;
    let scope = account.user.posyandu.as_ref().and_then(|it| it.scope.as_deref());
    for name in [Some(tabel), scope].into_iter().flatten() {
        let Some(database) = docs::database(connection, name)? else { continue };
        let words = docs::roots(connection, database.id)?;
        let words = words.iter().filter_map(|it| Event::parse(it).ok()).filter(|it| it.subject() == subject);
        last = words.map(|it| it.at()).chain(last).max();
    }
    Ok(last)
}

/// A new code for a person, as a link.
///
/// # Errors
/// [`CommandError`].
pub fn new_link(office: &Office, user: i64, origin: &str) -> Result<Link, CommandError> {
    let code = URL_SAFE.encode(&root::random::<16>());
    office.store.write(|connection| {
        if people::user(connection, user)?.is_none() {
            return Err(CommandError::Unknown { what: "user", number: user });
        }
        let hash = Sha256::digest(code.as_bytes()).into();
        Ok(people::add_activation(connection, &hash, user, now_ms() + CODE_DAYS * 86_400_000)?)
    })?;
    Ok(Link::new(origin, &code, &office.root()))
}

fn provision(provision: &options::Provision) -> Result<(), CommandError> {
    let couch = CouchDb::new(&provision.couchdb, Administrator::of_environment().as_ref())?;
    let names = if provision.databases.is_empty() {
        let all = Office::open(&provision.data.data)?.store.read(docs::names)?;
        all.into_iter().filter(|it| copy::moves(it)).collect()
    } else {
        provision.databases.clone()
    };
    if couch.prepare_accounts()? {
        println!("_users: made");
    }
    for name in names {
        let done: Vec<String> = couch.prepare(&name)?.iter().map(ToString::to_string).collect();
        println!("{name}: {}", if done.is_empty() { "as it should be".into() } else { done.join(", ") });
    }
    Ok(())
}

/// Carries every database that moves, one after the other, and says of each what was done.
fn carry(carry: &options::Copy) -> Result<(), CommandError> {
    let couch = CouchDb::new(&carry.couchdb, Administrator::of_environment().as_ref())?;
    let office = Office::open(&carry.data.data)?;
    let all: Vec<String> = office.store.read(docs::names)?.into_iter().filter(|it| copy::moves(it)).collect();
    if let Some(stays) = carry.databases.iter().find(|it| !all.contains(it)) {
        let is_known = copy::moves(stays);
        let stays = stays.clone();
        return Err(if is_known { CommandError::UnknownDatabase(stays) } else { CopyError::Stays(stays).into() });
    }
    let names = if carry.databases.is_empty() { all } else { carry.databases.clone() };
    let mut sum = Tally::default();
    for name in &names {
        let mut told = 0;
        let telling = |tally: &Tally| {
            if tally.seen() - told >= 10_000 {
                told = tally.seen();
                println!("{name}: {told} so far");
            }
        };
        let tally = if carry.back {
            copy::back::back(&office, &couch, name, telling)?
        } else {
            couch.prepare(name)?;
            let (tally, end) = copy::out(&office, &couch, name, 0, telling)?;
            copy::set_mark(&office, &couch, name, end)?;
            tally
        };
        println!("{name}: {tally}");
        sum.add(&tally);
    }
    println!("posyandu-server: {} databases: {sum}", names.len());
    // What is refused here is what nobody believes; what is refused there is lacking.
    if carry.back { Ok(()) } else { Ok(sum.whole()?) }
}

fn activation(activation: &options::Activation) -> Result<(), CommandError> {
    let office = Office::open(&activation.data.data)?;
    let link = new_link(&office, activation.user, &activation.origin)?.to_text();
    if is_useless(&activation.origin) {
        // Beside the link, which programs read.
        eprintln!("posyandu-server: {}", warning(&activation.origin, 8686));
    }
    if !activation.plain {
        println!("{}", qr(&link)?);
        println!("Good for one phone and {CODE_DAYS} days:");
    }
    println!("{link}");
    Ok(())
}

/// A QR code, two rows of dots a line.
///
/// # Errors
/// [`CommandError::Qr`].
pub fn qr(text: &str) -> Result<String, CommandError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).map_err(|_| CommandError::Qr)?;
    // Most terminals are dark; a code needs its dark dots on a light ground.
    Ok(code.render::<Dense1x2>().dark_color(Dense1x2::Dark).light_color(Dense1x2::Light).build())
}

fn serve(serve: &options::Serve) -> Result<(), CommandError> {
    let files = Files::read(&serve.app)?;
    let office = serve.data.as_deref().map(Office::open).transpose()?.map(Arc::new);
    let behind = serve.couchdb.as_deref().zip(serve.couchdb_secret.as_deref());
    let behind = behind.map(|(couchdb, secret)| {
        let couch = CouchDb::new(couchdb, Administrator::of_environment().as_ref())?;
        Ok::<_, CommandError>((couch, Secret::read(secret)?))
    });
    let behind = behind.transpose()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(system("threads"))?;
    runtime.block_on(serving(serve, files, office, behind))
}

async fn serving(
    serve: &options::Serve,
    files: Files,
    office: Option<Arc<Office>>,
    behind: Option<(CouchDb, Secret)>,
) -> Result<(), CommandError> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(system("signals"))?;
    let mut terminate = signal(SignalKind::terminate()).map_err(system("signals"))?;
    let wanted = SocketAddr::new(serve.bind, serve.port);
    let listener = TcpListener::bind(wanted).await.map_err(system(wanted.to_string()))?;
    let address = listener.local_addr().map_err(system("address"))?;
    println!("posyandu-server: http://{address}");
    println!("posyandu-server: http://{address}/?latihan has practice data, invented in the browser");
    let origin = serve.origin.clone().unwrap_or_else(|| origin_of(address));
    if let Some(office) = &office {
        office.store.write(|it| readers::announce_everywhere(&office.pen(now_ms()), it))?;
        let drawer = serve.data.iter().map(|it| it.join(readers::RECOVERY)).find(|it| it.exists());
        if office.identity.practice {
            practice::print_links(office, &origin)?;
        } else if let Some(drawer) = drawer {
            println!("posyandu-server: {} still lies here: it belongs in a drawer, apart", drawer.display());
        }
    }
    if let Some(said) = on_phones(serve, &origin, address) {
        println!("posyandu-server: {said}");
    }
    let _ = std::io::stdout().flush();
    let settings = Settings {
        session_seconds: serve.session_seconds,
        is_https: serve.https,
        is_behind_proxy: serve.behind_proxy,
        access_days: serve.access_days,
    };
    let (tell, stop) = watch::channel(false);
    let api = office.clone().map(|office| Arc::new(Api::new(office, settings, stop.clone())));
    let door = match (&api, behind) {
        (Some(api), Some(behind)) => Some(beside(serve, api, behind, stop.clone()).await?),
        _ => None,
    };
    let logging = office.clone().map(|office| tokio::spawn(keep_log(office, settings.access_days, stop)));
    let told = async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        println!("posyandu-server: stopping");
        tell.send_replace(true);
    };
    http::serve(listener, Site { files, api }, told).await.map_err(system("serving"))?;
    for working in logging.into_iter().chain(door) {
        let _ = working.await;
    }
    if let Some(office) = office {
        let _ = tokio::task::spawn_blocking(move || office.store.settle()).await;
    }
    Ok(())
}

/// Opens the door to a CouchDB, and begins to carry to it what the root says; ends when the server stops.
async fn beside(
    serve: &options::Serve,
    api: &Arc<Api>,
    (couch, secret): (CouchDb, Secret),
    mut stop: watch::Receiver<bool>,
) -> Result<tokio::task::JoinHandle<()>, CommandError> {
    let listener = TcpListener::bind(serve.door).await.map_err(system(serve.door.to_string()))?;
    let address = listener.local_addr().map_err(system("address"))?;
    println!("posyandu-server: the proxy asks at http://{address}{}", door::PATH);
    let _ = std::io::stdout().flush();
    let door = Arc::new(Door::new(api.clone(), secret));
    let feed = Feed::new(api.office.clone(), couch, door.clone());
    let feeding = feed::run(feed, stop.clone());
    Ok(tokio::spawn(async move {
        let stopped = async move {
            let _ = stop.wait_for(|it| *it).await;
        };
        let (served, ()) = tokio::join!(http::serve(listener, door, stopped), feeding);
        if let Err(error) = served {
            eprintln!("posyandu-server: the door: {error}");
        }
    }))
}

/// Where browsers find it without HTTPS: `localhost`, where they allow everything, wherever it listens there, too.
fn origin_of(address: SocketAddr) -> String {
    if address.ip().is_unspecified() || address.ip().is_loopback() {
        format!("http://localhost:{}", address.port())
    } else {
        format!("http://{address}")
    }
}

/// Whether a browser gives an app of this origin neither service worker nor keys: `http`, but for its own machine.
fn is_useless(origin: &str) -> bool {
    let Some(host) = origin.strip_prefix("http://") else { return false };
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|it| it.is_ascii_digit()));
    let name = name.map_or(host, |(name, _)| name).trim_matches(['[', ']']);
    let is_loopback = name.parse().is_ok_and(|it: IpAddr| it.is_loopback());
    !(is_loopback || name == "localhost" || name.ends_with(".localhost"))
}

/// What whoever starts a server must know before a phone comes, if anything.
fn on_phones(serve: &options::Serve, origin: &str, address: SocketAddr) -> Option<String> {
    let port = address.port();
    match &serve.origin {
        _ if is_useless(origin) => Some(warning(origin, port)),
        Some(_) => None,
        None if serve.https => None,
        None if address.ip().is_unspecified() => Some(warning(&format!("http://<this machine>:{port}"), port)),
        None => Some(format!("for a phone on a cable: {}", cable(port))),
    }
}

/// What to do where phones come without HTTPS.
fn warning(origin: &str, port: u16) -> String {
    format!(
        "phones need HTTPS: at {origin} their browsers give no service worker, no keys and no camera, so nothing works \
         without a signal. Put something with TLS in front (tools/Caddyfile) and give --origin https://<its name>; to \
         practice by cable instead: {}",
        cable(port)
    )
}

/// How a phone on a cable reaches a server on this machine as its own `localhost`.
fn cable(port: u16) -> String {
    format!("adb reverse tcp:{port} tcp:{port}, then open the link with http://localhost:{port} on it")
}

async fn keep_log(office: Arc<Office>, days: i64, mut stop: watch::Receiver<bool>) {
    let mut is_over = false;
    while !is_over {
        is_over = tokio::select! {
            () = tokio::time::sleep(LOG_EVERY) => false,
            _ = stop.wait_for(|it| *it) => true,
        };
        if is_over {
            // Requests that were begun may still be noted.
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let office = office.clone();
        let written = tokio::task::spawn_blocking(move || {
            office.store.settle_owed();
            office.flush_access(days)
        })
        .await;
        if let Ok(Err(error)) = written {
            eprintln!("posyandu-server: the access log waits: {error}");
        }
    }
}

/// Copies a server into one file, page by page, while it goes on; the copy is whole or is not there.
///
/// # Errors
/// [`CommandError`].
pub fn backup(folder: &Path, to: &Path) -> Result<(), CommandError> {
    if to.exists() {
        return Err(CommandError::Exists(to.into()));
    }
    let store = Store::open(folder)?;
    let part = to.with_extension("part");
    drop(store::private(&part).map_err(system(part.display().to_string()))?);
    let copied = copy(&store, &part).and_then(|()| check(&part));
    if let Err(error) = copied {
        let _ = std::fs::remove_file(&part);
        return Err(error);
    }
    let synced = std::fs::File::open(&part).and_then(|it| it.sync_all()).and_then(|()| std::fs::rename(&part, to));
    synced.map_err(system(to.display().to_string()))?;
    println!("posyandu-server: {} is whole; the root key is not in it", to.display());
    Ok(())
}

/// One reading transaction: what is written meanwhile is not in it, and nobody waits.
fn copy(store: &Store, to: &Path) -> Result<(), CommandError> {
    let mut target = rusqlite::Connection::open(to)?;
    let source = rusqlite::Connection::open(store.path())?;
    source.busy_timeout(Duration::from_secs(10))?;
    source.execute_batch("BEGIN; SELECT count(*) FROM meta;")?;
    {
        let copying = rusqlite::backup::Backup::new(&source, &mut target)?;
        copying.run_to_completion(4096, Duration::ZERO, None)?;
    }
    source.execute_batch("COMMIT")?;
    // Alone, without the log that lies beside a server's file.
    target.pragma_update(None, "journal_mode", "DELETE")?;
    Ok(())
}

fn check(file: &Path) -> Result<(), CommandError> {
    let damaged = |what: String| CommandError::Damaged { path: file.into(), what };
    let connection = rusqlite::Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let says: String = connection
        .pragma_query_value(None, "integrity_check", |row| row.get(0))
        .map_err(|error| damaged(error.to_string()))?;
    if says != "ok" {
        return Err(damaged(says));
    }
    let uuid = store::meta(&connection, "uuid").map_err(|error| damaged(error.to_string()))?;
    uuid.map(drop).ok_or_else(|| damaged("it is no server's".into()))
}

/// Makes a folder from a backup: another epoch, so that no phone believes it has what the copy does not; accounts that
/// were struck stay struck, and what was to be erased is erased before anybody reads it. Codes of then are void: which
/// of them were used since is not known.
///
/// # Errors
/// [`CommandError`].
pub fn restore(folder: &Path, from: &Path, root_key: &Path, words: &Path) -> Result<(), CommandError> {
    check(from)?;
    if [store::FILE, root::FILE, readers::SYSTEM].iter().any(|it| folder.join(it).exists()) {
        return Err(StoreError::Exists(folder.into()).into());
    }
    std::fs::create_dir_all(folder).map_err(system(folder.display().to_string()))?;
    let key = root::read_file(root_key)?;
    let file = folder.join(store::FILE);
    let part = folder.join("posyandu.part");
    let result = words::read(words).map_err(CommandError::from).and_then(|said| {
        restored(from, &part, &key, &said)?;
        Ok(said)
    });
    if result.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    // The next copy needs them again.
    let said = result?;
    for (db, event) in &said {
        words::append(folder, db, &event.to_text())?;
    }
    root::write(folder, &key)?;
    let reader = root_key.with_file_name(readers::SYSTEM);
    if reader.exists() {
        root::write_file(folder.join(readers::SYSTEM), &root::read_file(&reader)?)?;
    } else {
        println!("posyandu-server: no {} was found: tracking codes of before need it", reader.display());
    }
    std::fs::rename(&part, &file).map_err(system(file.display().to_string()))?;
    if said.is_empty() {
        println!(
            "posyandu-server: no {} was found: strike again whatever was struck since the backup",
            words.display()
        );
    }
    println!("posyandu-server: {} is restored; phones send again what is missing in it", folder.display());
    Ok(())
}

fn restored(from: &Path, part: &Path, key: &ed25519_dalek::SigningKey, said: &[Word]) -> Result<(), CommandError> {
    let failed = || system(part.display().to_string());
    let mut target = store::private(part).map_err(failed())?;
    let mut source = std::fs::File::open(from).map_err(system(from.display().to_string()))?;
    std::io::copy(&mut source, &mut target).map_err(failed())?;
    target.sync_all().map_err(failed())?;
    let mut connection = rusqlite::Connection::open(part)?;
    let transaction = connection.transaction()?;
    if store::meta(&transaction, "root")?.is_some_and(|it| it != root::public(key)) {
        return Err(CommandError::OtherRoot);
    }
    office::new_epoch(&transaction)?;
    people::void_all_codes(&transaction)?;
    office::replay_words(&transaction, said, key.verifying_key().as_bytes(), now_ms())?;
    office::replay_erasures(&transaction)?;
    transaction.commit()?;
    // Nothing of what was erased stays between the pages.
    connection.execute_batch("VACUUM")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_never_sent_where_its_browser_refuses_to_work() {
        for (address, origin) in [
            ("127.0.0.1:8686", "http://localhost:8686"),
            ("[::1]:80", "http://localhost:80"),
            ("0.0.0.0:8686", "http://localhost:8686"),
            ("[::]:8686", "http://localhost:8686"),
        ] {
            assert_eq!(origin_of(address.parse().unwrap()), origin);
            assert!(!is_useless(origin));
        }
        // It listens nowhere else, and says that this is of no use.
        assert_eq!(origin_of("192.0.2.7:8686".parse().unwrap()), "http://192.0.2.7:8686");
        for origin in ["http://192.0.2.7:8686", "http://posyandu.example.invalid", "http://[2001:db8::1]:80"] {
            assert!(is_useless(origin), "{origin}");
        }
        for origin in ["https://192.0.2.7", "https://posyandu.example.invalid", "http://127.0.0.1:8686", "http://[::1]"]
        {
            assert!(!is_useless(origin), "{origin}");
        }
    }

    #[test]
    fn whoever_starts_a_server_hears_what_a_phone_needs() {
        let says = |line: &str, address: &str| {
            let words = format!("posyandu-server serve {line}");
            let words = <options::Options as clap::Parser>::try_parse_from(words.split_whitespace()).unwrap();
            let Command::Serve(serve) = words.command else { panic!("{line}") };
            let address = address.parse().unwrap();
            let origin = serve.origin.clone().unwrap_or_else(|| origin_of(address));
            on_phones(&serve, &origin, address)
        };
        for (line, address, at) in [
            ("--bind 0.0.0.0", "0.0.0.0:8686", "http://<this machine>:8686"),
            ("--bind 192.0.2.7", "192.0.2.7:8686", "http://192.0.2.7:8686"),
            ("--origin http://posyandu.example.invalid", "127.0.0.1:8686", "http://posyandu.example.invalid"),
        ] {
            let said = says(line, address).expect(line);
            for part in
                [at, "need HTTPS", "--origin https://", "adb reverse tcp:8686 tcp:8686", "http://localhost:8686"]
            {
                assert!(said.contains(part), "{line}: {part}: {said}");
            }
        }
        let said = says("", "127.0.0.1:80").unwrap();
        assert!(said.contains("adb reverse tcp:80 tcp:80") && !said.contains("HTTPS"), "{said}");
        for line in ["--bind 0.0.0.0 --origin https://posyandu.example.invalid", "--bind 0.0.0.0 --https"] {
            assert_eq!(says(line, "0.0.0.0:8686"), None, "{line}");
        }
    }
}
