// A slower phone: the renderers of a browser, page and worker alike, are stopped most of the time.
//
// The DevTools protocol slows the page's thread only; store, fold and keys live in the worker.
import { readdir, readFile } from "node:fs/promises";

/** Short, so that a question to the worker does not wait for a whole pause on its way there and on its way back. */
const TICK_MS = 1;

/** Renderers of a process group, without the one that belongs to no page. */
async function renderers(group) {
  const pids = (await readdir("/proc")).filter((it) => /^\d+$/.test(it));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [line, stat] = await Promise.all(
        ["cmdline", "stat"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "")),
      );
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return line.includes("--type=renderer") && Number(fields[2]) === group ? Number(pid) : null;
    }),
  );
  return found.filter((it) => it !== null);
}

const signal = (pids, name) => {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It ended meanwhile.
    }
  }
};

/** Slows the renderers of a group by `factor` until the returned function is called. */
export async function slow(group, factor) {
  const pids = await renderers(group);
  if (pids.length === 0) throw new Error("no renderer to slow down");
  let isOn = true;
  let timer;
  const run = () => {
    signal(pids, "SIGCONT");
    if (isOn) timer = setTimeout(stop, TICK_MS);
  };
  const stop = () => {
    if (!isOn) return;
    signal(pids, "SIGSTOP");
    timer = setTimeout(run, TICK_MS * (factor - 1));
  };
  stop();
  return () => {
    isOn = false;
    clearTimeout(timer);
    signal(pids, "SIGCONT");
  };
}

/** Memory of the renderer that has most, its own or shared by share, MB: page and worker of the app live in one. */
export async function memory(group) {
  const all = await Promise.all(
    (await renderers(group)).map(async (pid) => {
      const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
      return Number(text.match(/^Pss: +(\d+) kB/m)?.[1] ?? 0);
    }),
  );
  return Math.round(Math.max(...all) / 1024);
}
