// The battery is pulled while the phone sends and receives: what was confirmed arrives, everything is there once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./support/app.mjs";
import { enter, go, register } from "./support/buku.mjs";
import { kantor } from "./support/kantor.mjs";
import { allSent, comeIn, followLink, has, hear } from "./support/kirim.mjs";
import { assertNoTrouble, killable, profile } from "./support/killable.mjs";

const ROUNDS = process.env.POSYANDU_SOAK ? 50 : 10;

/** A name for a round that no other has. */
const called = (who, round) => `${who} ${"ABCDEFGHIJ"[round % 10]}${"aeiou"[Math.floor(round / 10)]}ksara`;

test(`power lost ${ROUNDS} times while a phone sends and receives: nothing acknowledged is lost, nothing is there twice`, async (t) => {
  const k = await kantor({ isWired: true });
  const { folder, remove } = await profile();
  const colleague = await comeIn("Dewi Umpama", k);
  const [hers] = k.wire.accounts.keys();
  let victim = await killable(folder);
  const registered = [];
  try {
    await followLink(victim.page, await k.link("Ani Rekaan"), "Ani Rekaan");
    await allSent(victim.page);
    const requests = {};
    for (let round = 0; round < ROUNDS; round += 1) {
      // Something to fetch, and something to send.
      if (round % 3 === 0) {
        const nama = called("Umpama", round);
        await register(colleague.page, { nama });
        await go(colleague.page, "/");
        await allSent(colleague.page);
        registered.push(nama);
      }
      await victim.context.setOffline(true);
      const nama = called("Rekaan", round);
      await register(victim.page, { nama });
      registered.push(nama);

      // At each request of a round once, before the server hears it or when it has acted.
      let left = 1 + (round % 14);
      let killing;
      const kill = () => (killing ??= victim.kill());
      k.wire.rule = (it) => {
        if (killing || it.name === hers) return null;
        left -= 1;
        if (left > 0 && !(it.isPush && round % 5 === 4)) return null;
        requests[it.path.replace(/-?[0-9a-f]{8,}/g, "").replace(/_local\/.*/, "_local")] = round;
        if (round % 2) return { after: kill, lose: true };
        kill();
        return { drop: true };
      };
      await victim.context.setOffline(false);
      await hear(victim.page).catch(() => {});
      await until(() => killing !== undefined, 60);
      await killing;
      k.wire.calm();

      victim = await killable(folder);
      await enter(victim.page, k.origin);
      await assertNoTrouble(victim.page);
      if (round % 4 === 3) {
        await go(victim.page, "/");
        await allSent(victim.page);
      }
    }
    await go(victim.page, "/");
    await allSent(victim.page, 120);
    await has(victim.page, registered);
    await has(colleague.page, registered);
    const held = await k.wire.held("posyandu");
    assert.equal(new Set(held.map((it) => it._id)).size, held.length);
    for (const nama of registered) {
      assert.equal(held.filter((it) => it.data?.nama === nama).length, 1, `${nama} is on the server once`);
    }
    // No running number is missing or there twice: nothing was passed over, nothing was recorded anew.
    for (const device of new Set(held.map((it) => it.device))) {
      const numbers = held.filter((it) => it.device === device).map((it) => it.n).sort((a, b) => a - b);
      assert.deepEqual(numbers, numbers.map((_, at) => at + numbers[0]), `numbers of ${device}`);
    }
    t.diagnostic(`killed at ${Object.keys(requests).join(", ")}`);
  } finally {
    await victim.kill();
    await remove();
    await colleague.close();
    await k.end();
  }
});
