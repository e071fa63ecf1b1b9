import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createFunctionLogger, createMeter } from '../../../lambda/adapters/powertools/index.ts';
import { METRIC } from '../../../lambda/contract/metrics.ts';
import { aContext } from '../../support/lambda/index.ts';

let written: string;

beforeEach(() => {
  written = '';
  const keep = (chunk: unknown): boolean => {
    written += String(chunk);
    return true;
  };
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation(keep as never);
  }
});
afterEach(() => {
  jest.restoreAllMocks();
});

const lines = () =>
  written
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the log of a function', () => {
  it('is one JSON object a line, with its request and the fields of the call', () => {
    const log = createFunctionLogger({ service: 'Tagwarden', level: 'info' });
    log.begin(aContext());
    log.info('tick', { jobs: 3, busy: ['ghcr.io'] });
    log.debug('not this');
    log.error('lane not filled', { lane: 'ghcr.io', why: 'down' });
    expect(lines()).toMatchObject([
      {
        level: 'INFO',
        message: 'tick',
        service: 'Tagwarden',
        function_request_id: aContext().awsRequestId,
        ...{ jobs: 3, busy: ['ghcr.io'] },
      },
      { level: 'ERROR', message: 'lane not filled', lane: 'ghcr.io', why: 'down' },
    ]);
  });
});

describe('the measures of a function', () => {
  const metricsOf = (line: Record<string, unknown>) =>
    (line._aws as { CloudWatchMetrics: object[] }).CloudWatchMetrics;

  it('are in the embedded metric format, by stack and unit', () => {
    createMeter({ service: 'Prod' }).emit([
      { name: METRIC.checked, value: 9 },
      { name: METRIC.laneLag, value: 120 },
    ]);
    const [line = {}, ...rest] = lines();
    expect(rest).toEqual([]);
    expect(line).toMatchObject({ service: 'Prod', Checked: 9, LaneLag: 120 });
    expect(metricsOf(line)).toEqual([
      {
        Namespace: 'Tagwarden',
        Dimensions: [['service']],
        Metrics: [
          { Name: 'Checked', Unit: 'Count' },
          { Name: 'LaneLag', Unit: 'Seconds' },
        ],
      },
    ]);
  });

  it('of another dimension are lines of their own', () => {
    const meter = createMeter({ service: 'Prod' });
    const of = (value: string) => ({ name: 'reason', value });
    meter.emit([
      { name: METRIC.inconclusive, value: 5 },
      { name: METRIC.inconclusive, value: 2, dimension: of('timeout') },
      { name: METRIC.inconclusive, value: 3, dimension: of('throttled') },
    ]);
    expect(lines()).toMatchObject([
      { Inconclusive: 5 },
      { Inconclusive: 2, reason: 'timeout', service: 'Prod' },
      { Inconclusive: 3, reason: 'throttled', service: 'Prod' },
    ]);
    expect(lines().map((line) => metricsOf(line))).toMatchObject([
      [{ Dimensions: [['service']] }],
      [{ Dimensions: [['service', 'reason']] }],
      [{ Dimensions: [['service', 'reason']] }],
    ]);
  });

  it('are nothing when there are none', () => {
    createMeter({ service: 'Prod' }).emit([]);
    expect(written).toBe('');
  });

  it('of one invocation never leak into the next', () => {
    const meter = createMeter({ service: 'Prod' });
    meter.emit([{ name: METRIC.checked, value: 1 }]);
    meter.emit([{ name: METRIC.moved, value: 2 }]);
    expect(lines()[1]).not.toHaveProperty('Checked');
  });
});
