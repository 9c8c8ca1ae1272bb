// Checks signatures, where the browser knows Ed25519: of each (length, key, signature, message) in the bytes that come,
// whether it is good. Answers come in the order of the questions.
const keys = new Map();
const keyOf = (bytes) => {
  const name = bytes.join();
  if (!keys.has(name)) keys.set(name, crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]));
  return keys.get(name);
};
const isGood = async (key, signature, message) => crypto.subtle.verify("Ed25519", await keyOf(key), signature, message);

let last = Promise.resolve();
self.onmessage = ({ data: asked }) => {
  const numbers = new DataView(asked.buffer);
  const found = [];
  for (let at = 0, length; at < asked.length; at += length) {
    length = 4 + numbers.getUint32(at, true);
    const parts = [[4, 36], [36, 100], [100, length]].map(([from, to]) => asked.subarray(at + from, at + to));
    found.push(isGood(...parts).catch(() => false));
  }
  last = last.then(async () => self.postMessage(Uint8Array.from(await Promise.all(found))));
};
