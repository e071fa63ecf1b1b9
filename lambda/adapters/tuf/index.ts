/** TUF: how trusted roots are brought up to date. Everything the rest of Tagwarden may use of it. */
export { createTufRepository, type TufRepositoryOptions } from './repository.ts';
export { publicGoodRepository } from './seed.ts';
