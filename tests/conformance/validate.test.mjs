// The validation function that `provision` gives CouchDB, over a table of old and new documents.
//
// CouchDB says of each write: the new document with its `_revisions`, what stands there, who writes, and the database's
// rights. Where another root or another branch comes, nothing stands there for it: `old` is null.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import { recorded } from "./support/events.mjs";

const source = readFileSync(new URL("../../src/server/provision/validate.js", import.meta.url), "utf8");
const validate = runInNewContext(`(${source})`);

const { posyandu, aduan, tombstones } = await recorded({ events: 60, photos: 1, erased: 6, seed: 9 });
const scope = `posyandu-${"0a".repeat(16)}`;
const desa = "aduan-9901012001";
const event = posyandu.find((it) => it.kind === "sasaran.registered");
const photo = aduan.find((it) => it.kind === "foto.added");
const [stone] = tombstones;
const erased = posyandu.find((it) => it._id === stone._id);
const sealed = { _id: "5".repeat(32), _rev: `1-${"5".repeat(32)}`, v: 1, kind: "sealed", salt: "A".repeat(43), slots: [], body: "Y29udG9o" };

const member = { roles: [`baca:${scope}`, `tulis:${scope}`, `tulis:${desa}`, "tulis:titipan-9901", "tulis:rekap-9901", "baca:tabel-9901"] };
const reader = { roles: [`baca:${scope}`] };
const office = { roles: ["pengelola"] };
const admin = { roles: ["_admin"] };

/** What it says of a document as CouchDB hands it over: with its history. */
function said(doc, { db = scope, user = member, old = null, revisions } = {}) {
  const [start, hash] = (doc._rev ?? "1-x").split("-");
  const handed = { ...doc, _revisions: revisions ?? doc._revisions ?? { start: Number(start), ids: [hash] } };
  try {
    validate(structuredClone(handed), structuredClone(old), { name: "contoh", db, ...user }, {});
    return "taken";
  } catch (thrown) {
    if (thrown.forbidden) return thrown.forbidden;
    throw thrown;
  }
}

const other = "f".repeat(32);
const table = [
  // What phones and the office write
  ["an event", "taken", event],
  ["an event that is there already", "taken", event, { old: event }],
  ["each kind that the practice knows", "taken", ...posyandu.map((it) => [it])],
  ["a complaint", "taken", aduan[0], { db: desa }],
  ["a photo", "taken", photo, { db: desa }],
  ["a sealed event", "taken", sealed, { db: "titipan-9901" }],
  ["counts", "taken", { ...event, kind: "rekap.counted" }, { db: "rekap-9901" }],
  ["a word of the root", "taken", posyandu[1], { db: "tabel-9901", user: office }],
  ["a complaint copied to an office", "taken", aduan[0], { db: "opd-9901-dinas_pu", user: office }],
  ["rules, by the administrator", "taken", { _id: "_design/posyandu", _rev: "1-aa" }, { user: admin }],

  // Written once
  ["another root under the same name", "revision", { ...event, _rev: `1-${other}` }],
  ["another root, longer", "revision", { ...event, _rev: `9-${other}` }],
  ["a second generation upon it", "revision", { ...event, _rev: `2-${other}` }, { old: event, revisions: { start: 2, ids: [other, event._id] } }],
  ["a second generation that calls itself first", "revision", event, { old: event, revisions: { start: 1, ids: [event._id, other] } }],
  ["a history that says nothing", "revision", event, { revisions: {} }],
  ["an edit by hand, whose revision CouchDB makes", "revision", { ...event, _rev: undefined }, { revisions: { start: 1, ids: [other] } }],
  ["even by the administrator", "revision", { ...event, _rev: `2-${other}` }, { user: admin, old: event, revisions: { start: 2, ids: [other, event._id] } }],
  ["alive again behind a tombstone", "revision", { ...event, _rev: `3-${other}` }, { user: office, old: stone, revisions: { start: 3, ids: [other, stone._revisions.ids[0], event._id] } }],

  // Erasure
  ["a tombstone, by the office", "taken", stone, { user: office, old: erased }],
  ["a tombstone before its event came", "taken", stone, { user: office }],
  ["a tombstone, by a member", "not_erased", stone, { old: erased }],
  ["a tombstone upon another history", "revision", stone, { user: office, revisions: { start: 2, ids: [stone._revisions.ids[0], other] } }],
  ["a tombstone without history", "revision", stone, { user: office, revisions: { start: 2, ids: [stone._revisions.ids[0]] } }],
  ["deleted at once", "revision", { ...event, _deleted: true }],
  ["a tombstone that still tells", "shape", { ...stone, data: {} }, { user: office, old: erased }],
  ["a tombstone that still names", "shape", { ...stone, by: event.by }, { user: office, old: erased }],

  // Roles
  ["by somebody who only reads", "role", event, { user: reader }],
  ["by a member of another database", "role", event, { db: `posyandu-${"0b".repeat(16)}` }],
  ["a word of the root, by a member", "role", posyandu[1], { db: "tabel-9901", user: { roles: ["tulis:tabel-9901"] } }],
  ["rules, by a member", "design", { _id: "_design/contoh", _rev: "1-aa" }],
  ["rules, by the office", "design", { _id: "_design/contoh", _rev: "1-aa" }, { user: office }],

  // Classes
  ["health among complaints", "class", event, { db: desa }],
  ["health in the office's tables", "class", event, { db: "tabel-9901", user: office }],
  ["health among counts", "class", event, { db: "rekap-9901" }],
  ["an open event among sealed ones", "class", aduan[0], { db: "titipan-9901" }],
  ["a sealed event in a posyandu", "class", sealed],
  ["counts in a posyandu", "class", { ...event, kind: "rekap.counted" }],
  ["a database of no class", "class", event, { db: "contoh", user: office }],

  // Shape
  ["an ordinary document", "not_event", { _id: "contoh", _rev: "1-contoh", nama: "Umpama" }],
  ["an ordinary document with a good name", "not_event", { _id: other, _rev: `1-${other}`, nama: "Umpama" }],
  ...["v", "subject", "at", "device", "n", "after", "replaces", "by", "salt", "sig", "data"].map((member) => [
    `without ${member}`,
    "shape",
    { ...event, [member]: undefined },
  ]),
  ["numbered by nothing", "shape", { ...event, n: 0 }],
  ["about nobody", "shape", { ...event, subject: "" }],
  ["replacing by a list", "shape", { ...event, replaces: [] }],
  ["a sealed event without salt", "shape", { ...sealed, salt: undefined }, { db: "titipan-9901" }],
  ["a photo at something else", "attachment", { ...aduan[0], _attachments: photo._attachments }, { db: desa }],
  ["two photos at once", "attachment", { ...photo, _attachments: { ...photo._attachments, "lain.jpg": {} } }, { db: desa }],
];

describe("the validation function for CouchDB", () => {
  for (const [name, expected, first, ...rest] of table) {
    const all = Array.isArray(first) ? [first, ...rest] : [[first, ...rest]];
    test(`${name}: ${expected}`, () => {
      for (const [doc, about] of all) assert.equal(said(doc, about), expected, doc.kind);
    });
  }
  test("is under 30 lines, and of an old JavaScript", () => {
    assert.ok(source.trimEnd().split("\n").length < 30);
    assert.doesNotMatch(source, /=>|\b(let|const) |\bclass \w|`|\?\.|\?\?|\.\.\./);
  });
});
