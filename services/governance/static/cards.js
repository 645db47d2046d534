// What a card is: its token, the key that stands for it in the register, the code a child can read (services/governance/cards.py).
"use strict";
const cards = (() => {
  const TOKEN_BYTES = 16;
  const OF_TWO_DIGITS_MAX = 200;
  const letters = new TextEncoder();
  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const bytesOf = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const sha256 = async (...parts) => {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
  };
  const draw = () => hex(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)));
  const keyOf = async (ballot, token) => {
    const auth = await sha256(letters.encode("ruche/card-auth/v1\0" + ballot), bytesOf(token));
    return hex(await sha256(letters.encode("ruche/card-key/v1\0"), auth));
  };
  const codeOf = (key, count, animals) => {
    const drawn = bytesOf(key);
    const number = drawn[1] * 256 + drawn[2];
    const word = animals[drawn[0] % animals.length][0];
    return `${word}-${count <= OF_TWO_DIGITS_MAX ? (number % 90) + 10 : (number % 900) + 100}`;
  };
  return { draw, keyOf, codeOf, letters };
})();
globalThis.cards = cards;
