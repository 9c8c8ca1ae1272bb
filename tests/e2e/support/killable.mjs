// A phone whose power may go at any moment: Chromium in a process group of its own, so that one signal
// ends browser, renderers and all helpers at once. Playwright's own launch hands out no process.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { FLAGS, until } from "./app.mjs";

/** An empty profile folder and the way to remove it. */
export async function profile() {
  const folder = await mkdtemp(join(tmpdir(), "posyandu-killed-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }) };
}

const isAlive = (group) => {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
};

/** Starts Chromium on a profile. `kill` is SIGKILL to the whole group; it returns when nobody of it lives. */
export async function killable(folder) {
  // The port of the run before stands in the same file.
  const portFile = join(folder, "DevToolsActivePort");
  await rm(portFile, { force: true });
  const child = spawn(
    process.env.CHROME,
    [...FLAGS, "--headless=new", "--remote-debugging-port=0", `--user-data-dir=${folder}`, "--lang=id", "about:blank"],
    { detached: true, stdio: "ignore", env: { ...process.env, TZ: "Asia/Jakarta" } },
  );
  const ended = once(child, "exit");
  const kill = async () => {
    if (isAlive(child.pid)) process.kill(-child.pid, "SIGKILL");
    await ended;
    await until(() => !isAlive(child.pid));
  };
  try {
    const read = () => readFile(portFile, "utf8").catch(() => "");
    await until(async () => (await read()).includes("\n"), 60);
    const [port, path] = (await read()).split("\n");
    const browser = await chromium.connectOverCDP(`ws://127.0.0.1:${port}${path}`);
    const [context] = browser.contexts();
    const page = context.pages()[0] ?? (await context.newPage());
    await page.setViewportSize({ width: 360, height: 640 });
    return { page, context, group: child.pid, kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

/**
 * Collects what the page shows as saved: the line that takes a save back, the answer after measuring, "Tersimpan di
 * HP" with the number beside it. A sentence counts once its report has left the renderer, so a kill can only make
 * the list shorter than what the eye saw, never longer.
 */
export async function confirmations(context) {
  const shown = [];
  await context.exposeBinding("posyanduShown", (_, what) => shown.push(what));
  await context.addInitScript(() => {
    let last = "";
    const words = (selector) => document.querySelector(selector)?.textContent.trim() ?? "";
    const look = () => {
      const kept = words(".entry__saved").startsWith("Tersimpan di HP");
      const now = {
        saved: words(".undo__what"),
        draft: kept ? (document.querySelector(".reading__input")?.value ?? "") : "",
      };
      const text = JSON.stringify(now);
      if (text === last) return;
      last = text;
      if (now.saved || now.draft) window.posyanduShown(now);
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
  });
  return shown;
}

/** Nothing of the page says that the book is in trouble. */
export async function assertNoTrouble(page) {
  assert.equal(await page.getByRole("heading", { name: "Buku belum bisa dibuka" }).count(), 0);
  const alarms = await page.locator(".notice--danger[role=alert]").allTextContents();
  assert.deepEqual(alarms, []);
}
