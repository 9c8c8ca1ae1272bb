// Brings the second wasm file into this thread when src/later.rs asks for it. tools/finish.mjs writes it behind the
// glue, where `wasm` is what the first file exports, with the name of the second and its hash.
let coming;
let isAgain = false;
const bring = async () => {
  // What came damaged may be kept somewhere: past that.
  const cache = isAgain ? "reload" : "default";
  isAgain = true;
  const [packed] = await Promise.all([fetch("PACK", { cache }), import("/unpack.js")]);
  const later = self.unpacked(new Uint8Array(await packed.arrayBuffer()));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", later));
  if (String(digest) !== "SHA256") throw new Error("later: it came damaged");
  await WebAssembly.instantiate(later, { $: wasm });
};
self.posyanduLater = () => {
  coming ??= bring().catch((error) => {
    coming = undefined;
    throw error;
  });
  return coming;
};
// What draws and reads codes is a module of its own, for the page.
self.posyanduCodes = () => import("CODES");
