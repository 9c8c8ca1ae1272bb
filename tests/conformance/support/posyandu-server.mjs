// Our own server, as somebody sets it up: a folder, two posyandu, and one phone that brings what it recorded alone.
import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { built, signedBy } from "./events.mjs";
import { ask } from "./http.mjs";

export const name = "posyandu-server";

const program = join(built, "posyandu-server");
const run = async (...words) => (await promisify(execFile)(program, words)).stdout.trim();
const desa = "9901012001";

/** A server of its own on a free port; `connect` makes the phone of one more person, with what it recorded alone. */
export async function server() {
  const folder = await mkdtemp(join(tmpdir(), "posyandu-server-"));
  const data = join(folder, "data");
  const app = join(folder, "app");
  await mkdir(app);
  await writeFile(join(app, "index.html"), "<!doctype html><title>Contoh</title>");
  await run("init", "--data", data);
  // The root of every server of tests, which signs what the drafts erase.
  await writeFile(join(data, "root.key"), `${createHash("sha256").update("Contoh kantor").digest("hex")}\n`);
  const said = [];
  const begin = async (words, env) => {
    const child = spawn(program, ["serve", "--data", data, "--app", app, ...words], { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => said.push(bytes));
    child.stderr.pipe(process.stderr, { end: false });
    const [line] = await Promise.race([
      once(createInterface({ input: child.stdout }), "line"),
      once(child, "exit").then(([code]) => Promise.reject(new Error(`the server ended with ${code}`))),
    ]);
    return { child, origin: line.match(/http:\/\/\S+/)[0] };
  };
  let { child, origin } = await begin(["--port", "0"]);
  /** Ends it; its folder stays. */
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    // Not before its last words were read.
    await once(child, "close");
  };
  return {
    origin,
    data,
    pid: child.pid,
    /** Everything it wrote to its output and its errors by now. */
    said: () => Buffer.concat(said).toString("utf8"),
    /** Begins it anew at the same address, told more. */
    async again(words, env) {
      await end();
      ({ child, origin } = await begin(["--port", new URL(origin).port, ...words], env));
    },
    /** A subcommand over its folder; what that wrote. */
    async command(...words) {
      const { stdout, stderr } = await promisify(execFile)(program, [...words, "--data", data]);
      return stdout + stderr;
    },
    /** As `command`, with something in its environment; how it ended and what it wrote. */
    async tried(words, env) {
      const options = { env: { ...process.env, ...env } };
      const asked = promisify(execFile)(program, [...words, "--data", data], options);
      return asked.then(({ stdout }) => ({ code: 0, said: stdout }), ({ code, stdout, stderr }) => ({ code, said: stdout + stderr }));
    },
    async connect(phone, nama = "Contoh Melati") {
      const posyandu = await run("posyandu", "add", "--data", data, "--nama", nama, "--desa", desa);
      const kader = ["--role", "kader", "--posyandu", posyandu];
      const user = await run("user", "add", "--data", data, "--nama", "Ani Contoh", ...kader);
      const link = await run("activation", "--data", data, "--user", user, "--plain", "--origin", origin);
      const code = link.match(/#1\.([\w-]{22})\./)[1];
      return { ...(await activate(origin, code, phone)), code };
    },
    end,
    async stop() {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a phone does with its link: looks, then gives its key and what its own root signed. */
export async function activate(origin, code, phone) {
  const say = (body) => ask(origin, "/_activation", { method: "POST", body });
  const { json: seen } = await say({ code, look: true });
  const { device, person, key, scope, root, count } = phone;
  const password = randomBytes(16).toString("base64url");
  const until = { [device]: count };
  const events = [...phone.said].sort();
  const words = [code, device, seen.root, scope, JSON.stringify(until), JSON.stringify(events)];
  const proof = signedBy(phone.root_seed, ["posyandu6/adopt/2", ...words].join("\n"));
  const asked = { code, device, key, secret: password, person, scope, local_root: root, until, events, proof };
  const sorted = JSON.stringify(Object.fromEntries(Object.entries(asked).sort(([a], [b]) => (a < b ? -1 : 1))));
  const possession = signedBy(phone.key_seed, ["posyandu6/activate/1", seen.root, sorted].join("\n"));
  const { status, json, raw } = await say({ ...asked, possession });
  if (status !== 200) throw new Error(`activation: ${status} ${raw}`);
  const database = (kind) => json.grants.find((it) => it.class === kind || it.db.startsWith(`${kind}-`)).db;
  return { account: { name: json.name, password }, database: database("posyandu"), photos: database("aduan") };
}

/** The same for the suite of requests, and a posyandu of others beside it. */
export async function start({ phone }) {
  const running = await server();
  const { connect, ...rest } = running;
  const other = (what) => createHash("sha256").update(`Umpama ${what}`).digest("hex");
  const stranger = { device: other("device").slice(0, 32), person: other("person").slice(0, 32), key: phone.root, key_seed: phone.root_seed };
  const foreign = `posyandu-${other("scope").slice(0, 32)}`;
  await connect({ ...phone, ...stranger, scope: foreign }, "Umpama Mawar");
  return { ...rest, ...(await connect(phone)), others: { foreign, missing: "posyandu-00000000000000000000000000000000" } };
}
