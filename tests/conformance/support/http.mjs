// A client that says what came back, and nothing of how it came.

/** No answer takes so long, milliseconds. */
const PATIENCE_MS = 15_000;

/** Status, headers and body of one answer; `json` is undefined when the body is none. */
export async function ask(origin, path, { method = "GET", body, headers = {}, auth, cookie, patience: ms = PATIENCE_MS } = {}) {
  const sent = { accept: "application/json", ...headers };
  if (auth) sent.authorization = `Basic ${Buffer.from(`${auth.name}:${auth.password}`).toString("base64")}`;
  if (cookie) sent.cookie = cookie;
  let bytes = body;
  if (body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array)) {
    bytes = JSON.stringify(body);
    sent["content-type"] ??= "application/json";
  }
  if (typeof body === "string") sent["content-type"] ??= "application/json";
  const patience = AbortSignal.timeout(ms);
  let response;
  let raw;
  try {
    response = await fetch(new URL(path, origin), { method, body: bytes, headers: sent, signal: patience });
    raw = Buffer.from(await response.arrayBuffer());
  } catch (failed) {
    if (patience.aborted) return { status: "no answer", headers: new Headers(), raw: Buffer.alloc(0), json: undefined };
    throw failed;
  }
  let json;
  try {
    json = JSON.parse(raw.toString("utf8"));
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, raw, json };
}

/** What an error says: its status and CouchDB's word for it. */
export const error = ({ status, json }) => ({ status, error: json?.error });

/** Whether this is true, as the table of differences writes it. */
export const kindOf = (value) => (value === null ? "null" : Array.isArray(value) ? "list" : typeof value);

/** A client of one account: the database it may read and write, and fresh events for it. */
export function client({ origin, account, database, others, pool }) {
  const signed = (path, options = {}) => ask(origin, path, { auth: account, ...options });
  const at = (path = "") => `/${database}${path}`;
  const db = (path, options) => signed(at(path), options);
  return {
    origin,
    account,
    database,
    others,
    pool,
    signed,
    anonymous: (path, options) => ask(origin, path, options),
    db,
    at,
    push: (docs, options = {}) => db("/_bulk_docs", { method: "POST", body: { new_edits: false, docs }, ...options }),
    post: (path, body, options = {}) => db(path, { method: "POST", body, ...options }),
    /** So many events that were not used yet. */
    fresh: (count) => pool.events.splice(0, count),
    /** Where the feed ends now. */
    async end() {
      return encodeURIComponent((await db("/_changes?since=now&limit=1")).json.last_seq);
    },
  };
}
