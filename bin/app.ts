import { App } from 'aws-cdk-lib';
import { TagwardenStack } from '../lib/tagwarden-stack.ts';

const app = new App();
new TagwardenStack(app, 'Tagwarden');
app.synth();
