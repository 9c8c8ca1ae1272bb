// What the server writes while it works holds nothing of whom it works for: the real program under traffic, and every
// byte that it and the subcommands beside it wrote.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { recorded } from "./support/events.mjs";
import { ask } from "./support/http.mjs";
import { server } from "./support/posyandu-server.mjs";

let running;
before(async () => (running = await server()));
after(() => running?.stop());

/** The same as it stands in an address, in Basic, in base64. */
const spellings = (text) => [
  text,
  encodeURIComponent(text),
  Buffer.from(text).toString("base64").replace(/=+$/, ""),
  Buffer.from(text).toString("base64url"),
];

test("no secret, code, cookie or name is written while the server works", async () => {
  const { origin } = running;
  const drafts = await recorded({ events: 40, seed: 7 });
  const { account, database, code } = await running.connect(drafts.phone);
  const statuses = [];
  const say = async (path, options) => {
    const answer = await ask(origin, path, options);
    statuses.push(answer.status);
    return answer;
  };
  const push = (docs, who) => say(`/${database}/_bulk_docs`, { method: "POST", body: { new_edits: false, docs }, ...who });

  // A person by name, and one whose event is refused: its name is no other than what it says.
  const person = drafts.posyandu.find((it) => it.kind === "sasaran.registered");
  const forged = { ...person, data: { ...person.data, nama: "Umpama Bertanda Palsu" } };
  assert.ok(person.data.nama.length > 5, person.data.nama);
  const wrong = "salah-rahasia-bertanda";

  await push([...drafts.posyandu, { ...forged, _id: "f".repeat(32), _rev: `1-${"f".repeat(32)}` }], { auth: account });
  const signed = await say("/_session", { method: "POST", body: account });
  const cookie = signed.headers.get("set-cookie").split(";")[0];
  await say(`/${database}/_changes?include_docs=true`, { cookie });
  await say("/_session", { cookie });
  for (let tries = 0; tries < 12; tries++) {
    await say("/_session", { method: "POST", body: { name: account.name, password: wrong } });
  }
  await say("/_session", { method: "POST", body: `{"name":"x","password":"${wrong}` });
  await say(`/${database}`, { auth: { name: account.name, password: wrong } });
  await say("/_activation", { method: "POST", body: { code, look: true } });
  await say("/_activation", { method: "POST", body: { code: "A".repeat(22), look: true, secret: wrong } });
  await say(`/_tidak-ada/${encodeURIComponent(person.data.nama)}?secret=${account.password}&code=${code}`, { cookie });
  await say(`/${database}/${encodeURIComponent(person.data.nama)}?secret=${account.password}`, { auth: account });
  await say(`/%zz?secret=${account.password}`);
  await push("x", { auth: account });
  await say(`/${database}/_local/x`, { method: "PUT", body: { secret: account.password }, cookie });
  await say("/_kabar", { method: "POST", body: { unsent: wrong }, cookie });
  assert.deepEqual([...new Set(statuses)].sort(), [200, 201, 400, 401, 404, 429], "every kind of answer was given");

  await running.end();
  const beside = [];
  for (const words of [["access", "--limit", "1000"], ["user", "list"], ["erase", "--db", database, "--subject", person.subject]]) {
    beside.push(await running.command(...words));
  }
  assert.match(beside[0], /\twrong-secret\t/, "the access log was written");
  assert.match(beside[2], /sasaran\.registered/);
  const said = running.said();
  assert.match(said, /^posyandu-server: http:/);
  assert.match(said, /stopping\n$/, "its last words were read");

  const root = (await readFile(join(running.data, "root.key"), "utf8")).trim();
  const session = cookie.slice(cookie.indexOf("=") + 1);
  const secrets = { secret: account.password, wrong, code, session, root, name: person.data.nama, forged: forged.data.nama };
  const written = [said, ...beside].join("\n");
  for (const [what, secret] of Object.entries(secrets)) {
    for (const spelling of spellings(secret)) {
      assert.ok(!written.includes(spelling), `${what} stands in what was written:\n${written}`);
    }
  }
});
