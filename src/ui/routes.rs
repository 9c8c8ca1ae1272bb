//! The table of routes. Tests visit every one of them; a route not visited fails the test.

/// A route and, for tests, how to get there.
pub const ROUTES: &[&str] = &[
    "/",
    "/menu",
    "/cari",
    "/warga",
    "/warga/baru",
    "/warga/:id",
    "/warga/:id/ubah",
    "/warga/:id/keadaan",
    "/warga/:id/gabung",
    "/keluarga/:id",
    "/keluarga/:id/ubah",
];
