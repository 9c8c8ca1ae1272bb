// A server with an invented posyandu, and links for its kader.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { binary, dist, serve } from "./app.mjs";
import { wire } from "./wire.mjs";

const run = async (...args) => (await promisify(execFile)(binary, args)).stdout.trim();

/**
 * Serves the app with a ledger behind it; `link(user)` makes an activation link. With `isWired` phones reach it by a
 * wire that can be cut.
 */
export async function kantor({ people = [["Ani Rekaan", "kader"], ["Dewi Umpama", "kader"]], port = 0, isWired = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "posyandu-kantor-"));
  let data = join(folder, "data");
  await run("init", "--data", data);
  const names = "Contoh,Umpama,Kabupaten Rekaan,Provinsi Rekaan";
  await run("posyandu", "add", "--data", data, "--nama", "Contoh Melati", "--desa", "9901012001", "--tempat", names);
  const ids = new Map();
  for (const [nama, role, ...more] of people) {
    const where = more.length > 0 ? more : ["--posyandu", "1"];
    ids.set(nama, await run("user", "add", "--data", data, "--nama", nama, "--role", role, ...where));
  }
  let server = await serve(dist, port, ["--data", data]);
  const between = isWired ? await wire(() => server.port) : null;
  let restored = 0;
  const self = {
    get data() {
      return data;
    },
    folder,
    /** What lies between phones and server, if asked for. */
    wire: between,
    get origin() {
      return between?.origin ?? server.origin;
    },
    /** The server itself, past the wire. */
    get direct() {
      return server.origin;
    },
    get pid() {
      return server.pid;
    },
    run: (command, ...args) => run(...command.split(" "), "--data", data, ...args),
    async link(nama) {
      const told = await run("activation", "--data", data, "--user", ids.get(nama), "--origin", self.origin);
      return told.match(/http\S+\/aktifkan#\S+/)[0];
    },
    id: (nama) => ids.get(nama),
    async stop() {
      await server.stop();
    },
    /** Without a chance to finish anything. */
    async kill() {
      await server.kill();
    },
    async start() {
      server = await serve(dist, server.port, ["--data", data]);
    },
    /** What `backup` wrote into `file` becomes the server, with the key that was kept apart. */
    async restore(file) {
      await server.stop();
      const fresh = join(folder, `data-${(restored += 1)}`);
      await run("restore", "--from", file, "--root-key", join(data, "root.key"), "--data", fresh);
      data = fresh;
      await self.start();
    },
    async end() {
      await between?.end();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return self;
}
