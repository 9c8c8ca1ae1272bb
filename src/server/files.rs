//! The built app, read once and kept in memory: a request can only name what was there at the start.
//!
//! So there is no path to climb out of, and a page always stands beside the policy made for it.
//! After a new build the server is started again.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// Every file by its path, `/index.html`, and the policy of its page.
#[derive(Debug)]
pub struct Files {
    by_path: HashMap<String, File>,
    policy: String,
}

/// One file and its compressed copies.
#[derive(Debug, Default)]
pub struct File {
    /// As it is.
    pub plain: Vec<u8>,
    /// Brotli, when the build made one.
    pub brotli: Option<Vec<u8>>,
    /// Gzip, when the build made one.
    pub gzip: Option<Vec<u8>>,
    /// What the browser is told it is.
    pub media_type: &'static str,
    /// Whether its name changes with its content.
    pub is_immutable: bool,
    /// Quoted hash of the content, for `If-None-Match`.
    pub tag: String,
}

/// Why the app cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// The folder or a file in it cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The folder is not a built app.
    #[error("{} has no index.html; build the app first", .0.display())]
    NoPage(PathBuf),
}

impl Files {
    /// Reads the whole folder.
    pub fn read(folder: &Path) -> Result<Self, FilesError> {
        let mut by_path = HashMap::new();
        let mut packed = Vec::new();
        for path in files_under(folder)? {
            let content = std::fs::read(&path).map_err(|source| FilesError::Read { path: path.clone(), source })?;
            let Some(name) = served_name(folder, &path) else {
                continue;
            };
            if name.ends_with(".br") || name.ends_with(".gz") {
                packed.push((name, content));
            } else {
                by_path.insert(name.clone(), File::new(&name, content));
            }
        }
        for (name, content) in packed {
            if let Some(file) = name.strip_suffix(".br").and_then(|plain| by_path.get_mut(plain)) {
                file.brotli = Some(content);
            } else if let Some(file) = name.strip_suffix(".gz").and_then(|plain| by_path.get_mut(plain)) {
                file.gzip = Some(content);
            }
        }
        let Some(page) = by_path.get("/index.html") else {
            return Err(FilesError::NoPage(folder.into()));
        };
        let policy = content_security_policy(&String::from_utf8_lossy(&page.plain));
        Ok(Self { by_path, policy })
    }

    /// The file of exactly this path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&File> {
        self.by_path.get(path)
    }

    /// The app's only page.
    #[must_use]
    pub fn page(&self) -> Option<&File> {
        self.get("/index.html")
    }

    /// The value of `Content-Security-Policy`.
    #[must_use]
    pub fn policy(&self) -> &str {
        &self.policy
    }
}

impl File {
    fn new(name: &str, plain: Vec<u8>) -> Self {
        let tag = format!("\"{}\"", STANDARD.encode(Sha256::digest(&plain)));
        Self { media_type: media_type(name), is_immutable: is_immutable(name), tag, plain, ..Self::default() }
    }
}

fn files_under(folder: &Path) -> Result<Vec<PathBuf>, FilesError> {
    let failed = |source| FilesError::Read { path: folder.into(), source };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            found.extend(files_under(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

/// The path under which a file is served; hidden files are not.
fn served_name(folder: &Path, file: &Path) -> Option<String> {
    let mut name = String::new();
    for part in file.strip_prefix(folder).ok()?.components() {
        let part = part.as_os_str().to_str()?;
        if part.starts_with('.') {
            return None;
        }
        name.push('/');
        name.push_str(part);
    }
    Some(name)
}

/// Told by the ending; `nosniff` forbids browsers to guess.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("webmanifest") => "application/manifest+json",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("ico") => "image/x-icon",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Names with 16 hex of their content, and the area files of one edition, never change.
fn is_immutable(name: &str) -> bool {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    if folder.strip_prefix("/wilayah/").is_some_and(|edition| !edition.is_empty()) {
        return true;
    }
    let stem = file.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| hash.len() == 16 && hash.bytes().all(|it| it.is_ascii_hexdigit()))
}

/// Only our own files run; of inline scripts only those that stand in the page, by their hash.
fn content_security_policy(page: &str) -> String {
    let mut scripts = String::from("'self' 'wasm-unsafe-eval'");
    for script in inline_scripts(page) {
        scripts.push_str(" 'sha256-");
        scripts.push_str(&STANDARD.encode(Sha256::digest(script.as_bytes())));
        scripts.push('\'');
    }
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
         connect-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'self' blob:; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

/// The text of every `<script>` without `src`, exactly as a browser hashes it.
fn inline_scripts(page: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("<script") {
        let Some((attributes, body)) = after.split_once('>') else {
            break;
        };
        let Some((script, next)) = body.split_once("</script>") else {
            break;
        };
        if !attributes.split_ascii_whitespace().any(|it| it.starts_with("src=")) {
            found.push(script);
        }
        rest = next;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_and_area_files_never_change() {
        for name in ["/posyandu-0123456789abcdef.js", "/posyandu-0123456789abcdef_bg.wasm", "/wilayah/1/32.01.txt"] {
            assert!(is_immutable(name), "{name}");
        }
        for name in ["/sw.js", "/index.html", "/icons/icon-192.png", "/wilayah/index.txt", "/a-0123456789abcdeg.js"] {
            assert!(!is_immutable(name), "{name}");
        }
    }

    #[test]
    fn finds_inline_scripts_only() {
        let page = "<script src=/boot.js defer></script><script type=\"module\">\na()\n</script><p></p>";
        assert_eq!(inline_scripts(page), ["\na()\n"]);
    }

    #[test]
    fn a_folder_without_a_page_is_refused() {
        assert!(matches!(Files::read(Path::new("src/server")), Err(FilesError::NoPage(_))));
        assert!(matches!(Files::read(Path::new("no-such-folder")), Err(FilesError::Read { .. })));
    }
}
