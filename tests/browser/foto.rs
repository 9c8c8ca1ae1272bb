//! What came of a photo that is not whole: kept so that nobody can read it, gone when nobody needs it.

use posyandu::messages::{Failure, Reply, Request};
use posyandu::store::Batch;
use posyandu::store::backup::Backup;
use posyandu::sync::protocol::photo::Piece;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::erasure::{Erased, PHOTO};

/// A phone that knows of a photo and has not got it.
async fn without_photo() -> Erased {
    let erased = Erased::to_be().await;
    let forget = Batch::strict().delete_blob(&erased.phone.scope, &erased.photo);
    erased.phone.db.write(&forget).await.unwrap();
    erased
}

fn key(erased: &Erased) -> String {
    format!("foto:begun:{}", erased.photo)
}

async fn begun(erased: &Erased) -> Option<Vec<u8>> {
    erased.phone.db.meta(&key(erased)).await.unwrap()
}

/// A server gives these bytes of it, the last one too.
async fn hear(erased: &mut Erased, from: usize, to: usize) -> Result<Reply, Failure> {
    let range = Some(format!("bytes {from}-{to}/{}", PHOTO.len()));
    let piece = Piece { status: 206, range, tag: Some("\"a\"".into()), body: PHOTO[from..=to].to_vec() };
    let photo = erased.photo.clone();
    erased.phone.office.hear_photo(&photo, piece).await
}

#[wasm_bindgen_test]
async fn a_piece_stays_sealed_until_the_rest_comes_and_no_list_takes_it_for_a_photo() {
    let mut erased = without_photo().await;
    assert!(matches!(hear(&mut erased, 0, 2).await, Ok(Reply::Came(3))));
    let row = begun(&erased).await.unwrap();
    assert!(!row.windows(3).any(|it| it == &PHOTO[..3]));
    assert_eq!(erased.phone.db.blob_names(&erased.phone.scope).await.unwrap(), [] as [String; 0]);
    match erased.phone.office.answer(Request::Export).await {
        Ok(Reply::Export(bytes)) => {
            let backup = Backup::parse(&bytes).unwrap();
            assert!(backup.blobs.is_empty() && backup.meta.iter().all(|(key, _)| !key.starts_with("foto")));
        }
        _ => panic!("no backup"),
    }
    erased.phone.reopen().await;
    match hear(&mut erased, 3, 5).await {
        Ok(Reply::Draft(Some(bytes))) => assert_eq!(bytes, PHOTO),
        _ => panic!("not whole"),
    }
    assert!(begun(&erased).await.is_none() && erased.photo().await.is_some());
    erased.phone.end().await;
}

#[wasm_bindgen_test]
async fn a_piece_that_does_not_open_is_as_if_nothing_had_come() {
    let mut erased = without_photo().await;
    assert!(matches!(hear(&mut erased, 0, 2).await, Ok(Reply::Came(3))));
    let mut row = begun(&erased).await.unwrap();
    *row.last_mut().unwrap() ^= 1;
    erased.phone.db.write(&Batch::strict().put_meta(key(&erased), row)).await.unwrap();
    assert!(matches!(hear(&mut erased, 0, 5).await, Ok(Reply::Draft(Some(_)))));
    assert_eq!(begun(&erased).await, None);
    erased.phone.end().await;
}

#[wasm_bindgen_test]
async fn what_came_of_an_erased_photo_goes_and_what_still_comes_is_not_kept() {
    let mut erased = without_photo().await;
    assert!(matches!(hear(&mut erased, 0, 2).await, Ok(Reply::Came(3))));
    let texts = erased.word(true).await;
    assert_eq!(erased.phone.office.receive(&texts).await.unwrap().1, 0);
    assert_eq!(begun(&erased).await, None);
    for (from, to) in [(0, 2), (3, 5), (0, 5)] {
        assert!(matches!(hear(&mut erased, from, to).await, Err(Failure::NotFound)));
    }
    assert!(begun(&erased).await.is_none() && erased.photo().await.is_none());
    erased.phone.end().await;
}
