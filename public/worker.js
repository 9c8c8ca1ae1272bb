// Starts the worker's half of the app. Only index.html knows the hashed name of the JavaScript, and the page has the
// wasm compiled already:
//   const worker = new Worker("/worker.js?glue=<url of the JavaScript>", { type: "module" })
//   worker.postMessage(module)
// Messages that come before the wasm runs are kept and handed over in their order.
const glue = new URL(new URL(self.location.href).searchParams.get("glue") ?? "", self.location.origin);
if (glue.origin !== self.location.origin || !glue.pathname.endsWith(".js")) {
  throw new Error("worker.js: glue is not a file of this app");
}

// What the browser does better than any code of ours: packing what is sent.
const through = (bytes, stream) => new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer();
self.gzipped = (bytes) => through(bytes, new CompressionStream("gzip"));
self.deflated = (bytes) => through(bytes, new CompressionStream("deflate"));
// Nothing when it would grow beyond what it may: a few bytes can say that they are many.
self.inflated = async (bytes, most) => {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts = [];
  let length = 0;
  for (let it = await reader.read(); !it.done; it = await reader.read()) {
    length += it.value.length;
    if (length > most) {
      reader.cancel().catch(() => {});
      return null;
    }
    parts.push(it.value);
  }
  return new Blob(parts).arrayBuffer();
};

// A worker of its own checks signatures beside the other work (tanda.js). Whoever does not answer in time is given up;
// what nobody found good is checked by our own code.
const PATIENCE_MS = 10_000;
let checker;
let patience;
const waiting = [];
const giveUp = () => {
  checker?.terminate();
  checker = undefined;
  for (const done of waiting.splice(0)) done(null);
};
self.foundGood = (asked) =>
  new Promise((done) => {
    clearTimeout(patience);
    patience = setTimeout(giveUp, PATIENCE_MS);
    if (!checker) {
      checker = new Worker("/tanda.js", { type: "module" });
      checker.onerror = giveUp;
      checker.onmessage = ({ data }) => waiting.shift()?.(data);
    }
    waiting.push(done);
    checker.postMessage(asked, [asked.buffer]);
  });

// One tab carries for all: the lock goes with the tab, or when it is given away.
let give;
self.lead = () =>
  new Promise((got) => {
    const hold = () => (got(), new Promise((done) => (give = done)));
    if (navigator.locks) navigator.locks.request("posyandu6-carry", hold).catch(got);
    else got();
  });
self.letGo = () => give?.();

const early = [];
let keep;
const module = new Promise((done) => {
  keep = (event) => {
    event.stopImmediatePropagation();
    if (event.data instanceof WebAssembly.Module) done(event.data);
    else early.push(event);
  };
  self.addEventListener("message", keep);
});

const { default: init } = await import(glue.href);
await init({ module_or_path: await module });
self.removeEventListener("message", keep);
for (const { data, ports } of early) {
  self.dispatchEvent(new MessageEvent("message", { data, ports }));
}
