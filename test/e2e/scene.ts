import { afterAll, beforeAll } from '@jest/globals';
import type { Settings } from './cdk.ts';
import { Deployment } from './deployment.ts';
import type { Inbox } from './inbox.ts';
import { Shop } from './shop.ts';
import { Stage } from './stage.ts';
import { WATCH, writeWatchlist } from './watchlist.ts';

const START_TIME = 240_000;

/** A stack that is deployed and watches five tags, with two subscribers. */
export class Scene {
  readonly stage: Stage;
  readonly shop: Shop;
  /** Of the last deployment. */
  settings: Settings = {};
  #stack: Deployment | undefined;
  #all: Inbox | undefined;
  #urgent: Inbox | undefined;

  private constructor(stage: Stage) {
    this.stage = stage;
    this.shop = new Shop(stage.lab);
  }

  /** @param enforced Whether every request needs a permission, and TLS. */
  static async open(enforced: boolean): Promise<Scene> {
    const scene = new Scene(await Stage.start(enforced));
    try {
      await scene.#fill();
      await scene.stage.cdk.bootstrap();
      await scene.deploy(Object.values(WATCH));
      scene.#all = await scene.stack.inbox('all');
      const filter = ['--min-severity', 'high', '--label', 'team=shop'];
      scene.#urgent = await scene.stack.inbox('urgent', ...filter);
      return scene;
    } catch (thrown) {
      await scene.close();
      throw thrown;
    }
  }

  async #fill(): Promise<void> {
    await this.shop.release('shop/api:1.4', 'release');
    await this.shop.release('shop/web:stable', 'key');
    for (const name of ['shop/jobs:v1', 'base/os:latest', 'base/tools:2']) {
      await this.shop.release(name);
    }
  }

  get stack(): Deployment {
    if (this.#stack === undefined) throw new Error('nothing is deployed');
    return this.#stack;
  }

  /** Of a subscriber who wants everything. */
  get all(): Inbox {
    if (this.#all === undefined) throw new Error('nobody is subscribed');
    return this.#all;
  }

  /** Of one who wants what is high or critical of the team `shop`. */
  get urgent(): Inbox {
    if (this.#urgent === undefined) throw new Error('nobody is subscribed');
    return this.#urgent;
  }

  /** Deploys a watch list. @returns what `cdk` printed */
  async deploy(watches: readonly string[], settings: Settings = {}): Promise<string> {
    this.settings = { ...(await writeWatchlist(this.stage, watches)), ...settings };
    const said = await this.stage.cdk.deploy(STACK, this.settings);
    this.#stack = await Deployment.of(this.stage, STACK);
    return said;
  }

  close(): Promise<void> {
    return this.stage.stop();
  }
}

export const STACK = 'Tagwarden';

/** One scene for all tests of a `describe`; each goes on where the one before ended. */
export function useScene(enforced: boolean): () => Scene {
  let scene: Scene | undefined;
  beforeAll(async () => {
    scene = await Scene.open(enforced);
  }, START_TIME);
  afterAll(() => scene?.close());
  return () => scene as Scene;
}
