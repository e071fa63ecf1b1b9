import { messageOf } from '../../domain/errors.ts';
import type { Observation } from '../../domain/observation.ts';
import type { Policy, PolicyHash } from '../../domain/policy.ts';
import type { Need } from '../../domain/quota.ts';
import { laterOf, MINUTE, plus, type Timestamp } from '../../domain/time.ts';
import type { Trouble } from '../../domain/trouble.ts';
import type { Deps } from '../deps.ts';
import { updateLane } from '../lanes.ts';
import { policiesOf } from '../policies.ts';
import type { CheckJob, Lane, RegistryFailure, RepositoryRef, Standing } from '../ports.ts';
import type { StoppingBudget } from './deadline.ts';
import { isOutOfReach } from './failure.ts';
import { lastSuccess } from './last-success.ts';
import { OutcomeOfJob } from './outcome.ts';
import { heldBack } from './spending.ts';
import { Tally } from './tally.ts';

export type ScanDeps = Omit<Deps, 'trust' | 'publisher' | 'storeId'>;

/** A 429 that does not say how long. */
const SILENCE = MINUTE;
/** So many tags in a row that cannot be asked for, and no answer yet: the rest is not asked for. */
const OUT_OF_REACH = 3;

type Inconclusive = Extract<Observation, { kind: 'inconclusive' }>;

/** What the checks of one job share: what they learnt about the registry, and what they read once. */
export class JobContext {
  readonly deps: ScanDeps;
  readonly job: CheckJob;
  readonly budget: StoppingBudget;
  readonly repository: RepositoryRef;
  readonly policies: ReadonlyMap<PolicyHash, Policy>;
  /** Hash of the root that each policy is verified with now. */
  readonly trustRoots: ReadonlyMap<PolicyHash, string>;
  /** Failures of the lane's tags before this job. */
  readonly trouble: Trouble | undefined;
  readonly tally = new Tally();
  readonly outcome = new OutcomeOfJob();
  /** The registry had asked for silence before this job, so that it asked nothing. */
  silent = false;
  /** The registry answered for something in this repository. */
  answered = false;
  /** How the registry wanted to be treated before this job. */
  readonly before: Standing | undefined;
  #throttled: RegistryFailure | undefined;
  #outOfReach: RegistryFailure[] = [];
  #lastChecked: Promise<Timestamp | undefined> | undefined;
  #listed: Promise<ReadonlySet<string> | undefined> | undefined;

  private constructor(
    deps: ScanDeps,
    job: CheckJob,
    budget: StoppingBudget,
    policies: JobContext['policies'],
    trustRoots: JobContext['trustRoots'],
    lane: Lane | undefined,
  ) {
    this.deps = deps;
    this.job = job;
    this.budget = budget;
    this.repository = { registry: job.unit.registry, repository: job.unit.repository };
    this.policies = policies;
    this.trustRoots = trustRoots;
    this.trouble = lane?.trouble;
    this.before = lane?.standing;
    if (lane?.standing !== undefined) deps.registry.resume?.(job.unit.registry, lane.standing);
  }

  /** @param known the lane, where it has just been read */
  static async open(
    deps: ScanDeps,
    job: CheckJob,
    budget: StoppingBudget,
    known?: Lane,
  ): Promise<JobContext> {
    const terms = job.unit.tags.flatMap((tag) => tag.terms);
    const [lane, policies] = await Promise.all([
      known ?? deps.lanes.read(job.unit.lane),
      policiesOf(deps.watches, terms),
    ]);
    const roots = new Map<PolicyHash, string>();
    for (const [hash, { trustRoot }] of policies) {
      const root = await deps.verifier.trustRootHash(trustRoot);
      if (root !== undefined) roots.set(hash, root);
    }
    const context = new JobContext(deps, job, budget, policies, roots, lane);
    context.#heed(lane?.notBefore);
    return context;
  }

  /** A registry that asked another job for silence is not asked by this one either. */
  #heed(until: Timestamp | undefined): void {
    if (until === undefined || until <= this.now) return;
    this.silent = true;
    const message = `not asked: ${this.job.unit.registry} wants no requests before ${until}`;
    this.#throttled = Object.assign(new Error(message), {
      reason: 'throttled' as const,
      temporary: true,
    });
  }

  get now(): Timestamp {
    return this.deps.clock.now();
  }

  /** Of every request: ends with the process and with the time of the job. */
  get signal(): AbortSignal | undefined {
    return this.budget.requests ?? this.budget.signal;
  }

  /** How the registry wants to be treated, by its latest word. */
  get standing(): Standing | undefined {
    const { registry } = this.deps;
    return registry.standing === undefined
      ? this.before
      : registry.standing(this.job.unit.registry);
  }

  /** Why no pull may be spent on that; undefined when it may. */
  heldBack(need: Need): string | undefined {
    return heldBack(this.standing?.quota, need, this.now);
  }

  /** The failure that the next tag would meet as well, when it need not be tried. */
  get outOfReach(): RegistryFailure | undefined {
    if (this.#throttled !== undefined) return this.#throttled;
    return this.#outOfReach.length >= OUT_OF_REACH && !this.answered
      ? this.#outOfReach.at(-1)
      : undefined;
  }

  get lastChecked(): Promise<Timestamp | undefined> {
    const { deps, job } = this;
    this.#lastChecked ??= lastSuccess(deps.runs, job.unit, job.tick);
    return this.#lastChecked;
  }

  /** What a failure of the registry means for this tag; a 429 silences the whole lane. */
  async failed(failure: RegistryFailure): Promise<Inconclusive> {
    if (isOutOfReach(failure)) this.#outOfReach.push(failure);
    if (failure.reason === 'throttled') await this.silence(failure);
    const { reason, message } = failure;
    return { kind: 'inconclusive', at: this.now, reason, detail: message };
  }

  /** The registry is not asked anything for a while, by no job of its lane. */
  async silence(failure: RegistryFailure): Promise<void> {
    if (this.#throttled !== undefined) return;
    this.#throttled = failure;
    const until = plus(this.now, failure.retryAfter ?? SILENCE);
    await updateLane(this.deps.lanes, this.job.unit.lane, (lane) =>
      lane === undefined ? undefined : { ...lane, notBefore: laterOf(lane.notBefore ?? '', until) },
    );
  }

  /** Whether the repository answers for something else, and its listing does not name this tag. */
  async canary(tag: string | undefined): Promise<'answered' | 'failed'> {
    if (this.answered) return 'answered';
    this.#listed ??= this.#list();
    const listed = await this.#listed;
    return listed === undefined || (tag !== undefined && listed.has(tag)) ? 'failed' : 'answered';
  }

  async #list(): Promise<ReadonlySet<string> | undefined> {
    try {
      const listing = await this.deps.registry.listTags(this.repository, this.signal);
      return listing.kind === 'found' ? new Set(listing.tags) : undefined;
    } catch (thrown) {
      this.deps.log.debug('canary failed', { ...this.repository, why: messageOf(thrown) });
      return undefined;
    }
  }
}
