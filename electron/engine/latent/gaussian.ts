/**
 * Seeded Gaussian noise that is the same, bit for bit, on every machine and engine. Only operations
 * whose result IEEE 754 fixes to the last bit are used (+ − × ÷ √ and integers); Math.log and its kin
 * may differ between engines.
 */

const TWO_POW_32 = 2 ** 32;
const LN_2 = 0.6931471805599453;
const SQRT_2 = 1.4142135623730951;

/**
 * Uniform integers in [0, 2³²): xoshiro128** (Blackman & Vigna, "Scrambled linear pseudorandom number
 * generators", 2021), its state filled from the seed by splitmix32 (the 32-bit finaliser of MurmurHash3
 * over a Weyl sequence).
 */
export function uniformIntegers(seed: number): () => number {
  let weyl = seed >>> 0;
  const mix = () => {
    weyl = (weyl + 0x9e3779b9) >>> 0;
    let x = weyl;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return (x ^ (x >>> 16)) >>> 0;
  };
  let a = mix();
  let b = mix();
  let c = mix();
  let d = mix();
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
}

function rotateLeft(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/**
 * Natural logarithm of a normal positive number to about 1 ulp: x = m·2ᵏ with m in (√½, √2], then
 * ln m = 2·artanh((m − 1)/(m + 1)) by its power series.
 */
export function exactLn(x: number): number {
  let k = 0;
  let m = x;
  while (m > SQRT_2) {
    m /= 2;
    k++;
  }
  while (m <= SQRT_2 / 2) {
    m *= 2;
    k--;
  }
  const t = (m - 1) / (m + 1);
  const t2 = t * t;
  let series = 0;
  for (let n = 23; n >= 1; n -= 2) series = series * t2 + 1 / n;
  return k * LN_2 + 2 * t * series;
}

/**
 * `length` independent draws from N(0, 1), always the same for one seed, by Marsaglia's polar method
 * ("A convenient method for generating normal variables", SIAM Review 1964).
 *
 * @param seed an unsigned 32-bit integer; others are taken modulo 2³²
 */
export function gaussian(seed: number, length: number): Float32Array {
  const next = uniformIntegers(seed);
  // Odd multiples of 2⁻³²: symmetric about 0, and never 0.
  const uniform = () => (2 * next() + 1) / TWO_POW_32 - 1;
  const values = new Float32Array(length);
  for (let i = 0; i < length;) {
    const u = uniform();
    const v = uniform();
    const s = u * u + v * v;
    if (s >= 1) continue;
    const factor = Math.sqrt((-2 * exactLn(s)) / s);
    values[i++] = u * factor;
    if (i < length) values[i++] = v * factor;
  }
  return values;
}

/**
 * `length` numbers between 0 and 1, neither of them among these, evenly spread and always the same for one
 * seed.
 *
 * @param seed an unsigned 32-bit integer; others are taken modulo 2³²
 */
export function uniform(seed: number, length: number): number[] {
  const next = uniformIntegers(seed);
  return Array.from({ length }, () => (next() + 0.5) / TWO_POW_32);
}
