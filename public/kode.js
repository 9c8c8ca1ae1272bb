// Codes on the screen and before the camera: two elements for the page, and the worker that draws and reads for them.
// tools/finish.mjs puts it beside the second wasm file, with the name of its own one (tools/kode) and its hash in it;
// public/later.js brings it into the page.
//
//   <kode-gambar teks="lines">  draws each line as a code into its [data-kode=gambar], one after the other; buttons
//                               inside it: [data-kode=jeda] stops and goes on, [data-kode=berikut] shows the next.
//                               Says "ganti" {nomor, jeda}.
//   <kode-kamera>               looks through the camera, in the <video> inside it, for as long as it is in the page
//                               and in sight; takes pictures from an <input type=file> inside it, too.
//                               Says "kode" with the text, "keadaan" with one of baca, izin, tiada, pakai, kosong, rusak.
const STEP_MS = 600;
const LOOK_MS = 125;
/** How fine the pictures are at which the camera's reader looks in turn: what one hides another shows. */
const FINE = [640, 480, 720];
const AGAIN_MS = 3000;
/** So many pictures in a row could not be read before it is said: one may come while the reader begins anew. */
const PATIENCE = 8;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// ---- The worker's half --------------------------------------------------------------------------

function serve() {
  let cache = "default";
  const make = async () => {
    const [packed] = await Promise.all([fetch("PACK", { cache }), import("/unpack.js")]);
    // What came damaged may be kept somewhere: past that.
    cache = "reload";
    const wasm = self.unpacked(new Uint8Array(await packed.arrayBuffer()));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", wasm));
    if (String(digest) !== "SHA256") throw new Error("kode: it came damaged");
    cache = "default";
    return WebAssembly.instantiate(wasm, {});
  };
  let made;
  const draw = (wasm, out) => {
    const size = wasm.draw_code();
    return size ? { size, dark: out(size * size) } : null;
  };
  const read = (wasm, out, { width, height }) => {
    const text = new TextDecoder().decode(out(wasm.read_codes(width, height)));
    return text ? text.split("\0") : [];
  };
  self.onmessage = async ({ data }) => {
    let answer = null;
    try {
      made ??= make();
      const wasm = (await made).instance.exports;
      const bytes = data.text === undefined ? new Uint8Array(data.picture) : new TextEncoder().encode(data.text);
      const at = wasm.room(bytes.length);
      new Uint8Array(wasm.memory.buffer, at, bytes.length).set(bytes);
      const out = (length) => new Uint8Array(wasm.memory.buffer, wasm.out(), length).slice();
      answer = (data.text === undefined ? read : draw)(wasm, out, data);
    } catch {
      // A picture that no reader should choke on; the next one meets a new reader.
      made = undefined;
    }
    self.postMessage({ id: data.id, answer });
  };
}

// ---- The page's half ----------------------------------------------------------------------------

let worker;
let last = 0;
const waiting = new Map();

/** Null where it could not be done. */
function ask(question, transfer = []) {
  if (!worker) {
    worker = new Worker(import.meta.url, { type: "module" });
    worker.onmessage = ({ data }) => {
      waiting.get(data.id)(data.answer);
      waiting.delete(data.id);
    };
    worker.onerror = () => {
      worker = undefined;
      for (const done of waiting.values()) done(null);
      waiting.clear();
    };
  }
  return new Promise((done) => {
    waiting.set(++last, done);
    worker.postMessage({ id: last, ...question }, transfer);
  });
}

const part = (element, name) => element.querySelector(`[data-kode=${name}]`);

/** One path for all that is dark: a bar for each run in a row. */
function picture({ size, dark }) {
  let path = "";
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (!dark[y * size + x]) continue;
      const from = x;
      while (x < size && dark[y * size + x]) x++;
      path += `M${from} ${y}h${x - from}v1h${from - x}z`;
    }
  }
  const make = (name, values) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(values)) element.setAttribute(key, value);
    return element;
  };
  const quiet = 4;
  const whole = size + 2 * quiet;
  const svg = make("svg", { viewBox: `${-quiet} ${-quiet} ${whole} ${whole}`, "shape-rendering": "crispEdges" });
  // Black on white, whatever the colours of the page: readers look for dark on light.
  svg.append(make("rect", { x: -quiet, y: -quiet, width: whole, height: whole, fill: "#fff" }), make("path", { d: path, fill: "#000" }));
  return svg;
}

function define() {
  const say = (element, name, detail) => element.dispatchEvent(new CustomEvent(name, { detail }));

  customElements.define(
    "kode-gambar",
    class extends HTMLElement {
      static observedAttributes = ["teks"];
      #pictures = [];
      #now = 0;
      #turn = 0;
      #stands = matchMedia("(prefers-reduced-motion: reduce)").matches;

      connectedCallback() {
        this.addEventListener("click", this);
        this.#load();
        navigator.wakeLock?.request("screen").then((lock) => (this.isConnected ? (this.lock = lock) : lock.release()), () => {});
      }
      disconnectedCallback() {
        this.removeEventListener("click", this);
        this.#turn++;
        this.lock?.release();
      }
      attributeChangedCallback() {
        if (this.isConnected) this.#load();
      }
      handleEvent({ target }) {
        const what = target.closest("[data-kode]")?.dataset.kode;
        if (what === "jeda") this.#stands = !this.#stands;
        else if (what === "berikut") this.#stands = true;
        else return;
        this.#show(this.#now + (what === "berikut" ? 1 : 0));
        this.#run();
      }

      async #load() {
        const turn = ++this.#turn;
        const texts = (this.getAttribute("teks") ?? "").split("\n");
        const drawn = await Promise.all(texts.filter(Boolean).map((text) => ask({ text })));
        if (turn !== this.#turn) return;
        if (drawn.includes(null)) say(this, "keadaan", "rusak");
        this.#pictures = drawn.filter(Boolean).map(picture);
        this.#show(0);
        this.#run();
      }
      #show(at) {
        if (this.#pictures.length === 0) return;
        this.#now = at % this.#pictures.length;
        part(this, "gambar").replaceChildren(this.#pictures[this.#now]);
        say(this, "ganti", { nomor: this.#now, jeda: this.#stands });
      }
      async #run() {
        const turn = ++this.#turn;
        while (!this.#stands && this.#pictures.length > 1) {
          await pause(STEP_MS);
          if (turn !== this.#turn) return;
          this.#show(this.#now + 1);
        }
      }
    },
  );

  /** The browser's own reader of codes, where it has one. */
  let detector;
  const native = async () => {
    if (detector === undefined) {
      const formats = await self.BarcodeDetector?.getSupportedFormats().catch(() => []);
      detector = formats?.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
    }
    return detector;
  };
  const canvas = document.createElement("canvas");

  /** The texts of the codes in a part of a picture, shrunk to at most so many points. */
  const read = async (source, [x, y, width, height], most) => {
    const factor = Math.min(1, most / Math.max(width, height));
    [canvas.width, canvas.height] = [Math.round(width * factor), Math.round(height * factor)];
    const brush = canvas.getContext("2d", { willReadFrequently: true });
    brush.drawImage(source, x, y, width, height, 0, 0, canvas.width, canvas.height);
    const own = await native();
    if (own) {
      try {
        return (await own.detect(canvas)).map(({ rawValue }) => rawValue);
      } catch {
        // It said it could: then ours does it.
        detector = null;
      }
    }
    const { buffer } = brush.getImageData(0, 0, canvas.width, canvas.height).data;
    return ask({ picture: buffer, width: canvas.width, height: canvas.height }, [buffer]);
  };

  const WHY = { NotAllowedError: "izin", SecurityError: "izin", NotFoundError: "tiada", OverconstrainedError: "tiada", TypeError: "tiada" };

  customElements.define(
    "kode-kamera",
    class extends HTMLElement {
      #turn = 0;
      #stream;
      #seen = new Map();

      connectedCallback() {
        this.addEventListener("change", this);
        document.addEventListener("visibilitychange", this);
        this.#start();
      }
      disconnectedCallback() {
        this.removeEventListener("change", this);
        document.removeEventListener("visibilitychange", this);
        this.#stop();
      }
      handleEvent({ type, target }) {
        if (type === "change") this.#photo(target);
        else if (document.hidden) this.#stop();
        else this.#start();
      }

      async #start() {
        if (document.hidden) return;
        const turn = ++this.#turn;
        const video = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
        let stream;
        try {
          stream = await navigator.mediaDevices.getUserMedia({ audio: false, video });
        } catch (error) {
          if (turn === this.#turn) say(this, "keadaan", WHY[error.name] ?? "pakai");
          return;
        }
        if (turn !== this.#turn) {
          for (const track of stream.getTracks()) track.stop();
          return;
        }
        this.#stream = stream;
        // Another app took it, or it was unplugged.
        stream.getVideoTracks()[0].onended = () => turn === this.#turn && (this.#stop(), say(this, "keadaan", "pakai"));
        const screen = this.querySelector("video");
        screen.srcObject = stream;
        await screen.play().catch(() => {});
        say(this, "keadaan", "baca");
        let failed = 0;
        for (let look = 0; turn === this.#turn; look++) {
          const began = performance.now();
          const { videoWidth: width, videoHeight: height } = screen;
          const side = Math.min(width, height);
          // What is seen in the square on the screen.
          const texts = side ? await read(screen, [(width - side) / 2, (height - side) / 2, side, side], FINE[look % FINE.length]) : [];
          if (turn !== this.#turn) return;
          if (texts === null) {
            if (++failed === PATIENCE) say(this, "keadaan", "rusak");
          } else {
            if (failed >= PATIENCE) say(this, "keadaan", "baca");
            failed = 0;
          }
          this.#tell(texts ?? []);
          await pause(Math.max(0, LOOK_MS - (performance.now() - began)));
        }
      }
      #stop() {
        this.#turn++;
        for (const track of this.#stream?.getTracks() ?? []) track.stop();
        this.#stream = undefined;
      }

      /** Each text once, for as long as it is seen. */
      #tell(texts) {
        const now = performance.now();
        for (const text of texts) {
          const before = this.#seen.get(text) ?? -AGAIN_MS;
          this.#seen.set(text, now);
          if (now - before >= AGAIN_MS) say(this, "kode", text);
        }
      }

      async #photo(input) {
        const [file] = input.files;
        if (!file) return;
        let found = [];
        let isRead = true;
        try {
          const photo = await createImageBitmap(file);
          for (const most of [1200, 640, 2000]) {
            const texts = await read(photo, [0, 0, photo.width, photo.height], most);
            isRead = texts !== null;
            found = texts ?? [];
            if (found.length > 0) break;
          }
          photo.close();
        } catch {
          // No picture.
        }
        input.value = "";
        if (!this.isConnected) return;
        if (found.length === 0) say(this, "keadaan", isRead ? "kosong" : "rusak");
        for (const text of found) say(this, "kode", text);
      }
    },
  );
}

if (typeof document === "undefined") serve();
else define();
