export { answerCloudFormation, type CustomResourceAnswer } from './answer.ts';
