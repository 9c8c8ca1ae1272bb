// Starts the app; tools/finish.mjs writes it into the page, with the names of its files, so that it need not wait for
// a file of its own. A copy that the service worker keeps is fetched as wasm; until there is one, it comes packed.
const load = async () => {
  if (navigator.serviceWorker?.controller) {
    const kept = await fetch("WASM").catch(() => null);
    if (kept?.ok) return kept;
  }
  const [packed] = await Promise.all([fetch("PACK"), import("/unpack.js")]);
  const wasm = self.unpacked(new Uint8Array(await packed.arrayBuffer()));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", wasm));
  if (String(digest) !== "SHA256") throw new Error("start: the wasm came damaged");
  return wasm;
};
const wasm = load();
const { default: init } = await import("GLUE");
await init({ module_or_path: wasm });
