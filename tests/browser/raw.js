// IndexedDB without our own code: to look at what is stored, and to make the browser fail.

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

const pack = (value) => {
  if (value instanceof Uint8Array) return { $bytes: hex(value) };
  if (value instanceof ArrayBuffer) return { $bytes: hex(new Uint8Array(value)) };
  if (Array.isArray(value)) return value.map(pack);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.keys(value).sort().map((key) => [key, pack(value[key])]));
  }
  return value;
};

const unpack = (value) => {
  if (Array.isArray(value)) return value.map(unpack);
  if (value && typeof value === "object") {
    if ("$bytes" in value) return unhex(value.$bytes);
    return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, unpack(it)]));
  }
  return value;
};

// All records of all stores, as text.
export async function dump(name) {
  const db = await settled(indexedDB.open(name));
  const stores = {};
  for (const store of db.objectStoreNames) {
    const source = db.transaction(store).objectStore(store);
    const [keys, values] = await Promise.all([settled(source.getAllKeys()), settled(source.getAll())]);
    if (keys.length) stores[store] = keys.map((key, at) => [pack(key), pack(values[at])]);
  }
  db.close();
  return JSON.stringify(stores, null, 1) + "\n";
}

// Writes the records of a dump into a database that has its stores already.
export async function restore(name, text) {
  const db = await settled(indexedDB.open(name));
  for (const [store, records] of Object.entries(JSON.parse(text))) {
    const target = db.transaction(store, "readwrite").objectStore(store);
    for (const [key, value] of records) {
      await settled(target.keyPath === null ? target.put(unpack(value), unpack(key)) : target.put(unpack(value)));
    }
  }
  db.close();
}

// Other bytes in the body of an event, as a damaged disk has them.
export async function overwrite_body(name, scope, id, body) {
  const db = await settled(indexedDB.open(name));
  const events = db.transaction("events", "readwrite").objectStore("events");
  await settled(events.put({ ...(await settled(events.get([scope, id]))), body }));
  db.close();
}

export async function version_and_stores(name) {
  const db = await settled(indexedDB.open(name));
  const text = `${db.version}: ${Array.from(db.objectStoreNames).join(" ")}`;
  db.close();
  return text;
}

// A connection of another tab. It ignores `versionchange`.
export async function hold(name, version) {
  return await settled(indexedDB.open(name, version));
}

export function let_go(db) {
  db.close();
}

// Replaces a method until the returned function is called.
function patch(prototype, method, replacement) {
  const original = prototype[method];
  prototype[method] = function (...args) {
    return replacement.call(this, original, ...args);
  };
  return () => {
    prototype[method] = original;
  };
}

const failure = (name) => new DOMException("simulated", name);

// Every `put` throws.
export function throw_on_put(name) {
  return patch(IDBObjectStore.prototype, "put", () => {
    throw failure(name);
  });
}

// The first `put` throws.
export function throw_on_first_put(name) {
  let done = false;
  return patch(IDBObjectStore.prototype, "put", function (original, ...args) {
    if (!done) {
      done = true;
      throw failure(name);
    }
    return original.apply(this, args);
  });
}

// Every `put` into one store throws. A new event is added, not put: only what overwrites one fails.
export function throw_on_put_into(store, name) {
  return patch(IDBObjectStore.prototype, "put", function (original, ...args) {
    if (this.name === store) throw failure(name);
    return original.apply(this, args);
  });
}

// Each `put` is taken, then the transaction is aborted by the browser with this reason.
export function abort_on_put(name) {
  return patch(IDBObjectStore.prototype, "put", function (original, ...args) {
    const request = original.apply(this, args);
    const transaction = this.transaction;
    if (!Object.hasOwn(transaction, "error")) {
      Object.defineProperty(transaction, "error", { get: () => failure(name) });
      request.onsuccess = () => transaction.abort();
    }
    return request;
  });
}

// `open` throws at once, as in a window without storage.
export function throw_on_open(name) {
  return patch(IDBFactory.prototype, "open", () => {
    throw failure(name);
  });
}

// `open` fails later with this name. The database must have a version above 1.
export function fail_on_open(name) {
  return patch(IDBFactory.prototype, "open", function (original, database) {
    const request = original.call(this, database, 1);
    Object.defineProperty(request, "error", { get: () => failure(name) });
    return request;
  });
}

// Remembers connections as they are opened; `close_watched` and `end_watched` then use them.
let watched = [];
export function watch_connections() {
  watched = [];
  return patch(IDBFactory.prototype, "open", function (original, ...args) {
    const request = original.apply(this, args);
    request.addEventListener("success", () => watched.push(request.result));
    return request;
  });
}

// The connections die without a word: the next transaction throws InvalidStateError.
export function close_watched() {
  for (const db of watched) db.close();
}

// The browser closes the connections and says so.
export function end_watched() {
  for (const db of watched) {
    db.close();
    db.dispatchEvent(new Event("close"));
  }
}

export function watched_count() {
  return watched.length;
}

// Remembers the durability of every transaction that writes.
let durabilities = [];
export function watch_durability() {
  durabilities = [];
  return patch(IDBDatabase.prototype, "transaction", function (original, ...args) {
    const transaction = original.apply(this, args);
    if (transaction.mode === "readwrite") durabilities.push(transaction.durability);
    return transaction;
  });
}

export function durabilities_seen() {
  return durabilities.join(" ");
}

// What `public/sw.js` keeps when something is shared with the app.
export const share = async (name) => (await caches.open(name)).put("/.titipan", new Response("POSYANDU 6 SPM "));
export const has_shared = (name) => caches.has(name);

// What `public/worker.js` gives the app: packing by the browser. Nothing is ever too long here.
export function packs() {
  const through = (bytes, stream) => new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer();
  self.deflated = (bytes) => through(bytes, new CompressionStream("deflate"));
  self.inflated = (bytes) => through(bytes, new DecompressionStream("deflate"));
}
