// A way to a server that can lose answers (the server has acted, and nobody hears of it) and damage them.
import { once } from "node:events";
import { createServer, request as ask } from "node:http";

/**
 * Passes everything on to `target`; an answer to what `loses` is true of is cut off. Where `damages` answers a text for
 * the body of an answer, that goes on in its place.
 */
export async function through(target) {
  const self = { loses: () => false, lost: 0, damages: undefined, origin: "", end: undefined };
  const server = createServer(async (asked, answer) => {
    const chunks = [];
    for await (const chunk of asked) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { hostname, port } = new URL(target);
    const headers = { ...asked.headers, host: `${hostname}:${port}` };
    // What is damaged must be readable here.
    if (self.damages) delete headers["accept-encoding"];
    const onward = ask({ hostname, port, path: asked.url, method: asked.method, headers }, async (said) => {
      if (self.loses(asked, body.toString())) {
        said.resume();
        await once(said, "end");
        self.lost += 1;
        answer.destroy();
        return;
      }
      if (self.damages) {
        const parts = [];
        for await (const part of said) parts.push(part);
        const told = Buffer.concat(parts);
        const body = Buffer.from(self.damages(asked, told.toString()) ?? told);
        const { "content-length": _length, "transfer-encoding": _coding, ...others } = said.headers;
        answer.writeHead(said.statusCode, { ...others, "content-length": body.length });
        answer.end(body);
        return;
      }
      answer.writeHead(said.statusCode, said.headers);
      said.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    answer.on("close", () => onward.destroy());
    onward.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  self.origin = `http://localhost:${server.address().port}`;
  self.end = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return self;
}
