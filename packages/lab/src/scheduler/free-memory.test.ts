import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { memoryFreer } from './free-memory.js';

describe('freeing memory', () => {
  it('takes what nothing refers to, and nothing else', async () => {
    const freeMemory = memoryFreer();
    const kept = new Uint8Array(1_000_000);
    const [dropped, held] = [new WeakRef(new Uint8Array(1_000_000)), new WeakRef(kept)];
    // What a WeakRef was made for lives to the end of the turn.
    await setImmediate();
    freeMemory();
    expect(dropped.deref()).toBeUndefined();
    expect(held.deref()).toBe(kept);
  });
});
