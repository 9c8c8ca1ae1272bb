// Valid signed events, from the domain's own code (`examples/events.rs`), as one phone recorded them alone.
import { execFile } from "node:child_process";
import { createPrivateKey, sign } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");

/** Where `cargo build --profile server --features server --bin posyandu-server` writes. */
export const built = join(target, "server");

/** The newest build of the example: `cargo test` makes one too. */
function program() {
  const all = ["server", "debug"].map((profile) => join(target, profile, "examples/events")).filter(existsSync);
  if (!all.length) throw new Error("there is no examples/events: cargo build --profile server --features server --example events");
  return all.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

/** What one phone recorded alone, each document as its text: `posyandu` and `aduan` by class, `tombstones` of erased events. */
export async function lines({ events = 1000, photos = 0, erased = 0, seed = 1 } = {}) {
  const asked = Object.entries({ events, photos, erased, seed }).map(([name, value]) => `${name}=${value}`);
  const text = await new Promise((done, fail) =>
    execFile(program(), asked, { maxBuffer: 2 ** 29 }, (error, out) => (error ? fail(error) : done(out))),
  );
  const [first, ...rest] = text.trimEnd().split("\n");
  const all = { ...JSON.parse(first), posyandu: [], aduan: [], tombstones: [] };
  for (const line of rest) {
    const [, where, doc] = line.match(/^\{"in":"(\w+)","doc":(.*)\}$/);
    all[doc.startsWith('{"_deleted":true') ? "tombstones" : where].push(doc);
  }
  return all;
}

/** The same, read. The same numbers give the same documents. */
export async function recorded(numbers) {
  const all = await lines(numbers);
  const read = (texts) => texts.map((it) => JSON.parse(it));
  return { ...all, posyandu: read(all.posyandu), aduan: read(all.aduan), tombstones: read(all.tombstones) };
}

/** What the key of a seed signs, base64url. */
export function signedBy(seed, text) {
  // The frame of an Ed25519 key of 32 bytes (RFC 8410).
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.from(seed, "hex")]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return sign(null, Buffer.from(text), key).toString("base64url");
}
