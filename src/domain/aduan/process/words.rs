//! The words of the process as they stand in stored events: states, roles, reasons, results, codes.
//!
//! What may follow what is not known here.

use super::super::codes::codes;

codes! {
    /// Where an aduan stands.
    Status {
        /// Only on the device.
        Draf = "draf",
        /// Submitted, with number and receipt.
        Diterima = "diterima",
        /// Something is missing; the clock is paused.
        PerluDilengkapi = "perlu_dilengkapi",
        /// Checked.
        Terverifikasi = "terverifikasi",
        /// The village solves it.
        DitanganiDesa = "ditangani_desa",
        /// Sent to an OPD that has not accepted yet.
        Didisposisi = "didisposisi",
        /// The OPD works on it.
        Diproses = "diproses",
        /// Waits for a stated date.
        Ditunda = "ditunda",
        /// Answered; the reporter may confirm.
        Dijawab = "dijawab",
        /// Closed.
        Selesai = "selesai",
        /// Not processed, with a reason.
        Ditolak = "ditolak",
        /// Child of another aduan.
        Digabung = "digabung",
        /// Withdrawn, or never completed.
        Dicabut = "dicabut",
    }
}

codes! {
    /// Who must move next.
    Owner {
        /// The kader who took it.
        Kader = "kader",
        /// The verifier.
        Verifikator = "verifikator",
        /// The technical controller.
        Pengendali = "pengendali",
        /// The village government.
        Pemdes = "pemdes",
        /// The office.
        Opd = "opd",
        /// The reporter, through a kader.
        Pelapor = "pelapor",
    }
}

codes! {
    /// The role in which somebody acts.
    Role {
        /// Takes aduan and speaks for the reporter.
        Kader = "kader",
        /// Midwife; as a kader here.
        Bidan = "bidan",
        /// Verifier (pengurus Posyandu).
        Pengurus = "pengurus",
        /// Tim Pengurus Harian.
        Pengendali = "pengendali",
        /// Village government.
        Pemdes = "pemdes",
        /// Officer of an OPD.
        Opd = "opd",
        /// Tim Pembina, who looks on.
        Pembina = "pembina",
        /// Keeps the system.
        Pengelola = "pengelola",
        /// The agent's own key.
        Sistem = "sistem",
        /// The reporter with number and tracking code.
        Pelapor = "pelapor",
    }
}

codes! {
    /// Who verifies and disposes in a kabupaten.
    Jalur {
        /// Verifiers and village check, the village disposes (Tegal).
        Desa = "desa",
        /// Verifiers check, the Tim Pengurus Harian disposes (Batang).
        PengurusHarian = "pengurus_harian",
        /// Both in sequence.
        Keduanya = "keduanya",
    }
}

codes! {
    /// What is brought.
    Jenis {
        /// Complaint.
        Pengaduan = "pengaduan",
        /// Wish for planning.
        Aspirasi = "aspirasi",
        /// Question.
        PermintaanInformasi = "permintaan_informasi",
        /// Request for a service, with papers.
        PermohonanLayanan = "permohonan_layanan",
    }
}

codes! {
    /// How an aduan ended.
    HasilKode {
        /// Solved completely.
        SelesaiTuntas = "selesai_tuntas",
        /// Solved in part.
        SelesaiSebagian = "selesai_sebagian",
        /// Answered with information.
        DijawabInformasi = "dijawab_informasi",
        /// Taken into planning.
        MasukPerencanaan = "masuk_perencanaan",
        /// Help was given.
        BantuanDiberikan = "bantuan_diberikan",
        /// Passed to a body outside the kabupaten.
        DiteruskanInstansiLain = "diteruskan_instansi_lain",
        /// Does not meet the conditions of a rule.
        TidakMemenuhiSyarat = "tidak_memenuhi_syarat",
        /// Could not be shown to be true.
        TidakTerbukti = "tidak_terbukti",
        /// Marker of automatic closing, beside one of the above.
        TanpaTanggapan = "tanpa_tanggapan",
    }
}

codes! {
    /// Why an aduan is not processed.
    AlasanTolak {
        /// Not about a public service.
        BukanLayananPublik = "bukan_layanan_publik",
        /// Not true.
        TidakBenar = "tidak_benar",
        /// Answered before.
        PernahDijawab = "pernah_dijawab",
        /// Before a court.
        SedangDiPengadilan = "sedang_di_pengadilan",
        /// Abuse or slander.
        KasarAtauFitnah = "kasar_atau_fitnah",
    }
}

codes! {
    /// Why an OPD returns an aduan.
    AlasanKembali {
        /// Nobody there is competent.
        BukanKewenangan = "bukan_kewenangan",
        /// Another OPD is.
        SalahOpd = "salah_opd",
        /// Something is missing.
        DataKurang = "data_kurang",
    }
}

codes! {
    /// Why an aduan waits.
    AlasanTunda {
        /// Money.
        Anggaran = "anggaran",
        /// It is in a plan.
        MasukPerencanaan = "masuk_perencanaan",
        /// Weather.
        Cuaca = "cuaca",
        /// Somebody else.
        MenungguPihakLain = "menunggu_pihak_lain",
    }
}

codes! {
    /// Whether the reporter calls it solved.
    Tuntas {
        /// Yes.
        Ya = "ya",
        /// In part.
        Sebagian = "sebagian",
        /// No: it is to be opened again.
        Tidak = "tidak",
    }
}

codes! {
    /// The code of a transition; an event of an aduan has the kind `aduan.` followed by it.
    Code {
        /// BUAT: begin a draft. Never an event.
        T1 = "t1",
        /// KIRIM: submit.
        T2 = "t2",
        /// MINTA_LENGKAP: ask for what is missing.
        T3 = "t3",
        /// LENGKAPI: complete.
        T4 = "t4",
        /// VERIFIKASI: verify.
        T5 = "t5",
        /// TOLAK: reject.
        T6 = "t6",
        /// TANGANI_DESA: let the village solve it.
        T7 = "t7",
        /// DISPOSISI: send to an OPD.
        T8 = "t8",
        /// TERIMA_OPD: accept.
        T9 = "t9",
        /// KEMBALIKAN: return.
        T10 = "t10",
        /// TUNDA: postpone.
        T11 = "t11",
        /// LANJUTKAN: go on.
        T12 = "t12",
        /// JAWAB: answer.
        T13 = "t13",
        /// KONFIRMASI: confirm.
        T14 = "t14",
        /// TUTUP_OTOMATIS: close without a reply.
        T15 = "t15",
        /// BUKA_KEMBALI: open again.
        T16 = "t16",
        /// GABUNG: merge into another.
        T17 = "t17",
        /// PISAH: take apart again.
        T18 = "t18",
        /// CABUT: withdraw.
        T19 = "t19",
        /// KEDALUWARSA: expire.
        T20 = "t20",
        /// ALIH_LUAR: hand to a body outside the kabupaten.
        T21 = "t21",
        /// RUJUK_DARURAT: record that help was called.
        T22 = "t22",
        /// KEBERATAN: object to a rejection.
        T23 = "t23",
        /// NAIKKAN: the village passes it up.
        T24 = "t24",
        /// TARIK: take back from an OPD.
        T25 = "t25",
    }
}

/// How a transition takes part in replaying the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Decides about other people's rights; needs the server; replayed first, causally.
    Decision,
    /// Made offline; replayed where its author stood, else after all decisions.
    Report,
}

impl Status {
    /// Whether nothing more is to happen by itself.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Selesai | Self::Ditolak | Self::Digabung | Self::Dicabut)
    }

    /// Whether it is submitted and not ended. A state of a newer app is taken as open, so that nobody forgets it.
    pub fn is_open(&self) -> bool {
        !self.is_terminal() && *self != Self::Draf
    }

    /// Whether the clocks of verification and completion stand still.
    pub fn pauses_clock(&self) -> bool {
        matches!(self, Self::PerluDilengkapi | Self::Ditunda)
    }

    /// Who must move next; nobody after the end.
    pub fn owner(&self) -> Option<Owner> {
        match self {
            Self::Draf | Self::PerluDilengkapi => Some(Owner::Kader),
            Self::Diterima => Some(Owner::Verifikator),
            Self::Terverifikasi => Some(Owner::Pengendali),
            Self::DitanganiDesa => Some(Owner::Pemdes),
            Self::Didisposisi | Self::Diproses | Self::Ditunda => Some(Owner::Opd),
            Self::Dijawab => Some(Owner::Pelapor),
            Self::Selesai | Self::Ditolak | Self::Digabung | Self::Dicabut | Self::Unknown(_) => None,
        }
    }

    /// Id of the label that the public reads; a draft has none, a state of a newer app a general one.
    pub fn public_label_id(&self) -> Option<&'static str> {
        match self {
            Self::Draf => None,
            Self::Diterima => Some("aduan.label.diterima"),
            Self::PerluDilengkapi => Some("aduan.label.perlu_dilengkapi"),
            Self::Terverifikasi => Some("aduan.label.sudah_diperiksa"),
            Self::DitanganiDesa => Some("aduan.label.dikerjakan_desa"),
            Self::Didisposisi => Some("aduan.label.diteruskan_ke_dinas"),
            Self::Diproses => Some("aduan.label.dikerjakan_dinas"),
            Self::Ditunda => Some("aduan.label.ditunda_sampai"),
            Self::Dijawab => Some("aduan.label.sudah_dijawab"),
            Self::Selesai => Some("aduan.label.selesai"),
            Self::Ditolak => Some("aduan.label.tidak_dapat_diproses"),
            Self::Digabung => Some("aduan.label.digabung"),
            Self::Dicabut => Some("aduan.label.dicabut"),
            Self::Unknown(_) => Some("aduan.label.lain"),
        }
    }
}

impl Code {
    /// The kind of the event, such as `aduan.t2`.
    pub fn kind(&self) -> String {
        format!("aduan.{}", self.code())
    }

    /// Reads the kind of an event; `None` when it is not a transition of an aduan.
    pub fn from_kind(kind: &str) -> Option<Self> {
        let code = kind.strip_prefix("aduan.")?;
        let digits = code.strip_prefix('t')?;
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| Self::from_code(code))
    }

    /// How the transition takes part in replaying; notes and unknown ones are reports.
    pub fn class(&self) -> Class {
        match self {
            Self::T1 | Self::T2 | Self::T4 | Self::T14 | Self::T19 | Self::T22 | Self::Unknown(_) => Class::Report,
            Self::T3 | Self::T5 | Self::T6 | Self::T7 | Self::T8 | Self::T9 | Self::T10 | Self::T11 => Class::Decision,
            Self::T12 | Self::T13 | Self::T15 | Self::T16 | Self::T17 | Self::T18 | Self::T20 => Class::Decision,
            Self::T21 | Self::T23 | Self::T24 | Self::T25 => Class::Decision,
        }
    }

    /// Whether it may be made without a connection.
    pub fn is_offline(&self) -> bool {
        matches!(self, Self::T1 | Self::T2 | Self::T4 | Self::T14 | Self::T19 | Self::T22)
    }
}
