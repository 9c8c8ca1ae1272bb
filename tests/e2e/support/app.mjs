// What every end-to-end test needs: the server over a folder, and a browser with a profile of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
export const dist = join(root, "dist");

// The tests have the calendar of the phone.
const TIME_ZONE = "Asia/Jakarta";
process.env.TZ = TIME_ZONE;

const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
export const binary = join(target, "server/posyandu-server");

/** Serves a built app on a free port, or on `port` when a version follows another. */
export async function serve(app = dist, port = 0, more = []) {
  const child = spawn(binary, ["serve", "--app", app, "--port", String(port), ...more], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    once(child, "exit").then(([code]) => Promise.reject(new Error(`the server ended with ${code}`))),
  ]);
  const origin = line.match(/http:\/\/\S+/)[0].replace("127.0.0.1", "localhost");
  return {
    origin,
    port: Number(new URL(origin).port),
    pid: child.pid,
    async kill() {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/** A phone: a browser with its own profile folder, which `close` removes. */
export async function phone({ profile, ...options } = {}) {
  const folder = profile ?? (await mkdtemp(join(tmpdir(), "posyandu-phone-")));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROME,
    headless: true,
    args: FLAGS,
    viewport: { width: 360, height: 640 },
    locale: "id-ID",
    timezoneId: TIME_ZONE,
    ...options,
  });
  return {
    context,
    folder,
    page: context.pages()[0] ?? (await context.newPage()),
    async close({ keep = false } = {}) {
      await context.close();
      if (!keep) await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Code of a test in the app's worker, of every page that is loaded from now on: before the app's own, or behind it. Only
 * on a phone that was opened with `serviceWorkers: "block"`, whose files still come over the network.
 */
export const inWorker = (context, { before = "", behind = "" }) =>
  context.route("**/worker.js*", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${before}\n${await response.text()}\n${behind}` });
  });

/** The app's worker of a page. */
export const workerOf = (page) => page.workers().find((it) => it.url().includes("/worker.js"));

/** What the service worker in charge, or the waiting one, answers. */
export const askWorker = (page, message, which = "active") =>
  page.evaluate(
    async ([data, state]) => {
      const registration = await navigator.serviceWorker.ready;
      const { port1, port2 } = new MessageChannel();
      const answer = new Promise((done) => (port1.onmessage = (event) => done(event.data)));
      registration[state].postMessage(data, [port2]);
      return answer;
    },
    [message, which],
  );

/** The version that index.html was stamped with. */
export const versionOf = (page) => page.locator("meta[name=posyandu-version]").getAttribute("content");

/** Waits until the worker in charge has a whole, verified copy. */
export const readyForOffline = async (page) => {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const answer = await askWorker(page, { type: "STATUS" });
  if (answer.type !== "READY") throw new Error(`not ready: ${JSON.stringify(answer)}`);
  return answer;
};

/** Loads the app once; from then on the phone has no network. */
export async function loadOnce({ page, context }, { origin }) {
  await page.goto(origin);
  await page.locator("#awal").waitFor({ state: "detached" });
  await readyForOffline(page);
  await context.setOffline(true);
}

/** Asks again until it is true; `waitForFunction` takes the promise of an async question for an answer. */
export async function until(question, seconds = 20) {
  const end = Date.now() + 1000 * seconds;
  while (!(await question())) {
    if (Date.now() > end) throw new Error(`not true after ${seconds} s: ${question}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
