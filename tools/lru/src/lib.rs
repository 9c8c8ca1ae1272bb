//! A cache that forgets what was not asked for the longest: what `rqrr` needs of the crate of this name. It keeps at
//! most 251 things and asks seldom, so they stand in a list and are looked for one by one, without a hash.

use std::num::NonZeroUsize;

/// At most so many things by their names.
pub struct LruCache<K, V> {
    most: NonZeroUsize,
    /// What was asked for last stands last.
    all: Vec<(K, V)>,
}

impl<K: PartialEq, V> LruCache<K, V> {
    /// An empty one.
    #[must_use]
    pub fn new(most: NonZeroUsize) -> Self {
        Self { most, all: Vec::new() }
    }

    /// How much it keeps.
    #[must_use]
    pub fn cap(&self) -> NonZeroUsize {
        self.most
    }

    /// How much is in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All of it, what was asked for last first.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.all.iter().rev().map(|(name, it)| (name, it))
    }

    /// What has this name, which counts as asked for.
    pub fn get(&mut self, name: &K) -> Option<&V> {
        let at = self.all.iter().position(|(it, _)| it == name)?;
        let found = self.all.remove(at);
        self.all.push(found);
        self.all.last().map(|(_, it)| it)
    }

    /// Keeps something, instead of what had its name, or of the oldest where it is full.
    pub fn put(&mut self, name: K, it: V) {
        if self.get(&name).is_some() {
            self.all.pop();
        } else if self.all.len() == self.most.get() {
            self.all.remove(0);
        }
        self.all.push((name, it));
    }

    /// Forgets what was not asked for the longest.
    pub fn pop_lru(&mut self) -> Option<(K, V)> {
        if self.all.is_empty() { None } else { Some(self.all.remove(0)) }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use crate::LruCache;

    #[test]
    fn what_was_asked_for_stays() {
        let mut cache = LruCache::new(NonZeroUsize::MIN.saturating_add(2));
        for (name, it) in [(1, 'a'), (2, 'b'), (3, 'c')] {
            cache.put(name, it);
        }
        assert_eq!((cache.get(&1).copied(), cache.get(&4)), (Some('a'), None));
        cache.put(4, 'd');
        assert_eq!(cache.iter().collect::<Vec<_>>(), [(&4, &'d'), (&1, &'a'), (&3, &'c')]);
        assert_eq!(cache.pop_lru(), Some((3, 'c')));
        cache.put(1, 'e');
        assert_eq!(cache.pop_lru(), Some((4, 'd')));
        assert_eq!((cache.pop_lru(), cache.pop_lru(), cache.len()), (Some((1, 'e')), None, 0));
    }
}
