import { describe } from '@jest/globals';
import { useScene } from './scene.ts';
import { suite } from './stage.ts';
import { alerts } from './story/alerts.ts';
import { changes } from './story/changes.ts';
import { trouble } from './story/trouble.ts';

/** Deployed once, and then seen from the outside only. */
suite('a deployed stack', () => {
  const scene = useScene(false);
  describe('and its tags', () => alerts(scene));
  describe('in trouble', () => trouble(scene));
  describe('and its next deployments', () => changes(scene));
});
