import { randomBytes, randomInt } from 'node:crypto';

const COUNTER_END = 0x1000;

let lastTime = 0;
let counter = 0;

/**
 * A new UUIDv7 (RFC 9562, section 5.7): milliseconds since 1970, a 12-bit counter within the
 * millisecond (section 6.2, method 1), 62 random bits. Ids of one process always ascend, also when
 * its clock is set back.
 */
export function createId(now = Date.now()): string {
  if (now > lastTime) {
    lastTime = now;
    // Starts in the lower half, so that the counter has room before it must borrow from the clock.
    counter = randomInt(COUNTER_END / 2);
  } else if ((counter += 1) === COUNTER_END) {
    lastTime += 1;
    counter = 0;
  }
  const random = randomBytes(8).toString('hex');
  const variant = (8 + randomInt(4)).toString(16);
  return format(lastTime, counter, variant + random.slice(1));
}

/** When the id was made, in milliseconds since 1970. */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** The lowest id of a moment: every id made before it sorts below, every later one above. */
export function firstIdAt(time: number): string {
  return format(time, 0, '8000000000000000');
}

/** @param tail the variant and the random bits, 16 hexadecimal digits */
function format(time: number, count: number, tail: string): string {
  const digits = `${hex(time, 12)}7${hex(count, 3)}${tail}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
