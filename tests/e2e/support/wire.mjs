// What lies between phones and server: it cuts, delays, alters and answers for the server, and remembers what passed.
//
// A rule is asked about every request and answers what happens to it; without one everything passes:
//
//   { status, json, headers }   answered without asking the server
//   { drop: true }              cut off before the server heard it
//   { lose: true }              the server acted, and its answer is lost
//   { keep: 100 }               so many bytes of the answer, then the line is cut
//   { spoil: 100 }              this byte of the answer comes as another
//   { body, alter }             another body, and what becomes of the text of the answer
//   { meanwhile, after }        done as the server hears it, and when it has answered
//   { date: ms }                the server's clock differs by so much
import { once } from "node:events";
import { Agent, createServer, request as ask } from "node:http";
import { gunzipSync } from "node:zlib";

/** Bytes of a paced answer that go at once. */
const PIECE = 512;

/** What is known of a request. */
class Passing {
  constructor({ method, url, headers }, bytes) {
    Object.assign(this, { method, url, headers, bytes });
    this.path = url.split("?")[0];
    this.database = this.path.split("/")[1];
  }

  /** Its body as the phone wrote it, unpacked. */
  get text() {
    return (this.headers["content-encoding"] === "gzip" ? gunzipSync(this.bytes) : this.bytes).toString("utf8");
  }

  get json() {
    return JSON.parse(this.text);
  }

  is(method, what) {
    return this.method === method && (typeof what === "string" ? this.path.endsWith(what) : what.test(this.url));
  }

  /** Whether it is one of sending and receiving, and none for a file of the app. */
  get isWork() {
    return /^\/(_session|_kabar|_activation|(posyandu|aduan|tabel|rekap|titipan|opd)-)/.test(this.path) || this.url === "/";
  }

  /** In whose name, by the cookie. */
  get name() {
    const cookie = this.headers.cookie?.match(/AuthSession=([^;]+)/)?.[1];
    return cookie ? Buffer.from(cookie, "base64url").toString("latin1").split(":")[0] : null;
  }

  get isPush() {
    return this.is("POST", "/_bulk_docs");
  }

  get isPage() {
    return this.is("GET", /\/_changes\?.*include_docs/) && !this.url.includes("longpoll");
  }
}

/** Listens on a free port and passes on to `port()`, which may move. */
export async function wire(port) {
  const agent = new Agent({ keepAlive: true });
  const sockets = new Set();
  let gone = 0;
  const free = { up: 0, down: 0 };
  const self = {
    /** See above. */
    rule: null,
    /** `{ kbit, ms }`: so much in a second in each direction, and so long until an answer begins. */
    pace: null,
    isDown: false,
    /** What passed of the work, oldest first: when it came and was answered (ms), method, path, name, status, bodies. */
    log: [],
    /** Files of its own, `{ type, body }` by address, for pages that are not the app's. */
    files: new Map(),
    /** Names and secrets, as phones gave them when they signed in. */
    accounts: new Map(),
    origin: "",
    get port() {
      return server.address().port;
    },
    /** No network: nothing that is on its way arrives. */
    down() {
      self.isDown = true;
      for (const socket of sockets) socket.destroy();
    },
    up() {
      self.isDown = false;
    },
    /** As in the beginning. */
    calm() {
      self.rule = null;
      self.pace = null;
      self.up();
    },
    /** Every byte that went through it in both directions, lines of requests and answers included. */
    get bytes() {
      let sum = gone;
      for (const socket of sockets) sum += socket.bytesRead + socket.bytesWritten;
      return sum;
    },
    /** What the database of this kind that was used last holds now, asked past this wire in the name of an account that was seen. */
    async held(kind, account = [...self.accounts.keys()].at(-1)) {
      const database = self.log.findLast((it) => it.path.startsWith(`/${kind}-`)).path.split("/")[1];
      const rows = [];
      const authorization = `Basic ${Buffer.from(`${account}:${self.accounts.get(account)}`).toString("base64")}`;
      for (let since = "0"; ; ) {
        const path = `/${database}/_changes?include_docs=true&limit=1000&since=${encodeURIComponent(since)}`;
        const response = await fetch(`http://127.0.0.1:${port()}${path}`, { headers: { authorization } });
        if (response.status !== 200) throw new Error(`${database}: ${response.status} ${await response.text()}`);
        const page = await response.json();
        rows.push(...page.results.map((it) => it.doc));
        if (page.results.length === 0) return rows;
        since = page.last_seq;
      }
    },
    async end() {
      for (const socket of sockets) socket.destroy();
      server.close();
      agent.destroy();
      await once(server, "close").catch(() => {});
    },
  };

  /** Waits until so many bytes have gone over a line that others use, too. */
  const passed = async (way, bytes) => {
    if (!self.pace) return;
    const now = performance.now();
    free[way] = Math.max(now, free[way]) + (bytes * 8) / self.pace.kbit;
    await new Promise((done) => setTimeout(done, free[way] - now));
  };

  const forward = ({ method, url, headers }, bytes, outgoing) =>
    new Promise((done, fail) => {
      const going = ask({ agent, host: "127.0.0.1", port: port(), method, path: url, headers });
      // Whoever hangs up says so to the server; a network that is gone says nothing.
      outgoing.on("close", () => outgoing.writableFinished || self.isDown || going.destroy());
      going.on("error", fail);
      // Whatever else ends it, it ends.
      going.on("close", () => fail(new Error("closed")));
      going.on("response", (response) => {
        const pieces = [];
        response.on("data", (piece) => pieces.push(piece));
        response.on("error", fail);
        response.on("aborted", () => fail(new Error("cut")));
        response.on("end", () => done({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(pieces) }));
      });
      going.end(bytes);
    });

  const headersFor = (passing, action) => {
    const headers = { ...passing.headers };
    delete headers["transfer-encoding"];
    // What is to be read must not be packed.
    if (action?.alter) headers["accept-encoding"] = "identity";
    if (action?.body !== undefined) delete headers["content-encoding"];
    const body = action?.body === undefined ? passing.bytes : Buffer.from(action.body);
    if (body.length > 0 || passing.method === "POST" || passing.method === "PUT") headers["content-length"] = String(body.length);
    return { headers, body };
  };

  async function pass(incoming, outgoing) {
    const pieces = [];
    for await (const piece of incoming) pieces.push(piece);
    const passing = new Passing(incoming, Buffer.concat(pieces));
    const file = self.files.get(passing.path);
    if (file) return outgoing.writeHead(200, { "content-type": file.type }).end(file.body);
    const { method, path, url, name } = passing;
    const seen = { at: performance.now(), end: 0, method, path, url, name, status: 0, up: passing.bytes.length, down: 0 };
    if (passing.isWork) {
      self.log.push(seen);
      if (passing.is("POST", "/_session")) {
        const { name, password } = passing.json;
        self.accounts.set(name, password);
      }
    }
    const action = passing.isWork ? await self.rule?.(passing) : null;
    await passed("up", passing.bytes.length + 600);
    const cut = () => incoming.socket.destroy();
    if (action?.drop || self.isDown) return cut();
    if (action?.status) {
      seen.status = action.status;
      const text = JSON.stringify(action.json ?? { error: "contoh", reason: "contoh" });
      outgoing.writeHead(action.status, { "content-type": "application/json", date: new Date().toUTCString(), ...action.headers });
      return outgoing.end(text);
    }
    const { headers, body } = headersFor(passing, action);
    const going = forward({ ...passing, headers }, body, outgoing).catch(() => null);
    if (action?.meanwhile) {
      await action.meanwhile();
      if (action.lose) return cut();
    }
    const answer = await going;
    await action?.after?.(answer);
    if (!answer || action?.lose || self.isDown || outgoing.destroyed) return cut();
    seen.status = answer.status;
    const back = { ...answer.headers };
    delete back["transfer-encoding"];
    delete back.connection;
    let bytes = answer.bytes;
    if (action?.alter) bytes = Buffer.from(action.alter(bytes.toString("utf8")));
    if (action?.spoil !== undefined) bytes[action.spoil] ^= 1;
    if (action?.date) back.date = new Date(Date.now() + action.date).toUTCString();
    if (answer.status !== 304 && passing.method !== "HEAD") back["content-length"] = String(bytes.length);
    if (self.pace) await new Promise((done) => setTimeout(done, self.pace?.ms ?? 0));
    outgoing.writeHead(answer.status, back);
    seen.down = bytes.length;
    outgoing.on("finish", () => (seen.end = performance.now()));
    if (action?.keep !== undefined) {
      outgoing.write(bytes.subarray(0, action.keep));
      return outgoing.socket?.end();
    }
    if (!self.pace) return outgoing.end(bytes);
    for (let at = 0; at < bytes.length && !outgoing.destroyed; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE);
      await passed("down", piece.length);
      outgoing.write(piece);
    }
    return outgoing.end();
  }

  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.on("connection", (socket) => {
    if (self.isDown) return socket.destroy();
    sockets.add(socket);
    socket.on("close", () => {
      if (sockets.delete(socket)) gone += socket.bytesRead + socket.bytesWritten;
    });
    socket.on("error", () => {});
  });
  server.keepAliveTimeout = 60_000;
  server.requestTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  self.origin = `http://localhost:${self.port}`;
  return self;
}
