import type { Observation } from '../../domain/observation.ts';
import type { Timestamp } from '../../domain/time.ts';
import { type JobOutcome, type TroubleKind, troubleKindOf } from '../../domain/trouble.ts';
import type { Target } from './targets.ts';

/** What the tags of one job say together about their registry. */
export class OutcomeOfJob {
  #checked = 0;
  readonly #failures: { tagKey: string; repository: string; kind: TroubleKind }[] = [];

  saw({ tagKey, repository }: Target, observation: Observation): void {
    this.#checked++;
    const kind = kindOf(observation);
    if (kind !== undefined) {
      this.#failures.push({ tagKey, repository: repository.repository, kind });
    }
  }

  at(at: Timestamp): JobOutcome {
    return { at, checked: this.#checked, failures: this.#failures };
  }
}

function kindOf(observation: Observation): TroubleKind | undefined {
  switch (observation.kind) {
    case 'present':
      return undefined;
    case 'inconclusive':
      return troubleKindOf(observation.reason);
    case 'absent':
    case 'denied':
      return troubleKindOf(observation.kind);
  }
}
