// What stands before both: a small proxy that does what `tools/Caddyfile.couchdb` says, and, where it is installed,
// Caddy itself with that very file.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as probe } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const file = new URL("../../../tools/Caddyfile.couchdb", import.meta.url);
const text = await readFile(file, "utf8");

/** The databases that go to CouchDB, as the file names them. */
const moved = new RegExp(text.match(/path_regexp (\S+)/)[1]);
const said = ["x-auth-couchdb-username", "x-auth-couchdb-roles", "x-auth-couchdb-token"];

const hop = ["connection", "host", "content-length", "transfer-encoding", "keep-alive", "expect"];
const without = (headers, ...names) => Object.fromEntries(Object.entries(headers).filter(([it]) => ![...hop, ...names].includes(it)));

async function ask(origin, url, { method, headers, body }) {
  const has = body?.length && !["GET", "HEAD"].includes(method);
  const response = await fetch(new URL(url, origin), { method, headers, body: has ? body : undefined, redirect: "manual" });
  const answered = without(Object.fromEntries(response.headers), "content-encoding", "set-cookie");
  return { status: response.status, headers: answered, cookies: response.headers.getSetCookie(), bytes: Buffer.from(await response.arrayBuffer()) };
}

/** The double. */
async function double({ app, door, couchdb }) {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url } = request;
    const body = Buffer.concat(chunks);
    const headers = { ...without(request.headers, ...said, "x-http-method-override"), "x-forwarded-for": request.socket.remoteAddress };
    const give = ({ status, headers, cookies, bytes }) => {
      response.writeHead(status, { ...headers, ...(cookies.length ? { "set-cookie": cookies } : {}) }).end(bytes);
    };
    if (!moved.test(decodeURIComponent(new URL(url, app).pathname))) return give(await ask(app, url, { method, headers, body }));
    const question = { ...without(headers, "content-encoding"), "x-forwarded-method": method, "x-forwarded-uri": url };
    const judged = await ask(door, "/_pintu", { method: "GET", headers: question });
    if (judged.status >= 300) return give(judged);
    const known = Object.fromEntries(said.map((it) => [it, judged.headers[it]]));
    const answered = await ask(couchdb, url, { method, headers: { ...without(headers, "authorization", "cookie"), ...known }, body });
    give({ ...answered, cookies: judged.cookies });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Caddy with the file; only names and ports are others. */
async function caddy({ app, door, couchdb }) {
  const folder = await mkdtemp(join(tmpdir(), "posyandu-caddy-"));
  const port = await new Promise((done) => {
    const it = probe().listen(0, "127.0.0.1", () => {
      const { port } = it.address();
      it.close(() => done(port));
    });
  });
  const host = (origin) => new URL(origin).host;
  const places = [
    ["posyandu.example.invalid {", `http://127.0.0.1:${port} {`],
    ["posyandu:8687", host(door)],
    ["posyandu:8686", host(app)],
    ["couchdb:5984", host(couchdb)],
  ];
  const told = places.reduce((all, [from, to]) => {
    if (!all.includes(from)) throw new Error(`the Caddyfile has no ${from}`);
    return all.replace(from, to);
  }, text);
  const config = join(folder, "Caddyfile");
  await writeFile(config, `{\n\tadmin off\n}\n${told}`);
  const env = { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, HOME: folder };
  const child = spawn("caddy", ["run", "--config", config, "--adapter", "caddyfile"], { env, stdio: "ignore" });
  const origin = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    if (child.exitCode !== null || tries === 200) throw new Error("caddy did not start");
    const isUp = await fetch(new URL("/_up", origin)).then(({ status }) => status === 200, () => false);
    if (isUp) break;
    await new Promise((done) => setTimeout(done, 50));
  }
  return {
    origin,
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const hasCaddy = spawnSync("caddy", ["version"]).status === 0;

/** Every proxy that can be had here, by name. */
export const proxies = { "a double of the Caddyfile": double, ...(hasCaddy ? { "the Caddyfile": caddy } : {}) };
