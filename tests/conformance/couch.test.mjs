// One suite of requests against `posyandu-server` and against an independent server, pouchdb-server.
//
// A case that does not say what CouchDB says must stand in `differences.mjs` with what it says instead, and why;
// a difference that is gone fails too.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { cases } from "./cases.mjs";
import { differences } from "./differences.mjs";
import { recorded } from "./support/events.mjs";
import { client } from "./support/http.mjs";
import * as ours from "./support/posyandu-server.mjs";
import * as peer from "./support/pouchdb-server.mjs";

const drafts = await recorded({ events: 400, photos: 1, erased: 12, seed: 3 });
const pick = process.env.POSYANDU_CASE;

/** The documents of one phone, by what the cases need them for. */
function pool() {
  const ids = new Set(drafts.tombstones.map((it) => it._id));
  const events = drafts.posyandu.filter((it) => !ids.has(it._id));
  return {
    founding: events.slice(0, 2),
    events: events.filter((it) => !it.kind.startsWith("data.")).slice(2),
    reasons: new Map(events.filter((it) => it.kind === "data.erased").map((it) => [it.subject, it])),
    erased: new Map(drafts.posyandu.filter((it) => ids.has(it._id)).map((it) => [it._id, it])),
    // Of each subject one: a reason names all events of its subject.
    tombstones: [...new Map(drafts.tombstones.map((it) => [it.subject, it])).values()],
    photos: drafts.aduan.filter((it) => it.kind === "foto.added"),
  };
}

for (const server of [ours, peer]) {
  const listed = differences[server.name];
  describe(server.name, () => {
    let running;
    let it;
    before(async () => {
      running = await server.start(drafts);
      it = { ...client({ ...running, pool: pool() }), photos: running.photos };
    });
    after(() => running?.stop());

    for (const [name, act, expected] of cases) {
      if (pick && !name.includes(pick)) continue;
      const difference = listed[name];
      test(difference ? `${name}: differs, ${difference.why}` : name, async () => {
        const said = await act(it);
        if (difference) assert.notDeepEqual(said, expected, "this difference is gone: take it off the list");
        assert.deepEqual(said, difference ? difference.instead : expected);
      });
    }
    test("no difference is listed that no case knows", () => {
      const names = new Set(cases.map(([name]) => name));
      assert.deepEqual(Object.keys(listed).filter((name) => !names.has(name)), []);
    });
  });
}
