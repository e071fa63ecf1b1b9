import { describe, expect, it } from '@jest/globals';
import { formatInterval, parseDuration, parseInterval } from '../../lambda/domain/duration.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lambda/domain/time.ts';
import { INTERVALS } from '../../lambda/domain/watch.ts';

describe('a duration', () => {
  it.each([
    ['0s', 0],
    ['90s', 90 * SECOND],
    ['15m', 15 * MINUTE],
    ['36h', 36 * HOUR],
    ['7d', 7 * DAY],
  ])('%s is read', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each(['', '5', 'm', '-5m', '1.5h', '5 m', '5w', '1000000s', 'PT5M'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('an interval', () => {
  it('is written in hours where it can be, and read back', () => {
    expect(INTERVALS.map(formatInterval)).toEqual([
      '1m',
      '5m',
      '10m',
      '15m',
      '30m',
      '1h',
      '3h',
      '6h',
      '12h',
      '24h',
    ]);
    expect(INTERVALS.map(formatInterval).map(parseInterval)).toEqual(INTERVALS);
  });

  it.each(['7m', '5', '60s', '2h', ''])('%j is none', (text) => {
    expect(parseInterval(text)).toBeUndefined();
  });
});
