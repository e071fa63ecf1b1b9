import { describe } from '@jest/globals';
import { useScene } from './scene.ts';
import { suite } from './stage.ts';
import { alerts } from './story/alerts.ts';
import { permissions } from './story/permissions.ts';
import { registries } from './story/registries.ts';

suite('a stack with permissions enforced, over TLS', () => {
  const scene = useScene(true);
  describe('and its tags', () => alerts(scene));
  describe('and its registries', () => registries(scene));
  describe('and what its functions may do:', () => permissions(scene));
});
