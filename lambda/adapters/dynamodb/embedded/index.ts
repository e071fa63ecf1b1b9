export { connectOrOpen } from './connect.ts';
export { EMBEDDED_TABLE, type Embedded, type EmbeddedOptions, openEmbedded } from './open.ts';
