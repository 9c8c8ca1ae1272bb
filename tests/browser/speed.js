// IndexedDB as it is: the same object store and indexes, the event as text, no sealing, no checks.

export const now_ms = () => performance.now();

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export async function raw_open(name) {
  await done(indexedDB.deleteDatabase(name));
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    const events = request.result.createObjectStore("events", { keyPath: ["scope", "_id"] });
    events.createIndex("seq", ["scope", "seq"]);
    events.createIndex("tag", "tag");
  };
  return done(request);
}

export function raw_write(db, scope, from, to, text) {
  return new Promise((resolve, reject) => {
    const transaction = db.transaction("events", "readwrite", { durability: "relaxed" });
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
    const events = transaction.objectStore("events");
    for (let seq = from; seq < to; seq += 1) {
      const id = seq.toString(16).padStart(32, "0");
      events.add({ scope, _id: id, seq, tag: id.slice(16), body: text });
    }
  });
}

export async function raw_delete(db, name) {
  db.close();
  await done(indexedDB.deleteDatabase(name));
}
