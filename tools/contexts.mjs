// Gives symbols the bytes with which brotli says them in the fewest bits. Worth 4 % of the instructions.
//
// Brotli guesses a byte by the two before it, but of each it sees only in which of eight ranges it lies
// (RFC 7932, section 7.1, "Signed"). Symbols after which the same ones come belong into one range. Which they are is
// found by exchanging two at a time, as metal cools: at first what is worse is sometimes kept, later no more.

/** How many bytes lie in each of brotli's ranges. */
const RANGES = [1, 15, 48, 64, 64, 48, 15, 1];
const BYTES = 256;
const EXCHANGES = 200_000;

/** The same numbers with every build. */
function sameDice() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 32;
  };
}

const bits = (count) => (count > 0 ? count * Math.log2(count) : 0);

/** How often which symbol stands so many places behind which. */
function followers(steps, distance) {
  const counts = Array.from({ length: BYTES }, () => new Float64Array(BYTES));
  for (let at = distance; at < steps.length; at++) counts[steps[at - distance]][steps[at]] += 1;
  return counts;
}

/** For each of 256 symbols its byte. */
export function contexts(steps) {
  const near = [followers(steps, 1), followers(steps, 2)];
  const ranges = RANGES.flatMap((size, range) => Array(size).fill(range));
  const sums = near.map((counts) =>
    RANGES.map((_, range) => {
      const sum = new Float64Array(BYTES);
      counts.forEach((row, symbol) => ranges[symbol] === range && row.forEach((count, next) => (sum[next] += count)));
      return sum;
    }),
  );
  // Bits that a range saves, as far as it matters for comparing.
  const worth = (range) => {
    let saved = 0;
    for (const sum of sums) {
      let all = 0;
      for (const count of sum[range]) {
        saved += bits(count);
        all += count;
      }
      saved -= bits(all);
    }
    return saved;
  };
  const exchange = (one, other) => {
    const [from, to] = [ranges[one], ranges[other]];
    near.forEach((counts, which) => {
      const [less, more] = [sums[which][from], sums[which][to]];
      for (let next = 0; next < BYTES; next++) {
        const difference = counts[one][next] - counts[other][next];
        less[next] -= difference;
        more[next] += difference;
      }
    });
    [ranges[one], ranges[other]] = [to, from];
  };
  const dice = sameDice();
  const worths = RANGES.map((_, range) => worth(range));
  for (let done = 0; done < EXCHANGES; done++) {
    const heat = (steps.length / 1200) * Math.exp((-7 * done) / EXCHANGES);
    const [one, other] = [Math.floor(dice() * BYTES), Math.floor(dice() * BYTES)];
    const [from, to] = [ranges[one], ranges[other]];
    if (from === to) continue;
    exchange(one, other);
    const [less, more] = [worth(from), worth(to)];
    const gain = less + more - worths[from] - worths[to];
    if (gain > 0 || dice() < Math.exp(gain / heat)) [worths[from], worths[to]] = [less, more];
    else exchange(one, other);
  }
  let first = 0;
  const free = RANGES.map((size) => (first += size) - size);
  return Uint8Array.from(ranges, (range) => free[range]++);
}
