// `posyandu-server provision` before an independent server that speaks as CouchDB does. A real cluster is not tried:
// pouchdb-server has no shards, and gives the rules no `_revisions`, so there they refuse everything.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { built } from "./support/events.mjs";
import { ask } from "./support/http.mjs";
import { start } from "./support/pouchdb-server.mjs";

const run = promisify(execFile);

test("provision prepares databases, says what it did, and does it once", async () => {
  const peer = await start();
  try {
    const names = [peer.database, "aduan-9901012001", "tabel-9901"];
    const provision = async (password) => {
      const env = { ...process.env, COUCHDB_USER: peer.admin.name, COUCHDB_PASSWORD: password };
      return (await run(join(built, "posyandu-server"), ["provision", "--couchdb", peer.origin, ...names], { env })).stdout.trim().split("\n");
    };
    await assert.rejects(provision("salah"), ({ code, stderr }) => code === 1 && /COUCHDB_PASSWORD/.test(stderr) && !/salah/.test(stderr));
    const made = "made, rights set, rules set";
    assert.deepEqual(await provision(peer.admin.password), [`${names[0]}: rights set, rules set`, `${names[1]}: ${made}`, `${names[2]}: ${made}`]);
    assert.deepEqual(await provision(peer.admin.password), names.map((it) => `${it}: as it should be`));
    const stranger = await ask(peer.origin, `/${names[1]}/_changes`, { auth: peer.account });
    assert.ok([401, 403].includes(stranger.status), "nobody without a role comes in");
    const body = { new_edits: false, docs: [{ _id: "contoh", _rev: "1-aa" }] };
    const { json } = await ask(peer.origin, `/${names[1]}/_bulk_docs`, { method: "POST", auth: peer.admin, body });
    assert.deepEqual(json.map(({ error, reason }) => ({ error, reason })), [{ error: "forbidden", reason: "revision" }]);
  } finally {
    await peer.stop();
  }
});
