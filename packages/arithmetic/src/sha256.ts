const ROUND_CONSTANTS = Int32Array.of(
  0x428a2f98,
  0x71374491,
  0xb5c0fbcf,
  0xe9b5dba5,
  0x3956c25b,
  0x59f111f1,
  0x923f82a4,
  0xab1c5ed5,
  0xd807aa98,
  0x12835b01,
  0x243185be,
  0x550c7dc3,
  0x72be5d74,
  0x80deb1fe,
  0x9bdc06a7,
  0xc19bf174,
  0xe49b69c1,
  0xefbe4786,
  0x0fc19dc6,
  0x240ca1cc,
  0x2de92c6f,
  0x4a7484aa,
  0x5cb0a9dc,
  0x76f988da,
  0x983e5152,
  0xa831c66d,
  0xb00327c8,
  0xbf597fc7,
  0xc6e00bf3,
  0xd5a79147,
  0x06ca6351,
  0x14292967,
  0x27b70a85,
  0x2e1b2138,
  0x4d2c6dfc,
  0x53380d13,
  0x650a7354,
  0x766a0abb,
  0x81c2c92e,
  0x92722c85,
  0xa2bfe8a1,
  0xa81a664b,
  0xc24b8b70,
  0xc76c51a3,
  0xd192e819,
  0xd6990624,
  0xf40e3585,
  0x106aa070,
  0x19a4c116,
  0x1e376c08,
  0x2748774c,
  0x34b0bcb5,
  0x391c0cb3,
  0x4ed8aa4a,
  0x5b9cca4f,
  0x682e6ff3,
  0x748f82ee,
  0x78a5636f,
  0x84c87814,
  0x8cc70208,
  0x90befffa,
  0xa4506ceb,
  0xbef9a3f7,
  0xc67178f2,
);

/** SHA-256 (FIPS 180-4) over bytes that arrive in pieces, in plain TypeScript, for every runtime. */
export class Sha256 {
  readonly #state = Int32Array.of(
    0x6a09e667,
    0xbb67ae85,
    0x3c6ef372,
    0xa54ff53a,
    0x510e527f,
    0x9b05688c,
    0x1f83d9ab,
    0x5be0cd19,
  );
  readonly #schedule = new Int32Array(16);
  readonly #pending = new Uint8Array(64);
  #pendingBytes = 0;
  #totalBytes = 0;

  /** Adds bytes; returns itself, so that calls can be chained. */
  update(bytes: Uint8Array): this {
    this.#totalBytes += bytes.length;
    let start = 0;
    if (this.#pendingBytes > 0) {
      start = Math.min(64 - this.#pendingBytes, bytes.length);
      this.#pending.set(bytes.subarray(0, start), this.#pendingBytes);
      this.#pendingBytes += start;
      if (this.#pendingBytes < 64) return this;
      compress(this.#state, this.#schedule, this.#pending, 0, 64);
    }
    const end = bytes.length - ((bytes.length - start) % 64);
    compress(this.#state, this.#schedule, bytes, start, end);
    this.#pending.set(bytes.subarray(end));
    this.#pendingBytes = bytes.length - end;
    return this;
  }

  /** The digest of all bytes so far, as 64 lower-case hexadecimal digits. More may be added afterwards. */
  hex(): string {
    const rest = new Uint8Array(this.#pendingBytes < 56 ? 64 : 128);
    rest.set(this.#pending.subarray(0, this.#pendingBytes));
    rest[this.#pendingBytes] = 0x80;
    const view = new DataView(rest.buffer);
    view.setUint32(rest.length - 8, Math.floor(this.#totalBytes / 0x2000_0000));
    view.setUint32(rest.length - 4, (this.#totalBytes << 3) >>> 0);
    const state = this.#state.slice();
    compress(state, this.#schedule, rest, 0, rest.length);
    return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

/** The SHA-256 of bytes, as 64 lower-case hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return new Sha256().update(bytes).hex();
}

/**
 * Mixes the blocks of 64 bytes from `start` to `end` into the state. `w` holds the last 16 words of the message schedule,
 * word i in place i & 15: less memory to touch makes it twice as fast as the whole schedule of 64.
 */
function compress(state: Int32Array, w: Int32Array, bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end; at += 64) {
    for (let i = 0; i < 16; i++) {
      const j = at + 4 * i;
      w[i] = (bytes[j] << 24) | (bytes[j + 1] << 16) | (bytes[j + 2] << 8) | bytes[j + 3];
    }
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let d = state[3];
    let e = state[4];
    let f = state[5];
    let g = state[6];
    let h = state[7];
    for (let i = 0; i < 64; i++) {
      if (i > 15) {
        const x = w[(i + 1) & 15];
        const y = w[(i + 14) & 15];
        const small0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const small1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        w[i & 15] = (w[i & 15] + small0 + w[(i + 9) & 15] + small1) | 0;
      }
      const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const choice = g ^ (e & (f ^ g));
      const t1 = (((h + big1) | 0) + ((choice + ((ROUND_CONSTANTS[i] + w[i & 15]) | 0)) | 0)) | 0;
      const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const majority = (a & b) ^ (c & (a ^ b));
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + big0 + majority) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }
}
