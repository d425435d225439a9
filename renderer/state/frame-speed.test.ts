import './test-window.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { FrameSpeed } from './frame-speed.svelte.ts';

const note = (speed: FrameSpeed, ...times: number[]) => times.forEach((ms) => speed.note(ms));

beforeEach(() => localStorage.clear());

describe('the speed of frames', () => {
  it('is full where nothing is known, and stays so on a machine that keeps up', () => {
    const speed = new FrameSpeed(() => 'pack/cpu');
    expect(speed.size).toBe('full');
    note(speed, 3_000, 90, 85, 100);
    expect(speed.size).toBe('full');
  });

  it('is small where full frames come late, and turns neither way for one frame or at the border', () => {
    const speed = new FrameSpeed(() => 'pack/cpu');
    note(speed, 300, 280, 310, 290, 300, 290, 280);
    expect(speed.size).toBe('small');
    note(speed, 60);
    expect(speed.size).toBe('small');
    note(speed, 130, 150, 140, 130, 150, 140, 130);
    expect(speed.size).toBe('small');
    note(speed, 90, 80, 90, 80);
    expect(speed.size).toBe('full');
    note(speed, 130, 150, 140, 130, 150, 140, 130);
    expect(speed.size).toBe('full');
  });

  it('is remembered for the pack and the device that drew', () => {
    let drawer = 'pack/cpu';
    note(new FrameSpeed(() => drawer), 300, 300, 300);
    expect(new FrameSpeed(() => drawer).size).toBe('small');
    drawer = 'pack/cuda';
    const speed = new FrameSpeed(() => drawer);
    expect(speed.size).toBe('full');
    note(speed, 300);
    drawer = 'pack/cpu';
    expect(speed.size).toBe('full');
  });
});
