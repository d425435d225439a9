import { afterEach, expect, it, vi } from 'vitest';
import { isoTime, shortTime } from './time.ts';

afterEach(() => vi.unstubAllEnvs());

const time = Date.UTC(2026, 6, 1, 23, 59, 58, 7);

it.each([
  ['UTC', '2026-07-01T23:59:58.007Z'],
  ['Asia/Tokyo', '2026-07-02T08:59:58.007+09:00'],
  ['Asia/Kolkata', '2026-07-02T05:29:58.007+05:30'],
  ['America/St_Johns', '2026-07-01T21:29:58.007-02:30'],
])('is told as the clock shows it in %s, and as the same moment', (zone, iso) => {
  vi.stubEnv('TZ', zone);
  expect(isoTime(time)).toBe(iso);
  expect(Date.parse(iso)).toBe(time);
  expect(shortTime(time)).toBe(iso.slice(0, 16).replace('T', ' '));
});
