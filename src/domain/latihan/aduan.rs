//! Invented complaints: one that waits to be checked, one that waits too long, one for which help was called, and one
//! that nobody else may read.

use chrono::{Days, NaiveDate};

use super::dice::Dice;
use super::{Act, WILAYAH, instant};
use crate::domain::aduan::category::CategoryTable;
use crate::domain::aduan::consent::{ConsentMethod, ConsentPurpose, ConsentRecord};
use crate::domain::aduan::intake::{Assigned, Context, Draft};
use crate::domain::aduan::own::{Pending, Ticket, local_text};
use crate::domain::aduan::ticket::{DeviceCode, KabupatenCode, TicketNumber, TrackingCode};
use crate::domain::intent::aduan::parted;
use crate::domain::json::object;
use crate::domain::{kinds, ledger};

/// One that somebody tells.
struct Told {
    days_ago: u64,
    kategori: &'static str,
    jenis: &'static str,
    /// Families; none for one.
    keluarga: &'static str,
    judul: &'static str,
    uraian: &'static str,
    pelapor: &'static str,
    /// Who was called, and what came of it.
    call: Option<(&'static str, &'static str)>,
    catatan: &'static str,
}

const TOLD: [Told; 4] = [
    Told {
        days_ago: 1,
        kategori: "TRANTIB-02",
        jenis: "pengaduan",
        keluarga: "14",
        judul: "Air sungai masuk rumah",
        uraian: "Sejak subuh air sungai masuk rumah warga, setinggi lutut.",
        pelapor: "Darmi Rekaan",
        call: Some(("BPBD", "Perahu karet berangkat")),
        catatan: "",
    },
    Told {
        days_ago: 2,
        kategori: "PU-10",
        jenis: "pengaduan",
        keluarga: "20",
        judul: "Lampu jalan dekat musala mati",
        uraian: "Lampu jalan dekat musala mati sejak minggu lalu.",
        pelapor: "Wati Umpama",
        call: None,
        catatan: "",
    },
    Told {
        days_ago: 9,
        kategori: "SOS-08",
        jenis: "pengaduan",
        keluarga: "",
        judul: "Bantuan sembako dipotong",
        uraian: "Bantuan sembako yang diterima tidak utuh.",
        pelapor: "Yanti Misal",
        call: None,
        catatan: "",
    },
    Told {
        days_ago: 24,
        kategori: "LAIN-01",
        jenis: "permintaan_informasi",
        keluarga: "",
        judul: "Cara mengurus KK baru",
        uraian: "Keluarga yang baru pindah ingin tahu cara mengurus KK.",
        pelapor: "Surti Rekaan",
        call: None,
        catatan: "Sudah ditanyakan ke kantor desa.",
    },
];

/// Adds what of them is in the open; answers what waits sealed. `days` are the first day of practice and today.
pub(super) fn record(dice: &mut Dice, days: (NaiveDate, NaiveDate), acts: &mut Vec<Act>) -> Vec<Pending> {
    let device = DeviceCode::unenrolled([0; 7].map(|_: u8| u8::try_from(dice.below(32)).unwrap_or(0)));
    let mut pending = Vec::new();
    for (told, running) in TOLD.iter().zip(1..) {
        let (id, pelapor_ref, kode) = (dice.id(), dice.id(), dice.below(1_000_000));
        let ticket = || {
            let on = days.1.checked_sub_days(Days::new(told.days_ago))?.max(days.0);
            let kabupaten = KabupatenCode::parse(WILAYAH.get(..4)?).ok()?;
            let nomor = TicketNumber::new(kabupaten, device.clone(), running).ok()?;
            let kode = TrackingCode::parse(&format!("{kode:06}")).ok()?;
            Some(Ticket { nomor, kode, submitted: on.and_hms_opt(9, 30, 0)? })
        };
        if let Some((drafts, waits)) = ticket().and_then(|ticket| told.parted(&id, pelapor_ref, ticket)) {
            let at_unix_ms = drafts.first().map_or(0, |it| instant(it.on, 9 * 60 + 30));
            if !drafts.is_empty() {
                acts.push(Act { at_unix_ms, by: 0, drafts });
            }
            pending.push(waits);
        }
    }
    pending
}

impl Told {
    fn parted(&self, id: &str, pelapor_ref: String, ticket: Ticket) -> Option<(Vec<ledger::Draft>, Pending)> {
        let on = ticket.submitted.date();
        let sifat = if self.keluarga.is_empty() { "individu" } else { "komunal" };
        let consent = ConsentRecord::new("aduan-catat-1", ConsentPurpose::Catat, ConsentMethod::TandaTangan);
        let typed = Draft {
            jenis: self.jenis.into(),
            kategori: self.kategori.into(),
            judul: self.judul.into(),
            uraian: self.uraian.into(),
            sifat: sifat.into(),
            jumlah_terdampak_kk: self.keluarga.into(),
            kode_desa: WILAYAH.into(),
            rt: "3".into(),
            nama: self.pelapor.into(),
            cara_hubung: "lewat_kader".into(),
            persetujuan: vec![consent],
            ..Draft::default()
        };
        let context = Context { categories: CategoryTable::bundled(), today: on };
        let assigned = Assigned { nomor: ticket.nomor.clone(), pelapor_ref, submitted_local: ticket.submitted };
        let waktu = local_text(ticket.submitted);
        let calls = self.call.map(|(kepada, hasil)| {
            // 555 numbers are given to nobody.
            let nomor = "085555500001";
            let members = [("kepada", kepada), ("nomor", nomor), ("hasil", hasil), ("waktu", waktu.as_str())];
            object(members.map(|(key, text)| (key, text.into())))
        });
        let submission = typed.submit(&context, &assigned).ok()?;
        let (mut drafts, waits) = parted(id, on, ticket, submission, calls.into_iter().collect());
        if !self.catatan.is_empty() {
            let data = object([("isi", self.catatan.into()), ("waktu", waktu.into())]);
            drafts.push(ledger::Draft { kind: kinds::ADUAN_NOTED.into(), subject: id.into(), on, data });
        }
        Some((drafts, waits))
    }
}
