// Where a server does not say what CouchDB 3.5 says: what it says instead, and why.

const of = (why, instead) => ({ why, instead });

export const differences = {
  "posyandu-server": {
    "database that is there cannot be made": of("what is there is no secret to whoever may write in it", { status: 412, error: "file_exists" }),
    "database that is not there": of("it answers as one of others: nobody learns which there are", { status: 403, error: "forbidden" }),
    "names of databases are told to nobody": of("it has no such address", { status: 404, hasName: false }),
    "ordinary document is taken": of("it takes events alone, and refuses one by one", {
      status: 201,
      json: [{ id: "contoh", rev: `1-${"0".repeat(31)}1`, error: "forbidden", reason: "not_event" }],
    }),
    "document of a name beginning with _ stops the batch": of("one bad document does not stop the rest", {
      status: 201,
      error: undefined,
      taken: 200,
    }),
    "lone half of a letter stops the batch": of("one bad document does not stop the rest", {
      status: 201,
      error: undefined,
      refused: ["shape"],
    }),
    "note over a newer one": of("of two replicators of one phone neither may undo the other's checkpoint", { status: 409, error: "conflict" }),
    "rights are given by nobody who only has them": of("rights come from the roster: nobody gives them here", 405),
    "database is removed by nobody who only writes in it": of("no database is ever removed here", 405),
  },
  "pouchdb-server": {
    "welcome names the server": of("it welcomes in its own words, and its uuid has dashes", {
      status: 200,
      couchdb: undefined,
      uuid: false,
      version: "string",
    }),
    up: of("it has no such address", { status: 404, body: undefined }),
    "database that is there cannot be made": of("it looks whether there is one before it looks who asks", { status: 412, error: "file_exists" }),
    "names of databases are told to nobody": of("it tells everybody", { status: 200, hasName: true }),
    "document of a name beginning with _ stops the batch": of("it has one word for everything that is wrong with a request", {
      status: 400,
      error: "bad_request",
      taken: 404,
    }),
    "lone half of a letter stops the batch": of("JavaScript's strings hold half a letter", { status: 201, error: undefined, refused: [] }),
    "document beyond every limit": of("it knows no limit", 201),
    "feed tells what came, in order, and ends": of("it does not count what is left", {
      status: 200,
      inOrder: true,
      pending: undefined,
      after: [],
      lastIsLast: true,
    }),
    "feed in pages, with what is left": of("it does not count what is left", { seen: true, pending: [undefined, undefined] }),
    "feed without a limit of rows": of("it takes 0 for 1", 1),
    "feed from a sequence that is none": of("it takes whatever stands there", { status: 200, error: undefined }),
    "long poll ends in time": of("it waits for a change, however long", { status: "no end", results: undefined, last: undefined, inTime: false }),
    "long poll beats": of("it does not beat as often as it is asked to", { status: 200, beats: false }),
    "many at once, one of them missing": of("it leaves out what it does not have", { status: 200, id: true, error: undefined, reason: undefined }),
    "one document": of("its answers have other marks than the revision", { status: 200, same: true, etag: false }),
    "note over a newer one": of("it treats a note as any document", { status: 409, error: "conflict" }),
    "photo, the rest of it": of("it sends attachments whole", { status: 200, range: false, same: false }),
    "tombstone ends a document": of("it says missing of what was deleted", {
      status: 201,
      json: [],
      gone: { status: 404, error: "not_found", reason: "missing" },
      row: { deleted: true, rev: true, doc: true, data: undefined },
    }),
    "session has an end": of("its cookie lasts as long as the browser", false),
    "database of others": of("it tells whoever is signed in and has no right there to sign in", { status: 401, error: "unauthorized" }),
    ...Object.fromEntries(
      ["read", "feed", "compare", "get one", "get a note", "put a note", "see the rights"].map((verb) => [
        `neighbor may not ${verb}`,
        of("it tells whoever is signed in and has no right there to sign in", 401),
      ]),
    ),
    "stranger may not write": of("a batch without documents is judged by nobody", 201),
    "neighbor may not write": of("a batch without documents is judged by nobody", 201),
    "stranger may not get many": of("it does not ask who gets many", 200),
    "neighbor may not get many": of("it does not ask who gets many", 200),
  },
};
