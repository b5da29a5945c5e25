import { describe, expect, it } from 'vitest';
import { holdsOtherHours } from '../../bronze/outside-window.ts';
import { parseHourWindow } from '../../core/hour-window.ts';

const hour = {
  window: parseHourWindow('2026-01-01T05'),
  firstUploadTime: '2026-01-01 05:00:00',
  lastUploadTime: '2026-01-01 05:59:59',
};

describe('an hour', () => {
  it.each([
    [1, true],
    [0, false],
  ])('with %i events counted outside its window: %s', (outsideWindow, holds) => {
    expect(holdsOtherHours({ ...hour, outsideWindow })).toBe(holds);
  });

  it.each([
    [{}, false],
    [{ outsideWindow: null }, false],
    [{ firstUploadTime: '2026-01-01 04:59:59' }, true],
    [{ lastUploadTime: '2026-01-01 06:00:00', outsideWindow: null }, true],
    [{ firstUploadTime: null, lastUploadTime: null }, false],
    [{ firstUploadTime: '', lastUploadTime: 'z' }, false],
  ])('in which nobody counted is judged by its upload times: %j, %s', (changes, holds) => {
    expect(holdsOtherHours({ ...hour, ...changes })).toBe(holds);
  });
});
