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
    "/sesi",
    "/sesi/rencana",
    "/sesi/luar",
    "/sesi/:sesi",
    "/sesi/:sesi/cari",
    "/sesi/:sesi/tutup",
    "/sesi/:sesi/ukur/:orang",
    "/sesi/:sesi/hasil/:orang",
    "/sesi/:sesi/kartu/:orang",
    "/warga/:orang/ukur",
    "/kms/:orang",
];
