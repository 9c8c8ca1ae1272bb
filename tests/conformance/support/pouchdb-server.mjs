// An independent peer: pouchdb-server from npm, in memory, with one account and two databases.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ask } from "./http.mjs";

export const name = "pouchdb-server";

const freePort = () =>
  new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

export async function start() {
  const folder = await mkdtemp(join(tmpdir(), "posyandu-peer-"));
  const port = await freePort();
  const found = createRequire(import.meta.url).resolve("pouchdb-server");
  const program = join(dirname(found), "../bin/pouchdb-server");
  const flags = ["--in-memory", "--host", "127.0.0.1", "--port", String(port), "--no-color", "--no-stdout-logs"];
  const child = spawn(process.execPath, [program, ...flags], { cwd: folder, stdio: "ignore" });
  const origin = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    if (child.exitCode !== null || tries === 300) throw new Error("pouchdb-server did not start");
    const isUp = await ask(origin, "/").then(({ status }) => status === 200, () => false);
    if (isUp) break;
    await new Promise((done) => setTimeout(done, 50));
  }
  const account = { name: randomBytes(16).toString("hex"), password: randomBytes(16).toString("base64url") };
  const admin = { name: "admin", password: randomBytes(16).toString("hex") };
  const database = "posyandu-0123456789abcdef0123456789abcdef";
  const foreign = "posyandu-fedcba9876543210fedcba9876543210";
  const must = async (path, options) => {
    const { status, raw } = await ask(origin, path, { auth: admin, ...options });
    if (status >= 300) throw new Error(`${path}: ${status} ${raw}`);
  };
  await ask(origin, `/_config/admins/${admin.name}`, { method: "PUT", body: JSON.stringify(admin.password) });
  const user = `org.couchdb.user:${account.name}`;
  await must(`/_users/${user}`, { method: "PUT", body: { _id: user, type: "user", roles: [], ...account } });
  for (const [db, names] of [[database, [account.name]], [foreign, ["somebody"]]]) {
    await must(`/${db}`, { method: "PUT" });
    await must(`/${db}/_security`, { method: "PUT", body: { admins: { names: [], roles: [] }, members: { names, roles: [] } } });
  }
  return {
    origin,
    account,
    database,
    photos: database,
    admin,
    others: { foreign, missing: "posyandu-00000000000000000000000000000000" },
    async stop() {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
