// What stands for CouchDB behind the proxy: pouchdb-server, and before it what it lacks of CouchDB: proxy
// authentication with a secret, `_security` for every request, the rules of `provision` with `_revisions`, and
// checkpoints whose `_rev` is not looked at.
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { runInNewContext } from "node:vm";
import { gunzipSync } from "node:zlib";
import { start as peer } from "./pouchdb-server.mjs";

/** As https://docs.couchdb.org/en/stable/api/server/authn.html#proxy-authentication says. */
function whoComes({ headers }, admin, secret) {
  const basic = `Basic ${Buffer.from(`${admin.name}:${admin.password}`).toString("base64")}`;
  if (headers.authorization === basic) return { name: admin.name, roles: ["_admin"] };
  if (headers.authorization || headers.cookie) return undefined;
  const name = headers["x-auth-couchdb-username"];
  const token = createHmac("sha256", secret).update(name ?? "").digest("hex");
  if (!name || headers["x-auth-couchdb-token"] !== token) return undefined;
  return { name, roles: (headers["x-auth-couchdb-roles"] ?? "").split(",").filter(Boolean) };
}

/** An error as CouchDB says it. */
const refusal = (status, error, reason) => ({ status, json: { error, reason } });

export async function start(secret) {
  const behind = await peer();
  const { admin } = behind;
  const security = new Map();
  const designs = new Map();
  /** Every line that was asked, and by whom. */
  const asked = [];
  /** To fail where it matters: databases that answer 503, documents that are refused, bytes of the longest body. */
  const trouble = { failing: new Set(), refusing: new Set(), most: Infinity };

  const pass = async (method, url, headers, body) => {
    const sent = { accept: "application/json", authorization: `Basic ${Buffer.from(`${admin.name}:${admin.password}`).toString("base64")}` };
    if (headers["content-type"]) sent["content-type"] = headers["content-type"];
    const has = body.length && !["GET", "HEAD"].includes(method);
    const response = await fetch(new URL(url, behind.origin), { method, headers: sent, body: has ? body : undefined });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, type: response.headers.get("content-type"), bytes };
  };

  /** Judges documents by the rules, as CouchDB does before it writes, and passes on the good ones. */
  const bulkDocs = async (db, who, headers, body) => {
    if (body.length > trouble.most) return refusal(413, "too_large", "the request entity is too large");
    const { docs, new_edits } = JSON.parse(body);
    if (new_edits !== false) return refusal(400, "bad_request", "only replications come here");
    const rules = designs.get(db) && runInNewContext(`(${JSON.parse(designs.get(db)).validate_doc_update})`);
    const refused = [];
    const good = docs.filter((doc) => {
      const [start, hash] = doc._rev.split("-");
      try {
        if (trouble.refusing.has(doc._id)) throw { forbidden: "contoh" };
        rules?.({ ...doc, _revisions: doc._revisions ?? { start: Number(start), ids: [hash] } }, null, { ...who, db }, {});
        return true;
      } catch ({ forbidden }) {
        refused.push({ id: doc._id, rev: doc._rev, error: "forbidden", reason: forbidden });
        return false;
      }
    });
    const text = Buffer.from(JSON.stringify({ new_edits, docs: good }));
    const { status, bytes } = await pass("POST", `/${db}/_bulk_docs`, headers, text);
    return { status, json: [...refused, ...JSON.parse(bytes)] };
  };

  const answer = async (request, body) => {
    const url = new URL(request.url, "http://couchdb");
    const [db, ...rest] = decodeURIComponent(url.pathname).slice(1).split("/");
    const who = whoComes(request, admin, secret);
    asked.push({ who: who?.name, roles: who?.roles, line: `${request.method} ${request.url}`, headers: request.headers });
    if (!who) return refusal(401, "unauthorized", "You are not authorized to access this db.");
    if (trouble.failing.has(db)) return refusal(503, "service_unavailable", "busy");
    const isAdmin = who.roles.includes("_admin");
    const members = security.get(db)?.members.roles ?? [];
    if (!isAdmin && !members.some((it) => who.roles.includes(it))) {
      return refusal(403, "forbidden", "You are not allowed to access this db.");
    }
    const [what] = rest;
    if (what === "_security" && request.method === "PUT" && isAdmin) {
      security.set(db, JSON.parse(body));
      return { status: 200, json: { ok: true } };
    }
    if (what === "_security") return { status: 200, json: security.get(db) ?? {} };
    if (what === "_design") {
      if (!isAdmin) return refusal(403, "forbidden", "design");
      if (request.method === "PUT") designs.set(db, JSON.stringify({ ...JSON.parse(body), _rev: "1-aa" }));
      const known = designs.get(db);
      return known ? { status: request.method === "PUT" ? 201 : 200, bytes: known } : refusal(404, "not_found", "missing");
    }
    if (what === "_compact") return { status: isAdmin ? 202 : 401, json: { ok: isAdmin } };
    if (what === "_bulk_docs") return bulkDocs(db, who, request.headers, body);
    let sent = body;
    if (what === "_local" && request.method === "PUT") {
      // CouchDB 3.5 writes over what is there.
      const known = JSON.parse((await pass("GET", request.url, {}, "")).bytes);
      sent = Buffer.from(JSON.stringify({ ...JSON.parse(body), _rev: known._rev }));
    }
    return pass(request.method, request.url, request.headers, sent);
  };

  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    let body = Buffer.concat(chunks);
    if (request.headers["content-encoding"] === "gzip") body = gunzipSync(body);
    const { status, type = "application/json", json, bytes = JSON.stringify(json) } = await answer(request, body);
    response.writeHead(status, { "content-type": type, "set-cookie": "AuthSession=of-couchdb" }).end(bytes);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return Object.assign(trouble, {
    origin: `http://127.0.0.1:${server.address().port}`,
    admin,
    asked,
    async stop() {
      server.closeAllConnections();
      server.close();
      await behind.stop();
    },
  });
}
