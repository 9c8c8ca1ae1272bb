//! The table of routes. Tests visit every one of them; a route not visited fails the test.

/// A route and, for tests, how to get there.
pub const ROUTES: &[&str] = &[
    "/",
    "/menu",
    "/aduan",
    "/aduan/baru",
    "/aduan/darurat",
    "/aduan/:id/tanda-terima",
    "/aduan/:id",
    "/laporan",
    "/laporan/:ukuran",
];
