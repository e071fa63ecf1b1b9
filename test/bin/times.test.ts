import { describe, expect, it } from '@jest/globals';
import { parseDuration, parseSince, parseSpan, shortTime } from '../../bin/times.ts';
import { ageOf } from '../../lambda/domain/time.ts';

const NOW = '2026-03-12T12:00:00.000Z';

describe('parseDuration', () => {
  it.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['36h', 129_600_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDuration('--every', text)).toBe(milliseconds);
  });

  it.each(['', '5', 'm', '0m', '-5m', '5 m', '1.5h', '5y'])('refuses %j', (text) => {
    expect(() => parseDuration('--every', text)).toThrow('--every');
  });
});

describe('parseSpan', () => {
  it('takes an age', () => {
    const at = '2026-03-05T12:00:00.000Z';
    expect(parseSpan('--at', '7d', NOW)).toEqual({ from: at, to: at });
    expect(parseSince('--since', '7d', NOW)).toBe(at);
  });

  it('takes all of a bare day', () => {
    expect(parseSpan('--at', '2026-03-01', NOW)).toEqual({
      from: '2026-03-01T00:00:00.000Z',
      to: '2026-03-01T23:59:59.999Z',
    });
  });

  it.each([
    ['2026-03-01T03:12Z', '2026-03-01T03:12:00.000Z'],
    ['2026-03-01T03:12:05Z', '2026-03-01T03:12:05.000Z'],
    ['2026-03-01T03:12:05.5+01:00', '2026-03-01T02:12:05.500Z'],
  ])('takes the instant %s', (text, at) => {
    expect(parseSpan('--at', text, NOW)).toEqual({ from: at, to: at });
  });

  it.each(['', 'yesterday', '2026-02-30', '2026-13-01', '12', '2026-03-01T03:12', '1/2/26'])(
    'refuses %j',
    (text) => {
      expect(() => parseSpan('--at', text, NOW)).toThrow('expected a day');
    },
  );
});

describe('for people', () => {
  it.each([
    ['2026-03-12T11:59:30.000Z', '30s'],
    ['2026-03-12T11:00:00.000Z', '1h'],
    ['2026-03-12T11:01:00.000Z', '59m'],
    ['2026-03-10T11:00:00.000Z', '2d'],
    ['2026-03-12T12:00:01.000Z', '0s'],
  ])('%s is %s ago', (at, age) => {
    expect(ageOf(at, NOW)).toBe(age);
  });

  it('shortens a time without losing its order', () => {
    expect(shortTime(NOW)).toBe('2026-03-12 12:00:00');
  });
});
