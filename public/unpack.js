// Makes a wasm file again from the form in which it travels; tools/pack.mjs says why and describes that form.
//   self.unpacked(bytes of the packed file) -> bytes of the wasm
// Damaged input gives an error or other bytes: whoever keeps the result compares its hash.
self.unpacked = (packed) => {
  let at = 0;
  const number = () => {
    let value = 0;
    let shift = 0;
    let byte;
    do {
      byte = packed[at++];
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte & 128);
    return value;
  };
  const list = (read) => Array.from({ length: number() }, read);
  if (number() !== 3) throw new Error("unpack: not a form that this app knows");

  const length = number();
  // A function is written four bytes too far until its length is known.
  const wasm = new Uint8Array(length + 4);
  const size = number();
  const functions = number();
  const steps = new Uint8Array(number());
  const rows = list(() => [number(), number(), number()]);
  const PAIR = 5;
  const symbols = list(() => {
    const kind = number();
    return kind === PAIR ? [kind, number(), number()] : [kind, number(), number(), number(), Uint8Array.from(list(number))];
  });
  const [kinds, streams, spread, groups] = [0, 1, 2, 3].map((column) => Uint8Array.from(symbols, (row) => row[column]));
  const written = symbols.map((row) => row[4]);
  const lengths = list(number);
  const heads = lengths.map((length) => (at += length) - length);

  let to = 0;
  const raw = (stream, count) => {
    wasm.set(packed.subarray(heads[stream], (heads[stream] += count)), to);
    to += count;
  };
  const copy = (stream) => {
    let value = 0;
    let shift = 0;
    let byte;
    do {
      byte = wasm[to++] = packed[heads[stream]++];
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte & 128);
    return value;
  };
  const write = (value) => {
    for (; value > 127; value >>>= 7) wasm[to++] = value | 128;
    wasm[to++] = value;
  };

  let step = 0;
  const spell = (symbol) => {
    if (kinds[symbol] === PAIR) {
      spell(symbols[symbol][1]);
      spell(symbols[symbol][2]);
    } else steps[step++] = symbol;
  };
  packed.subarray(heads[0], heads[0] + lengths[0]).forEach(spell);

  raw(1, lengths[1]);
  for (const [from, until, length] of rows) for (let place = from; place < until; place++) wasm[place] += wasm[place - length];
  write(size);
  write(functions);
  step = 0;
  for (let done = 0; done < functions; done++) {
    const start = to;
    to += 5;
    for (let left = 2 * copy(3); left > 0; left--) copy(3);
    for (let depth = 1; depth > 0; ) {
      const symbol = steps[step++];
      const bytes = written[symbol];
      for (let index = 0; index < bytes.length; index++) wasm[to++] = bytes[index];
      const kind = kinds[symbol];
      const from = streams[symbol] + (spread[symbol] && (groups[steps[step + 2 - 2 * spread[symbol]]] ?? 0));
      if (kind > 3) raw(from, kind);
      else if (kind > 0) for (let left = kind < 3 ? kind : copy(from) + 1; left > 0; left--) copy(from);
      if (bytes[0] === 11) depth--;
      else if (bytes[0] > 1 && bytes[0] < 5) depth++;
    }
    const [body, end] = [start + 5, to];
    to = start;
    write(end - body);
    wasm.copyWithin(to, body, end);
    to += end - body;
  }
  raw(2, lengths[2]);
  if (to !== length) throw new Error("unpack: damaged");
  return wasm.subarray(0, length);
};
