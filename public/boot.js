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

  if (!("serviceWorker" in navigator)) return;
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
    navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).then(keepFresh, () => {});
  });
})();
