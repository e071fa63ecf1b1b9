import { S3Client } from '@aws-sdk/client-s3';
import { answerCloudFormation } from '../../adapters/cloudformation/index.ts';
import { createSystemClock } from '../../adapters/runtime/clock.ts';
import { createRandomIds } from '../../adapters/runtime/ids.ts';
import { readObject } from '../../adapters/s3/index.ts';
import type { ApplyDeps } from '../../application/apply.ts';
import type { Clock } from '../../application/ports.ts';
import { type FunctionSettings, readFunctionSettings } from '../../settings/functions.ts';
import { CLIENT, type Common, openCommon } from './common.ts';

export interface ApplyFunction extends Pick<Common, 'log'> {
  readonly deps: ApplyDeps;
  /** Bytes of a compiled list. @throws {ObjectError} */
  readonly read: (object: { readonly bucket: string; readonly key: string }) => Promise<Uint8Array>;
}

/** What the function has before anything can go wrong: enough to say so. */
export interface ApplyEntry {
  readonly clock: Clock;
  readonly answer: typeof answerCloudFormation;
  /** @throws {SettingsError} */
  readonly open: () => ApplyFunction;
}

export function composeApply(): ApplyEntry {
  const clock = createSystemClock();
  let opened: ApplyFunction | undefined;
  const open = () => {
    opened ??= openApply(readFunctionSettings('apply'));
    return opened;
  };
  return { clock, answer: answerCloudFormation, open };
}

function openApply(settings: FunctionSettings<'apply'>): ApplyFunction {
  const { clock, log, store } = openCommon(settings);
  const { watches, lanes, trust } = store;
  // A list may have tens of megabytes.
  const requestHandler = { ...CLIENT.requestHandler, requestTimeout: 60_000 };
  const s3 = new S3Client({ ...CLIENT, requestHandler });
  return {
    log,
    deps: { clock, watches, lanes, trust, ids: createRandomIds() },
    read: (object) => readObject(s3, object),
  };
}
