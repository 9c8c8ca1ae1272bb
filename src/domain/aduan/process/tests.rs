use proptest::prelude::*;

use super::super::category::CategoryTable;
use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn act(person: &str, role: Role) -> Act {
    Act { person: person.into(), role, on: date("2026-03-20") }
}

fn on(mut act: Act, day: &str) -> Act {
    act.on = date(day);
    act
}

fn facts_of(code: &str) -> Facts {
    let category = CategoryTable::bundled().find(code).unwrap();
    Facts {
        jenis: Jenis::Pengaduan,
        category: CategoryFacts::of(category),
        kerahasiaan: category.default_kerahasiaan.clone(),
        is_urgent: category.is_urgent,
    }
}

/// An ordinary aduan in this state, with everything that makes its steps possible.
fn at(status: Status) -> State {
    let mut state = State::draft();
    state.status = status.clone();
    if status == Status::Draf {
        return state;
    }
    state.facts = Some(facts_of("PU-03"));
    state.recorded_by = Some("kader".into());
    state.handled_in = Some(Status::Diproses);
    state.postponed_until = Some(date("2026-03-19"));
    state.asked_on = Some(date("2026-02-01"));
    state.ended_on = Some(date("2026-03-01"));
    state.ended_by = (status == Status::Dicabut).then_some(Code::T20);
    state.has_no_reply = status == Status::Selesai;
    if status == Status::DitanganiDesa {
        state.handled_in = Some(Status::DitanganiDesa);
    }
    state
}

fn verification() -> Transition {
    Transition::T5 {
        category: facts_of("PU-03").category,
        has_checked_duplicates: true,
        is_only_user: false,
        is_urgent: false,
    }
}

/// The transition of this code with everything that makes it possible.
fn possible(code: &Code) -> Transition {
    match code {
        Code::T1 => Transition::T1,
        Code::T2 => Transition::T2 { facts: facts_of("PU-03") },
        Code::T3 => Transition::T3 { missing: 1 },
        Code::T4 => Transition::T4,
        Code::T5 => verification(),
        Code::T6 => Transition::T6 { reason: AlasanTolak::TidakBenar, explanation_length: 20, is_only_user: false },
        Code::T7 => Transition::T7,
        Code::T8 => Transition::T8 { is_to_named_officer: true },
        Code::T9 => Transition::T9,
        Code::T10 => Transition::T10 { reason: AlasanKembali::SalahOpd, is_approved: true },
        Code::T11 => Transition::T11 { reason: AlasanTunda::Cuaca, until: date("2026-04-01"), is_approved: true },
        Code::T12 => Transition::T12,
        Code::T13 => Transition::T13 { result: HasilKode::SelesaiTuntas, answer_length: 20, has_after_photo: true },
        Code::T14 => Transition::T14 { tuntas: Tuntas::Ya },
        Code::T15 => Transition::T15 { reply_due: date("2026-03-16") },
        Code::T16 => Transition::T16 { is_approved: true },
        Code::T17 => Transition::T17 { parent: fit_parent() },
        Code::T18 => Transition::T18,
        Code::T19 => Transition::T19,
        Code::T20 => Transition::T20 { reminders: 2 },
        Code::T21 => Transition::T21,
        Code::T22 => Transition::T22,
        Code::T23 => Transition::T23,
        Code::T24 => Transition::T24,
        Code::T25 => Transition::T25,
        Code::Unknown(code) => Transition::Unknown(code.clone()),
    }
}

fn fit_parent() -> ParentFacts {
    ParentFacts { is_open: true, is_same_desa: true, is_same_group: true, is_itself: false }
}

/// Where the step leads if any role that may send it can take it here.
fn lead(state: &State, code: &Code) -> Option<Status> {
    let roles = Role::KNOWN.iter().filter(|role| may(role, code, &Jalur::Desa));
    let mut ends = roles.filter_map(|role| apply(state, &possible(code), &act("other", role.clone())).ok());
    ends.next().map(|state| state.status)
}

/// The whole table of states and transitions; what is not here is refused.
const TABLE: &[(Code, &[(Status, Status)])] = {
    use Status::*;
    &[
        (Code::T1, &[]),
        (Code::T2, &[(Draf, Diterima)]),
        (Code::T3, &[(Diterima, PerluDilengkapi)]),
        (Code::T4, &[(PerluDilengkapi, Diterima), (Dicabut, Diterima)]),
        (Code::T5, &[(Diterima, Terverifikasi)]),
        (Code::T6, &[(Diterima, Ditolak), (Terverifikasi, Ditolak)]),
        (Code::T7, &[(Terverifikasi, DitanganiDesa)]),
        (Code::T8, &[(Terverifikasi, Didisposisi)]),
        (Code::T9, &[(Didisposisi, Diproses)]),
        (Code::T10, &[(Didisposisi, Terverifikasi), (Diproses, Terverifikasi)]),
        (Code::T11, &[(Diproses, Ditunda), (DitanganiDesa, Ditunda)]),
        (Code::T12, &[(Ditunda, Diproses)]),
        (Code::T13, &[(Diproses, Dijawab), (DitanganiDesa, Dijawab)]),
        (Code::T14, &[(Dijawab, Selesai), (Selesai, Selesai)]), // the second after T15 only
        (Code::T15, &[(Dijawab, Selesai)]),
        (Code::T16, &[(Dijawab, Diproses), (Selesai, Diproses)]),
        (Code::T17, &[(Diterima, Digabung), (Terverifikasi, Digabung), (Didisposisi, Digabung)]),
        (Code::T18, &[(Digabung, Terverifikasi)]),
        (
            Code::T19,
            &[
                (Diterima, Dicabut),
                (PerluDilengkapi, Dicabut),
                (Terverifikasi, Dicabut),
                (DitanganiDesa, Dicabut),
                (Didisposisi, Dicabut),
                (Diproses, Dicabut),
                (Ditunda, Dicabut),
                (Dijawab, Dicabut),
            ],
        ),
        (Code::T20, &[(PerluDilengkapi, Dicabut)]),
        (Code::T21, &[(Terverifikasi, Dijawab)]),
        (
            Code::T22,
            &[
                (Diterima, Diterima),
                (PerluDilengkapi, PerluDilengkapi),
                (Terverifikasi, Terverifikasi),
                (DitanganiDesa, DitanganiDesa),
                (Didisposisi, Didisposisi),
                (Diproses, Diproses),
                (Ditunda, Ditunda),
                (Dijawab, Dijawab),
                (Selesai, Selesai),
                (Ditolak, Ditolak),
                (Digabung, Digabung),
                (Dicabut, Dicabut),
            ],
        ),
        (Code::T23, &[(Ditolak, Diterima)]),
        (Code::T24, &[(DitanganiDesa, Terverifikasi)]),
        (Code::T25, &[(Didisposisi, Terverifikasi)]),
    ]
};

#[test]
fn every_pair_of_state_and_transition_is_as_the_table_says() {
    assert_eq!((Status::KNOWN.len(), TABLE.len()), (13, Code::KNOWN.len()));
    for (code, rows) in TABLE {
        for status in Status::KNOWN {
            let expected = rows.iter().find(|(from, _)| from == status).map(|(_, to)| to.clone());
            assert_eq!(lead(&at(status.clone()), code), expected, "{code:?} in {status:?}");
        }
        let newer = at(Status::from_code("dimediasi"));
        assert_eq!(lead(&newer, code), None, "{code:?} in a state of a newer app");
    }
}

#[test]
fn a_refusal_names_both_halves() {
    let refusal = apply(&at(Status::Selesai), &Transition::T9, &act("opd", Role::Opd)).unwrap_err();
    assert_eq!(refusal, Refusal { status: Status::Selesai, code: Code::T9, reason: Reason::NotListed });
    let newer = apply(&at(Status::Diterima), &Transition::Unknown("t26".into()), &act("x", Role::Pengendali));
    assert_eq!(newer.unwrap_err().code, Code::from_code("t26"));
}

#[track_caller]
fn check(state: &State, transition: Transition, act: Act, expected: Result<Status, Reason>) -> State {
    let result = apply(state, &transition, &act);
    assert_eq!(result.clone().map(|state| state.status).map_err(|refusal| refusal.reason), expected);
    result.unwrap_or_else(|_| state.clone())
}

#[test]
fn urgent_aduan_skip_verification_and_the_opd_completes_it() {
    let mut urgent = at(Status::Diterima);
    let dispose = Transition::T8 { is_to_named_officer: false };
    check(&urgent, dispose.clone(), act("p", Role::Pengendali), Err(Reason::NotUrgent));
    urgent.facts = Some(facts_of("KES-01"));
    check(&urgent, dispose.clone(), act("sistem", Role::Sistem), Err(Reason::WrongRole));
    let disposed = check(&urgent, dispose, act("p", Role::Pengendali), Ok(Status::Didisposisi));
    assert!(!disposed.is_verified);
    let verified = check(&disposed, verification(), act("opd", Role::Opd), Ok(Status::Didisposisi));
    assert!(verified.is_verified);
    check(&verified, verification(), act("opd", Role::Opd), Err(Reason::NotListed));
    check(&disposed, verification(), act("v", Role::Pengurus), Err(Reason::WrongRole));
    assert!(check(&disposed, Transition::T9, act("opd", Role::Opd), Ok(Status::Diproses)).is_verified);
}

#[test]
fn violence_goes_by_the_system_to_a_named_officer_and_is_never_merged() {
    let mut state = at(Status::Diterima);
    state.facts = Some(facts_of("TRANTIB-08"));
    let named = Transition::T8 { is_to_named_officer: true };
    let inbox = Transition::T8 { is_to_named_officer: false };
    check(&state, named.clone(), act("sistem", Role::Sistem), Ok(Status::Didisposisi));
    check(&state, inbox, act("sistem", Role::Sistem), Err(Reason::NeedsNamedOfficer));
    check(&state, named, act("kades", Role::Pemdes), Err(Reason::WrongRole));
    let merge = Transition::T17 { parent: fit_parent() };
    check(&state, merge.clone(), act("p", Role::Pengendali), Err(Reason::Rahasia));
    let lowered = state.with_kerahasiaan(Kerahasiaan::Terbuka);
    check(&lowered, merge, act("p", Role::Pengendali), Err(Reason::Violence));
}

#[test]
fn withdrawing_never_ends_the_protection_of_a_child() {
    for (code, expected) in
        [("TRANTIB-08", Status::Dicabut), ("TRANTIB-09", Status::Diproses), ("PU-03", Status::Dicabut)]
    {
        let mut state = at(Status::Diproses);
        state.facts = Some(facts_of(code));
        let after = check(&state, Transition::T19, act("kader", Role::Kader), Ok(expected.clone()));
        assert_eq!(after.is_contact_stopped, expected == Status::Diproses);
    }
}

#[test]
fn rahasia_is_verified_by_the_pengendali_and_never_goes_to_the_village() {
    let sealed = |status| at(status).with_kerahasiaan(Kerahasiaan::Rahasia);
    check(&sealed(Status::Diterima), verification(), act("v", Role::Pengurus), Err(Reason::NeedsPengendali));
    check(&sealed(Status::Diterima), verification(), act("p", Role::Pengendali), Ok(Status::Terverifikasi));
    check(&sealed(Status::Terverifikasi), Transition::T7, act("p", Role::Pengendali), Err(Reason::Rahasia));
    let inbox = Transition::T8 { is_to_named_officer: false };
    check(&sealed(Status::Terverifikasi), inbox, act("p", Role::Pengendali), Err(Reason::NeedsNamedOfficer));
}

#[test]
fn nobody_judges_what_she_took_down_unless_she_is_alone() {
    let state = at(Status::Diterima);
    check(&state, verification(), act("kader", Role::Pengurus), Err(Reason::FourEyes));
    let alone = Transition::T5 {
        category: facts_of("PU-03").category,
        has_checked_duplicates: true,
        is_only_user: true,
        is_urgent: false,
    };
    assert!(check(&state, alone, act("kader", Role::Pengurus), Ok(Status::Terverifikasi)).lacks_four_eyes);
    check(&state, possible(&Code::T6), act("kader", Role::Pengurus), Err(Reason::FourEyes));
}

#[test]
fn verification_looks_for_duplicates_and_fixes_category_and_urgency() {
    let mut state = at(Status::Diterima);
    state.facts = Some(facts_of("KES-08"));
    let verify = |has_checked_duplicates, code| Transition::T5 {
        category: facts_of(code).category,
        has_checked_duplicates,
        is_only_user: false,
        is_urgent: false,
    };
    check(&state, verify(false, "KES-05"), act("v", Role::Pengurus), Err(Reason::Missing("search for duplicates")));
    let verified = check(&state, verify(true, "KES-05"), act("v", Role::Pengurus), Ok(Status::Terverifikasi));
    assert_eq!(verified.facts.as_ref().unwrap().category.kategori, "KES-05");
    assert!(verified.is_urgent(), "a verifier does not lower urgency");
    assert!(!check(&state, verify(true, "KES-05"), act("p", Role::Pengendali), Ok(Status::Terverifikasi)).is_urgent());
    check(&state, verify(false, "TRANTIB-08"), act("v", Role::Pengurus), Ok(Status::Terverifikasi));
}

#[test]
fn after_two_returns_the_next_disposition_is_final() {
    let mut state = at(Status::Terverifikasi);
    let dispose = || Transition::T8 { is_to_named_officer: false };
    let return_it = || Transition::T10 { reason: AlasanKembali::SalahOpd, is_approved: false };
    for _ in 0..2 {
        state = check(&state, dispose(), act("p", Role::Pengendali), Ok(Status::Didisposisi));
        state = check(&state, return_it(), act("opd", Role::Opd), Ok(Status::Terverifikasi));
    }
    assert_eq!(state.returns, 2);
    state = check(&state, dispose(), act("p", Role::Pengendali), Ok(Status::Didisposisi));
    check(&state, return_it(), act("opd", Role::Opd), Err(Reason::FinalDisposition));
    state = check(&state, Transition::T9, act("opd", Role::Opd), Ok(Status::Diproses));
    check(&state, possible(&Code::T10), act("opd", Role::Opd), Err(Reason::FinalDisposition));
}

#[test]
fn an_accepted_aduan_is_returned_only_with_approval() {
    let return_it = Transition::T10 { reason: AlasanKembali::DataKurang, is_approved: false };
    check(&at(Status::Diproses), return_it, act("opd", Role::Opd), Err(Reason::NeedsApproval));
}

#[test]
fn a_pause_needs_approval_and_goes_back_where_it_began() {
    let postpone =
        |is_approved, until| Transition::T11 { reason: AlasanTunda::Anggaran, until: date(until), is_approved };
    let desa = at(Status::DitanganiDesa);
    check(&desa, postpone(false, "2026-04-01"), act("kades", Role::Pemdes), Err(Reason::NeedsApproval));
    check(&desa, postpone(true, "2026-03-20"), act("kades", Role::Pemdes), Err(Reason::Missing("later date")));
    check(&desa, postpone(true, "2026-04-01"), act("opd", Role::Opd), Err(Reason::WrongRole));
    let paused = check(&desa, postpone(true, "2026-04-01"), act("kades", Role::Pemdes), Ok(Status::Ditunda));
    check(&paused, Transition::T12, act("opd", Role::Opd), Err(Reason::WrongRole));
    check(&paused, Transition::T12, act("sistem", Role::Sistem), Err(Reason::TooEarly));
    let due = on(act("sistem", Role::Sistem), "2026-04-01");
    check(&paused, Transition::T12, due, Ok(Status::DitanganiDesa));
    check(&paused, Transition::T12, act("kades", Role::Pemdes), Ok(Status::DitanganiDesa));
}

#[test]
fn an_answer_is_long_enough_by_the_right_hands_and_with_a_photo_of_works() {
    let answer = |answer_length, has_after_photo, result| Transition::T13 { result, answer_length, has_after_photo };
    let mut state = at(Status::Diproses);
    state.facts = Some(facts_of("PU-05"));
    let opd = || act("opd", Role::Opd);
    let tuntas = HasilKode::SelesaiTuntas;
    check(&state, answer(19, true, tuntas.clone()), opd(), Err(Reason::Missing("answer")));
    check(&state, answer(20, false, tuntas.clone()), opd(), Err(Reason::Missing("photo taken afterwards")));
    check(&state, answer(20, false, HasilKode::MasukPerencanaan), opd(), Ok(Status::Dijawab));
    check(&state, answer(20, true, HasilKode::TanpaTanggapan), opd(), Err(Reason::Missing("result")));
    check(&state, answer(20, true, tuntas.clone()), act("kades", Role::Pemdes), Err(Reason::WrongRole));
    let checked = at(Status::Terverifikasi);
    check(&checked, answer(20, true, tuntas), act("p", Role::Pengendali), Err(Reason::NotAQuestion));
    let mut question = checked;
    question.facts.as_mut().unwrap().jenis = Jenis::PermintaanInformasi;
    let informed = answer(20, false, HasilKode::DijawabInformasi);
    let answered = check(&question, informed, act("p", Role::Pengendali), Ok(Status::Dijawab));
    assert_eq!(answered.result, Some(HasilKode::DijawabInformasi));
}

#[test]
fn silence_closes_only_after_the_reply_was_due() {
    let state = at(Status::Dijawab);
    let close = || Transition::T15 { reply_due: date("2026-03-16") };
    check(&state, close(), on(act("sistem", Role::Sistem), "2026-03-16"), Err(Reason::TooEarly));
    let closed = check(&state, close(), on(act("sistem", Role::Sistem), "2026-03-17"), Ok(Status::Selesai));
    assert!(closed.has_no_reply);
    let late =
        check(&closed, Transition::T14 { tuntas: Tuntas::Sebagian }, act("kader", Role::Kader), Ok(Status::Selesai));
    assert_eq!((late.has_no_reply, late.confirmed), (false, Some(Tuntas::Sebagian)));
    let before_answer = Transition::T15 { reply_due: date("2026-02-27") };
    check(&state, before_answer, act("sistem", Role::Sistem), Err(Reason::TooEarly));
}

#[test]
fn what_accuses_the_office_is_closed_and_rejected_by_the_pengendali() {
    let mut state = at(Status::Dijawab);
    state.facts = Some(facts_of("LAIN-02"));
    check(&state, possible(&Code::T15), act("sistem", Role::Sistem), Err(Reason::NeedsPengendali));
    check(&state, possible(&Code::T15), act("p", Role::Pengendali), Ok(Status::Selesai));
    check(&state, possible(&Code::T14), act("kader", Role::Kader), Ok(Status::Selesai));
    let mut received = at(Status::Diterima);
    received.facts = Some(facts_of("KES-04"));
    check(&received, possible(&Code::T6), act("v", Role::Pengurus), Err(Reason::NeedsPengendali));
}

#[test]
fn a_confirmed_aduan_is_not_confirmed_twice_and_no_is_no_confirmation() {
    let closed = check(&at(Status::Dijawab), possible(&Code::T14), act("kader", Role::Kader), Ok(Status::Selesai));
    check(&closed, possible(&Code::T14), act("kader", Role::Kader), Err(Reason::NotListed));
    let no = Transition::T14 { tuntas: Tuntas::Tidak };
    check(&at(Status::Dijawab), no, act("kader", Role::Kader), Err(Reason::NotSolved));
}

#[test]
fn reopening_has_a_window_and_needs_approval_from_the_second_time() {
    let reopen = || Transition::T16 { is_approved: false };
    let closed = at(Status::Selesai); // closed on 1 March
    check(&closed, reopen(), on(act("kader", Role::Kader), "2026-03-31"), Ok(Status::Diproses));
    check(&closed, reopen(), on(act("kader", Role::Kader), "2026-04-01"), Err(Reason::TooLate));
    let mut again = closed;
    again.reopenings = 1;
    check(&again, reopen(), act("kader", Role::Kader), Err(Reason::NeedsApproval));
    check(&again, reopen(), act("p", Role::Pengendali), Ok(Status::Diproses));
    again.handled_in = Some(Status::DitanganiDesa);
    let approved = Transition::T16 { is_approved: true };
    assert_eq!(check(&again, approved, act("kader", Role::Kader), Ok(Status::DitanganiDesa)).reopenings, 2);
}

#[test]
fn one_objection_within_thirty_days_is_judged_by_another_pengendali() {
    let received = at(Status::Diterima);
    let rejected = check(&received, possible(&Code::T6), act("first", Role::Pengendali), Ok(Status::Ditolak));
    check(&rejected, Transition::T23, on(act("kader", Role::Kader), "2026-04-20"), Err(Reason::TooLate));
    let objected = check(&rejected, Transition::T23, act("kader", Role::Kader), Ok(Status::Diterima));
    check(&objected, verification(), act("first", Role::Pengendali), Err(Reason::FourEyes));
    check(&objected, verification(), act("other", Role::Pengurus), Err(Reason::NeedsPengendali));
    let again = check(&objected, possible(&Code::T6), act("other", Role::Pengendali), Ok(Status::Ditolak));
    check(&again, Transition::T23, act("kader", Role::Kader), Err(Reason::OnlyOnce));
}

#[test]
fn a_rejection_explains_itself() {
    let short = Transition::T6 { reason: AlasanTolak::TidakBenar, explanation_length: 19, is_only_user: false };
    check(&at(Status::Diterima), short, act("v", Role::Pengurus), Err(Reason::Missing("explanation")));
    check(&at(Status::Terverifikasi), possible(&Code::T6), act("v", Role::Pengurus), Err(Reason::NeedsPengendali));
}

#[test]
fn an_expired_aduan_may_still_be_completed_for_thirty_days() {
    let asked = at(Status::PerluDilengkapi); // asked on 1 February
    let expire = |reminders| Transition::T20 { reminders };
    check(&asked, expire(2), on(act("sistem", Role::Sistem), "2026-03-03"), Err(Reason::TooEarly));
    check(&asked, expire(1), on(act("sistem", Role::Sistem), "2026-03-04"), Err(Reason::Missing("reminders")));
    let expired = check(&asked, expire(2), on(act("sistem", Role::Sistem), "2026-03-04"), Ok(Status::Dicabut));
    check(&expired, Transition::T4, on(act("kader", Role::Kader), "2026-04-03"), Ok(Status::Diterima));
    check(&expired, Transition::T4, on(act("kader", Role::Kader), "2026-04-04"), Err(Reason::TooLate));
    let withdrawn = check(&asked, Transition::T19, act("kader", Role::Kader), Ok(Status::Dicabut));
    check(&withdrawn, Transition::T4, act("kader", Role::Kader), Err(Reason::NotListed));
}

#[test]
fn only_a_fit_parent_takes_a_child() {
    let unfit = [
        ParentFacts { is_open: false, ..fit_parent() },
        ParentFacts { is_same_desa: false, ..fit_parent() },
        ParentFacts { is_same_group: false, ..fit_parent() },
        ParentFacts { is_itself: true, ..fit_parent() },
    ];
    for parent in unfit {
        let merge = Transition::T17 { parent };
        check(&at(Status::Diterima), merge, act("v", Role::Pengurus), Err(Reason::UnfitParent));
    }
}

#[test]
fn calls_for_help_are_counted_without_moving_the_aduan() {
    let state = check(&at(Status::Didisposisi), Transition::T22, act("k", Role::Kader), Ok(Status::Didisposisi));
    assert_eq!(state.emergency_referrals, 1);
}

#[test]
fn decisions_and_reports_are_told_apart() {
    let reports: Vec<_> = Code::KNOWN.iter().filter(|code| code.class() == Class::Report).map(Code::code).collect();
    assert_eq!(reports, ["t1", "t2", "t4", "t14", "t19", "t22"]); // t1 is never an event
    let offline: Vec<_> = Code::KNOWN.iter().filter(|code| code.is_offline()).map(Code::code).collect();
    assert_eq!(offline, reports);
    assert_eq!(class(&Transition::Unknown("t99".into())), Class::Report);
}

#[test]
fn the_kind_of_an_event_names_its_transition() {
    assert_eq!(Code::T2.kind(), "aduan.t2");
    for code in Code::KNOWN {
        assert_eq!(Code::from_kind(&code.kind()).as_ref(), Some(code));
    }
    assert_eq!(Code::from_kind("aduan.t31"), Some(Code::from_code("t31")));
    assert_eq!(Code::from_kind("aduan.kode"), None);
    assert_eq!(Code::from_kind("aduan.t"), None);
    assert_eq!(Code::from_kind("posyandu.t2"), None);
}

#[test]
fn roles_follow_the_jalur() {
    let roles = |code: Code, jalur: Jalur| -> Vec<&str> {
        Role::KNOWN.iter().filter(|role| may(role, &code, &jalur)).map(Role::code).collect()
    };
    assert_eq!(roles(Code::T8, Jalur::Desa), ["pengendali", "pemdes", "sistem"]);
    assert_eq!(roles(Code::T8, Jalur::PengurusHarian), ["pengendali", "sistem"]);
    assert_eq!(roles(Code::T5, Jalur::PengurusHarian), ["pengurus", "pengendali", "opd"]);
    assert_eq!(roles(Code::T5, Jalur::Desa), ["pengurus", "pengendali", "pemdes", "opd"]);
    assert_eq!(roles(Code::T2, Jalur::Desa), ["kader", "bidan"]);
    assert_eq!(roles(Code::T14, Jalur::Desa), ["kader", "bidan", "pelapor"]);
    assert_eq!(roles(Code::T18, Jalur::Keduanya), ["pengendali"]);
    assert_eq!(roles(Code::T20, Jalur::Desa), ["sistem"]);
    assert!(roles(Code::from_code("t26"), Jalur::Desa).is_empty());
    assert!(Code::KNOWN.iter().all(|code| !may(&Role::from_code("tamu"), code, &Jalur::Desa)));
}

#[test]
fn each_open_state_has_one_owner_and_a_label() {
    for status in Status::KNOWN {
        assert_eq!(status.owner().is_none(), status.is_terminal(), "{status:?}");
        assert_eq!(status.public_label_id().is_none(), *status == Status::Draf);
    }
    assert!(Status::from_code("dimediasi").is_open());
    assert!(Status::PerluDilengkapi.pauses_clock() && !Status::Diproses.pauses_clock());
}

#[test]
fn a_state_survives_the_snapshot() {
    for status in Status::KNOWN.iter().cloned().chain([Status::from_code("dimediasi")]) {
        let state = at(status);
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<State>(&text).unwrap(), state);
    }
}

fn any_transition() -> impl Strategy<Value = Transition> {
    prop::sample::select(Code::KNOWN).prop_map(|code| possible(&code))
}

fn any_act() -> impl Strategy<Value = Act> {
    let people = prop::sample::select(vec!["kader", "first", "other"]);
    (people, prop::sample::select(Role::KNOWN), 0_u64..200).prop_map(|(person, role, days)| Act {
        person: person.into(),
        role,
        on: date("2026-03-01") + chrono::Days::new(days),
    })
}

proptest! {
    #[test]
    fn a_final_state_is_left_only_by_t4_t16_t18_t23(steps in prop::collection::vec((any_transition(), any_act()), 1..60)) {
        let mut state = State::draft();
        for (transition, act) in steps {
            let Ok(next) = apply(&state, &transition, &act) else { continue };
            if state.status.is_terminal() && next.status != state.status {
                prop_assert!(matches!(transition.code(), Code::T4 | Code::T16 | Code::T18 | Code::T23));
            }
            prop_assert!(next.status.is_known() && next.status != Status::Draf);
            prop_assert!(next.returns <= RETURNS_BEFORE_FINAL);
            state = next;
        }
    }
}
