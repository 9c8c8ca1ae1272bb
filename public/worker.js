// Starts the worker's half of the app. The page names the hashed files, which only index.html knows:
//   new Worker("/worker.js?glue=<url of the JavaScript>&wasm=<url of the wasm>", { type: "module" })
// Messages that come before the wasm runs are kept and handed over in their order.
const query = new URL(self.location.href).searchParams;

const inside = (name) => {
  const url = new URL(query.get(name) ?? "", self.location.origin);
  if (url.origin !== self.location.origin || !/\.(js|wasm)$/.test(url.pathname)) {
    throw new Error(`worker.js: ${name} is not a file of this app`);
  }
  return url.href;
};

const early = [];
const keep = (event) => {
  event.stopImmediatePropagation();
  early.push(event);
};
self.addEventListener("message", keep);

const glue = await import(inside("glue"));
await glue.default({ module_or_path: inside("wasm") });
self.removeEventListener("message", keep);
for (const { data, ports } of early) {
  self.dispatchEvent(new MessageEvent("message", { data, ports }));
}
