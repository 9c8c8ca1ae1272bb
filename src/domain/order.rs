//! Sorting with one merge sort for every type. That of `std` is half a kilobyte of code again for each of them, and
//! the app sorts two dozen kinds of short lists.

use core::cmp::Ordering;

/// Sorts by a key; what is equal keeps its order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// Sorts; what is equal keeps its order.
pub fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut order = order_of(items.len(), &|a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    // Along each ring of places once: what belongs here comes here, and its place waits for the next.
    for start in 0..items.len() {
        let mut place = start;
        while let Some(from) = order.get_mut(place).map(|it| core::mem::replace(it, place)) {
            if from == start || from == place {
                break;
            }
            items.swap(place, from);
            place = from;
        }
    }
}

/// Where to take from, for every place.
fn order_of(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sorts_as_std_does(items in prop::collection::vec((0u8..6, any::<u8>()), 0..40)) {
            let mut wanted = items.clone();
            wanted.sort_by_key(|it| it.0);
            let mut found = items;
            sort_by_key(&mut found, |it| it.0);
            prop_assert_eq!(found, wanted);
        }
    }
}
