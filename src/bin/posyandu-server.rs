//! `posyandu-server`: one binary that a desa, a puskesmas or a kabupaten runs. Today it serves the app.

use std::process::ExitCode;

use posyandu::server::files::Files;
use posyandu::server::http;
use posyandu::server::options::{self, Command, Serve};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    let serve = match options::parse(std::env::args().skip(1)) {
        Ok(Command::Serve(serve)) => serve,
        Ok(Command::Help) => {
            println!("{}", options::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("posyandu-server: {error}\n\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(serve) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("posyandu-server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(serve: Serve) -> Result<(), Box<dyn std::error::Error>> {
    let files = Files::read(&serve.app)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async move {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let listener = TcpListener::bind(serve.address).await?;
        let address = listener.local_addr()?;
        println!("posyandu-server: http://{address}");
        println!("posyandu-server: http://{address}/?latihan has practice data, invented in the browser");
        let stop = async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            println!("posyandu-server: stopping");
        };
        http::serve(listener, files, stop).await?;
        Ok(())
    })
}
