// Runs without the wasm, so that a broken or too old start can still say so and still be updated.
(() => {
  const HOUR = 3_600_000;

  const failed = () => {
    const place = document.getElementById("awal-kata");
    if (place) {
      place.textContent =
        "Posyandu belum bisa dibuka di HP ini. Data tetap aman. Perbarui Chrome (versi 100 ke atas), lalu buka lagi.";
    }
  };
  // Captured, because a script that does not load tells only its own element.
  addEventListener("error", failed, true);
  addEventListener("unhandledrejection", failed);

  // What the app shows of its shell. It may listen later than things happen, so they are kept here.
  const shell = {
    ready: false, // a whole, verified copy is on the phone
    waiting: false, // a new version is whole and waits
    replaced: false, // the version she asked for is in charge: the app keeps what was typed, then reloads
    install: false, // the browser would install
    installed: matchMedia("(display-mode: standalone)").matches,
    inApp: /FBAN|FBAV|Instagram|WhatsApp|; wv\)/.test(navigator.userAgent),
  };
  let prompt = null;
  let registered = null;
  let wanted = false;
  let isOpened = false;
  const tell = (change) => {
    Object.assign(shell, change);
    dispatchEvent(new Event("posyandu-shell"));
  };
  const version = () => document.querySelector("meta[name=posyandu-version]")?.content;
  const controller = () => navigator.serviceWorker?.controller;
  window.posyandu = {
    shell,
    update() {
      wanted = true;
      registered?.waiting?.postMessage({ type: "SKIP_WAITING" });
    },
    opened() {
      isOpened = true;
      controller()?.postMessage({ type: "OPENED", version: version() });
    },
    rollback: () => controller()?.postMessage({ type: "ROLLBACK", version: version() }),
    async install() {
      await prompt?.prompt();
      prompt = null;
      tell({ install: false });
    },
  };
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    prompt = event;
    tell({ install: true });
  });
  addEventListener("appinstalled", () => tell({ install: false, installed: true }));

  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.type === "READY" || data?.type === "NOT_READY") tell({ ready: data.type === "READY" });
    // Opened before there was anybody to tell: whoever loses the signal today has all of it, too.
    if (data?.type === "READY" && isOpened) (window.requestIdleCallback ?? setTimeout)(window.posyandu.opened);
    if (data?.type === "ROLLED_BACK") location.reload();
  });
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (wanted) tell({ waiting: false, replaced: true });
    else controller()?.postMessage({ type: "STATUS" });
  });
  const watch = (registration) => {
    registered = registration;
    const look = () => tell({ waiting: Boolean(registration.waiting && controller()) });
    registration.addEventListener("updatefound", () =>
      registration.installing?.addEventListener("statechange", look),
    );
    look();
    controller()?.postMessage({ type: "STATUS" });
  };
  const keepFresh = (registration) => {
    let checked = Date.now();
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && navigator.onLine && Date.now() - checked > HOUR) {
        checked = Date.now();
        registration.update().catch(() => {});
      }
    });
  };
  addEventListener("load", () => {
    // A refusal (private window, no room) leaves the app working online, and "siap tanpa sinyal" unsaid.
    navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).then((registration) => {
      watch(registration);
      keepFresh(registration);
    }, () => {});
  });
})();
