/** The first 64 primes: sieved by division, since so few are wanted. */
const primes: number[] = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);

/** The first 32 bits behind the point. */
const fraction = (x: number): number => ((x % 1) * 0x1_0000_0000) | 0;

/** The cube root of a small number by Newton's method, to more than the 35 bits that are wanted, by + × ÷ alone. */
function cubeRoot(x: number): number {
  let root = x;
  for (let i = 0; i < 30; i++) root = (2 * root + x / (root * root)) / 3;
  return root;
}

/** FIPS 180-4, §4.2.2: of the cube roots of the first 64 primes. */
const ROUND_CONSTANTS = Int32Array.from(primes, (prime) => fraction(cubeRoot(prime)));
/** §5.3.3: of the square roots of the first eight. */
const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

/** SHA-256 (FIPS 180-4) over bytes that arrive in pieces, in plain TypeScript, for every runtime. */
export class Sha256 {
  readonly #state = START.slice();
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
