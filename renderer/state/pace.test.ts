import './test-window.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { Pace } from './pace.svelte.ts';

const note = (pace: Pace, ...times: number[]) => times.forEach((ms) => pace.note(ms));

beforeEach(() => localStorage.clear());

describe('the pace of frames', () => {
  it('is full where nothing is known, and stays so on a machine that keeps up', () => {
    const pace = new Pace(() => 'pack/cpu');
    expect(pace.size).toBe('full');
    note(pace, 3_000, 90, 85, 100);
    expect(pace.size).toBe('full');
  });

  it('is small where full frames come late, and turns neither way for one frame or at the border', () => {
    const pace = new Pace(() => 'pack/cpu');
    note(pace, 300, 280, 310, 290, 300, 290, 280);
    expect(pace.size).toBe('small');
    note(pace, 60);
    expect(pace.size).toBe('small');
    note(pace, 130, 150, 140, 130, 150, 140, 130);
    expect(pace.size).toBe('small');
    note(pace, 90, 80, 90, 80);
    expect(pace.size).toBe('full');
    note(pace, 130, 150, 140, 130, 150, 140, 130);
    expect(pace.size).toBe('full');
  });

  it('is remembered for the pack and the device that drew', () => {
    let drawer = 'pack/cpu';
    note(new Pace(() => drawer), 300, 300, 300);
    expect(new Pace(() => drawer).size).toBe('small');
    drawer = 'pack/cuda';
    const pace = new Pace(() => drawer);
    expect(pace.size).toBe('full');
    note(pace, 300);
    drawer = 'pack/cpu';
    expect(pace.size).toBe('full');
  });
});
