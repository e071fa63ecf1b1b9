import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Duration } from 'aws-cdk-lib';
import { METRIC } from '../../lambda/contract/metrics.ts';
import { HANDLERS, Synthesised } from './support.ts';

const RUNBOOK = join(import.meta.dirname, '../../docs/operator-runbook.md');

const stack = new Synthesised();
const alarms = stack.of('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
const named = (title: string) =>
  alarms.find(({ AlarmName }) => AlarmName === `Tagwarden-${title}`) ?? {};

/** The chapters about alarms, each with its own headings. */
function chapters(): Map<string, string[]> {
  const [, text = ''] = readFileSync(RUNBOOK, 'utf8').split(/^# (?:Alarms|Procedures)$/m);
  const parts = text.split(/^## /m).slice(1);
  return new Map(
    parts.map((part) => [
      part.slice(0, part.indexOf('\n')),
      [...part.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading),
    ]),
  );
}

describe('the runbook', () => {
  it('has a chapter for every alarm, and for nothing else', () => {
    const titles = alarms.map(({ AlarmName }) => AlarmName.replace('Tagwarden-', ''));
    expect([...chapters().keys()].sort()).toEqual(titles.sort());
  });

  it('says of each what it is, how to look, and what to do', () => {
    for (const [title, headings] of chapters()) {
      expect([title, ...headings]).toEqual([title, 'Description', 'Investigation', 'Resolution']);
    }
  });

  it('is named by every alarm', () => {
    for (const { AlarmName, AlarmDescription } of alarms) {
      const title = AlarmName.replace('Tagwarden-', '');
      expect(AlarmDescription).toContain(`See "${title}" in docs/operator-runbook.md.`);
    }
  });
});

describe('the alarms', () => {
  it('tell the operations topic when they begin and when they end', () => {
    const [[topic] = []] = stack
      .of('AWS::SNS::Topic')
      .filter(([id]) => id.startsWith('Operations'));
    expect(alarms.length).toBeGreaterThan(10);
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({ AlarmActions: [{ Ref: topic }], OKActions: [{ Ref: topic }] });
    }
  });

  it.each(HANDLERS)('watch the errors and the throttles of %s', (handler) => {
    const names = alarms
      .filter(({ Dimensions: [first] }) => first.Value?.Ref === stack.idOf(handler))
      .map(({ MetricName }) => MetricName);
    expect(names.sort()).toEqual(['Errors', 'Throttles']);
  });

  it('watch every dead-letter queue', () => {
    const dead = stack.of('AWS::SQS::Queue').filter(([id]) => id.includes('DeadLetters'));
    const watched = alarms.flatMap(({ MetricName, Dimensions = [] }) =>
      MetricName === 'ApproximateNumberOfMessagesVisible'
        ? Dimensions.map(
            ({ Value }: { Value: { 'Fn::GetAtt': string[] } }) => Value['Fn::GetAtt'][0],
          )
        : [],
    );
    expect(dead).toHaveLength(3);
    expect(watched.sort()).toEqual(dead.map(([id]) => id).sort());
  });

  it('watch what the functions measure, of this stack only', () => {
    const own = alarms.filter(({ Namespace }) => Namespace === 'Tagwarden');
    expect(own.map(({ MetricName }) => MetricName).sort()).toEqual(
      [
        METRIC.completeTicks,
        METRIC.inconclusiveShare,
        METRIC.oldestPendingAlert,
        METRIC.alertsSetAside,
        METRIC.trustRootAge,
      ].sort(),
    );
    for (const { Dimensions } of own) {
      expect(Dimensions).toEqual([{ Name: 'service', Value: 'Tagwarden' }]);
    }
  });

  it('ring when three ticks did not come', () => {
    expect(named('NoCompleteRun')).toMatchObject({
      MetricName: METRIC.completeTicks,
      Period: 60,
      EvaluationPeriods: 3,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
    const slow = new Synthesised({ schedule: Duration.minutes(5) });
    slow.template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: METRIC.completeTicks,
      Period: 300,
      EvaluationPeriods: 3,
    });
  });

  it.each(['AlertsLate', 'TrustRootOld'])('ring for %s when nobody measures it', (title) => {
    expect(named(title)).toMatchObject({ TreatMissingData: 'breaching' });
  });

  it('are shown on the dashboard, all of them', () => {
    const [[, dashboard] = []] = stack.of('AWS::CloudWatch::Dashboard');
    const body = JSON.stringify(dashboard?.Properties.DashboardBody);
    for (const [id] of stack.of('AWS::CloudWatch::Alarm')) expect(body).toContain(`"${id}","Arn"`);
  });
});
