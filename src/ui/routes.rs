//! The table of routes. Tests visit every one of them; a route not visited fails the test.

use super::lazily::lazily;
use super::pages;
use super::prelude::*;
use super::router::Route;

/// Every page behind the PIN. The first pattern that fits wins: fixed words stand before `:parts`.
pub const ROUTES: &[Route] = &[
    ("/", || view! { <pages::beranda::Beranda /> }),
    ("/menu", || view! { <pages::menu::MenuPage /> }),
    ("/menu/kader", || view! { <pages::menu::KaderPage /> }),
    ("/menu/posyandu", || view! { <pages::posyandu::PosyanduPage /> }),
    ("/menu/pin", || view! { <pages::menu::PinPage /> }),
    ("/aktifkan", || lazily(|| view! { <pages::kirim::aktif::ConnectPage /> })),
    ("/kirim", || lazily(|| view! { <pages::kirim::page::SendPage /> })),
    ("/kirim/berkas", || view! { <pages::kirim::berkas::FilePage /> }),
    ("/menu/kode-lama", || lazily(|| view! { <pages::kode_lama::OldCodePage /> })),
    ("/kirim/kosongkan", || lazily(|| view! { <pages::kirim::kosongkan::EmptyPage /> })),
    ("/kirim/kabar", || lazily(|| view! { <pages::kirim::kabar::KabarPage /> })),
    ("/kirim/kode", || lazily(|| view! { <pages::kirim::kode::CodePage /> })),
    ("/kirim/kode/pindai", || lazily(|| view! { <pages::kirim::kode::ScanPage /> })),
    ("/kirim/kode/serah/:sesi/:orang", || lazily(|| view! { <pages::kirim::kode::GivePage /> })),
    ("/cari", || view! { <pages::warga::cari::FindPage /> }),
    ("/warga", || view! { <pages::warga::tab::WargaPage /> }),
    ("/warga/baru", || view! { <pages::warga::form::RegisterPage /> }),
    ("/warga/:id", || view! { <pages::warga::person::PersonPage /> }),
    ("/warga/:id/ubah", || view! { <pages::warga::form::EditPage /> }),
    ("/warga/:id/tambahan", || view! { <pages::warga::tambahan::MorePage /> }),
    ("/warga/:id/keadaan", || view! { <pages::warga::person::StatusPage /> }),
    ("/warga/:id/persetujuan", || view! { <pages::warga::persetujuan::ConsentPage /> }),
    ("/warga/:id/gabung", || view! { <pages::warga::person::JoinPage /> }),
    ("/keluarga/:id", || view! { <pages::warga::family::FamilyPage /> }),
    ("/keluarga/:id/ubah", || view! { <pages::warga::family::FamilyEditPage /> }),
    ("/sesi", || view! { <pages::sesi::SesiPage /> }),
    ("/sesi/rencana", || view! { <pages::sesi::rencana::PlanPage /> }),
    ("/sesi/luar", || view! { <pages::sesi::elsewhere::WhoPage /> }),
    ("/warga/:orang/ukur", || view! { <pages::sesi::elsewhere::WhenPage /> }),
    ("/kms/:orang", || view! { <pages::sesi::kms::KmsPage /> }),
    ("/sesi/:sesi", || view! { <pages::sesi::day::DayPage /> }),
    ("/sesi/:sesi/cari", || view! { <pages::sesi::day::FindPage /> }),
    ("/sesi/:sesi/tutup", || view! { <pages::sesi::tutup::ClosePage /> }),
    ("/sesi/:sesi/ukur/:orang", || view! { <pages::sesi::ukur::UkurPage /> }),
    ("/sesi/:sesi/hasil/:orang", || view! { <pages::sesi::hasil::HasilPage /> }),
    ("/sesi/:sesi/kartu/:orang", || view! { <pages::sesi::kartu::KartuPage /> }),
    ("/aduan", || view! { <pages::aduan::list::ListPage /> }),
    ("/aduan/baru", || view! { <pages::aduan::wizard::NewPage /> }),
    ("/aduan/darurat", || view! { <pages::aduan::emergency::EmergencyPage /> }),
    ("/aduan/:id/tanda-terima", || view! { <pages::aduan::receipt::ReceiptPage /> }),
    ("/aduan/:id", || view! { <pages::aduan::detail::DetailPage /> }),
    ("/laporan", || view! { <pages::laporan::LaporanPage /> }),
    ("/laporan/:ukuran", || view! { <pages::laporan::NamesPage /> }),
];
