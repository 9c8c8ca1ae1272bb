import { phone, serve, readyForOffline } from "./e2e/support/app.mjs";
const server = await serve(); const { page, context, close } = await phone();
page.on("console", m=>console.log("console", m.text())); page.on("pageerror", e=>console.log("pageerror", e.message, e.stack));
page.on("worker", w=>console.log("worker", w.url()));
await page.addInitScript(()=>{ const W=Worker; window.Worker=class extends W{ constructor(...a){super(...a); this.addEventListener("error",e=>console.log("worker error",e.message,e.filename,e.lineno,e.colno));}}});
await page.goto(server.origin); await page.locator("#awal").waitFor({state:"detached"});
await page.getByRole("button", { name: "Coba dulu, data latihan" }).click();
await new Promise(d=>setTimeout(d,3000)); console.log(await page.workers()[0].evaluate(()=>self.posyanduLater().then(()=>"ok",e=>String(e)))); console.log((await page.locator("body").innerText()).slice(0,500));
await close(); await server.stop();
