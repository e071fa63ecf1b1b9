import * as z from 'zod/mini';
import { healthOf } from '../../application/health.ts';
import { showEvent } from '../../application/history.ts';
import { feedPage, historyAt, historyPage } from '../../application/pages/events.ts';
import type { Page } from '../../application/pages/page.ts';
import { runsPage } from '../../application/pages/runs.ts';
import { statusPage } from '../../application/pages/status.ts';
import { wherePage } from '../../application/pages/where.ts';
import { eventView, healthView, runView, statusView, stayView } from '../../application/views.ts';
import type { HistoryFunction } from '../../composition/functions/history.ts';
import { isDigest } from '../../domain/digest.ts';
import { EVENT_KINDS } from '../../domain/event.ts';
import { parseEventId } from '../../domain/event-id.ts';
import * as shape from '../../domain/shapes.ts';
import { DAY, plus, type Timestamp } from '../../domain/time.ts';
import { ApiProblem, badInput } from './problem.ts';
import { inWords, PAGE, type Question, SELECT, shown } from './question.ts';

/** What a route needs to answer. */
export interface Asked {
  readonly store: HistoryFunction['store'];
  readonly question: Question;
  readonly now: Timestamp;
  readonly isOver: () => boolean;
}

export interface Answer {
  readonly body: unknown;
  /** Where the rest begins. */
  readonly next?: unknown;
}

interface Route {
  readonly parameters: readonly string[];
  readonly answer: (asked: Asked) => Promise<Answer>;
}

const count = z.int().check(z.gte(0));
const CURSOR = {
  history: z.int().check(z.gte(1)),
  feed: z.object({ at: shape.timestamp, id: z.string() }),
  runs: shape.timestamp,
  where: z.object({ digest: count, shown: count }),
  status: z.object({ lane: z.string(), after: z.optional(z.string()), tags: count }),
};

/** The questions of the command line, with its names. Lists are what its `-o json` prints. */
export const ROUTES: Readonly<Record<string, Route>> = {
  '/status': {
    parameters: [...SELECT, ...PAGE],
    answer: async ({ store, question, now, isOver }) => {
      const { limit } = question;
      const options = { limit, isOver, after: question.after(CURSOR.status) };
      const page = await statusPage(store, now, question.selection(), options);
      return answerOf(page, statusView);
    },
  },
  '/history': {
    parameters: ['ref', 'at', ...PAGE],
    answer: async ({ store, question, isOver }) => {
      const { limit } = question;
      const [tagKey, at] = [question.tagKey('ref'), question.span('at')];
      const options = { limit, isOver, after: question.after(CURSOR.history) };
      const page =
        at === undefined
          ? await historyPage(store, tagKey, options)
          : await historyAt(store, tagKey, at, limit);
      return answerOf(page, await eventViewOf(store));
    },
  },
  '/event': {
    parameters: ['id'],
    answer: async ({ store, question }) => {
      const text = question.needed('id', 'an event such as alpine:edge%233');
      const id = inWords(() => parseEventId(text));
      if (id === undefined) throw badInput(`id: found ${shown(text)}, expected alpine:edge%233`);
      const event = await showEvent(store, id.subject, id.seq);
      if (event !== undefined) return { body: (await eventViewOf(store))(event) };
      throw new ApiProblem(404, 'no-event', `no event ${id.subject}#${id.seq}`);
    },
  },
  '/events': {
    parameters: ['since', 'until', 'kind', ...SELECT, ...PAGE],
    answer: async ({ store, question, now, isOver }) => {
      const { limit } = question;
      const since = question.span('since')?.from ?? plus(now, -7 * DAY);
      const until = question.span('until')?.to ?? now;
      const options = { limit, isOver, after: question.after(CURSOR.feed) };
      const asked = { since, until, selection: question.selection(), ...kindOf(question) };
      return answerOf(await feedPage(store, asked, options), await eventViewOf(store));
    },
  },
  '/where': {
    parameters: ['digest', ...PAGE],
    answer: async ({ store, question, isOver }) => {
      const { limit } = question;
      const digests = [...new Set(question.all('digest'))];
      const wrong = digests.find((digest) => !isDigest(digest));
      if (wrong !== undefined || digests.length === 0) {
        throw badInput(`digest: found ${shown(wrong ?? '')}, expected sha256:<64 lowercase hex>`);
      }
      const options = { limit, isOver, after: question.after(CURSOR.where) };
      return answerOf(await wherePage(store, digests.filter(isDigest), options), stayView);
    },
  },
  '/runs': {
    parameters: ['since', ...PAGE],
    answer: async ({ store, question, now, isOver }) => {
      const { limit } = question;
      const since = question.span('since')?.from ?? plus(now, -DAY);
      const options = { limit, isOver, after: question.after(CURSOR.runs) };
      return answerOf(await runsPage(store, since, options), runView);
    },
  },
  '/health': {
    parameters: [],
    answer: async ({ store, now }) => ({ body: healthView(await healthOf(store, now)) }),
  },
};

function answerOf<T>({ items, next }: Page<T, unknown>, view: (item: T) => unknown): Answer {
  return { body: items.map(view), next };
}

async function eventViewOf(store: Asked['store']) {
  const storeId = await store.id();
  return (event: Parameters<typeof eventView>[0]) => eventView(event, storeId);
}

function kindOf(question: Question) {
  const text = question.one('kind');
  if (text === undefined) return {};
  const kind = EVENT_KINDS.find((each) => each === text);
  if (kind !== undefined) return { kind };
  throw badInput(`kind: found ${shown(text)}, expected one of ${EVENT_KINDS.join(', ')}`);
}
