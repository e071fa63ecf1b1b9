import { expect, it } from '@jest/globals';
import { STACK } from '../../lambda/domain/cost.ts';
import { Synthesised } from './support.ts';

it('the estimate reckons with what the stack has', () => {
  const stack = new Synthesised();
  const count = (type: string) => stack.of(type).length;
  expect({
    alarms: count('AWS::CloudWatch::Alarm'),
    dashboards: count('AWS::CloudWatch::Dashboard'),
    secrets: count('AWS::SecretsManager::Secret'),
    schedules: count('AWS::Scheduler::Schedule'),
  }).toEqual({
    alarms: STACK.alarms,
    dashboards: STACK.dashboards,
    secrets: STACK.secrets,
    schedules: STACK.ticks + STACK.daily,
  });
});
