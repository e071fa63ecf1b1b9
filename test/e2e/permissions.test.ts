import { useScene } from './scene.ts';
import { suite } from './stage.ts';
import { alerts } from './story/alerts.ts';

suite('a stack with permissions enforced, over TLS', () => {
  const scene = useScene(true);
  alerts(scene);
});
