// A QR code (ISO/IEC 18004) of a link: bytes, correction level M, versions 1 to 9 (at most 180 bytes), as a matrix of booleans.
"use strict";
const qr = (() => {
  // For each version: bytes of correction a block, then the data bytes of each block.
  const BLOCKS = [
    [10, [16]], [16, [28]], [26, [44]], [18, [32, 32]], [24, [43, 43]], [16, [27, 27, 27, 27]], [18, [31, 31, 31, 31]],
    [22, [38, 38, 39, 39]], [22, [36, 36, 36, 37, 37]],
  ];
  const ALIGNED = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46]];
  const MASKS = [
    (r, c) => (r + c) % 2 === 0,
    (r) => r % 2 === 0,
    (r, c) => c % 3 === 0,
    (r, c) => (r + c) % 3 === 0,
    (r, c) => (Math.floor(r / 2) + Math.floor(c / 3)) % 2 === 0,
    (r, c) => ((r * c) % 2) + ((r * c) % 3) === 0,
    (r, c) => (((r * c) % 2) + ((r * c) % 3)) % 2 === 0,
    (r, c) => (((r + c) % 2) + ((r * c) % 3)) % 2 === 0,
  ];

  // The field of 256 elements in which the correction is reckoned.
  const powers = [1];
  for (let i = 1; i < 255; i++) powers.push((powers[i - 1] << 1) ^ (powers[i - 1] & 128 ? 0x11d : 0));
  const logs = [];
  powers.forEach((power, log) => (logs[power] = log));
  const times = (a, b) => (a && b ? powers[(logs[a] + logs[b]) % 255] : 0);

  const correction = (data, length) => {
    let generator = [1];
    for (let i = 0; i < length; i++) {
      const longer = [...generator, 0];
      generator.forEach((one, at) => (longer[at + 1] ^= times(one, powers[i])));
      generator = longer;
    }
    const rest = [...data, ...Array(length).fill(0)];
    for (let i = 0; i < data.length; i++) {
      const lead = rest[i];
      generator.forEach((one, at) => (rest[i + at] ^= times(one, lead)));
    }
    return rest.slice(data.length);
  };

  const codewords = (bytes, version) => {
    const [extra, sizes] = BLOCKS[version - 1];
    const room = sizes.reduce((sum, size) => sum + size, 0);
    const bits = [];
    const put = (value, length) => {
      for (let i = length - 1; i >= 0; i--) bits.push((value >> i) & 1);
    };
    put(4, 4); // bytes follow
    put(bytes.length, 8);
    bytes.forEach((byte) => put(byte, 8));
    put(0, Math.min(4, room * 8 - bits.length));
    while (bits.length % 8) bits.push(0);
    const data = [];
    for (let i = 0; i < bits.length; i += 8) data.push(parseInt(bits.slice(i, i + 8).join(""), 2));
    for (let pad = 0xec; data.length < room; pad ^= 0xfd) data.push(pad);
    let from = 0;
    const blocks = sizes.map((size) => data.slice(from, (from += size)));
    const corrected = blocks.map((block) => correction(block, extra));
    const woven = [];
    for (let i = 0; i < Math.max(...sizes); i++) blocks.forEach((block) => i < block.length && woven.push(block[i]));
    for (let i = 0; i < extra; i++) corrected.forEach((block) => woven.push(block[i]));
    return woven;
  };

  const remainder = (value, length, generator) => {
    let rest = value << length;
    for (let i = 31; i >= length; i--) if ((rest >>> i) & 1) rest ^= generator << (i - length);
    return (value << length) | rest;
  };

  const drawn = (words, version, mask) => {
    const size = version * 4 + 17;
    const cells = Array.from({ length: size }, () => Array(size).fill(null)); // null: free for data
    const square = (row, column, radius, dark) => {
      for (let r = -radius; r <= radius; r++)
        for (let c = -radius; c <= radius; c++)
          if (cells[row + r]?.[column + c] !== undefined) cells[row + r][column + c] = dark(Math.max(Math.abs(r), Math.abs(c)));
    };
    for (let i = 0; i < size; i++) cells[6][i] = cells[i][6] = i % 2 === 0;
    const aligned = ALIGNED[version - 1];
    const last = aligned.at(-1);
    for (const r of aligned)
      for (const c of aligned)
        if (!((r === 6 && c === 6) || (r === 6 && c === last) || (r === last && c === 6))) square(r, c, 2, (ring) => ring !== 1);
    for (const [r, c] of [[3, 3], [3, size - 4], [size - 4, 3]]) square(r, c, 4, (ring) => ring !== 2 && ring !== 4);
    const format = remainder(mask, 10, 0x537) ^ 0x5412; // level M is 00
    const bit = (value, at) => ((value >> at) & 1) === 1;
    for (let i = 0; i < 15; i++) {
      const dark = bit(format, i);
      cells[i < 6 ? i : i < 8 ? i + 1 : size - 15 + i][8] = dark;
      cells[8][i < 8 ? size - 1 - i : i === 8 ? 7 : 14 - i] = dark;
    }
    cells[size - 8][8] = true;
    if (version >= 7) {
      const told = remainder(version, 12, 0x1f25);
      for (let i = 0; i < 18; i++) {
        const near = Math.floor(i / 3);
        const far = size - 11 + (i % 3);
        cells[near][far] = cells[far][near] = bit(told, i);
      }
    }
    let next = 0;
    for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
      if (right === 6) right--;
      for (let i = 0; i < size; i++) {
        const row = up ? size - 1 - i : i;
        for (const column of [right, right - 1]) {
          if (cells[row][column] !== null) continue;
          const dark = next < words.length * 8 && bit(words[next >> 3], 7 - (next & 7));
          next++;
          cells[row][column] = dark !== MASKS[mask](row, column);
        }
      }
    }
    return cells;
  };

  // How hard a code is to read: long runs, squares, look-alikes of the corners, too dark or too light.
  const penalty = (cells) => {
    const size = cells.length;
    const lines = [...cells, ...cells.map((_, c) => cells.map((row) => row[c]))].map((line) => line.map((dark) => (dark ? 1 : 0)).join(""));
    let sum = 0;
    for (const line of lines) {
      for (const run of line.match(/(0{5,}|1{5,})/g) ?? []) sum += run.length - 2;
      for (let i = 0; i + 11 <= size; i++) if (/^(10111010000|00001011101)$/.test(line.slice(i, i + 11))) sum += 40;
    }
    let dark = 0;
    for (let r = 0; r < size; r++)
      for (let c = 0; c < size; c++) {
        dark += cells[r][c];
        const same = r && c && cells[r][c] === cells[r - 1][c] && cells[r][c] === cells[r][c - 1] && cells[r][c] === cells[r - 1][c - 1];
        if (same) sum += 3;
      }
    return sum + Math.floor(Math.abs(dark * 20 - size * size * 10) / (size * size)) * 10;
  };

  const matrix = (text, mask) => {
    const bytes = [...new TextEncoder().encode(text)];
    const version = 1 + BLOCKS.findIndex(([, sizes]) => sizes.reduce((sum, size) => sum + size, 0) >= bytes.length + 2);
    if (version === 0) throw new RangeError("too long for a code");
    const words = codewords(bytes, version);
    if (mask !== undefined) return drawn(words, version, mask);
    const all = MASKS.map((_, one) => drawn(words, version, one));
    return all.reduce((best, one) => (penalty(one) < penalty(best) ? one : best));
  };

  // An SVG of the matrix, with the quiet zone that readers need.
  const svg = (text, label) => {
    const cells = matrix(text);
    const size = cells.length + 8;
    const path = cells.flatMap((row, r) => row.flatMap((dark, c) => (dark ? [`M${c + 4} ${r + 4}h1v1h-1z`] : []))).join("");
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    drawing.setAttribute("viewBox", `0 0 ${size} ${size}`);
    drawing.setAttribute("class", "qr");
    drawing.setAttribute("role", "img");
    drawing.setAttribute("aria-label", label);
    const ink = document.createElementNS("http://www.w3.org/2000/svg", "path");
    ink.setAttribute("d", path);
    drawing.append(ink);
    return drawing;
  };

  return { matrix, svg };
})();
globalThis.qr = qr;
