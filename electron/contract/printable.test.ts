import { describe, expect, it } from 'vitest';
import { printable } from './printable.ts';

describe('printable', () => {
  it.each([
    ['escape sequences', '\u001b[2Ja\u0007', '\\u001b[2Ja\\u0007'],
    ['their one-character forms', 'a\u009b31m\u0085', 'a\\u009b31m\\u0085'],
    ['the ends of lines', 'a\r\nb\u2028c', 'a\\u000d\\u000ab\\u2028c'],
    ['DEL and a zero byte', '\u007f\0', '\\u007f\\u0000'],
    ['marks of direction', '\u202egnp.exe\u2066\u200f', '\\u202egnp.exe\\u2066\\u200f'],
    ['what has no width', 'a\u200bb\ufeffc\u00add\u2060', 'a\\u200bb\\ufeffc\\u00add\\u2060'],
    ['joiners that join nothing', 'a\u200db\u200c 🎩\u200d', 'a\\u200db\\u200c 🎩\\u200d'],
    ['what only looks like a space', '\u3164', '\\u3164'],
    ['characters of two units', '\u{e0041}', '\\udb40\\udc41'],
    ['half a character', '\ud83d', '\\ud83d'],
  ])('shows %s', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it.each([
    ...['a smiling woman', 'Ünïcödé 顔 женщина 🎩 ☺️', '★ → "…" \\u'],
    ...['👩\u200d🦰 🏳️\u200d🌈 👩🏽\u200d🚀', 'می\u200cخندد', 'क्\u200dष'],
  ])('leaves %j', (text) => {
    expect(printable(text)).toBe(text);
  });

  it('leaves JSON the same document', () => {
    const document = { prompt: 'a\u009b\u202e\u{e0041}\r\n"\\', b: ['\ud83d'] };
    expect(JSON.parse(printable(JSON.stringify(document)))).toEqual(document);
  });
});
