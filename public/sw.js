// The service worker: keeps one whole, verified copy of the app on the phone and serves it without a network.
//
// BUILD names every file with its SHA-256; tools/finish.mjs writes it here, and `null` (work in
// progress) switches everything off. A copy counts only when every file in it matched its hash.
// The wasm travels packed (unpack.js) and is kept, and hashed, as what it is. What comes later, on first use, stands in
// a list of its own, is kept packed in the same copy, and from then on belongs to every version that follows.
//
// The page says:
//   {type: "STATUS"}             answered by {type: "READY" | "NOT_READY", version, serving}; a copy
//                                that has lost files is repaired, and then READY follows
//   {type: "SKIP_WAITING"}       to the waiting worker, when the person taps Perbarui
//   {type: "OPENED", version}    this version opened the data: the copies before it may go
//   {type: "ROLLBACK", version}  this version cannot open the data: serve the last one that could;
//                                answered by {type: "ROLLED_BACK", version}, which another page shows,
//                                or by {type: "NO_PREVIOUS"}, and then the page stays as it is
// The worker says READY unasked when a first copy is whole and in charge.
const BUILD = null;

const APP = "posyandu-app-";
const OWN = BUILD && APP + BUILD.version;
const AREAS = "posyandu-wilayah";
// What the share sheet brought, as it came; the page offers it once the book is open, and forgets it.
const SHARED = "posyandu-titipan";
const SHARED_PATH = "/.titipan";
const SHARE_TARGET = "/kirim/terima";
// As long as the app opens beside an open book (domain::file::MOST_OPENED).
const MOST_SHARED = 32 << 20;
const STATE = "posyandu-state";
const STATE_KEY = "/.state";
const WHOLE = "/.whole";
const LATER = "/later/";
const AT_ONCE = 4;

if (BUILD) importScripts("/unpack.js");

// ---- Installing -------------------------------------------------------------------------------

self.addEventListener("install", (event) => {
  if (BUILD) event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  if (BUILD) event.waitUntil(takeOver());
});

/** Fills the own copy. Files that came through stay for the next attempt; only WHOLE makes them count. */
async function fill() {
  const cache = await caches.open(OWN);
  const wanted = await needed();
  const lane = async () => {
    for (let next = wanted.pop(); next; next = wanted.pop()) await fetchInto(cache, ...next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  await cache.put(WHOLE, new Response(BUILD.version));
}

/** What a whole copy has, each with its hash. */
async function needed() {
  return Object.entries((await hasLater()) ? { ...BUILD.files, ...BUILD.later } : BUILD.files);
}

/** Whether any copy on this phone has what comes later: nobody loses by an update what worked before. */
async function hasLater() {
  for (const version of await copies()) {
    const paths = await pathsIn(await caches.open(APP + version));
    // Kept last, so with it all of them are there.
    if (paths.some((path) => path.startsWith(`${LATER}posyandu-`))) return true;
  }
  return false;
}

async function keepLater() {
  const cache = await caches.open(OWN);
  for (const [path, hash] of Object.entries(BUILD.later)) await fetchInto(cache, path, hash);
}

async function fetchInto(cache, path, hash) {
  if (await verified(await cache.match(path), hash)) return;
  const response =
    (await verified(await caches.match(path), hash)) ??
    (await verified(await fetched(path, "no-cache"), hash)) ??
    (await verified(await fetched(path, "reload"), hash));
  if (!response) throw new Error(`${path} is not the file this version was built with`);
  await cache.put(path, response);
}

/** From the network, as it is kept; nothing where it came damaged. */
async function fetched(path, cache) {
  const isWasm = path.endsWith(".wasm") && !path.startsWith(LATER);
  const response = await fetch(isWasm ? path.replace(/wasm$/, "pack") : path, { cache, redirect: "error" });
  if (!isWasm || !response.ok) return response;
  try {
    const wasm = self.unpacked(new Uint8Array(await response.arrayBuffer()));
    return new Response(wasm, { headers: { "content-type": "application/wasm" } });
  } catch {
    return null;
  }
}

/** The response with its body read and checked, or nothing. */
async function verified(response, hash) {
  if (!response || !response.ok) return null;
  const body = await response.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== hash) return null;
  const headers = new Headers(response.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  return new Response(body, { status: 200, headers });
}

async function takeOver() {
  const { opened } = await state();
  await remember({ serving: BUILD.version });
  // Unfinished copies and those from before the last version that worked serve nobody.
  if (opened) await keepOnly([BUILD.version, opened]);
  await self.clients.claim();
  await tellAll(await status());
}

// ---- Serving ----------------------------------------------------------------------------------

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (!BUILD || url.origin !== self.location.origin) return;
  const path = url.pathname;
  if (request.method === "POST" && path === SHARE_TARGET) event.respondWith(share(request));
  if (request.method !== "GET") return;
  const last = path.slice(path.lastIndexOf("/") + 1);
  if (request.mode === "navigate") {
    // Addresses of the server begin with "_"; everything else without an ending is a screen of the app.
    if (!path.startsWith("/_") && !last.includes(".")) event.respondWith(fromCopy("/index.html", request));
    else if (BUILD.files[path]) event.respondWith(fromCopy(path, request));
  } else if (path.startsWith(LATER)) {
    event.respondWith(later(path, request));
  } else if (BUILD.files[path] || /-[0-9a-f]{16}(_bg)?\.(css|js|wasm)$/.test(last)) {
    event.respondWith(fromCopy(path, request));
  } else if (path.startsWith("/wilayah/")) {
    event.respondWith(area(path, request));
  }
});

/** From the version that is served; else from any other copy (a page of the version before may ask); else the network. */
async function fromCopy(path, request) {
  for (const version of await candidates()) {
    const found = await (await caches.open(APP + version)).match(path);
    if (found) return found;
  }
  return (await caches.match(path)) ?? fetch(request);
}

/** The whole copies that files are given from, the one in use first. */
async function candidates() {
  const { serving, opened } = await state();
  const found = [];
  // One that was whole once, before one that never was: pages and files of one version belong together.
  for (const version of [serving ?? BUILD.version, opened]) {
    if (version && (await isThere(version))) found.push(version);
  }
  return found;
}

/** The version whose page is given out. */
async function shown() {
  for (const version of await candidates()) {
    if (await (await caches.open(APP + version)).match("/index.html")) return version;
  }
  return null;
}

/** Whether the copy was whole once. */
async function isThere(version) {
  return (await caches.has(APP + version)) && Boolean(await (await caches.open(APP + version)).match(WHOLE));
}

/** On first use; "reload" says that what is kept was of no use. Whoever asks checks it. */
async function later(path, request) {
  const found = request.cache !== "reload" && (await caches.match(path));
  if (found) return found;
  if (!BUILD.later[path]) return fetch(request);
  try {
    await keepLater();
    // A version that is whole and waits now needs its own.
    self.registration.waiting?.postMessage({ type: "STATUS" });
    return await caches.match(path);
  } catch {
    // A full disk, perhaps.
    return fetch(request);
  }
}

/**
 * Keeps a file that was shared with the app. Only one of ours, which is sealed: nothing else may lie here readable.
 * The address that follows says no more than what became of it: ada, bukan (not ours), besar (too big), penuh (no room).
 */
async function share(request) {
  let found = "bukan";
  try {
    const file = (await request.formData()).get("berkas");
    if (file instanceof File && (await file.slice(0, 15).text()) === "POSYANDU 6 SPM ") {
      found = file.size <= MOST_SHARED ? "penuh" : "besar";
      if (found === "penuh") {
        const cache = await caches.open(SHARED);
        await cache.put(SHARED_PATH, new Response(file, { headers: { "content-type": "text/plain" } }));
        found = "ada";
      }
    }
  } catch {
    // No form; or ours, and no room.
  }
  return Response.redirect(`/kirim/berkas?titipan=${found}`, 303);
}

/** Area files never change under their name: kept for ever once they came whole. */
async function area(path, request) {
  const cache = await caches.open(AREAS);
  const found = await cache.match(path);
  if (found) return found;
  const response = await fetch(request);
  if (response.ok && (response.headers.get("content-type") ?? "").startsWith("text/plain")) {
    try {
      await cache.put(path, response.clone());
    } catch {
      // A full disk: the answer is good all the same.
    }
  }
  return response;
}

// ---- Talking ----------------------------------------------------------------------------------

self.addEventListener("message", (event) => {
  if (BUILD && event.data) event.waitUntil(hear(event.data, event.ports[0] ?? event.source));
});

async function hear(message, asker) {
  switch (message.type) {
    case "STATUS":
      asker?.postMessage(await status());
      if (!(await isWhole())) {
        await fill();
        asker?.postMessage(await status());
      }
      break;
    case "SKIP_WAITING":
      await self.skipWaiting();
      break;
    case "OPENED":
      if (typeof message.version === "string") {
        await remember({ opened: message.version });
        // Not while a newer version fills its copy, or waits with it.
        if (!self.registration.installing && !self.registration.waiting) await keepOnly([message.version, BUILD.version]);
        // The app is in use: what may be asked for later comes now, if it can.
        if (!navigator.connection?.saveData) await keepLater().catch(() => {});
      }
      break;
    case "ROLLBACK":
      asker?.postMessage(await rollBack(message.version));
      break;
  }
}

/** Whole: once verified, and every file still there. */
async function isWhole() {
  if (!(await caches.has(OWN))) return false;
  // First what is needed: what comes later may be put there meanwhile.
  const wanted = [WHOLE, ...(await needed()).map(([path]) => path)];
  const there = new Set(await pathsIn(await caches.open(OWN)));
  return wanted.every((path) => there.has(path));
}

async function pathsIn(cache) {
  return (await cache.keys()).map((request) => new URL(request.url).pathname);
}

async function status() {
  const { serving } = await state();
  return { type: (await isWhole()) ? "READY" : "NOT_READY", version: BUILD.version, serving: serving ?? BUILD.version };
}

/** `asking`: the version of the page that cannot open the data; without one, the version in use. */
async function rollBack(asking) {
  const { opened } = await state();
  const serving = await shown();
  // A page of another version than the one in use only has to come again.
  if (serving && asking && asking !== serving) return { type: "ROLLED_BACK", version: serving };
  // Where the one before cannot open it either, two that cannot would take turns for ever.
  if (serving !== BUILD.version) return { type: "NO_PREVIOUS" };
  const all = await copies();
  // Never one that came later and still waits.
  const before = all.slice(0, Math.max(0, all.indexOf(BUILD.version))).reverse();
  for (const version of [opened, ...before]) {
    if (!version || version === BUILD.version || !(await isThere(version))) continue;
    await remember({ serving: version });
    return { type: "ROLLED_BACK", version };
  }
  return { type: "NO_PREVIOUS" };
}

async function tellAll(message) {
  for (const client of await self.clients.matchAll({ includeUncontrolled: true, type: "window" })) {
    client.postMessage(message);
  }
}

// ---- Remembering ------------------------------------------------------------------------------

/** Versions with a copy on this phone, oldest first. */
async function copies() {
  return (await caches.keys()).filter((name) => name.startsWith(APP)).map((name) => name.slice(APP.length));
}

async function keepOnly(versions) {
  for (const version of await copies()) {
    if (!versions.includes(version)) await caches.delete(APP + version);
  }
}

/** {serving, opened}: the version whose files are given out, and the last that opened the data. */
async function state() {
  const found = await (await caches.open(STATE)).match(STATE_KEY);
  return found ? found.json() : {};
}

async function remember(change) {
  const next = { ...(await state()), ...change };
  await (await caches.open(STATE)).put(STATE_KEY, new Response(JSON.stringify(next)));
}
