export {
  connectOrOpen,
  EMBEDDED_TABLE,
  type Embedded,
  type EmbeddedOptions,
  openEmbedded,
} from './open.ts';
