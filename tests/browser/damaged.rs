//! A disk that lost some bytes: what does not open is counted and stays, and the rest is a book.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::office::Phone;

/// Bytes of every event, in their order.
async fn bytes(phone: &Phone) -> Vec<Vec<u8>> {
    phone.rows().await.into_iter().map(|it| it.body).collect()
}

#[wasm_bindgen_test]
async fn what_does_not_open_is_counted_and_left_and_the_rest_goes_on() {
    let mut phone = Phone::founded().await;
    phone.register("Wulan Umpama").await;
    let broken = phone.register("Kencana Mustahil").await;
    assert_eq!(phone.reopen().await.damaged, 0);
    assert_eq!(phone.found("kencana").await, ["Kencana Mustahil"]);

    let number = phone.rows().await.iter().map(|row| phone.event(row).n()).max().unwrap();
    let of_her: Vec<&String> = broken.events.iter().map(|(_, id)| id).collect();
    for id in &of_her {
        phone.damage(id).await;
    }
    let disk = bytes(&phone).await;
    assert_eq!(phone.reopen().await.damaged, of_her.len() as u64);
    assert!(phone.found("kencana").await.is_empty());
    assert_eq!(phone.found("wulan").await, ["Wulan Umpama"]);
    assert_eq!(bytes(&phone).await, disk);

    let after = phone.rows().await.len();
    phone.register("Bagas Andaikata").await;
    // Her running numbers go on, although the last ones cannot be read.
    let next = phone.event(&phone.rows().await[after]);
    assert_eq!(next.n(), number + 1);
    assert_eq!(phone.look().await.damaged, of_her.len() as u64, "of what she saves all is there");
    assert_eq!(phone.reopen().await.damaged, of_her.len() as u64);
    assert_eq!(phone.found("bagas").await, ["Bagas Andaikata"]);
    assert_eq!(bytes(&phone).await[..disk.len()], disk, "what is damaged stays as it is");
    phone.end().await;
}

#[wasm_bindgen_test]
async fn what_opens_and_is_no_event_is_counted_too() {
    let mut phone = Phone::founded().await;
    phone.register("Wulan Umpama").await;
    let (complaint, _) = phone.complain("Sejak hujan kemarin air sumur keruh.", &[0xff, 0xd8, 0xff, 0xd9]).await;
    let mut ids = phone.register("Kencana Mustahil").await.events;
    ids.extend(complaint.events);
    let no_event: [&[u8]; 3] = [b"\x01{", b"\x09{}", b""];
    assert!(ids.len() >= no_event.len());
    for ((_, id), plain) in ids.iter().zip(no_event) {
        phone.overwrite_sealed(id, plain).await;
    }
    assert_eq!(phone.reopen().await.damaged, 3);
    assert_eq!(phone.found("wulan").await, ["Wulan Umpama"]);
    phone.end().await;
}

#[wasm_bindgen_test]
async fn a_start_from_the_snapshot_still_says_it() {
    let mut phone = Phone::founded().await;
    let later = phone.register("Wulan Umpama").await;
    let broken = phone.register("Kencana Mustahil").await;
    let (complaint, _) = phone.complain("Sejak hujan kemarin air sumur keruh.", &[0xff, 0xd8, 0xff, 0xd9]).await;
    phone.damage(&broken.events[0].1).await;
    assert_eq!(phone.reopen().await.damaged, 1);
    phone.grow(&complaint.subject).await;
    // Behind the snapshot it is read; before it, the snapshot holds what it held.
    phone.register("Bagas Andaikata").await;
    let behind = phone.register("Ratih Contoh").await;
    phone.damage(&later.events[0].1).await;
    phone.damage(&behind.events[0].1).await;
    assert_eq!(phone.reopen().await.damaged, 2);
    assert_eq!(phone.found("wulan").await, ["Wulan Umpama"]);
    phone.end().await;
}

#[wasm_bindgen_test]
async fn what_the_first_builds_sealed_as_text_is_read() {
    let mut phone = Phone::founded().await;
    phone.register("Wulan Umpama").await;
    for row in phone.rows().await {
        let text = phone.event(&row).to_text();
        phone.overwrite_sealed(&row.id, &[b"\x01", text.as_bytes()].concat()).await;
    }
    assert_eq!(phone.reopen().await.damaged, 0);
    assert_eq!(phone.found("wulan").await, ["Wulan Umpama"]);
    phone.end().await;
}
