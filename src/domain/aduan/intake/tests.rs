use proptest::prelude::*;

use super::super::consent::ConsentMethod;
use super::*;

fn context() -> Context<'static> {
    Context { categories: CategoryTable::bundled(), today: "2026-03-17".parse().unwrap() }
}

fn assigned() -> Assigned {
    Assigned {
        nomor: TicketNumber::parse("3325-7QF-0042-3").unwrap(),
        pelapor_ref: "0f".repeat(16),
        submitted_local: NaiveDateTime::parse_from_str("2026-03-17 10:00", "%Y-%m-%d %H:%M").unwrap(),
    }
}

/// A draft that may be sent.
fn filled() -> Draft {
    Draft {
        jenis: "pengaduan".into(),
        kategori: "PU-03".into(),
        judul: "Belum ada jamban di RT 3".into(),
        uraian: "Dua belas rumah masih ke kali karena tidak punya jamban.".into(),
        waktu_kejadian: "1/3/26".into(),
        sifat: "komunal".into(),
        jumlah_terdampak_kk: "12".into(),
        kode_desa: "33.25.01.2001".into(),
        rt: "3".into(),
        rw: "01".into(),
        untuk_diri: "umum".into(),
        nama: "Sulastri Contoh".into(),
        hp: "+62 812-3456-7890".into(),
        cara_hubung: "wa".into(),
        saluran: "meja_posyandu".into(),
        persetujuan: vec![ConsentRecord::new("aduan-catat-1", ConsentPurpose::Catat, ConsentMethod::TandaTangan)],
        ..Draft::default()
    }
}

fn sealed() -> Draft {
    Draft { kategori: "TRANTIB-08".into(), rt: String::new(), sifat: "individu".into(), ..filled() }
}

#[track_caller]
fn check(change: impl Fn(&mut Draft), step: Step, expected: &[(Field, Problem)]) {
    let mut draft = filled();
    change(&mut draft);
    let found: Vec<_> = draft.validate(step, &context()).into_iter().map(|it| (it.field, it.problem)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_filled_draft_has_nothing_wrong() {
    assert_eq!(filled().validate_all(&context()), []);
    assert_eq!(sealed().validate_all(&context()), []);
}

#[test]
fn an_empty_draft_asks_for_what_an_aduan_needs() {
    let errors = Draft::default().validate_all(&context());
    assert!(errors.iter().all(|error| error.problem == Problem::Required), "{errors:?}");
    let fields: Vec<_> = errors.iter().map(|error| error.field.code()).collect();
    let needed =
        ["jenis", "kategori", "judul", "uraian", "sifat", "kode_desa", "rt", "nama", "cara_hubung", "persetujuan"];
    assert_eq!(fields, needed);
}

#[test]
fn screen_1_takes_known_choices() {
    check(|it| it.jenis = "keluhan".into(), Step::Category, &[(Field::Jenis, Problem::UnknownChoice)]);
    check(|it| it.kategori = "PU-99".into(), Step::Category, &[(Field::Kategori, Problem::UnknownChoice)]);
    check(|it| it.kategori = " ".into(), Step::Category, &[(Field::Kategori, Problem::Required)]);
}

#[test]
fn screen_2_counts_characters_as_people_see_them() {
    check(|it| it.judul = " Air ".into(), Step::Event, &[(Field::Judul, Problem::TooShort { least: 5 })]);
    check(|it| it.judul = "é".repeat(80), Step::Event, &[]);
    check(|it| it.judul = "e\u{301}".repeat(80), Step::Event, &[]);
    check(|it| it.judul = "a".repeat(81), Step::Event, &[(Field::Judul, Problem::TooLong { most: 80 })]);
    check(|it| it.uraian = "Mati air".into(), Step::Event, &[(Field::Uraian, Problem::TooShort { least: 10 })]);
    check(|it| it.uraian = "a".repeat(2001), Step::Event, &[(Field::Uraian, Problem::TooLong { most: 2000 })]);
}

#[test]
fn a_voice_note_may_stand_for_the_description() {
    let voice = |detik| Some(VoiceNote { sha256: "ab".repeat(32), detik });
    let spoken = |it: &mut Draft, detik| (it.uraian, it.rekaman_suara) = (String::new(), voice(detik));
    check(|it| spoken(it, 60), Step::Event, &[]);
    let too_long = Problem::OutOfRange { least: 1, most: 60 };
    check(|it| spoken(it, 61), Step::Event, &[(Field::RekamanSuara, too_long)]);
}

#[test]
fn the_day_it_happened_is_a_day_that_has_been() {
    check(|it| it.waktu_kejadian = "2026-03-17".into(), Step::Event, &[]);
    check(|it| it.waktu_kejadian = "18 3 2026".into(), Step::Event, &[(Field::WaktuKejadian, Problem::InFuture)]);
    check(|it| it.waktu_kejadian = "31/02/2026".into(), Step::Event, &[(Field::WaktuKejadian, Problem::NotADate)]);
    check(|it| it.waktu_kejadian = "kemarin".into(), Step::Event, &[(Field::WaktuKejadian, Problem::NotADate)]);
    check(|it| it.waktu_kejadian = String::new(), Step::Event, &[]);
}

#[test]
fn screen_3_needs_families_when_communal() {
    let families = |text: &'static str| move |it: &mut Draft| it.jumlah_terdampak_kk = text.into();
    let range = Problem::OutOfRange { least: 1, most: 9999 };
    check(families(""), Step::Place, &[(Field::JumlahTerdampakKk, Problem::Required)]);
    check(families("1.250"), Step::Place, &[]);
    check(families("0"), Step::Place, &[(Field::JumlahTerdampakKk, range)]);
    for text in ["dua", "1,5", "1.5", "-3", "12.34"] {
        check(families(text), Step::Place, &[(Field::JumlahTerdampakKk, Problem::NotANumber)]);
    }
    let alone = |it: &mut Draft| (it.sifat, it.jumlah_terdampak_kk) = ("individu".into(), String::new());
    check(alone, Step::Place, &[]);
}

#[test]
fn a_place_has_an_rt_or_a_landmark_unless_sealed() {
    check(|it| it.rt = String::new(), Step::Place, &[(Field::Rt, Problem::Required)]);
    check(|it| (it.rt, it.patokan) = (String::new(), "sebelah balai desa".into()), Step::Place, &[]);
    check(|it| (it.rt, it.kerahasiaan) = (String::new(), "rahasia".into()), Step::Place, &[]);
    check(|it| it.rt = "tiga".into(), Step::Place, &[(Field::Rt, Problem::NotANumber)]);
    check(|it| it.kode_desa = "3325".into(), Step::Place, &[(Field::KodeDesa, Problem::UnknownChoice)]);
}

#[test]
fn violence_stores_no_point() {
    let point = Point { lintang: -6_900_000, bujur: 109_700_000, akurasi_m: 20 };
    check(|it| it.titik = Some(point), Step::Place, &[]);
    let violence = |it: &mut Draft| (it.titik, it.kategori) = (Some(point), "TRANTIB-09".into());
    check(violence, Step::Place, &[(Field::Titik, Problem::NotAllowed)]);
    assert!(!point.is_estimate() && Point { akurasi_m: 101, ..point }.is_estimate());
}

#[test]
fn screen_4_lowers_secrecy_only_by_the_reporters_wish() {
    assert_eq!(sealed().level(&context()), Kerahasiaan::Rahasia);
    let lower = |it: &mut Draft| (it.kategori, it.kerahasiaan) = ("LAIN-02".into(), "anonim".into());
    check(lower, Step::Reporter, &[(Field::Kerahasiaan, Problem::LoweredWithoutWish)]);
    let wished = |it: &mut Draft| {
        lower(it);
        it.minta_diturunkan = true;
    };
    check(wished, Step::Reporter, &[]);
    check(|it| it.kerahasiaan = "rahasia".into(), Step::Reporter, &[]);
    check(|it| it.kerahasiaan = "gelap".into(), Step::Reporter, &[(Field::Kerahasiaan, Problem::UnknownChoice)]);
}

#[test]
fn screen_4_asks_no_reporter_for_tanpa_identitas() {
    let nobody = |it: &mut Draft| {
        it.kerahasiaan = "tanpa_identitas".into();
        (it.nama, it.hp, it.cara_hubung) = (String::new(), "bukan nomor".into(), String::new());
    };
    check(nobody, Step::Reporter, &[]);
    let mut draft = filled();
    nobody(&mut draft);
    assert_eq!(draft.warnings(&context()), [Warning::NoAnswer]);
}

#[test]
fn a_reporter_is_reachable_the_way_she_wants() {
    check(|it| it.nama = String::new(), Step::Reporter, &[(Field::Nama, Problem::Required)]);
    check(|it| it.hp = String::new(), Step::Reporter, &[(Field::Hp, Problem::Required)]);
    check(|it| (it.hp, it.cara_hubung) = (String::new(), "lewat_kader".into()), Step::Reporter, &[]);
    for text in ["081234567890", "62812 3456 7890", "(0812) 3456.7890", "+62 (0)812-3456-7890"] {
        assert_eq!(phone(text).as_deref(), Some("081234567890"), "{text}");
    }
    for text in ["0812", "021555555", "08123456789012", "0812345678x0"] {
        check(|it| it.hp = text.into(), Step::Reporter, &[(Field::Hp, Problem::NotAPhone)]);
    }
}

#[test]
fn nik_is_for_requests_of_services_only() {
    let nik = "3325014501900001";
    check(|it| it.nik = nik.into(), Step::Reporter, &[(Field::Nik, Problem::NotAllowed)]);
    let request =
        |nik: &'static str| move |it: &mut Draft| (it.jenis, it.nik) = ("permohonan_layanan".into(), nik.into());
    check(request("3325 0145 0190 0001"), Step::Reporter, &[]);
    check(request("332501450190001"), Step::Reporter, &[(Field::Nik, Problem::NotSixteenDigits)]);
}

#[test]
fn consent_is_given_and_witnessed() {
    check(|it| it.persetujuan.clear(), Step::Reporter, &[(Field::Persetujuan, Problem::Required)]);
    let share = |it: &mut Draft| it.persetujuan[0].purpose = ConsentPurpose::BagikanOpd;
    check(share, Step::Reporter, &[(Field::Persetujuan, Problem::Required)]);
    let spoken = |it: &mut Draft| it.persetujuan[0].method = ConsentMethod::LisanDisaksikan;
    check(spoken, Step::Reporter, &[(Field::Persetujuan, Problem::NeedsWitness)]);
}

#[test]
fn protecting_a_child_needs_no_consent_and_a_child_has_a_guardian() {
    let vital = |code: &'static str| {
        move |it: &mut Draft| {
            (it.kategori, it.dasar_pemrosesan, it.kelompok) = (code.into(), "kepentingan_vital".into(), "anak".into());
            it.persetujuan.clear();
        }
    };
    check(vital("TRANTIB-09"), Step::Reporter, &[]);
    check(vital("PU-03"), Step::Reporter, &[(Field::Persetujuan, Problem::NotAllowed)]);
    let guardian = [(Field::WaliNama, Problem::Required), (Field::WaliHubungan, Problem::Required)];
    check(|it| it.kelompok = "anak".into(), Step::Reporter, &guardian);
}

#[test]
fn screen_5_takes_three_small_photos_with_consent() {
    let photo = |byte| Photo { sha256: "0a".repeat(32), byte };
    let agreed = |it: &mut Draft, photos: Vec<Photo>| {
        it.persetujuan.push(ConsentRecord::new("aduan-foto-1", ConsentPurpose::Foto, ConsentMethod::Digital));
        it.foto = photos;
    };
    check(|it| agreed(it, vec![photo(1), photo(2), photo(256_000)]), Step::Check, &[]);
    check(|it| agreed(it, vec![photo(1); 4]), Step::Check, &[(Field::Foto, Problem::TooMany { most: 3 })]);
    check(|it| agreed(it, vec![photo(256_001)]), Step::Check, &[(Field::Foto, Problem::UnfitFile)]);
    check(|it| it.foto = vec![photo(1)], Step::Check, &[(Field::Persetujuan, Problem::Required)]);
}

#[test]
fn a_name_or_number_in_the_text_is_pointed_out() {
    let warn = |judul: &str, kerahasiaan: &str| {
        let draft = Draft { judul: judul.into(), kerahasiaan: kerahasiaan.into(), ..filled() };
        draft.warnings(&context())
    };
    assert_eq!(warn("Rumah SOELASTRI CONTOH bocor", "anonim"), [Warning::ReporterName]);
    assert_eq!(warn("Rumah Sulastri Contoh bocor", "terbuka"), []);
    assert_eq!(warn("Jalan Sulastri rusak", "anonim"), []);
    assert_eq!(warn("Bansos 3325 0145 0190 0001 hilang", "terbuka"), [Warning::Nik]);
    assert_eq!(warn("Telepon saya 0812-3456-7890 saja", "terbuka"), [Warning::Phone]);
    assert_eq!(warn("RT 3 RW 1, 12 rumah, 2026", "terbuka"), []);
}

fn value(of: &serde_json::Value) -> Value {
    json::parse(&of.to_string()).unwrap()
}

fn every_value(value: &Value, look: &mut impl FnMut(&Value)) {
    look(value);
    match value {
        Value::List(values) => values.iter().for_each(|value| every_value(value, look)),
        Value::Object(members) => members.values().for_each(|value| every_value(value, look)),
        _ => {}
    }
}

fn assert_canonical(data: &Map) {
    every_value(&Value::Object(data.clone()), &mut |value| {
        assert!(*value != Value::Null, "{value:?}");
        if let Value::Object(members) = value {
            assert!(members.keys().all(|key| key.is_ascii()));
        }
    });
}

#[test]
fn an_open_submission_keeps_the_identity_apart() {
    let mut draft = filled();
    draft.persetujuan[0].method = ConsentMethod::LisanDisaksikan;
    draft.persetujuan[0].witness = Some("Wagiman".into());
    draft.titik = Some(Point { lintang: -6_900_000, bujur: 109_700_000, akurasi_m: 20 });
    let submission = draft.submit(&context(), &assigned()).unwrap();
    assert_eq!(format!("{submission:?}"), "Submission::Open(..)");
    let Submission::Open { public, identity: Some(identity) } = submission else { panic!("not open") };
    assert_canonical(&public);
    assert_canonical(&identity);
    let text = Value::Object(public.clone()).canonical();
    for secret in ["Sulastri", "Contoh", "0812", "Wagiman"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert_eq!(
        Value::Object(public),
        value(&serde_json::json!({
            "nomor": "3325-7QF-0042-3", "diajukan_pada": "2026-03-17T10:00:00", "jenis": "pengaduan",
            "kategori_awal": "PU-03", "versi_kategori": 1, "mendesak": false, "kerahasiaan": "terbuka",
            "judul": "Belum ada jamban di RT 3",
            "uraian": "Dua belas rumah masih ke kali karena tidak punya jamban.",
            "waktu_kejadian": "2026-03-01", "waktu_perkiraan": false,
            "sifat": "komunal", "jumlah_terdampak_kk": 12, "kode_desa": "3325012001", "rw": "001", "rt": "003",
            "titik": {"lintang": -6_900_000, "bujur": 109_700_000, "akurasi_m": 20},
            "untuk_diri": "umum", "saluran": "meja_posyandu", "dasar_pemrosesan": "persetujuan",
            "persetujuan": [{"version": "aduan-catat-1", "tujuan": "catat", "cara": "lisan_disaksikan"}],
            "pelapor_ref": "0f".repeat(16),
        }))
    );
    assert_eq!(
        Value::Object(identity),
        value(&serde_json::json!({
            "pelapor_ref": "0f".repeat(16), "nama": "Sulastri Contoh", "hp": "081234567890", "cara_hubung": "wa",
            "saksi": [{"tujuan": "catat", "saksi": "Wagiman"}],
        }))
    );
}

#[test]
fn a_rahasia_submission_is_sealed_whole() {
    let Submission::Sealed { everything } = sealed().submit(&context(), &assigned()).unwrap() else {
        panic!("not sealed")
    };
    assert_canonical(&everything);
    assert_eq!(everything["kerahasiaan"], "rahasia".into());
    assert_eq!(everything["mendesak"], true.into());
    assert_eq!(everything["khusus"], vec!["kekerasan".into()].into());
    assert_eq!(everything["pelapor"].get("nama"), Some(&"Sulastri Contoh".into()));
}

#[test]
fn tanpa_identitas_has_none_even_if_it_was_typed() {
    let draft = Draft { kerahasiaan: "tanpa_identitas".into(), ..filled() };
    let Submission::Open { public, identity } = draft.submit(&context(), &assigned()).unwrap() else {
        panic!("not open")
    };
    assert_eq!(identity, None);
    assert!(!public.contains_key("pelapor_ref"));
}

#[test]
fn what_is_wrong_is_not_submitted() {
    let draft = Draft { judul: String::new(), ..filled() };
    let errors = draft.submit(&context(), &assigned()).unwrap_err();
    assert_eq!(errors, [FieldError { field: Field::Judul, problem: Problem::Required }]);
}

#[test]
fn the_data_of_t2_hold_what_decides() {
    let facts = sealed().facts(&context()).unwrap();
    let Submission::Sealed { everything } = sealed().submit(&context(), &assigned()).unwrap() else {
        panic!("not sealed")
    };
    assert_eq!(Facts::of_submission(&everything), Some(facts.clone()));
    assert_eq!(Facts::of_submission(&Map::new()), None);
    assert!(facts.is_urgent);
    let raised = Draft { mendesak: true, ..filled() };
    assert!(raised.is_urgent(&context()) && !filled().is_urgent(&context()));
}

#[test]
fn a_draft_survives_and_keeps_what_a_newer_app_wrote() {
    let draft = filled();
    assert!(Draft::from_json(&draft.to_json()).unwrap() == draft);
    let full = Draft {
        mendesak: true,
        rekaman_suara: Some(VoiceNote { sha256: "a".repeat(64), detik: 12 }),
        titik: Some(Point { lintang: -6_900_000, bujur: 109_700_000, akurasi_m: 20 }),
        foto: vec![Photo { sha256: "b".repeat(64), byte: 1000 }],
        ..draft.clone()
    };
    assert!(Draft::from_json(&full.to_json()).unwrap() == full);
    let newer = Draft::from_json(r#"{"judul":"x","warna":"biru"}"#).unwrap();
    assert_eq!(newer.extra["warna"], "biru".into());
    assert!(newer.to_json().contains(r#""warna":"biru""#));
    assert_eq!(format!("{draft:?}"), "Draft(..)");
}

#[test]
fn a_title_is_the_first_sentence_without_the_greeting() {
    let road = CategoryTable::bundled().find("PU-05");
    let check = |uraian: &str, expected: &str| assert_eq!(suggest_title(uraian, road), expected);
    check("Assalamualaikum bu. jalan ke sekolah berlubang besar. Sudah lama.", "Jalan ke sekolah berlubang besar");
    check("Mohon tolong, lampu di gang mati", "Lampu di gang mati");
    check("", "Jalan desa atau lingkungan rusak");
    check("Pak. Bu.", "Jalan desa atau lingkungan rusak");
    check("jalan rusak hubungi 081234567890 ya", "Jalan rusak hubungi ya");
    let violence = CategoryTable::bundled().find("PEND-07");
    assert_eq!(suggest_title("Anak saya dipukul gurunya", violence), "Perundungan atau kekerasan di sekolah");
    assert_eq!(suggest_title("jalan rusak", None), "Jalan rusak");
}

#[test]
fn a_letter_that_is_two_when_large_makes_no_title_too_long() {
    let title = suggest_title(&format!("ß{}", "a".repeat(2 * TITLE_LENGTH.1)), None);
    assert!(title.starts_with("SSa"));
    assert!(title.chars().count() <= TITLE_LENGTH.1, "{title}");
}

#[test]
fn every_category_name_makes_a_fitting_title() {
    for category in CategoryTable::bundled().all() {
        let length = suggest_title("", Some(category)).chars().count();
        assert!((TITLE_LENGTH.0..=TITLE_LENGTH.1).contains(&length), "{}", category.code);
    }
}

proptest! {
    #[test]
    fn a_suggested_title_always_fits(uraian in "\\PC{0,200}|([a-z]{1,12} ){0,40}") {
        let title = suggest_title(&uraian, CategoryTable::bundled().find("PU-05"));
        prop_assert!((TITLE_LENGTH.0..=TITLE_LENGTH.1).contains(&title.chars().count()), "{}", title);
    }

    #[test]
    fn checking_is_total_and_submitting_agrees_with_it(judul in "\\PC{0,90}", uraian in "\\PC{0,60}", kk in "\\PC{0,6}", hp in "\\PC{0,14}", hari in "\\PC{0,10}") {
        let draft = Draft { judul, uraian, jumlah_terdampak_kk: kk, hp, waktu_kejadian: hari, ..filled() };
        draft.warnings(&context());
        let errors = draft.validate_all(&context());
        prop_assert_eq!(draft.submit(&context(), &assigned()).is_ok(), errors.is_empty());
    }

    #[test]
    fn the_public_data_never_hold_what_was_typed_about_the_reporter(nama in "[a-z]{12}", alamat in "[a-z]{12}", jam in "[a-z]{12}", wali in "[a-z]{12}") {
        let mut draft = filled();
        (draft.nama, draft.alamat, draft.jam_aman, draft.wali_nama) = (nama.clone(), alamat.clone(), jam.clone(), wali.clone());
        let Ok(Submission::Open { public, .. }) = draft.submit(&context(), &assigned()) else { panic!("not open") };
        let text = Value::Object(public.clone()).canonical();
        prop_assert!([nama, alamat, jam, wali].iter().all(|secret| !text.contains(secret.as_str())));
    }
}
