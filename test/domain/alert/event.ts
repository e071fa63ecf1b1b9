import type { EventRecord, WatchView } from '../../../lambda/domain/event.ts';
import { digest } from '../drift/scenario.ts';

export const WATCH: WatchView = {
  id: 'watch-1',
  policyName: 'acme',
  policy: 'policy-acme',
  immutable: false,
  labels: ['team=payments'],
  requires: {
    signedBy: [
      {
        kind: 'keyless',
        identity: { regExp: "^https://github\\.com/acme/it's/.+$" },
        issuer: { exact: 'https://token.actions.githubusercontent.com' },
      },
    ],
    attestations: [],
    trustRoot: 'public-good',
    unsafeIgnoreTransparencyLog: false,
    useSignedTimestamps: false,
    format: 'either',
    annotations: {},
  },
};

/** One perfect event, for variations: a tag moved to an image whose signature is rejected. */
export const MOVED: EventRecord = {
  v: 1,
  subject: 'ghcr.io/acme/app:1.4.2',
  seq: 17,
  at: '2026-03-19T03:12:31.000Z',
  commitId: 'commit-1',
  kind: 'tag.moved',
  severity: 'critical',
  state: 'open',
  changes: [
    {
      kind: 'tag.moved',
      severity: 'critical',
      summary: 'moved, signature rejected',
      moveClasses: ['content'],
      platforms: { changed: ['linux/amd64', 'linux/arm64'], added: [], removed: [] },
      rollback: false,
      verdictFrom: 'verified',
      verdictTo: 'rejected',
    },
  ],
  alert: true,
  registry: 'ghcr.io',
  repository: 'acme/app',
  tag: '1.4.2',
  was: {
    digest: digest('old'),
    verdict: 'verified',
    signers: [{ id: 'acme', label: 'https://github.com/acme/app/.github/workflows/release.yml' }],
    signedAt: '2026-03-01T10:00:00.000Z',
  },
  now: {
    digest: digest('new'),
    verdict: 'rejected',
    reason: 'broken-signature',
    detail: 'signer evil@example.net, wanted https://github.com/acme',
    signers: [],
  },
  lastUnchanged: '2026-03-19T03:07:00.000Z',
  lastVerified: digest('old'),
  watches: [WATCH],
  sightings: [{ digest: digest('new'), role: 'index' }],
};
